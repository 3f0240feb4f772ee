/** Ranges of an allocation timeline: intervals by their positions, and the objects that were allocated in them. */
import type { NodeId, TimelineAnswer } from "../../protocol/index.ts";

/** Intervals from `first` to `last`, both included. */
export interface TimelineRange {
  readonly first: number;
  readonly last: number;
}

interface RangeSums {
  readonly count: number;
  readonly size: number;
  /** Ids in (`after`, `upTo`]. */
  readonly after: NodeId;
  readonly upTo: NodeId;
}

const US_PER_SECOND = 1e6;

/**
 * The first interval of the recording itself. What was there when it began is one before, which ends at time 0; DevTools would
 * draw it as a bar that dwarfs all others.
 */
export function firstRecorded(timeline: TimelineAnswer): number {
  const { endUs } = timeline;
  return endUs.length > 1 && endUs[0] === 0 ? 1 : 0;
}

/** The part of a range that is in the recording: an address may name any. */
export function clampRange(timeline: TimelineAnswer, { first, last }: TimelineRange): TimelineRange {
  const least = firstRecorded(timeline);
  const most = timeline.endUs.length - 1;
  const clamp = (index: number): number => Math.max(least, Math.min(index, most));
  return { first: clamp(first), last: clamp(last) };
}

export function rangeSums(timeline: TimelineAnswer, { first, last }: TimelineRange): RangeSums {
  let count = 0;
  let size = 0;
  for (let index = first; index <= last; index++) {
    count += timeline.liveCount[index] ?? 0;
    size += timeline.liveSize[index] ?? 0;
  }
  return { count, size, after: timeline.lastId[first - 1] ?? 0, upTo: timeline.lastId[last] ?? 0 };
}

/** Seconds at which an interval begins. */
export function startOf(timeline: TimelineAnswer, index: number): number {
  return (timeline.endUs[index - 1] ?? 0) / US_PER_SECOND;
}

/** Seconds at which an interval ends. */
export function endOf(timeline: TimelineAnswer, index: number): number {
  return (timeline.endUs[index] ?? 0) / US_PER_SECOND;
}

/** The intervals of the recording that two times touch, in either order; at least one. */
export function rangeOfSeconds(timeline: TimelineAnswer, from: number, to: number): TimelineRange {
  const [early, late] = from <= to ? [from, to] : [to, from];
  const last = timeline.endUs.length - 1;
  // An interval ends at its time and begins just behind the end of the one before.
  const first = Math.max(
    firstRecorded(timeline),
    Math.min(last, countBelow(timeline.endUs, early * US_PER_SECOND, true)),
  );
  return {
    first,
    last: Math.min(last, Math.max(first, countBelow(timeline.endUs, late * US_PER_SECOND, false))),
  };
}

/** How many of the ascending times lie before `time`; with `orAt` also those that equal it. */
function countBelow(times: readonly number[], time: number, orAt: boolean): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time || (orAt && times[middle] === time)) low = middle + 1;
    else high = middle;
  }
  return low;
}
