// A small job queue that has run 500 jobs and keeps a result for each; writes a snapshot of itself.
//
// usage: node hold-queue.mjs <output>
//
// The everyday size: about 5 MB, most of it Node itself. Started by generate.mjs.
import { EventEmitter } from "node:events";
import { writeHeapSnapshot } from "node:v8";

class Job {
  constructor(number) {
    this.number = number;
    this.payload = { name: `job ${number}`, tags: ["nightly", `shard-${number % 8}`] };
  }

  run() {
    results.set(this, () => this.payload);
  }
}

const results = new Map();
const queue = new EventEmitter();
queue.on("job", (job) => job.run());
for (let i = 0; i < 500; i++) queue.emit("job", new Job(i));

writeHeapSnapshot(process.argv[2]);
