import {
  ignoreRetainers,
  listRetainers,
  NO_DISTANCE,
  prepareIgnoredRetainers,
  prepareRetainers,
} from "@heapscope/engine";
import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("lists the retainers of every object as if some objects were not there", async () => {
  let reordered = 0;
  await forEveryHeap(async ({ heap, snapshot }) => {
    // One node alone, then every third: what is ignored differs from heap to heap, since the heaps do.
    const one = heap.nodes.length - 1 - (heap.nodes.length % 7);
    for (const nodes of [
      [],
      [one],
      [one, 3, 5],
      heap.nodes.flatMap((_node, index) => (index % 3 === 2 ? [index] : [])),
    ]) {
      const ignored = new Set(nodes.filter((node) => node >= 0 && node < heap.nodes.length));
      const without = ignoreRetainers(snapshot, ignored);
      const steps = naive.distances(heap, ignored);
      expect([...without.distance]).toEqual(steps);
      expect(NO_DISTANCE).toBe(naive.unreachable);
      expect(await prepareIgnoredRetainers(snapshot, ignored)).toEqual(without);

      for (const index of heap.nodes.keys()) {
        const rows = listRetainers(snapshot.object(index), without);
        const expected = naive.retainersPane(heap, index, ignored);
        expect(rows.map(({ edge, distance, isIgnored }) => [edge.edge, distance, isIgnored])).toEqual(
          expected.map((row) => [row.index, row.distance, ignored.has(row.from)]),
        );
        const usual = snapshot.object(index).retainers();
        const columns = await prepareRetainers(snapshot.object(index), without);
        const collected = Array.from(columns.edges, (edge, at) => ({
          name: snapshot.object(columns.from[at]!).name,
          distance: columns.distance[at]!,
          edge,
        }));
        collected.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
        expect(collected.map(({ edge, distance }) => [edge, distance])).toEqual(
          rows.map(({ edge, distance }) => [edge.edge, distance]),
        );
        if (usual.some((edge, at) => edge.edge !== rows[at]!.edge.edge)) reordered++;
      }
    }
  }, 200);
  expect(reordered).toBeGreaterThan(100);
});
