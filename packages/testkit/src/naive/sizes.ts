/** Shallow and retained sizes, and the total. */
import type { PlainHeap } from "../plain-heap.ts";
import { dominatedSets } from "./dominators.ts";
import { findReachable } from "./reachable.ts";
import { findUserRoots } from "./roots.ts";

/**
 * Bytes of each node after the internal parts have moved to their owners. A part is hidden, an array or the data of an
 * external string; its owners are the nodes that are no parts and lead to it through parts alone. One owner takes it.
 */
export function shallowSizes(heap: PlainHeap): number[] {
  const sizes = heap.nodes.map((node) => node.selfSize);
  if (findUserRoots(heap).length === 0) return sizes;
  const isPart = heap.nodes.map(
    ({ type, name }) =>
      type === "hidden" || type === "array" || (type === "native" && name === "system / ExternalStringData"),
  );
  const owners: Set<number>[] = heap.nodes.map(() => new Set());
  heap.nodes.forEach((_node, owner) => {
    if (isPart[owner]) return;
    const reached = findReachable(heap, [owner], (_from, edge) => edge.type !== "weak" && isPart[edge.to]!);
    for (const part of reached) if (part !== owner) owners[part]!.add(owner);
  });
  owners.forEach((set, part) => {
    if (set.size !== 1) return;
    const owner = [...set][0]!;
    if (owner === heap.root || heap.nodes[owner]!.type === "synthetic") return;
    sizes[owner]! += heap.nodes[part]!.selfSize;
    sizes[part] = 0;
  });
  return sizes;
}

/** Bytes that would go with each node: the shallow sizes of everything that it dominates. */
export function retainedSizes(heap: PlainHeap, sets: Set<number>[] = dominatedSets(heap)): number[] {
  const shallow = shallowSizes(heap);
  return sets.map((set) => [...set].reduce((sum, node) => sum + shallow[node]!, 0));
}

/** What the root retains and the native bytes that the header states. */
export function totalSize(heap: PlainHeap): number {
  return shallowSizes(heap).reduce((sum, size) => sum + size, heap.extraNativeBytes);
}
