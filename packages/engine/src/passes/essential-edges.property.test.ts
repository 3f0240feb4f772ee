import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("keeps the edges that the rules keep, one by one", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const isEssential = naive.essentialEdges(heap);
    const expected = heap.nodes.flatMap((node, from) => node.edges.map((edge) => isEssential(from, edge)));
    expect(expected.map((_essential, edge) => snapshot.essentialEdges.has(edge))).toEqual(expected);
  }, 2000);
});
