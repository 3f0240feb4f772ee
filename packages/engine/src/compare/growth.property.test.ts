import { compareSeries } from "@heapscope/engine";
import { forEveryHeap, forEveryPair, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("counts the objects of every group in each snapshot, named by the last one's interfaces", async () => {
  const matched = { key: 0, portableKey: 0 };
  await forEveryPair((first, last) => {
    const growth = compareSeries([first.snapshot, last.snapshot]);
    matched[growth.matchedBy]++;
    if (growth.matchedBy !== "key") return;
    const interfaces = naive.inferInterfaces(last.heap);
    const groups = [first, last].map(({ heap }) => naive.groupByClass(heap, interfaces));
    const keys = new Set(groups.flatMap((each) => [...each.keys()]));
    const expected = [...keys].map((key) => [
      key,
      {
        counts: groups.map((each) => each.get(key)?.nodes.length ?? 0),
        shallowSizes: groups.map((each) => each.get(key)?.shallowSize ?? 0),
        retainedSizes: groups.map((each) => each.get(key)?.retainedSize ?? 0),
      },
    ]);
    const rows = growth.groups.map(({ key, counts, shallowSizes, retainedSizes }) => [
      key,
      { counts, shallowSizes, retainedSizes },
    ]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(expected));
    expect(rows).toHaveLength(expected.length);
  }, 500);
  expect(matched.key).toBeGreaterThan(matched.portableKey);
});

it("has the members of the last snapshot's groups, and no growth between a snapshot and itself", async () => {
  await forEveryHeap(({ snapshot }) => {
    const { groups } = compareSeries([snapshot, snapshot, snapshot]);
    for (const { counts, retainedSizes, lastGroups } of groups) {
      const nodes = lastGroups.flatMap((group) => [...group.nodes]);
      expect(counts).toEqual([nodes.length, nodes.length, nodes.length]);
      expect(new Set(retainedSizes).size).toBe(1);
    }
  }, 200);
});
