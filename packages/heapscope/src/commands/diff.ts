// `heapscope diff`: the Comparison view of Chrome DevTools. It first says whether the ids of the two snapshots name the
// same objects: only then are "new" and "deleted" facts about objects. Otherwise the groups are matched by name.

import type { GroupDiff } from "@heapscope/engine";
import { defineCommand, type Command } from "../command.ts";
import { UsageError } from "../command-error.ts";
import { describeObject, describeSnapshot, largestObjects } from "../describe-snapshot.ts";
import { choice, limit, nameFilter, noCache, rowLimit, snapshotFile } from "../parameters.ts";
import type { Diff, GroupDiffLine } from "../schemas/diff.ts";

const USUAL_LIMIT = 20;

const orders = ["alloc", "freed", "size", "new", "deleted", "delta", "retained", "name"] as const;

const compareGroups: Readonly<Record<(typeof orders)[number], (a: GroupDiff, b: GroupDiff) => number>> = {
  alloc: (a, b) => b.addedSize - a.addedSize,
  freed: (a, b) => b.removedSize - a.removedSize,
  size: (a, b) => b.sizeDelta - a.sizeDelta,
  new: (a, b) => b.added - a.added,
  deleted: (a, b) => b.removed - a.removed,
  delta: (a, b) => b.countDelta - a.countDelta,
  retained: (a, b) => b.addedRetainedSize - a.addedRetainedSize,
  name: (a, b) => (a.className < b.className ? -1 : a.className > b.className ? 1 : 0),
};

export const diff: Command = defineCommand({
  name: "diff",
  summary: "what came and what went between two snapshots",
  description:
    "Compares two snapshots of one process, like the Comparison view of Chrome DevTools: objects that only\n" +
    "TARGET has are new, objects that only BASE has are deleted. With --filter it also lists the new objects.\n" +
    "Snapshots of different processes have no objects in common; they are compared by constructor only.",
  group: "Two snapshots:",
  arguments: {
    base: snapshotFile("the earlier snapshot", "BASE"),
    target: snapshotFile("the later snapshot", "TARGET"),
  },
  options: {
    filter: nameFilter("only constructors whose name contains the text, or matches /a regular expression/"),
    limit: limit(USUAL_LIMIT, "groups"),
    sort: choice("order", orders, "largest first, or by name"),
    "no-cache": noCache(),
  },
  examples: [
    { line: "diff 1.heapsnapshot 2.heapsnapshot", meaning: "the 20 groups that got most" },
    { line: "diff 1.heapsnapshot 2.heapsnapshot --sort size", meaning: "the groups that grew most" },
    { line: "diff 1.heapsnapshot 2.heapsnapshot --filter Session", meaning: "with the new objects" },
  ],
  async run(context, input): Promise<Diff> {
    if (input.base === "-" && input.target === "-") {
      throw new UsageError("standard input can be read only once; give BASE or TARGET as a file.");
    }
    const { prepareComparison, prepareOutline } = await import("@heapscope/engine");
    const base = await context.openReduced(input.base, prepareOutline);
    const target = await context.openSnapshot(input.target);
    const comparison = await prepareComparison(base, target, context.runOptions);
    const { filter } = input;
    const rows = rowLimit(input.limit, USUAL_LIMIT, context.json);
    // A group may have millions of new objects: also programs get all of them only when they ask.
    const objectRows = rowLimit(input.limit, USUAL_LIMIT, false);

    const matching = comparison.groups.filter((group) => filter?.matches(group.className) ?? true);
    // The groups come by allocated size; when sorted otherwise, equal ones stay in this order.
    const [largest] = matching;
    if (input.sort !== "alloc") matching.sort(compareGroups[input.sort]);
    const showsObjects = filter !== undefined && comparison.matchedBy === "id";
    if (showsObjects) await target.prepare(["distance", "classes"], context.runOptions);
    const objects = !showsObjects
      ? undefined
      : largestObjects(
          target,
          matching.map((group) => group.addedNodes),
          objectRows,
        ).map(describeObject);
    const sum = (size: (group: GroupDiff) => number): number =>
      matching.reduce((total, group) => total + size(group), 0);

    const describedBase = describeSnapshot(input.base, base);
    const describedTarget = describeSnapshot(input.target, target);
    return {
      schema: "heapscope/diff@1",
      base: describedBase,
      target: describedTarget,
      matchedBy: comparison.matchedBy,
      idCheck: { ...comparison.idCheck },
      sizeDelta: describedTarget.totalSize - describedBase.totalSize,
      ...(filter === undefined ? {} : { filter: filter.text }),
      groupCount: matching.length,
      added: sum((group) => group.added),
      removed: sum((group) => group.removed),
      addedSize: sum((group) => group.addedSize),
      removedSize: sum((group) => group.removedSize),
      ...(largest === undefined ? {} : { largest: describeGroup(largest) }),
      groups: matching.slice(0, rows).map(describeGroup),
      ...(objects === undefined ? {} : { objects }),
    };
  },
  print: async () => (await import("../print/diff.ts")).printDiff,
});

function describeGroup(group: GroupDiff): GroupDiffLine {
  return {
    className: group.className,
    key: group.key,
    added: group.added,
    removed: group.removed,
    countDelta: group.countDelta,
    addedSize: group.addedSize,
    removedSize: group.removedSize,
    sizeDelta: group.sizeDelta,
    addedRetainedSize: group.addedRetainedSize,
  };
}
