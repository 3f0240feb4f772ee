import { expect, test } from "vitest";
import { GrowthMeter } from "./heap-growth.ts";
import type { HeapSample } from "./heap-monitor.ts";

const nothing = { count: 0, timeMs: 0 };

function sample(elapsedMs: number, heapUsed: number, more: Partial<HeapSample> = {}): HeapSample {
  return { elapsedMs, heapUsed, heapTotal: 2 * heapUsed, spaces: [], ...more };
}

function growthOf(...samples: HeapSample[]) {
  const meter = new GrowthMeter();
  for (const each of samples) meter.add(each);
  return meter.growth();
}

test("the slope is that of the line that fits best", () => {
  expect(growthOf(sample(1000, 500), sample(2000, 700), sample(3000, 900))).toEqual({
    durationMs: 2000,
    heapUsed: { first: 500, last: 900, perSecond: 200 },
  });
  // A saw: its ends say +300 B/s, the line through all four points 100 B/s.
  expect(
    growthOf(sample(0, 0), sample(1000, 900), sample(2000, 300), sample(3000, 900))?.heapUsed,
  ).toMatchObject({ first: 0, last: 900, perSecond: 210 });
});

test("one sample has no slope, and none no growth", () => {
  expect(growthOf(sample(5, 500))).toEqual({
    durationMs: 0,
    heapUsed: { first: 500, last: 500, perSecond: 0 },
  });
  expect(growthOf()).toBeUndefined();
});

test("what full collections left over has a trend once there were two", () => {
  const once = [sample(0, 10), sample(1000, 20, { usedAfterFull: 8 })];
  expect(growthOf(...once)).not.toHaveProperty("usedAfterFull");
  const twice = [...once, sample(2000, 9), sample(3000, 30, { usedAfterFull: 12 })];
  expect(growthOf(...twice)?.usedAfterFull).toEqual({ first: 8, last: 12, perSecond: 2 });
});

test("collections are added up, and the longest pause is the longest of all", () => {
  const collections = (count: number, timeMs: number, longestMs: number) => ({
    collections: { scavenge: { count, timeMs }, markCompact: nothing, other: nothing, longestMs },
  });
  expect(
    growthOf(sample(0, 1, collections(2, 3, 2)), sample(1, 1, collections(1, 1.5, 1.5)))?.collections,
  ).toEqual({ scavenge: { count: 3, timeMs: 4.5 }, markCompact: nothing, other: nothing, longestMs: 2 });
});

test("times far from zero and sizes of terabytes lose nothing", () => {
  const later = 30 * 86_400_000;
  const growth = growthOf(...[0, 1, 2, 3].map((i) => sample(later + i * 1000, 4e12 + i * 100)));
  expect(growth?.heapUsed.perSecond).toBeCloseTo(100, 6);
});
