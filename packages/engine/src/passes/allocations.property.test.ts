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
    const { functionOfSite } = snapshot.allocations!;
    const expectCallers = (path: number[]): void => {
      const callers = snapshot.allocations!.callersOf(path);
      const expected = naive.allocationCallers(heap, path);
      const strip = ({
        hasCallers: _unused,
        functionRow: functionIndex,
        ...row
      }: (typeof callers)[number]) => ({
        ...row,
        functionIndex,
      });
      expect(callers.map(strip)).toEqual(expected);
      for (const { functionRow, hasCallers } of callers) {
        const above = [...path, functionRow];
        expect(hasCallers).toBe(naive.allocationCallers(heap, above).length > 0);
        expectCallers(above);
      }
    };
    for (const functionRow of functionOfSite) expectCallers([functionRow]);
    expect(snapshot.timeline).toEqual(naive.timelineBars(heap));
  });
  await fc.assert(property, runParameters(500));
});
