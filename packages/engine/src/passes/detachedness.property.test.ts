import { forEveryHeap } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("attaches and detaches native nodes as the definition does, with and without the file's field", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    expect([...snapshot.detachedness]).toEqual(heap.nodes.map((node) => node.detachedness));
    const words = ["unknown", "attached", "detached"];
    heap.nodes.forEach((node, index) => {
      expect(snapshot.object(index).detachedness).toBe(words[node.detachedness]);
    });
  });
});
