import { CancelledError, type ColumnName, type HeapSnapshot } from "@heapscope/engine";
import {
  arbitraryHeap,
  checkInvariants,
  layoutOf,
  naive,
  openHeap,
  runParameters,
  type PlainHeap,
} from "@heapscope/testkit";
import * as fc from "fast-check";
import { expect, it } from "vitest";

/** Every column with what the definitions say of it. */
const columns: Partial<Record<ColumnName, (snapshot: HeapSnapshot, heap: PlainHeap) => void>> = {
  shallowSize: (snapshot, heap) => expect([...snapshot.shallowSize]).toEqual(naive.shallowSizes(heap)),
  retainedSize: (snapshot, heap) => expect([...snapshot.retainedSize]).toEqual(naive.retainedSizes(heap)),
  dominator: (snapshot, heap) => expect([...snapshot.dominator]).toEqual(naive.immediateDominators(heap)),
  dominatorTree: (snapshot, heap) => expect(snapshot.dominatorTree.subtreeCount[0]).toBe(heap.nodes.length),
  distance: (snapshot, heap) => expect([...snapshot.distance]).toEqual(naive.distances(heap)),
  detachedness: (snapshot, heap) =>
    expect([...snapshot.detachedness]).toEqual(heap.nodes.map((node) => node.detachedness)),
  retainers: (snapshot, heap) => {
    const counts = heap.nodes.map((_node, index) => naive.incomingEdges(heap, index).length);
    expect(counts.map((_count, index) => snapshot.object(index).retainerCount)).toEqual(counts);
  },
  classes: (snapshot, heap) =>
    expect(heap.nodes.map((_node, index) => snapshot.object(index).className)).toEqual(
      naive.classNames(heap),
    ),
  groups: (snapshot, heap) =>
    expect(new Map(snapshot.groups.map((group) => [group.key, group.retainedSize]))).toEqual(
      new Map([...naive.groupByClass(heap)].map(([key, group]) => [key, group.retainedSize])),
    ),
  statistics: (snapshot, heap) => expect(snapshot.statistics).toEqual(naive.statistics(heap)),
  duplicateStrings: (snapshot, heap) =>
    expect(snapshot.duplicateStrings.map(({ nodes }) => [...nodes])).toEqual(
      naive.duplicateStrings(heap).map(({ nodes }) => nodes),
    ),
  nativeContexts: (snapshot, heap) =>
    expect([...snapshot.nativeContexts.contextOf]).toEqual(naive.nativeContexts(heap)),
  nodesById: (snapshot, heap) =>
    heap.nodes.forEach((node, index) => expect(snapshot.objectById(node.id)?.node).toBe(index)),
};
const names = Object.keys(columns) as ColumnName[];
const anyOrder = fc.shuffledSubarray(names, { minLength: names.length });

/** A signal that fires when it is looked at for the n-th time. */
function abortedAfter(looks: number): { readonly aborted: boolean } {
  let left = looks;
  return {
    get aborted() {
      return left-- <= 0;
    },
  };
}

it("gives the same columns in whatever order they are asked for, and keeps them", async () => {
  const property = fc.asyncProperty(arbitraryHeap(), anyOrder, anyOrder, async (written, first, second) => {
    const { snapshot, heap } = await openHeap(written, layoutOf("node-26"));
    for (const name of [...first, ...second]) columns[name]!(snapshot, heap);
    checkInvariants(snapshot);
  });
  await fc.assert(property, runParameters(300));
});

it("gives the same columns after work that was cancelled anywhere, and after two preparations at once", async () => {
  let cancelled = 0;
  const property = fc.asyncProperty(arbitraryHeap(), anyOrder, fc.nat(60), async (written, order, looks) => {
    const { snapshot, heap } = await openHeap(written, layoutOf("node-20"));
    try {
      await snapshot.prepare(order, { signal: abortedAfter(looks) });
    } catch (error) {
      expect(error).toBeInstanceOf(CancelledError);
      cancelled++;
    }
    await Promise.all([snapshot.prepare(order), snapshot.prepare(order.toReversed())]);
    for (const name of order) columns[name]!(snapshot, heap);
    checkInvariants(snapshot);
  });
  await fc.assert(property, runParameters(300));
  expect(cancelled).toBeGreaterThan(30);
});
