/**
 * The one traversal of the naive definitions: what can be reached over edges that pass a test. Most of the other
 * definitions ("remove d: is v still reachable?") are one call of it. Cost: O(edges), used O(nodes) times on tiny heaps.
 */
import type { PlainEdge, PlainHeap } from "../plain-heap.ts";

/** Whether an edge may be taken. */
export type EdgeTest = (from: number, edge: PlainEdge) => boolean;

/** The nodes reachable from `starts` (which are included) without entering `removed`. */
export function findReachable(
  heap: PlainHeap,
  starts: Iterable<number>,
  follow: EdgeTest,
  removed?: number,
): Set<number> {
  const found = new Set<number>();
  const open = [...starts];
  while (open.length > 0) {
    const node = open.pop()!;
    if (node === removed || found.has(node)) continue;
    found.add(node);
    for (const edge of heap.nodes[node]!.edges) if (follow(node, edge)) open.push(edge.to);
  }
  return found;
}
