/** What the root's edges mean: user roots, and the objects that belong to the page. */
import type { PlainHeap, PlainNode } from "../plain-heap.ts";
import { findReachable } from "./reachable.ts";

function isDocumentTrees(node: PlainNode): boolean {
  return node.type === "synthetic" && node.name === "(Document DOM trees)";
}

/** Children of the root that are not synthetic, and the document trees; in edge order, whatever the edge's type. */
export function findUserRoots(heap: PlainHeap): number[] {
  return heap.nodes[heap.root]!.edges.map((edge) => edge.to).filter((to) => {
    const node = heap.nodes[to]!;
    return node.type !== "synthetic" || isDocumentTrees(node);
  });
}

/** Everything that the root's shortcuts (and the document trees) lead to over any edge that is not weak. */
export function findPageObjects(heap: PlainHeap): Set<number> {
  const starts = heap.nodes[heap.root]!.edges.filter(
    (edge) => edge.type === "shortcut" || (edge.type === "element" && isDocumentTrees(heap.nodes[edge.to]!)),
  );
  return findReachable(
    heap,
    starts.map((edge) => edge.to),
    (_from, edge) => edge.type !== "weak",
  );
}
