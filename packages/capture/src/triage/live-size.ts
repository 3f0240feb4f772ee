// How large what is alive in a heap is, and whether it has settled: the measure of a warm-up. V8 collects all garbage
// first, for which the program stands still: 1.2 to 1.6 s for each gigabyte of small objects, a fiftieth of a snapshot.

import type { InspectorSession, SendOptions } from "../inspector/inspector-session.ts";

/** V8 takes a moment per gigabyte to collect everything; a target that says nothing for so long is stuck. */
const PATIENCE_MS = 300_000;

/** Bytes alive in the heap of this session's thread, buffers included, after a full collection. Throws `CaptureError`. */
export async function measureLiveSize(
  session: InspectorSession,
  options: Pick<SendOptions, "signal"> = {},
): Promise<number> {
  const limits = { timeoutMs: PATIENCE_MS, ...options };
  await session.send("HeapProfiler.collectGarbage", undefined, limits);
  const { usedSize, backingStorageSize = 0 } = await session.send("Runtime.getHeapUsage", undefined, limits);
  return usedSize + backingStorageSize;
}

/** Growth that does not count: what a runtime does by itself. */
const SMALL_GROWTH = { bytes: 256 * 1024, share: 0.01 };
/** From one step to the next, growth that goes on as it is changes by less than this factor. */
const STEADY_FACTOR = 1.33;

/**
 * Whether a heap with these sizes, measured after steps of equal work, has settled: it does not grow any more, or it grows
 * by the same amount every time, as a program does that leaks from the start. Growth that becomes less is a warm-up.
 */
export function hasSettled(sizes: readonly number[]): boolean {
  const last = growthAt(sizes, sizes.length - 1);
  if (last === undefined) return false;
  const least = Math.max(SMALL_GROWTH.bytes, SMALL_GROWTH.share * sizes.at(-1)!);
  if (last <= least) return true;
  const before = growthAt(sizes, sizes.length - 2);
  return before !== undefined && last <= before * STEADY_FACTOR && last * STEADY_FACTOR >= before;
}

/** By how much a size is larger than the one before; `undefined` if there is none before. */
function growthAt(sizes: readonly number[], index: number): number | undefined {
  return index < 1 ? undefined : sizes[index]! - sizes[index - 1]!;
}
