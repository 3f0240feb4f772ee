// A job table under much churn: jobs come and go, but one in twenty fails in a way after which nobody removes it.

class JobState {
  constructor(id, kind) {
    this.id = id;
    this.kind = kind;
    this.progress = 0;
    this.steps = ["queued"];
  }

  advance(step) {
    this.steps.push(step);
    this.progress += 0.25;
  }
}

const table = new Map();
const waiting = [];

function submit(id, kind) {
  const job = new JobState(id, kind);
  table.set(id, job);
  waiting.push(job);
}

function work(limit) {
  while (waiting.length > limit) {
    const job = waiting.shift();
    job.advance("started");
    if (job.id % 20 === 7) {
      job.advance("failed");
      continue; // the failure is reported, the job forgotten
    }
    job.advance("done");
    table.delete(job.id);
  }
}

let next = 0;

export function round() {
  for (let job = 0; job < 800; job++) {
    submit(next++, job % 2 ? "resize" : "convert");
    if (job % 50 === 49) work(300 + Math.floor(Math.random() * 100));
  }
}
