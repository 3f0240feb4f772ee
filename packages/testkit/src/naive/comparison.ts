/** The rows of DevTools' Comparison: both heaps are grouped by the target's interfaces, then ids are matched per group. */
import type { PlainHeap } from "../plain-heap.ts";
import { inferInterfaces } from "./classes.ts";
import { dominatedSets } from "./dominators.ts";
import { groupByClass } from "./groups.ts";
import { shallowSizes } from "./sizes.ts";

export interface NaiveDiff {
  added: number;
  removed: number;
  countDelta: number;
  addedSize: number;
  removedSize: number;
  sizeDelta: number;
  /** Bytes that would be free if all added objects went. */
  addedRetainedSize: number;
  /** Node indexes of the target, by ascending id. */
  addedNodes: number[];
  /** Node indexes of the base, by ascending id. */
  removedNodes: number[];
}

/** Rows by key; groups whose ids are the same on both sides have none. */
export function compareHeaps(base: PlainHeap, target: PlainHeap): Map<string, NaiveDiff> {
  const interfaces = inferInterfaces(target);
  const before = groupByClass(base, interfaces);
  const after = groupByClass(target, interfaces);
  const only = (heap: PlainHeap, mine: number[] = [], other: PlainHeap, theirs: number[] = []) => {
    const known = new Set(theirs.map((node) => other.nodes[node]!.id));
    const idOf = (node: number) => heap.nodes[node]!.id;
    return mine.filter((node) => !known.has(idOf(node))).sort((a, b) => idOf(a) - idOf(b));
  };
  const sum = (heap: PlainHeap, nodes: number[]) => {
    const shallow = shallowSizes(heap);
    return nodes.reduce((size, node) => size + shallow[node]!, 0);
  };
  const retainedBy = dominatedSets(target);
  const rows = new Map<string, NaiveDiff>();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [mine, theirs] = [after.get(key)?.nodes, before.get(key)?.nodes];
    const addedNodes = only(target, mine, base, theirs);
    const removedNodes = only(base, theirs, target, mine);
    if (addedNodes.length + removedNodes.length === 0) continue;
    const [addedSize, removedSize] = [sum(target, addedNodes), sum(base, removedNodes)];
    rows.set(key, {
      added: addedNodes.length,
      removed: removedNodes.length,
      countDelta: addedNodes.length - removedNodes.length,
      addedSize,
      removedSize,
      sizeDelta: addedSize - removedSize,
      addedRetainedSize: sum(target, [...new Set(addedNodes.flatMap((node) => [...retainedBy[node]!]))]),
      addedNodes,
      removedNodes,
    });
  }
  return rows;
}
