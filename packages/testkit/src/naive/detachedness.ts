/**
 * DevTools' DOM states by definition: a seeded node keeps its state; an unseeded native node is attached if an attached
 * native node reaches it through unseeded native nodes, else detached if a detached one does. Detached native nodes are
 * renamed, and everything after that sees the new names.
 */
import { clonePlainHeap, type PlainHeap } from "../plain-heap.ts";
import { findReachable } from "./reachable.ts";

/**
 * The heap as DevTools sees it after this step: states in `detachedness`, "Detached " in front of names.
 * @param hasField whether the file records detachedness; older files only say it in names
 */
export function propagateDetachedness(heap: PlainHeap, hasField = true): PlainHeap {
  const result = clonePlainHeap(heap);
  const { nodes } = result;
  if (!hasField) {
    for (const node of nodes) {
      node.detachedness = node.type === "native" && node.name.startsWith("Detached ") ? 2 : 0;
    }
    return result;
  }
  const seeds = new Set(nodes.flatMap((node, index) => (node.detachedness === 0 ? [] : [index])));
  const spread = (state: number): void => {
    const starts = nodes.flatMap((node, index) =>
      node.type === "native" && node.detachedness === state ? [index] : [],
    );
    const reached = findReachable(result, starts, (_from, edge) => {
      const target = nodes[edge.to]!;
      if (edge.type === "weak" || edge.type === "hidden") return false;
      return target.type === "native" && !seeds.has(edge.to) && target.detachedness === 0;
    });
    for (const index of reached) nodes[index]!.detachedness = state;
  };
  spread(1);
  spread(2);
  for (const node of nodes) {
    if (node.type === "native" && node.detachedness === 2) node.name = `Detached ${node.name}`;
  }
  return result;
}
