// Looks closer at a heap where its sizes leave open whether a capture is safe. A census pauses the target itself, so it is
// taken only if it can decide something: whether the capture fits into the memory that is free, or whether large objects
// or, on Node 18, texts make it long. Called between asking the target for its facts and judging.

import type { InspectorSession, SendOptions } from "../inspector/inspector-session.ts";
import type { TargetFacts } from "../inspector/target-facts.ts";
import { takeHeapCensus } from "./heap-census.ts";
import { heapFactsOf, type HeapFacts } from "./heap-facts.ts";
import { fits, isLong } from "./judge.ts";
import type { MemoryRoom } from "./memory-room.ts";
import { predictCost, type CostOptions } from "./predict-cost.ts";

export interface ExamineOptions extends SendOptions {
  /** Of the process; without it a heap is counted only for the sake of time. */
  readonly memory?: MemoryRoom | undefined;
  readonly cost?: CostOptions;
  /** Longest pause that counting may take, as expected from the heap's size, milliseconds; default 30 000, 0 never counts. */
  readonly maxPauseMs?: number;
  /** Called before the target is paused for counting. */
  readonly onCount?: (expectedPauseMs: number) => void;
}

/** Of a heap of 2.5 GB, which takes ten times as long to capture. */
const DEFAULT_MAX_PAUSE_MS = 30_000;
/** Measured: 4 to 10. */
const COUNTING_MS_PER_MB = 12;
/** A heap of many small WeakMaps, the dearest that was measured, takes this many times its size. */
const DEAREST = 36;
/** The cheapest one, of sets, takes this many times its size. */
const CHEAPEST = 3;

/**
 * What is known about the heap of a session's main thread, counted if need be. Read the free memory again afterwards:
 * counting takes about 25 MB for good. Throws `CaptureError` when the session fails.
 */
export async function examineHeap(
  session: InspectorSession,
  facts: TargetFacts,
  options: ExamineOptions = {},
): Promise<HeapFacts> {
  const heap = heapFactsOf(facts);
  const { maxPauseMs = DEFAULT_MAX_PAUSE_MS } = options;
  const expectedPauseMs = (COUNTING_MS_PER_MB * (heap.used - (heap.largeObjects ?? 0))) / 1e6;
  if (expectedPauseMs > maxPauseMs || maxPauseMs === 0 || !isUndecided(heap, options)) return heap;
  options.onCount?.(expectedPauseMs);
  return heapFactsOf(facts, await takeHeapCensus(session, options));
}

/** V8 10 needs 10 s for 120,000 different texts, which a heap of that size may hold. */
const SLOW_WITH_TEXTS = { before: 20, from: 10e6 };

/** Whether a census may change what the sizes say. */
export function isUndecided(
  heap: HeapFacts,
  { memory, cost = {} }: Pick<ExamineOptions, "memory" | "cost"> = {},
): boolean {
  if (heap.isUpperBound || heap.isCompressed === true) return false; // it cannot be counted
  const { extraMemory, pauseMs, smallObjects } = predictCost(heap, cost);
  if (memory !== undefined) {
    const atWorst = Math.max(extraMemory, DEAREST * smallObjects);
    if (!fits(atWorst, memory) && fits(CHEAPEST * smallObjects, memory)) return true;
  }
  const { nodeMajor = Infinity } = heap;
  if (nodeMajor < SLOW_WITH_TEXTS.before && smallObjects > SLOW_WITH_TEXTS.from) return true;
  const withoutLarge = predictCost({ ...heap, used: smallObjects, largeObjects: 0 }, cost);
  return isLong(pauseMs) && !isLong(withoutLarge.pauseMs);
}
