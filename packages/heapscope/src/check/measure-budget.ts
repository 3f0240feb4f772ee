// What a snapshot has of what a budget limits.

import type { Group, HeapSnapshot } from "@heapscope/engine";
import type { Budget } from "./parse-budget.ts";

/** What a budget is about, found in a snapshot. */
export interface Measurement {
  readonly actual: number;
  /** Objects that match: zero hints at a misspelt name. */
  readonly count: number;
  readonly passed: boolean;
}

/**
 * Measures. Needs the groups of `last` (and of `first`, for growth). **Cost**: O(groups), for retained sizes
 * O(n · log n) in the objects that match.
 */
export function measureBudget(
  budget: Budget,
  last: HeapSnapshot,
  first: HeapSnapshot | undefined,
  sizeRetainedBy: (snapshot: HeapSnapshot, nodes: ArrayLike<number>) => number,
): Measurement {
  const groups = groupsOf(last, budget);
  const count = countIn(groups);
  const actual = ((): number => {
    switch (budget.measure) {
      case "total":
        return last.totalSize;
      case "count":
        return count;
      case "growth":
        return count - (first === undefined ? 0 : countIn(groupsOf(first, budget)));
      case "shallow":
        return groups.reduce((sum, group) => sum + group.shallowSize, 0);
      case "retained":
        return sizeRetainedBy(last, joinNodes(groups));
      default:
        return budget.measure satisfies never;
    }
  })();
  return { actual, count, passed: budget.below ? actual < budget.limit : actual <= budget.limit };
}

function groupsOf(snapshot: HeapSnapshot, { className }: Budget): readonly Group[] {
  if (className === undefined) return [];
  return snapshot.groups.filter((group) => className.matches(group.className));
}

function countIn(groups: readonly Group[]): number {
  return groups.reduce((sum, group) => sum + group.count, 0);
}

function joinNodes(groups: readonly Group[]): Uint32Array {
  const nodes = new Uint32Array(countIn(groups));
  let filled = 0;
  for (const group of groups) {
    nodes.set(group.nodes, filled);
    filled += group.nodes.length;
  }
  return nodes;
}
