import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("groups nodes by class key, with sizes that count nothing twice within a group", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const groups = snapshot.groups.map(
      ({ key, className, count, shallowSize, retainedSize, distance, nodes }): [string, naive.NaiveGroup] => [
        key,
        { key, className, count, shallowSize, retainedSize, distance, nodes: [...nodes] },
      ],
    );
    expect(new Map(groups)).toEqual(naive.groupByClass(heap));
    expect(groups).toHaveLength(new Set(groups.map(([key]) => key)).size);
    const sizes = groups.map(([, group]) => group.retainedSize);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });
});
