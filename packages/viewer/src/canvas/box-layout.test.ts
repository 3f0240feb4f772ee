import { runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BoxTree } from "../protocol/index.ts";
import {
  chainTo,
  findBoxAt,
  findChildren,
  layOutIcicle,
  layOutTreemap,
  rectangleOf,
  ROW_HEIGHT,
  walkFrom,
  type BoxLayout,
} from "./box-layout.ts";

function boxTree(parent: readonly number[], own: readonly number[]): BoxTree {
  const value = [...own];
  for (let box = parent.length - 1; box > 0; box--) value[parent[box]!]! += value[box]!;
  const fill = <T>(item: T): T[] => parent.map(() => item);
  return {
    parent,
    value,
    selfValue: own,
    label: parent.map(String),
    kind: fill("K"),
    id: parent.map((_, box) => box + 1),
    count: fill(1),
    location: fill(""),
  };
}

/** Parents in rising order, so that children of one follow each other, as in every answer of the desk. */
const arbitraryBoxes = fc
  .array(fc.record({ own: fc.nat(9), above: fc.nat(2) }), { minLength: 1, maxLength: 60 })
  .map((drawn) => {
    const parent = [-1];
    for (let box = 1; box < drawn.length; box++)
      parent.push(Math.min(box - 1, Math.max(0, parent[box - 1]! + (drawn[box]!.above === 2 ? 1 : 0))));
    return boxTree(
      parent,
      drawn.map(({ own }) => own),
    );
  });

const area = { width: 800, height: 500 };
const layouts = (boxes: BoxTree, top = 0): [BoxLayout, boolean][] => {
  const children = findChildren(boxes);
  return [
    [layOutTreemap(boxes, children, top, area), true],
    [layOutIcicle(boxes, children, top, area), false],
  ];
};

describe("every layout", () => {
  it("keeps boxes inside of what is around them and apart from each other", () => {
    fc.assert(
      fc.property(arbitraryBoxes, (boxes) => {
        for (const [layout, isNested] of layouts(boxes)) {
          const shown = layout.shown.map((box) => ({ box, ...rectangleOf(layout, box) }));
          for (const { box, x, y, width, height } of shown) {
            const above = boxes.parent[box]!;
            if (above === -1) continue;
            const around = rectangleOf(layout, above);
            expect(layout.hasShown[above]).toBe(1);
            expect(x).toBeGreaterThanOrEqual(around.x - 1e-6);
            expect(x + width).toBeLessThanOrEqual(around.x + around.width + 1e-6);
            if (isNested) expect(y + height).toBeLessThanOrEqual(around.y + around.height + 1e-6);
            else expect(y).toBe(around.y + ROW_HEIGHT);
            for (const other of shown) {
              if (other.box >= box || boxes.parent[other.box] !== above) continue;
              const isApart =
                other.x + other.width <= x + 1e-6 ||
                x + width <= other.x + 1e-6 ||
                other.y + other.height <= y + 1e-6 ||
                y + height <= other.y + 1e-6;
              expect(isApart).toBe(true);
            }
          }
        }
      }),
      runParameters(200),
    );
  });

  it("finds under a point what looking at all boxes finds", () => {
    fc.assert(
      fc.property(arbitraryBoxes, fc.nat(799), fc.nat(499), (boxes, x, y) => {
        for (const [layout, isNested] of layouts(boxes)) {
          const under = layout.shown.filter((box) => {
            const at = rectangleOf(layout, box);
            return x >= at.x && x < at.x + at.width && y >= at.y && y < at.y + at.height;
          });
          expect(findBoxAt(layout, findChildren(boxes), { x, y }, isNested)).toBe(under.at(-1) ?? -1);
        }
      }),
      runParameters(300),
    );
  });

  it("gives areas and widths by value", () => {
    const boxes = boxTree([-1, 0, 0, 0], [0, 600, 300, 100]);
    const [[treemap], [icicle]] = layouts(boxes) as [[BoxLayout, boolean], [BoxLayout, boolean]];
    const areaOf = (box: number): number => treemap.width[box]! * treemap.height[box]!;
    expect(areaOf(1) / areaOf(2)).toBeCloseTo(2);
    expect(areaOf(2) / areaOf(3)).toBeCloseTo(3);
    expect(Array.from(icicle.width.slice(1))).toEqual([480, 240, 80]);
    expect(icicle.contentHeight).toBe(2 * ROW_HEIGHT);
  });
});

it("leaves out what cannot be seen", () => {
  const boxes = boxTree([-1, 0, 0, 2], [0, 1e9, 0, 1]);
  for (const [layout] of layouts(boxes)) expect(layout.shown).toEqual([0, 1]);
});

it("fills the chart with the box that is zoomed in", () => {
  const boxes = boxTree([-1, 0, 0, 2], [0, 10, 5, 5]);
  const [[treemap]] = layouts(boxes, 2) as [[BoxLayout, boolean]];
  expect(rectangleOf(treemap, 2)).toEqual({ x: 0, y: 0, ...area });
  expect(treemap.shown).toEqual([2, 3]);
});

it("lays out chains as deep as they like", () => {
  const depth = 20_000;
  const boxes = boxTree(
    Array.from({ length: depth }, (_, box) => box - 1),
    Array.from({ length: depth }, () => 1),
  );
  const [[treemap], [icicle]] = layouts(boxes) as [[BoxLayout, boolean], [BoxLayout, boolean]];
  expect(treemap.shown.length).toBeLessThan(300);
  expect(icicle.contentHeight).toBeGreaterThan(10_000 * ROW_HEIGHT);
});

it("walks to parents, children and siblings that can be seen", () => {
  //  0 ─┬─ 1 ── 4
  //     ├─ 2 (too small)
  //     └─ 3
  const boxes = boxTree([-1, 0, 0, 0, 1], [0, 500, 0, 500, 500]);
  const children = findChildren(boxes);
  for (const [layout] of layouts(boxes)) {
    const walk = (box: number, direction: "parent" | "child" | "previous" | "next"): number =>
      walkFrom(boxes, children, layout, box, direction);
    expect([walk(0, "child"), walk(1, "next"), walk(3, "previous"), walk(1, "child")]).toEqual([1, 3, 1, 4]);
    expect([walk(4, "parent"), walk(3, "next"), walk(1, "previous"), walk(4, "child")]).toEqual([1, 3, 1, 4]);
    expect([walk(0, "parent"), walk(0, "next")]).toEqual([0, 0]);
  }
  expect(chainTo(boxes, 4)).toEqual([0, 1, 4]);
});
