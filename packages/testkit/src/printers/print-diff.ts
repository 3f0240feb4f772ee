/** DevTools' Comparison as a table, in the engine's order. */
import type { Comparison } from "@heapscope/engine";
import { formatColumns } from "./label.ts";

export function printDiff(comparison: Comparison): string {
  const signed = (value: number) => (value > 0 ? `+${value}` : value);
  return formatColumns([
    ["Constructor", "New", "Deleted", "Delta", "Alloc. size", "Freed size", "Size delta"],
    ...comparison.groups.map((row) => [
      row.className,
      row.added,
      row.removed,
      signed(row.countDelta),
      row.addedSize,
      row.removedSize,
      signed(row.sizeDelta),
    ]),
  ]);
}
