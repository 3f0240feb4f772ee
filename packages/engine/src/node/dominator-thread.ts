/**
 * The other thread: waits for one job, does it, and answers with the tree, which is in shared memory. Started by
 * `start-dominator-thread.ts`.
 */
import { parentPort } from "node:worker_threads";
import { runDominatorJob, type DominatorJob } from "@heapscope/engine";

parentPort?.once("message", (job: DominatorJob) => {
  parentPort?.postMessage(runDominatorJob(job));
});
