import { compareSnapshots } from "@heapscope/engine";
import { forEveryHeap, forEveryPair, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("has the rows of DevTools' Comparison when ids can be matched", async () => {
  const matched = { id: 0, group: 0 };
  await forEveryPair((base, target) => {
    const comparison = compareSnapshots(base.snapshot, target.snapshot);
    matched[comparison.matchedBy]++;
    if (comparison.matchedBy !== "id") return;
    const rows = comparison.groups.map((group): [string, naive.NaiveDiff] => [
      group.key,
      {
        added: group.added,
        removed: group.removed,
        countDelta: group.countDelta,
        addedSize: group.addedSize,
        removedSize: group.removedSize,
        sizeDelta: group.sizeDelta,
        addedRetainedSize: group.addedRetainedSize,
        addedNodes: [...group.addedNodes],
        removedNodes: [...group.removedNodes],
      },
    ]);
    const expected = naive.compareHeaps(base.heap, target.heap);
    expect(new Map(rows)).toEqual(expected);
    expect(rows).toHaveLength(expected.size);
    expect(comparison.sizeDelta).toBe([...expected.values()].reduce((sum, row) => sum + row.sizeDelta, 0));
    const sizes = comparison.groups.map((row) => row.addedSize);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });
  expect(matched.id).toBeGreaterThan(matched.group);
});

it("finds no difference between a snapshot and itself", async () => {
  await forEveryHeap(({ snapshot }) => {
    const { groups, sizeDelta } = compareSnapshots(snapshot, snapshot);
    expect({ groups, sizeDelta }).toEqual({ groups: [], sizeDelta: 0 });
  }, 300);
});

it("swaps added and removed when base and target are swapped, as long as both have the same interfaces", async () => {
  await forEveryPair((base, target) => {
    const interfaces = (heap: typeof base.heap) =>
      naive
        .inferInterfaces(heap)
        .map(({ name }) => name)
        .join();
    if (interfaces(base.heap) !== interfaces(target.heap)) return;
    const there = compareSnapshots(base.snapshot, target.snapshot);
    const back = compareSnapshots(target.snapshot, base.snapshot);
    if (there.matchedBy !== "id" || back.matchedBy !== "id") return;
    const rows = (groups: typeof there.groups, added: "added" | "removed", removed: "added" | "removed") =>
      new Map(
        groups.map((row) => [
          row.key,
          [row[added], row[removed], row[`${added}Size`], row[`${removed}Size`]],
        ]),
      );
    expect(rows(back.groups, "removed", "added")).toEqual(rows(there.groups, "added", "removed"));
  }, 300);
});
