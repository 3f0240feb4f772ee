import { describe, expect, it } from "vitest";
import { sparkPoints } from "./sparkline.tsx";

describe("sparkPoints", () => {
  it("spans the whole width, from zero at the bottom to the largest on top", () => {
    expect(sparkPoints([0, 15, 30])).toEqual([
      [2.5, 13.5],
      [42, 8],
      [81.5, 2.5],
    ]);
  });

  it("draws a change of half a percent as nearly flat", () => {
    const [from, to] = sparkPoints([27_830, 27_977]).map(([, y]) => y);
    expect(from! - to!).toBeLessThan(0.2);
  });

  it("draws none as a line at the bottom", () => {
    expect(sparkPoints([0, 0]).map(([, y]) => y)).toEqual([13.5, 13.5]);
  });

  it("has a point for a single number", () => {
    expect(sparkPoints([3])).toEqual([[2.5, 2.5]]);
  });
});
