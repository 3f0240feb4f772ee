import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("finds the dominators that removing nodes one by one finds", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    expect([...snapshot.dominator]).toEqual(naive.immediateDominators(heap));
  });
});

it("lists the children of the dominator tree by retained size, the greatest first", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const dominators = naive.immediateDominators(heap);
    const retained = naive.retainedSizes(heap);
    heap.nodes.forEach((_node, parent) => {
      const children = snapshot
        .object(parent)
        .dominated()
        .map((child) => child.node);
      const expected = dominators.flatMap((above, node) =>
        above === parent && node !== heap.root ? [node] : [],
      );
      expect(children.toSorted((a, b) => a - b)).toEqual(expected);
      const sizes = children.map((child) => retained[child]!);
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
      const above = snapshot.object(parent).dominator;
      expect(above?.node).toBe(parent === heap.root ? undefined : dominators[parent]);
    });
  }, 500);
});
