import { describe, expect, it } from "vitest";
import { clampRange, rangeOfSeconds, rangeSums } from "./timeline-range.ts";

/** Four intervals of a second. */
const TIMELINE = {
  endUs: [1e6, 2e6, 3e6, 4e6],
  lastId: [101, 201, 301, 401],
  liveCount: [1, 2, 3, 4],
  liveSize: [10, 20, 30, 40],
};

describe("rangeOfSeconds", () => {
  it("takes the intervals that the times touch", () => {
    expect(rangeOfSeconds(TIMELINE, 1.2, 2.7)).toEqual({ first: 1, last: 2 });
  });

  it("takes just the interval between its own start and end", () => {
    expect(rangeOfSeconds(TIMELINE, 1, 2)).toEqual({ first: 1, last: 1 });
  });

  it("reads times in either order, and beyond both ends", () => {
    expect(rangeOfSeconds(TIMELINE, 99, -5)).toEqual({ first: 0, last: 3 });
  });

  it("has one interval for a single time", () => {
    expect(rangeOfSeconds(TIMELINE, 2.5, 2.5)).toEqual({ first: 2, last: 2 });
    expect(rangeOfSeconds(TIMELINE, 99, 99)).toEqual({ first: 3, last: 3 });
  });
});

describe("a recording with objects that were there before", () => {
  const timeline = { ...TIMELINE, endUs: [0, 1e6, 2e6, 3e6] };

  it("leaves them out of ranges", () => {
    expect(rangeOfSeconds(timeline, -1, 1)).toEqual({ first: 1, last: 1 });
    expect(rangeSums(timeline, { first: 1, last: 1 }).after).toBe(101);
  });
});

it("keeps the part of a range that was recorded", () => {
  expect(clampRange(TIMELINE, { first: 2, last: 900 })).toEqual({ first: 2, last: 3 });
  expect(clampRange(TIMELINE, { first: 70, last: 900 })).toEqual({ first: 3, last: 3 });
});

describe("rangeSums", () => {
  it("adds what is alive, and excludes ids of the interval before", () => {
    expect(rangeSums(TIMELINE, { first: 1, last: 2 })).toEqual({ count: 5, size: 50, after: 101, upTo: 301 });
  });

  it("begins with all ids", () => {
    expect(rangeSums(TIMELINE, { first: 0, last: 3 })).toEqual({ count: 10, size: 100, after: 0, upTo: 401 });
  });
});
