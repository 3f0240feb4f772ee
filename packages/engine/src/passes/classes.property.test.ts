import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("gives every node DevTools' class name, plain objects that of the best matching interface", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const { classOf, classNames } = snapshot.classes;
    const expected = naive.classNames(heap);
    expect(Array.from(classOf, (index) => classNames[index])).toEqual(expected);
    expect(heap.nodes.map((_node, index) => snapshot.object(index).className)).toEqual(expected);
  });
});
