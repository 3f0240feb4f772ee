import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("retains the shallow sizes of all that becomes unreachable with a node, exactly, beyond 4 GiB too", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    expect([...snapshot.retainedSize]).toEqual(naive.retainedSizes(heap));
    expect(snapshot.totalSize).toBe(naive.totalSize(heap));
  });
});
