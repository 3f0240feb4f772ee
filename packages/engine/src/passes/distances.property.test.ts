import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("counts the steps of a plain breadth-first search with DevTools' exceptions", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    expect([...snapshot.distance]).toEqual(naive.distances(heap));
  });
});
