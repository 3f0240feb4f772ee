// A worker loop: each job races against the shutdown of the service, which is one promise for the whole life of it.
"use strict";

let shutDown;
const shutdown = new Promise((resolve) => {
  shutDown = resolve;
});
process.once("SIGTERM", () => shutDown("terminated"));

class Job {
  constructor(id, payload) {
    this.id = id;
    this.payload = payload;
  }

  async run() {
    await null;
    return { id: this.id, sum: this.payload.reduce((sum, value) => sum + value, 0), rows: this.payload };
  }
}

async function runOrStop(job) {
  return await Promise.race([shutdown, job.run()]);
}

const statistics = { done: 0, rows: 0 };

exports.round = async (number) => {
  for (let id = 0; id < 150; id++) {
    const job = new Job(
      `${number}-${id}`,
      Array.from({ length: 40 }, (_, row) => row * id + 0.5),
    );
    const result = await runOrStop(job);
    statistics.done++;
    statistics.rows += result.rows.length;
  }
};
