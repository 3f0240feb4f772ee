import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("moves the sizes of internal parts to their only owner, and to nobody else", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    expect([...snapshot.shallowSize]).toEqual(naive.shallowSizes(heap));
  });
});
