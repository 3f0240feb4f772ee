import { drawHeap, forEveryHeap, naive } from "@heapscope/testkit";
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

it("finds the dominators below a long list, where a step at a time would take too long", async () => {
  // The walk goes along the list first, to items that the list's head refers to as well.
  const links = 2000;
  const items = 300;
  const lines = ["global -list-> l0", "l0 -items-> all"];
  const list = Array.from({ length: links }, (_, i) => `l${i} -next-> l${i + 1}`);
  const below = Array.from(
    { length: items },
    (_, i) => `l${links} -[${i}]-> i${i}\nall -[${i}]-> i${i}\ni${i} -own-> o${i}`,
  );
  for (const drawing of [
    [...list, ...lines, ...below],
    [...lines, ...list, ...below],
  ]) {
    const { snapshot, nodes } = await drawHeap(drawing.join("\n"));
    for (let i = 0; i < items; i++) {
      expect(snapshot.dominator[nodes[`i${i}`]!]).toBe(nodes["l0"]);
      expect(snapshot.dominator[nodes[`o${i}`]!]).toBe(nodes[`i${i}`]);
    }
    expect(snapshot.dominator[nodes[`l${links}`]!]).toBe(nodes[`l${links - 1}`]);
  }
});
