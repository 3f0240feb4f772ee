// One measurement from its options to its answer: snapshots between rounds of calls, which another process reads.

import type { AnalysisAnswer, AnalysisRequest } from "./analysis-protocol.ts";
import { captureRounds } from "./capture-rounds.ts";
import { withHeapSession } from "./heap-session.ts";
import { readOptions, type ReadOptions } from "./read-options.ts";
import { runAnalysis } from "./run-analysis.ts";
import { createSnapshotFolder, type SnapshotFolder } from "./snapshot-folder.ts";
import type { ExpectNoLeakOptions } from "./testing.ts";
import { TimeLimit } from "./time-limit.ts";

/** What it has come to, and the snapshots that were kept. */
export type Measurement = Omit<AnalysisAnswer & { readonly kind: "leaks" }, "kind"> & {
  readonly snapshots: readonly string[];
};

/** Two measurements in one thread would each see what the other one does. */
let isRunning = false;

/** Rejects with what `subject` throws, and a plain `Error` when it could not be done. */
export async function measure(subject: () => unknown, options: ExpectNoLeakOptions): Promise<Measurement> {
  if (typeof subject !== "function")
    throw new TypeError("expectNoLeak: give the function that is to be called again and again.");
  const plan = readOptions(options);
  if (isRunning)
    throw new Error(
      "expectNoLeak is already measuring in this thread, and each would count what the other allocates; " +
        "wait for one before the next: not within the function that is measured, and not in concurrent tests.",
    );
  const limit = new TimeLimit(plan);
  let folder: SnapshotFolder | undefined;
  isRunning = true;
  try {
    folder = createSnapshotFolder(plan.keepSnapshots);
    const files = await limit.race(captureIn(folder, subject, plan, limit));
    limit.check();
    const answer = await runAnalysis(describeRequest(files, plan), limit.signal);
    const keeps = answer.message !== undefined && plan.keepSnapshots !== undefined;
    if (keeps) {
      folder.keep();
      folder = undefined;
    }
    return { ...answer, snapshots: keeps ? files : [] };
  } finally {
    isRunning = false;
    limit.end();
    folder?.remove();
  }
}

function describeRequest(
  files: readonly string[],
  { ignore, keep, baseline, tolerance, perRound, keepSnapshots }: ReadOptions,
): AnalysisRequest & { kind: "leaks" } {
  const stay = keepSnapshots !== undefined;
  return { kind: "leaks", files, stay, perRound, ignore, keep, baseline, tolerance };
}

function captureIn(
  folder: SnapshotFolder,
  subject: () => unknown,
  { warmup, rounds, perRound, settleMs }: ReadOptions,
  limit: TimeLimit,
): Promise<string[]> {
  const check = (): void => limit.check();
  const plan = { call: subject, warmup, rounds, perRound, settleMs, folder: folder.path, check };
  return withHeapSession((session) => captureRounds(session, plan));
}
