import * as fc from "fast-check";
import { expect, it } from "vitest";
import { forEveryHeap, runParameters } from "@heapscope/testkit";
import { areDistances, NO_DISTANCE, restoreDominatorTree, SYSTEM_DISTANCE } from "./index.ts";

it("restores the tree of every heap, and takes its distances", async () => {
  await forEveryHeap(({ snapshot }) => {
    const { graph, dominatorTree, distance } = snapshot;
    const { nodeAt, subtreeCount } = dominatorTree;
    const restored = restoreDominatorTree(graph, nodeAt.slice(), subtreeCount.slice());
    expect(restored?.position).toEqual(dominatorTree.position);
    expect(restored?.nodeAt).toEqual(nodeAt);
    expect(areDistances(graph, distance)).toBe(true);
  }, 300);
});

/** The rules as they are said: every node once, the root first; ranges are whole, and inside of each other or apart. */
function isTree(nodeCount: number, rootNode: number, nodeAt: number[], subtreeCount: number[]): boolean {
  const ends = subtreeCount.map((count, at) => at + count);
  return (
    nodeAt.toSorted((a, b) => a - b).every((node, index) => node === index) &&
    nodeAt[0] === rootNode &&
    subtreeCount.every((count) => count >= 1) &&
    ends[0] === nodeCount &&
    ends.every((end, at) => ends.every((other, below) => below <= at || below >= end || other <= end))
  );
}

it("takes a tree exactly if it is one", () => {
  const columns = fc.integer({ min: 1, max: 5 }).chain((nodeCount) => {
    const column = (arbitrary: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
      fc.array(arbitrary, { minLength: nodeCount, maxLength: nodeCount });
    const order = fc.shuffledSubarray(
      Array.from({ length: nodeCount }, (_, node) => node),
      { minLength: nodeCount },
    );
    const anyNode = fc.oneof(fc.nat(nodeCount), fc.constant(0xffff_ffff));
    return fc.record({
      nodeCount: fc.constant(nodeCount),
      nodeAt: fc.oneof({ weight: 4, arbitrary: order }, column(anyNode)),
      rootNode: fc.option(fc.nat(nodeCount - 1), { nil: undefined }),
      subtreeCount: column(fc.oneof(fc.integer({ min: 1, max: nodeCount }), anyNode)).chain((counts) =>
        fc.constantFrom(counts, [nodeCount, ...counts.slice(1)]),
      ),
    });
  });
  let trees = 0;
  fc.assert(
    fc.property(columns, ({ nodeCount, nodeAt, rootNode, subtreeCount }) => {
      const shape = { nodeCount, rootNode: rootNode ?? nodeAt[0]! };
      const expected = isTree(nodeCount, shape.rootNode, nodeAt, subtreeCount);
      const restored = restoreDominatorTree(shape, Uint32Array.from(nodeAt), Uint32Array.from(subtreeCount));
      expect(restored !== undefined).toBe(expected);
      if (restored !== undefined)
        for (let at = 0; at < nodeCount; at++) expect(restored.position[nodeAt[at]!]).toBe(at);
      if (expected) trees++;
    }),
    { ...runParameters(5000) },
  );
  expect(trees).toBeGreaterThan(50);
});

it("takes no columns of another length", () => {
  const shape = { nodeCount: 2, rootNode: 0 };
  expect(restoreDominatorTree(shape, Uint32Array.of(0, 1), Uint32Array.of(2, 1))).toBeDefined();
  expect(restoreDominatorTree(shape, Uint32Array.of(0, 1, 2), Uint32Array.of(2, 1))).toBeUndefined();
  expect(restoreDominatorTree(shape, Uint32Array.of(0, 1), Uint32Array.of(2))).toBeUndefined();
  expect(
    restoreDominatorTree({ nodeCount: 0, rootNode: 0 }, new Uint32Array(0), new Uint32Array(0)),
  ).toBeUndefined();
});

it("takes a tree as deep as it has nodes", () => {
  const nodeCount = 5000;
  const nodeAt = Uint32Array.from({ length: nodeCount }, (_, at) => at);
  const subtreeCount = nodeAt.map((at) => nodeCount - at);
  expect(restoreDominatorTree({ nodeCount, rootNode: 0 }, nodeAt, subtreeCount)).toBeDefined();
  subtreeCount[nodeCount - 1] = 2;
  expect(restoreDominatorTree({ nodeCount, rootNode: 0 }, nodeAt, subtreeCount)).toBeUndefined();
});

it.each([
  [[0, 1, NO_DISTANCE], true],
  [[SYSTEM_DISTANCE, SYSTEM_DISTANCE + 3, 2], true],
  [[0, 1], false],
  [[0, 1, -1], false],
  [[0, 1, 4], false],
  [[0, SYSTEM_DISTANCE + 4, 1], false],
])("says whether %j can be the distances of three nodes: %s", (distances, expected) => {
  expect(areDistances({ nodeCount: 3, rootNode: 0 }, Int32Array.from(distances))).toBe(expected);
});
