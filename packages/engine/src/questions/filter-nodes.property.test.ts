import {
  filteredGroups,
  filterNodes,
  maxJsNodeId,
  prepareFilter,
  prepareFilteredGroups,
} from "@heapscope/engine";
import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

const named = [
  "duplicatedStrings",
  "retainedByDetachedDom",
  "retainedByContexts",
  "retainedByEventHandlers",
  "retainedByConsole",
  "sharedNativeContexts",
  "noNativeContext",
] as const;

it("lets through what each of DevTools' filters does, and groups only that", async () => {
  const seen = new Map<string, number>();
  await forEveryHeap(async ({ heap, snapshot }) => {
    const everyNode = heap.nodes.map((_node, index) => index);
    const contexts = snapshot.nativeContexts.contexts.map(({ node }) => heap.nodes[node]!.id);
    for (const filter of [
      ...named.map((kind) => ({ kind })),
      ...contexts.map((id) => ({ kind: "nativeContext", id }) as const),
      { kind: "ids", after: 5, upTo: 23 } as const,
    ]) {
      const passing = filterNodes(snapshot, filter);
      const nodes = everyNode.filter((node) => passing.has(node));
      expect(nodes, filter.kind).toEqual(naive.filterNodes(heap, filter));
      expect((await prepareFilter(snapshot, filter)).words).toEqual(passing.words);

      const groups = filteredGroups(snapshot, passing);
      const expected = naive.groupByClass(heap, naive.inferInterfaces(heap), (node) => nodes.includes(node));
      const rows = groups.map(
        ({ key, className, count, shallowSize, retainedSize, distance, nodes: members }) => {
          const row = { key, className, count, shallowSize, retainedSize, distance, nodes: [...members] };
          return [key, row] as const;
        },
      );
      expect(new Map(rows), filter.kind).toEqual(expected);
      if (nodes.length > 0) seen.set(filter.kind, (seen.get(filter.kind) ?? 0) + 1);
    }
  }, 500);
  // Every filter was met with something that passes it.
  expect([...seen.keys()].toSorted()).toEqual([...named, "ids", "nativeContext"].toSorted());
});

it("groups everything as without a filter when everything passes", async () => {
  await forEveryHeap(async ({ snapshot }) => {
    const everything = filterNodes(snapshot, { kind: "ids", after: -1, upTo: Number.POSITIVE_INFINITY });
    const rows = snapshot.groups.map(({ nodes, ...row }) => ({ ...row, nodes: [...nodes] }));
    for (const groups of [
      filteredGroups(snapshot, everything),
      await prepareFilteredGroups(snapshot, everything),
    ])
      expect(groups.map(({ nodes, ...row }) => ({ ...row, nodes: [...nodes] }))).toEqual(rows);
  }, 100);
});

it("knows the greatest id of the JavaScript heap, and which ids are contexts", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const odd = heap.nodes.map(({ id }) => id).filter((id) => id % 2 === 1);
    expect(maxJsNodeId(snapshot)).toBe(Math.max(...odd));
    expect(() => filterNodes(snapshot, { kind: "nativeContext", id: heap.nodes[0]!.id })).toThrow(
      new RangeError(`@${heap.nodes[0]!.id} is no native context`),
    );
  }, 50);
});
