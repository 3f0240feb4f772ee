import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("finds the strings that are equal, those first that retain most", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const found = snapshot.duplicateStrings.map(({ value, nodes, shallowSize, retainedSize }) => ({
      value,
      nodes: [...nodes],
      shallowSize,
      retainedSize,
    }));
    const expected = naive.duplicateStrings(heap);
    expect(found).toEqual(
      expected.map(({ value, nodes, shallowSize, retainedSize }) => ({
        value,
        nodes,
        shallowSize,
        retainedSize,
      })),
    );
    snapshot.duplicateStrings.forEach(({ count, truncated, value }, position) => {
      expect(count).toBe(found[position]!.nodes.length);
      // What V8 says, and what its limit of 1,024 characters makes likely.
      expect(truncated).toBe(expected[position]!.markedTruncated || value.length >= 1024);
    });
  });
});
