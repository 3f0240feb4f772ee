/** Another thread of the engine: does the jobs that it is sent, one after the other. Started by `thread-team.ts`. */
import { readSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { runDominatorJob, runRowsJob, type DominatorJob, type RowsJob } from "@heapscope/engine";

/** A message to the thread. */
export type ThreadJob =
  | { readonly kind: "rows"; readonly job: RowsJob; readonly descriptor: number }
  | { readonly kind: "dominators"; readonly job: DominatorJob };

parentPort?.on("message", (message: ThreadJob) => {
  if (message.kind === "rows") {
    const { descriptor } = message;
    // The result is in shared memory.
    runRowsJob(message.job, (into, offset) => readSync(descriptor, into, 0, into.length, offset));
  } else parentPort?.postMessage(runDominatorJob(message.job));
});
