import { expect, test } from "vitest";
import type { HeapSpace, TargetFacts } from "../inspector/target-facts.ts";
import { heapBoundOf, heapFactsOf } from "./heap-facts.ts";

function facts(
  heapUsed: number,
  spaces: Record<string, number>,
  more: Partial<TargetFacts> = {},
): TargetFacts {
  const list: HeapSpace[] = Object.entries(spaces).map(([name, used]) => ({ name, size: used, used }));
  return { runtime: "node", nodeVersion: "v22.23.3", heapUsed, spaces: list, ...more } as TargetFacts;
}

test("large objects are those of all spaces for large ones", () => {
  const spaces = {
    old_space: 50,
    large_object_space: 20,
    new_large_object_space: 5,
    code_large_object_space: 1,
  };
  expect(heapFactsOf(facts(100, spaces))).toEqual({
    used: 100,
    largeObjects: 26,
    isUpperBound: false,
    nodeMajor: 22,
    isCompressed: false,
  });
});

test("a target that does not tell its spaces leaves large objects open", () => {
  expect(heapFactsOf(facts(100, {})).largeObjects).toBeUndefined();
  expect(heapFactsOf(facts(100, { large_object_space: 500 })).largeObjects).toBe(100);
});

test("Chromium and Electron have small references, and Deno no version of Node", () => {
  expect(heapFactsOf(facts(1, {}, { runtime: "electron" })).isCompressed).toBe(true);
  const page = heapFactsOf(facts(1, {}, { runtime: "chromium", nodeVersion: undefined }));
  expect(page).toMatchObject({ isCompressed: true });
  expect(page).not.toHaveProperty("nodeMajor");
});

test("from outside the heap is no larger than the private memory, nor than its limit and the young generation", () => {
  const process = {
    anonymousSize: 500e6,
    heapLimit: undefined,
    version: "v18.20.8",
    runtime: "node",
  } as const;
  expect(heapBoundOf(process)).toEqual({
    used: 500e6,
    largeObjects: undefined,
    isUpperBound: true,
    nodeMajor: 18,
    isCompressed: false,
  });
  expect(heapBoundOf({ ...process, heapLimit: 100e6 }).used).toBe(164e6);
  expect(heapBoundOf({ ...process, runtime: "deno", version: "2.9.6" })).not.toHaveProperty("nodeMajor");
});
