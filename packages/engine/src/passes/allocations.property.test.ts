import { arbitraryTimeline, layoutOf, naive, openHeap, runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { expect, it } from "vitest";

it("says of every timeline where its objects were allocated, and when", async () => {
  const property = fc.asyncProperty(arbitraryTimeline(), async (written) => {
    const { heap, snapshot } = await openHeap(written, layoutOf("node-24", { timeline: true }));
    expect(snapshot.allocations!.sites).toEqual(naive.allocationSites(heap));
    heap.nodes.forEach((_node, index) => {
      const stack = snapshot.object(index).allocationStack.map((frame) => frame.name);
      expect(stack).toEqual(naive.allocationStack(heap, index));
    });
    expect(snapshot.timeline).toEqual(naive.timelineBars(heap));
  });
  await fc.assert(property, runParameters(500));
});
