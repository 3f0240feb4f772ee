// What happens in a round between two snapshots, and in a step of the warm-up: time passes, a command drives the process,
// or the process answers requests. A round ends with its work; the rest that lets work under way end is not part of it.

import type { InspectorSession } from "@heapscope/capture";
import { setTimeout as sleep } from "node:timers/promises";
import { formatCount, formatDuration, formatQuantity } from "@heapscope/wording";
import { CommandError } from "../command-error.ts";
import { runExercise } from "./run-exercise.ts";

/** One kind of work. */
export interface RoundWork {
  /** For people: `60 s`, `“npm run load”`, `1,000 requests`. */
  readonly description: string;
  /** Whether the process works because of it; otherwise it does by itself, or others make it. */
  readonly drives: boolean;
  /** How often a warm-up may do its step before it counts as warm, settled or not. */
  readonly mostSteps: number;
  /** Does the work of a round. Resolves with the requests that were counted, if they were. */
  run(surroundings: WorkSurroundings): Promise<number | undefined>;
  /** Does a part of it, to warm up. */
  step(surroundings: WorkSurroundings): Promise<unknown>;
}

export interface WorkSurroundings {
  /** `undefined` where a signal takes the snapshots. */
  readonly session: InspectorSession | undefined;
  /** Aborts when it is given up, or when the process has ended. */
  readonly signal: AbortSignal;
  /** 0 while warming up. */
  readonly round: number;
  /** What is going on, as the end of a sentence. */
  readonly status: (text: string) => void;
  readonly say: (text: string) => void;
}

/** Lets time pass. */
export function waiting(durationMs: number): RoundWork {
  const stepMs = Math.min(15_000, Math.max(1000, durationMs / 4));
  return {
    description: formatDuration(durationMs),
    drives: false,
    mostSteps: 8,
    async run(surroundings) {
      await pass(durationMs, surroundings);
      return undefined;
    },
    step: (surroundings) => pass(stepMs, surroundings),
  };
}

/** Runs a command by the shell. */
export function exercising(command: string): RoundWork {
  const run = async ({ signal, round, status }: WorkSurroundings): Promise<undefined> => {
    const startedAt = performance.now();
    const tell = (): void =>
      status(`“${command}” for ${Math.floor((performance.now() - startedAt) / 1000)} s`);
    tell();
    const timer = setInterval(tell, 1000);
    try {
      await runExercise(command, { signal, round });
    } finally {
      clearInterval(timer);
    }
  };
  return { description: `“${command}”`, drives: true, mostSteps: 4, run, step: run };
}

/** Waits until the process has begun to answer so many requests. */
export function serving(requests: number): RoundWork {
  return {
    description: formatQuantity(requests, "request"),
    drives: false,
    mostSteps: 8,
    run: (surroundings) => serve(requests, surroundings),
    step: (surroundings) => serve(Math.ceil(requests / 4), surroundings),
  };
}

const POLL_MS = 200;
/** Without a single request for so long, nobody sends any. */
const QUIET_MS = 600_000;
const HINT_MS = 30_000;

async function serve(wanted: number, surroundings: WorkSurroundings): Promise<number> {
  const { session, signal, status, say } = surroundings;
  if (session === undefined)
    throw new CommandError(
      "no-requests",
      "requests cannot be counted where a signal takes the snapshots; use --interval or --exercise.",
    );
  const { countRequests } = await import("@heapscope/capture");
  const counter = await countRequests(session, { signal });
  let heardAt = performance.now();
  let hinted = false;
  let seen = 0;
  try {
    for (;;) {
      const count = await counter.read({ signal, timeoutMs: Number.POSITIVE_INFINITY });
      if (count > seen) heardAt = performance.now();
      seen = count;
      if (seen >= wanted) return seen;
      status(`${formatCount(seen)} of ${formatQuantity(wanted, "request")}`);
      const quietMs = performance.now() - heardAt;
      if (!hinted && seen === 0 && quietMs > HINT_MS) {
        hinted = true;
        say("Note: the process has not got a single HTTP request yet; send it some, or press Ctrl-C.");
      }
      if (quietMs > QUIET_MS)
        throw new CommandError(
          "no-requests",
          `the process got ${formatQuantity(seen, "request")} of ${formatCount(wanted)} and none for ten minutes; send it some, or use --exercise or --interval.`,
        );
      await sleep(POLL_MS, undefined, { signal });
    }
  } finally {
    await counter.stop();
  }
}

/** Waits, and says how long it will. */
export async function pass(
  durationMs: number,
  { signal, status }: Pick<WorkSurroundings, "signal" | "status">,
): Promise<void> {
  const end = performance.now() + durationMs;
  for (let left = durationMs; left > 0; left = end - performance.now()) {
    status(`${Math.ceil(left / 1000)} s left`);
    await sleep(Math.min(1000, left), undefined, { signal });
  }
}
