import { describe, expect, it } from "vitest";
import { sparkPoints } from "./sparkline.tsx";

describe("sparkPoints", () => {
  it("spans the whole width and height, the largest on top", () => {
    expect(sparkPoints([10, 20, 30])).toEqual([
      [2.5, 13.5],
      [42, 8],
      [81.5, 2.5],
    ]);
  });

  it("draws equal numbers as a line in the middle", () => {
    expect(sparkPoints([7, 7]).map(([, y]) => y)).toEqual([8, 8]);
  });

  it("has a point for a single number", () => {
    expect(sparkPoints([3])).toEqual([[2.5, 8]]);
  });
});
