/** DevTools' Summary as a table, in the engine's order. */
import type { Group } from "@heapscope/engine";
import { formatColumns, formatDistance, type Printable } from "./label.ts";

/** Prints all groups, or those given. */
export function printGroups({ snapshot }: Printable, groups: readonly Group[] = snapshot.groups): string {
  return formatColumns([
    ["Constructor", "Distance", "Count", "Shallow", "Retained"],
    ...groups.map((group) => [
      group.className,
      formatDistance(group.distance),
      group.count,
      group.shallowSize,
      group.retainedSize,
    ]),
  ]);
}
