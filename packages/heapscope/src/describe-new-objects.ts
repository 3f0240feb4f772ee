// What a recording of allocations shows: of the objects made meanwhile those that are alive, by time, by constructor and by the
// function that made them. Called by `heapscope timeline`, which loads it when it is needed.

import type { HeapSnapshot } from "@heapscope/engine";
import { describeAllocation } from "./describe-snapshot.ts";
import type { MadeGroupLine, Timeline } from "./schemas/timeline.ts";
import type { SourceResolver } from "./source/source-resolver.ts";

/** What was made meanwhile and is alive. Cost: one pass over all nodes. */
export function describeNewObjects(
  snapshot: HeapSnapshot,
  rows: number,
  sources: SourceResolver,
): Pick<
  Timeline,
  "liveCount" | "liveSize" | "intervals" | "groupCount" | "groups" | "allocatingCount" | "allocations"
> {
  const [before, ...intervals] = snapshot.timeline ?? [];
  const groups = before === undefined ? [] : groupNewObjects(snapshot, before.lastAssignedId);
  const sites = snapshot.allocations?.sites.toSorted((a, b) => b.liveSize - a.liveSize) ?? [];
  return {
    liveCount: groups.reduce((sum, { count }) => sum + count, 0),
    liveSize: groups.reduce((sum, { shallowSize }) => sum + shallowSize, 0),
    intervals: intervals.map(({ endMs, liveSize }) => ({ endMs, liveSize })),
    groupCount: groups.length,
    groups: groups.slice(0, rows),
    ...(sites.length === 0
      ? {}
      : {
          allocatingCount: sites.length,
          allocations: sites.slice(0, rows).map((site) => describeAllocation(site, sources)),
        }),
  };
}

/** Objects with an id above the last one that was given out before the recording. */
function groupNewObjects(snapshot: HeapSnapshot, lastIdBefore: number): MadeGroupLine[] {
  const { nodeId } = snapshot.graph;
  const { shallowSize } = snapshot;
  const lines: MadeGroupLine[] = [];
  for (const { className, key, nodes } of snapshot.groups) {
    const line = { className, key, count: 0, shallowSize: 0 };
    for (const node of nodes) {
      // Even ids are hashes of names, of what is no JavaScript object.
      if (nodeId[node]! <= lastIdBefore || nodeId[node]! % 2 === 0) continue;
      line.count++;
      line.shallowSize += shallowSize[node]!;
    }
    if (line.count > 0) lines.push(line);
  }
  return lines.sort((a, b) => b.shallowSize - a.shallowSize);
}
