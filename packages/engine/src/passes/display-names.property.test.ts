import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("names objects, ropes and detached nodes as DevTools does", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const names = heap.nodes.map((_node, index) => snapshot.object(index).name);
    expect(names).toEqual(naive.displayNames(heap));
  });
});

it("names edges as DevTools does: a shortcut that begins with a number is that number", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    heap.nodes.forEach((node, index) => {
      const object = snapshot.object(index);
      expect(object.edgeCount).toBe(node.edges.length);
      expect(
        object.edges().map(({ type, name, to, from }) => ({ type, name, to: to.node, from: from.node })),
      ).toEqual(
        node.edges.map((edge) => ({ type: edge.type, name: naive.edgeName(edge), to: edge.to, from: index })),
      );
    });
  }, 300);
});
