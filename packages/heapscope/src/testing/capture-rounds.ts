// Calls a function many times and takes a snapshot of the own process before and after each round of calls. What is
// measured is the process that measures: so everything that this needs is loaded before the first snapshot, nothing is
// kept from one round to the next, and nobody looks into the files before the last one is written.
//
//   warm-up calls ─ rest ─ snapshot ─┬─ calls ─ rest ─ snapshot ─┬─ … ─ snapshot ─▶ files, for another process to read
//                                    round 1                     round 2
//
// Cost: each snapshot stops the thread for about 20 ms per MB of heap.

import path from "node:path";
import timers from "node:timers";
import v8 from "node:v8";
import type { HeapSession } from "./heap-session.ts";
import { explainWriteError } from "./snapshot-folder.ts";

/** What to call, and how often. */
export interface RoundPlan {
  readonly call: () => unknown;
  readonly warmup: number;
  readonly rounds: number;
  readonly perRound: number;
  /** What to wait before each snapshot for what the calls have left running. */
  readonly settleMs: number;
  /** Where the snapshots go: `0.heapsnapshot` and so on. */
  readonly folder: string;
  /** Throws when it is time to stop. Looked at between calls. */
  readonly check: () => void;
}

/** Taken now: test runners replace the global ones, and those in the module, by fakes that stand still. */
const { setImmediate, setTimeout } = timers;

/** Collections before a snapshot: what a finalizer lets go of is collected by the one after. */
const COLLECTIONS = 3;

/** Returns `rounds + 1` paths, the oldest first. Rejects with what `call` or `check` throws, or V8 when it cannot write. */
export async function captureRounds(session: HeapSession, plan: RoundPlan): Promise<string[]> {
  const files = Array.from({ length: plan.rounds + 1 }, (_, index) =>
    path.join(plan.folder, `${index}.heapsnapshot`),
  );
  await prepareThread(session);
  await callRepeatedly(plan, plan.warmup);
  for (const [index, file] of files.entries()) {
    if (index > 0) await callRepeatedly(plan, plan.perRound);
    await rest(session, plan.settleMs);
    plan.check();
    writeSnapshot(file);
  }
  return files;
}

/** Writes the heap of this thread to a file, mode 0600. Throws a plain `Error`. */
export function writeSnapshot(file: string): void {
  try {
    // Written by V8 itself: chunks by way of the inspector would be strings on the heap that is measured.
    v8.writeHeapSnapshot(file);
  } catch (error) {
    throw explainWriteError(file, error);
  }
}

async function callRepeatedly({ call, check }: RoundPlan, times: number): Promise<void> {
  for (let index = 0; index < times; index++) {
    await call();
    check();
  }
}

/**
 * V8 before 12 scans a script's source again for the line of each function: minutes, where TypeScript is loaded. For a
 * debugger it makes a table of lines, which stays.
 */
export async function prepareThread(session: HeapSession): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) >= 22) return;
  await session.send("Debugger.enable");
  await session.send("Debugger.disable");
}

/** Lets what is under way come to its end, and removes what nothing holds any more. */
export async function rest(session: HeapSession, settleMs: number): Promise<void> {
  if (settleMs > 0) await new Promise((resolve) => setTimeout(resolve, settleMs));
  // While a session is open, V8 keeps what the program writes to its console.
  await session.send("Runtime.discardConsoleEntries");
  for (let index = 0; index < COLLECTIONS; index++) {
    // Callbacks of a turn of the event loop, what they leave for the next one, and finalizers.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    await session.send("HeapProfiler.collectGarbage");
  }
}
