import { expect, test } from "vitest";
import { predictionOf } from "./agent-preflight.ts";

const said = {
  fits: true,
  reason: "",
  extraMemory: 120e6,
  fileSize: 36e6,
  pauseMs: { from: 100, to: 1000 },
};

test("the agent's numbers are taken as they are where nothing else is wanted", () => {
  const wanted = { numericValues: false, gzip: false, snapshots: 1 };
  expect(predictionOf(said, wanted)).toMatchObject({
    extraMemory: 120e6,
    fileSize: 36e6,
    pauseMs: { from: 100, to: 1000 },
  });
});

test("numbers cost what they cost at most, a series its files, and compression saves", () => {
  const { extraMemory, fileSize, pauseMs, rules } = predictionOf(said, {
    numericValues: true,
    gzip: true,
    snapshots: 3,
  });
  expect([extraMemory, fileSize, pauseMs.from, pauseMs.to].map(Math.round)).toEqual([
    320e6, 67.5e6, 100, 2000,
  ]);
  expect(rules.file).toBe(
    "As the agent says of its main thread, times 2.1 for the values of numbers. Compressed to 30 % of it or less. Times 3 snapshots.",
  );
});
