import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("infers the shapes that plain objects begin with, the most frequent first", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    expect(snapshot.interfaces.map(({ name }) => name)).toEqual(
      naive.inferInterfaces(heap).map(({ name }) => name),
    );
  });
});
