import { runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { cutTree, type CutTree } from "./cut-tree.ts";

/** A tree in preorder, with own values of 0 too. */
interface Tree {
  readonly parent: number[];
  readonly own: number[];
  readonly value: number[];
  readonly subtreeCount: number[];
}

const arbitraryTree = fc
  .array(fc.record({ own: fc.nat(5), up: fc.nat(3) }), { minLength: 1, maxLength: 40 })
  .map((drawn): Tree => {
    const parent = [-1];
    // Below the one before it, or below one of those around that.
    for (let at = 1; at < drawn.length; at++) {
      let above = at - 1;
      for (let up = drawn[at]!.up; up > 0 && above > 0; up--) above = parent[above]!;
      parent.push(above);
    }
    const own = drawn.map((each) => each.own);
    const value = [...own];
    const subtreeCount = own.map(() => 1);
    for (let at = own.length - 1; at > 0; at--) {
      value[parent[at]!]! += value[at]!;
      subtreeCount[parent[at]!]! += subtreeCount[at]!;
    }
    return { parent, own, value, subtreeCount };
  });

const cut = (tree: Tree, most: number, order: "largest" | "tree" = "largest"): CutTree =>
  cutTree({ subtreeCount: tree.subtreeCount, valueAt: (at) => tree.value[at]! }, 0, most, order);

it("keeps the largest boxes and loses nothing", () => {
  fc.assert(
    fc.property(arbitraryTree, fc.integer({ min: 1, max: 50 }), (tree, most) => {
      const { parent, position, value, count } = cut(tree, most);
      const kept = position.filter((at) => at !== -1);
      // As many as may be, and none that was left out is larger than one that is there.
      const worth = tree.value
        .map((each, at) => ({ each, at }))
        .filter(({ each, at }) => each > 0 || at === 0);
      expect(kept.length).toBe(Math.min(most, worth.length));
      const least = Math.min(...kept.map((at) => tree.value[at]!));
      for (const { each, at } of worth) if (!kept.includes(at)) expect(each).toBeLessThanOrEqual(least);

      parent.forEach((above, box) => {
        // Parents stand before their children, and are theirs in the tree.
        expect(above).toBeLessThan(box);
        const at = position[box]!;
        if (at > 0) expect(position[above]).toBe(tree.parent[at]);
        if (at === -1) return;
        const below = parent.flatMap((other, child) => (other === box ? [child] : []));
        const sum = below.reduce((before, child) => before + value[child]!, 0);
        expect(sum).toBe(tree.value[at]! - tree.own[at]!);
        // One parent's children follow each other, the largest first and the rest last.
        below.forEach((child, i) => expect(child).toBe(below[0]! + i));
        const named = below.filter((child) => position[child] !== -1);
        expect(named.map((child) => value[child]!)).toEqual(
          named.map((child) => value[child]!).sort((a, b) => b - a),
        );
        expect(below.findIndex((child) => position[child] === -1)).toBeOneOf([-1, below.length - 1]);
        const children = tree.parent.filter((other) => other === at).length;
        if (named.length < below.length)
          expect(below.reduce((before, child) => before + count[child]!, 0)).toBe(children);
      });
    }),
    runParameters(500),
  );
});

it("keeps the order of the tree on request", () => {
  const tree: Tree = {
    parent: [-1, 0, 1, 0, 0],
    own: [0, 1, 1, 5, 1],
    value: [8, 2, 1, 5, 1],
    subtreeCount: [5, 2, 1, 1, 1],
  };
  expect(cut(tree, 9, "tree").position).toEqual([0, 1, 3, 4, 2]);
  expect(cut(tree, 9).position).toEqual([0, 3, 1, 4, 2]);
  expect(cut(tree, 2)).toEqual({
    parent: [-1, 0, 0],
    position: [0, 3, -1],
    value: [8, 5, 3],
    count: [1, 1, 2],
  });
});

it("looks at each child of a box once, and remembers few of a million", () => {
  const count = 1_000_001;
  const subtreeCount = new Uint32Array(count).fill(1);
  subtreeCount[0] = count;
  let looks = 0;
  // The worst order: each is larger than all before it.
  const valueAt = (at: number): number => (looks++, at === 0 ? (count * (count - 1)) / 2 : at);
  const result = cutTree({ subtreeCount, valueAt }, 0, 100, "largest");
  expect(result.position.slice(1, 4)).toEqual([count - 1, count - 2, count - 3]);
  expect(result.count.at(-1)).toBe(count - 1 - 99);
  expect(looks).toBe(count);
});
