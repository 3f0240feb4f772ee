// Measures for how long a snapshot keeps the target's event loop from turning: a timer in the target notes the longest gap
// between two of its ticks. It is the target's own clock, so the connection adds nothing. Only in Node and Deno; pages
// are throttled by their browser. The timer, a closure and the record of both, ten small objects, are gone afterwards.

import type { InspectorSession, SendOptions } from "../inspector/inspector-session.ts";
import { evaluate } from "../inspector/target-facts.ts";

const TICK_MS = 5;
/** Should nobody come back for it, the timer ends by itself after a minute of turns; a pause does not count. */
const MOST_TICKS = 12_000;

/**
 * The functions that the program itself got may be patched, so whatever comes back is looked at with suspicion.
 *
 * An expression of ours may run in the middle of the program's code, also inside Node's own timers: a timer that is cleared
 * between being chosen and being called makes Node call `null`, which ends the process. So the timer is made between two
 * callbacks of the program (behind an `await`), and nobody but itself clears it.
 */
const START = `(() => {
  if (typeof process !== "object" || typeof setInterval !== "function") return false;
  const key = Symbol.for("heapscope.pause");
  globalThis[key]?.();
  let last = performance.now();
  let longest = 0;
  let left = ${MOST_TICKS};
  const stop = () => {
    left = 0;
    if (globalThis[key] === stop) delete globalThis[key];
    return Math.max(longest, performance.now() - last);
  };
  globalThis[key] = stop;
  (async () => {
    await undefined;
    if (left === 0) return;
    const timer = setInterval(() => {
      if (left-- <= 1) {
        clearInterval(timer);
        stop();
        return;
      }
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }, ${TICK_MS});
    timer?.unref?.();
  })().catch(() => {});
  return true;
})()`;

const STOP = `globalThis[Symbol.for("heapscope.pause")]?.()`;

/** A measurement under way. */
export interface PauseWatch {
  /** Ends it and returns the longest pause, milliseconds; `undefined` if the target did not tell. Never fails. */
  stop(options?: SendOptions): Promise<number | undefined>;
  /** Ends it without waiting for an answer. */
  abandon(): void;
}

/** Begins to measure; `undefined` if this target cannot. Never fails: a capture must not, for want of this number. */
export async function watchPause(
  session: InspectorSession,
  options: SendOptions = {},
): Promise<PauseWatch | undefined> {
  const begun = await evaluate(session, START, options).catch(() => false);
  if (begun !== true) return undefined;
  return {
    async stop(options = {}) {
      const pause = await evaluate(session, STOP, options).catch(() => undefined);
      return typeof pause === "number" && Number.isFinite(pause) && pause >= 0 ? pause : undefined;
    },
    abandon: () => session.post("Runtime.evaluate", { expression: STOP, returnByValue: true }),
  };
}
