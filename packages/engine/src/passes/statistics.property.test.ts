import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("divides the total as DevTools' Statistics do", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    expect(snapshot.statistics).toEqual(naive.statistics(heap));
  });
});
