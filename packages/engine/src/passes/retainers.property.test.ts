import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("turns every edge round", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const { firstRetainer, retainerEdge } = snapshot.retainers;
    heap.nodes.forEach((_node, index) => {
      const edges = [...retainerEdge.subarray(firstRetainer[index], firstRetainer[index + 1])];
      expect(edges.toSorted((a, b) => a - b)).toEqual(
        naive.incomingEdges(heap, index).map((edge) => edge.index),
      );
    });
  }, 500);
});

it("orders retainers as DevTools' Retainers pane does", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    heap.nodes.forEach((_node, index) => {
      const expected = naive.retainersPane(heap, index);
      const retainers = snapshot.object(index).retainers();
      expect(retainers.map((retainer) => retainer.edge)).toEqual(expected.map((retainer) => retainer.index));
      expect(
        retainers.map(({ from, to, type, name }) => ({ from: from.node, to: to.node, type, name })),
      ).toEqual(
        expected.map(({ from, edge }) => ({ from, to: index, type: edge.type, name: naive.edgeName(edge) })),
      );
    });
  }, 500);
});
