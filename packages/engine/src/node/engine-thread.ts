/** Another thread of the engine: does the jobs that it is sent, one after the other. Started by `thread-team.ts`. */
import { readSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { ownMemoryOf, runRowsJob, runTableJob, type RowsJob, type TableJob } from "@heapscope/engine";

/** A message to the thread. */
export type ThreadJob =
  | { readonly kind: "rows"; readonly job: RowsJob; readonly descriptor: number }
  | { readonly kind: "table"; readonly job: TableJob };

parentPort?.on("message", (message: ThreadJob) => {
  if (message.kind === "rows") {
    const { descriptor } = message;
    // The result is in shared memory.
    runRowsJob(message.job, (into, offset) => readSync(descriptor, into, 0, into.length, offset));
  } else {
    const table = runTableJob(message.job);
    parentPort?.postMessage(table, ownMemoryOf(table));
  }
});
