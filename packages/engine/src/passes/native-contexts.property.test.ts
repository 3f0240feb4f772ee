import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("attributes nodes to the native context that alone leads to them", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const { contextOf, contexts, sharedSize, unattributedSize } = snapshot.nativeContexts;
    const expected = naive.nativeContexts(heap);
    expect([...contextOf]).toEqual(expected);
    const shallow = naive.shallowSizes(heap);
    const sizeOf = (owner: number) =>
      shallow.reduce((sum, size, node) => (expected[node] === owner ? sum + size : sum), 0);
    const isContext = heap.nodes.flatMap((node, index) => (naive.isNativeContext(node) ? [index] : []));
    expect(contexts.map(({ node, attributedSize }) => [node, attributedSize])).toEqual(
      isContext.map((node) => [node, sizeOf(node)]),
    );
    expect(sharedSize).toBe(sizeOf(naive.sharedContext));
    expect(unattributedSize).toBe(sizeOf(naive.noContext));
  });
});
