/**
 * Dominance by its definition: d dominates v if without d nothing leads from the root to v.
 *
 * "From the root" means over essential edges, as if the root also had an edge to every node without an essential
 * incoming edge. What even then cannot be reached (cycles, and what hangs on them alone) is put directly under the
 * root and influences nobody.
 */
import type { PlainHeap } from "../plain-heap.ts";
import { essentialEdges } from "./essential-edges.ts";
import { findReachable } from "./reachable.ts";

/** For each node the nodes that it dominates, itself included. */
export function dominatedSets(heap: PlainHeap): Set<number>[] {
  const follow = essentialEdges(heap);
  const hasRetainer = new Set(
    heap.nodes.flatMap((node, from) =>
      node.edges.filter((edge) => follow(from, edge)).map((edge) => edge.to),
    ),
  );
  const everyone = heap.nodes.map((_node, index) => index);
  const starts = [heap.root, ...everyone.filter((index) => !hasRetainer.has(index))];
  const reached = findReachable(heap, starts, follow);
  return everyone.map((d) => {
    if (d === heap.root) return new Set(everyone);
    if (!reached.has(d)) return new Set([d]);
    const without = findReachable(heap, starts, follow, d);
    return new Set([...reached].filter((v) => !without.has(v)));
  });
}

/** Each node's immediate dominator: its strict dominator that dominates least. The root's is itself. */
export function immediateDominators(heap: PlainHeap, sets: Set<number>[] = dominatedSets(heap)): number[] {
  return heap.nodes.map((_node, v) => {
    const strict = sets.flatMap((set, d) => (d !== v && set.has(v) ? [d] : []));
    return v === heap.root ? v : strict.reduce((best, d) => (sets[d]!.size < sets[best]!.size ? d : best));
  });
}
