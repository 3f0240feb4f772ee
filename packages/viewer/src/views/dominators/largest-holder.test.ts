import { expect, it } from "vitest";
import { findChildren } from "../../canvas/box-layout.ts";
import type { BoxTree } from "../../protocol/index.ts";
import { findLargestHolder } from "./largest-holder.ts";

/** Rows of parent, label, class and retained size. */
function boxesOf(rows: readonly (readonly [number, string, string, number])[]): BoxTree {
  return {
    parent: rows.map(([parent]) => parent),
    value: rows.map(([, , , value]) => value),
    selfValue: rows.map(() => 0),
    label: rows.map(([, label]) => label),
    kind: rows.map(([, , kind]) => kind),
    id: rows.map(([, label], box) => (label === "" ? 0 : box + 1)),
    count: rows.map(() => 1),
    location: rows.map(() => ""),
  };
}

const heap = boxesOf([
  [-1, "(root)", "(synthetic)", 1000],
  [0, "(GC roots)", "(synthetic)", 500],
  [0, "global", "global", 490],
  [1, "", "", 300],
  [1, "system / Context", "system / Context", 200],
  [2, "Module", "Module", 400],
  [2, "Agent", "Agent", 90],
  [5, "Store", "Store", 390],
  [7, "Map", "Map", 380],
  [8, "(internal array)[]", "(array)", 370],
  [9, "Session", "Session", 100],
]);

it("follows the largest object down to where the heap comes together", () => {
  const holder = findLargestHolder(heap, findChildren(heap));
  expect(heap.label[holder]).toBe("Map");
});

it("looks below an object only", () => {
  expect(heap.label[findLargestHolder(heap, findChildren(heap), 9)]).toBe("Session");
  expect(findLargestHolder(heap, findChildren(heap), 6)).toBe(-1);
});
