// A job runner that collects the output of all jobs in one string, for the page that shows it.
"use strict";

class Runner {
  constructor() {
    this.output = "";
    this.jobs = 0;
    this.durations = new Float64Array(100); // of the last hundred jobs
  }

  run(job) {
    const startedAt = performance.now();
    const lines = job.steps.map((step) => `${job.name}: ${step} ok`);
    for (const line of lines) this.output += `[${this.jobs}] ${line}\n`;
    this.durations[this.jobs++ % this.durations.length] = performance.now() - startedAt;
  }
}

const runner = new Runner();

exports.round = (number) => {
  for (let job = 0; job < 100; job++) {
    runner.run({ name: `job-${number}-${job}`, steps: ["fetch", "compile", "test", "package"] });
  }
};
