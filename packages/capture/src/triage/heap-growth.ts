// How fast a heap grows, from the samples of a monitor. What a heap uses goes up and down with every collection, so over
// a short time its slope says little; what is left after a full collection is the measure, once there were two of them.
// Cost: one pass over the samples.

import type { CollectionCount, Collections, HeapSample } from "./heap-monitor.ts";

/** A size at the beginning and at the end of a period, and the slope of the line that fits best between. */
export interface SizeTrend {
  readonly first: number;
  readonly last: number;
  /** Bytes per second, by least squares. */
  readonly perSecond: number;
}

/** What a series of samples comes to. */
export interface HeapGrowth {
  readonly durationMs: number;
  readonly heapUsed: SizeTrend;
  /** Of what full collections have left over; missing when there were fewer than two. */
  readonly usedAfterFull?: SizeTrend;
  readonly residentSize?: SizeTrend;
  readonly external?: SizeTrend;
  /** Missing where the target does not count its collections. */
  readonly collections?: Collections;
}

/** Sums samples up as they come, so that a watch of days needs no more memory than one of seconds. */
export class GrowthMeter {
  readonly #trends = {
    heapUsed: new TrendMeter(),
    usedAfterFull: new TrendMeter(),
    residentSize: new TrendMeter(),
    external: new TrendMeter(),
  };
  #collections: Mutable<Collections> | undefined;
  #firstMs: number | undefined;
  #lastMs = 0;

  add(sample: HeapSample): void {
    this.#firstMs ??= sample.elapsedMs;
    this.#lastMs = sample.elapsedMs;
    for (const name of ["heapUsed", "usedAfterFull", "residentSize", "external"] as const) {
      const size = sample[name];
      if (size !== undefined) this.#trends[name].add(sample.elapsedMs / 1000, size);
    }
    const seen = sample.collections;
    if (seen === undefined) return;
    this.#collections ??= { scavenge: none(), markCompact: none(), other: none(), longestMs: 0 };
    for (const kind of ["scavenge", "markCompact", "other"] as const) {
      this.#collections[kind].count += seen[kind].count;
      this.#collections[kind].timeMs += seen[kind].timeMs;
    }
    this.#collections.longestMs = Math.max(this.#collections.longestMs, seen.longestMs);
  }

  /** The growth so far; `undefined` before the first sample. */
  growth(): HeapGrowth | undefined {
    const heapUsed = this.#trends.heapUsed.trend(1);
    if (heapUsed === undefined || this.#firstMs === undefined) return undefined;
    const usedAfterFull = this.#trends.usedAfterFull.trend(2);
    const residentSize = this.#trends.residentSize.trend(1);
    const external = this.#trends.external.trend(1);
    return {
      durationMs: this.#lastMs - this.#firstMs,
      heapUsed,
      ...(usedAfterFull === undefined ? {} : { usedAfterFull }),
      ...(residentSize === undefined ? {} : { residentSize }),
      ...(external === undefined ? {} : { external }),
      ...(this.#collections === undefined ? {} : { collections: structuredClone(this.#collections) }),
    };
  }
}

type Mutable<Value> = Value extends object
  ? { -readonly [Name in keyof Value]: Mutable<Value[Name]> }
  : Value;

function none(): Mutable<CollectionCount> {
  return { count: 0, timeMs: 0 };
}

/** A line through points, by running sums about the first point, which keeps them small. */
class TrendMeter {
  #count = 0;
  #firstX = 0;
  #first = 0;
  #last = 0;
  #sumX = 0;
  #sumY = 0;
  #sumXX = 0;
  #sumXY = 0;

  add(x: number, y: number): void {
    if (this.#count === 0) {
      this.#firstX = x;
      this.#first = y;
    }
    this.#last = y;
    const dx = x - this.#firstX;
    const dy = y - this.#first;
    this.#count++;
    this.#sumX += dx;
    this.#sumY += dy;
    this.#sumXX += dx * dx;
    this.#sumXY += dx * dy;
  }

  trend(least: number): SizeTrend | undefined {
    if (this.#count < least) return undefined;
    const spread = this.#count * this.#sumXX - this.#sumX * this.#sumX;
    const slope = spread > 0 ? (this.#count * this.#sumXY - this.#sumX * this.#sumY) / spread : 0;
    return { first: this.#first, last: this.#last, perSecond: slope };
  }
}
