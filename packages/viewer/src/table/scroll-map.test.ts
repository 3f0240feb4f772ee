import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GREATEST_HEIGHT, ScrollMap } from "./scroll-map.ts";

const VIEW = 600;
const HUNDRED_MILLION = 100_000_000 * 22;

describe("ScrollMap", () => {
  it("is the browser's own scrolling while the browser can", () => {
    const map = new ScrollMap(2_200_000, VIEW);
    expect(map.isExact).toBe(true);
    expect(map.elementHeight).toBe(2_200_000);
    expect(map.topOf(1234)).toBe(1234);
    expect(map.follow(0, 0, 100_000, VIEW)).toBe(100_000);
  });

  it("reaches the first and the last row of a hundred million", () => {
    const map = new ScrollMap(HUNDRED_MILLION, VIEW);
    expect(map.elementHeight).toBe(GREATEST_HEIGHT);
    expect(map.topOf(0)).toBe(0);
    expect(map.topOf(22 * 40)).toBe(22 * 40);
    expect(map.topOf(GREATEST_HEIGHT - VIEW)).toBe(HUNDRED_MILLION - VIEW);
    expect(map.topOf(GREATEST_HEIGHT - VIEW - 22)).toBe(HUNDRED_MILLION - VIEW - 22);
  });

  it("moves by the wheel's pixels in the middle, and by far when the scrollbar is dragged", () => {
    const map = new ScrollMap(HUNDRED_MILLION, VIEW);
    const middle = map.topOf(8_000_000);
    expect(map.follow(middle, 8_000_000, 8_000_100, VIEW)).toBe(middle + 100);
    expect(map.follow(middle, 8_000_000, 7_999_940, VIEW)).toBe(middle - 60);
    expect(map.follow(middle, 8_000_000, 8_030_000, VIEW) - middle).toBeGreaterThan(3_000_000);
  });

  it("goes there and back, in order, for any height", () => {
    const heights = fc.double({ min: 1, max: 1e12, noNaN: true });
    const parts = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(heights, parts, parts, (height, one, other) => {
        const map = new ScrollMap(height, VIEW);
        const [low, high] = [Math.min(one, other) * map.limit, Math.max(one, other) * map.limit];
        expect(map.scrollOf(low)).toBeLessThanOrEqual(map.scrollOf(high));
        expect(map.scrollOf(high)).toBeLessThanOrEqual(GREATEST_HEIGHT);
        expect(Math.abs(map.topOf(map.scrollOf(low)) - low)).toBeLessThanOrEqual(1e-6 * (1 + low));
      }),
    );
  });

  it("never leaves the rows", () => {
    const map = new ScrollMap(HUNDRED_MILLION, VIEW);
    expect(map.follow(50, 60, 0, VIEW)).toBe(0);
    expect(map.follow(map.limit - 10, 100, 400, VIEW)).toBe(map.limit);
    expect(new ScrollMap(100, VIEW).topOf(50)).toBe(0);
  });
});
