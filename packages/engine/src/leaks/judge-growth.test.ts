import { expect, test } from "vitest";
import { judgeGrowth, judgeSizes } from "./judge-growth.ts";

test.each([
  ["a bounded cache in steady state", [300, 300, 300], [0, 100], 100, "turnover"],
  ["a full cache whose size varies by chance", [95, 97, 101], [50, 60], 160, "turnover"],
  ["a queue that is emptied", [1, 50, 60], [0, 60], 50, "draining"],
  ["work under way, more of it each time", [1, 2, 3], [0, 3], 3, "draining"],
  ["a cache that fills up", [10, 400, 410], [390, 10], 0, "levelling-off"],
  ["initialisation", [10, 900, 900], [890, 0], 0, "one-time"],
  ["a module that was loaded late", [10, 10, 900], [0, 890], 0, "one-time"],
  ["what becomes less", [10, 9, 8], [0, 0], 2, "turnover"],
  ["what stays", [10, 10, 10], [0, 0], 0, "shrinks"],
  ["a leak", [100, 1100, 2100], [1000, 1000], 0, "grows"],
  ["a leak of one object a round", [1, 2, 3], [1, 1], 0, "grows"],
  ["a leak with much coming and going", [120, 320, 520], [200, 300], 200, "grows"],
  ["a leak that becomes faster", [0, 100, 900], [100, 800], 0, "grows"],
  ["four rounds of a leak", [0, 10, 19, 31, 40], [10, 9, 12, 9], 0, "grows"],
])("%s: %j objects, %j kept, %i gone: %s", (_, counts, kept, gone, expected) => {
  expect(judgeGrowth({ counts, kept, gone })).toBe(expected);
});

test("with two snapshots everything that came and stayed grows", () => {
  expect(judgeGrowth({ counts: [0, 100], kept: [100], gone: 0 })).toBe("grows");
  expect(judgeGrowth({ counts: [100, 103], kept: [50], gone: 47 })).toBe("turnover");
});

test("things that go in lots vary by lots", () => {
  const counts = { counts: [30_000, 30_300, 30_600], kept: [9000, 12_000], gone: 6000 };
  expect(judgeGrowth(counts)).toBe("grows");
  expect(judgeGrowth({ ...counts, together: 15 })).toBe("turnover");
});

test("without ids the counts alone decide", () => {
  expect(judgeGrowth({ counts: [10, 20, 30] })).toBe("grows");
  expect(judgeGrowth({ counts: [10, 20, 20] })).toBe("one-time");
  expect(judgeGrowth({ counts: [10, 20, 15] })).toBe("one-time");
});

test.each([
  [[100, 200, 300], "grows"],
  [[100, 200, 200], "one-time"],
  [[100, 900, 950], "levelling-off"],
  [[100, 50, 60], "shrinks"],
  [[100, 300, 200, 250], "turnover"],
])("bytes %j: %s", (sizes, expected) => {
  expect(judgeSizes(sizes)).toBe(expected);
});
