import {
  filteredGroups,
  filterNodes,
  maxJsNodeId,
  prepareFilter,
  prepareFilteredGroups,
  type NodeFilter,
} from "@heapscope/engine";
import {
  arbitraryTimeline,
  forEveryHeap,
  layoutOf,
  naive,
  openHeap,
  runParameters,
  type RandomHeap,
} from "@heapscope/testkit";
import * as fc from "fast-check";
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
  await forEveryHeap(async (random) => {
    const { heap, snapshot } = random;
    const contexts = snapshot.nativeContexts.contexts.map(({ node }) => heap.nodes[node]!.id);
    for (const filter of [
      ...named.map((kind) => ({ kind })),
      ...contexts.map((id) => ({ kind: "nativeContext", id }) as const),
      { kind: "ids", after: 5, upTo: 23 } as const,
    ]) {
      const nodes = await expectAsDefined(random, filter);
      if (nodes.length > 0) seen.set(filter.kind, (seen.get(filter.kind) ?? 0) + 1);
    }
  }, 500);
  // Every filter was met with something that passes it.
  expect([...seen.keys()].toSorted()).toEqual([...named, "ids", "nativeContext"].toSorted());
});

it("lets through what a function allocated, whoever called it or called by whom", async () => {
  let seen = 0;
  const property = fc.asyncProperty(arbitraryTimeline(), async (written) => {
    const random = await openHeap(written, layoutOf("node-24", { timeline: true }));
    const allocations = random.snapshot.allocations!;
    const expectBelow = async (path: readonly number[], { liveCount }: { liveCount: number }) => {
      const nodes = await expectAsDefined(random, { kind: "allocatedBy", path });
      expect(nodes).toHaveLength(liveCount);
      if (path.length > 1) seen += nodes.length;
      for (const caller of allocations.callersOf(path))
        await expectBelow([...path, caller.functionRow], caller);
    };
    for (const [index, site] of allocations.sites.entries())
      await expectBelow([allocations.functionOfSite[index]!], site);
    // Ways that nobody went.
    for (const path of [[99], [1, 99], [0, 1]]) await expectAsDefined(random, { kind: "allocatedBy", path });
  });
  await fc.assert(property, runParameters(200));
  expect(seen).toBeGreaterThan(0);
});

it("lets nothing through that was allocated without a recording", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const passing = filterNodes(snapshot, { kind: "allocatedBy", path: [0] });
    expect(heap.nodes.filter((_node, index) => passing.has(index))).toEqual([]);
  }, 20);
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

/** The nodes that pass. They and their groups are those of the definition. */
async function expectAsDefined({ heap, snapshot }: RandomHeap, filter: NodeFilter): Promise<number[]> {
  const passing = filterNodes(snapshot, filter);
  const nodes = heap.nodes.flatMap((_node, index) => (passing.has(index) ? [index] : []));
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
  return nodes;
}
