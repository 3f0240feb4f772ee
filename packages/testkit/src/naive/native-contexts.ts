/** Which native context (realm) each node belongs to. */
import type { PlainHeap, PlainNode } from "../plain-heap.ts";
import { findReachable } from "./reachable.ts";

/** More than one context leads to the node. */
export const sharedContext = -2;
/** No context leads to the node. */
export const noContext = -1;

/** Each node's context as its node index, or one of the two above. */
export function nativeContexts(heap: PlainHeap): number[] {
  const fixed = heap.nodes.map((node, index) => {
    if (isNativeContext(node)) return index;
    const metaMap = follow(heap, follow(heap, index, "map"), "map");
    return follow(heap, metaMap, "native_context", isNativeContext);
  });
  const owners: Set<number>[] = heap.nodes.map(() => new Set());
  fixed.forEach((owner, start) => {
    if (owner === undefined) return;
    const reached = findReachable(
      heap,
      [start],
      (_from, edge) => edge.type !== "shortcut" && edge.type !== "weak" && fixed[edge.to] === undefined,
    );
    for (const node of reached) owners[node]!.add(owner);
  });
  return owners.map((set) => (set.size === 0 ? noContext : set.size === 1 ? [...set][0]! : sharedContext));
}

export function isNativeContext(node: PlainNode): boolean {
  return /^(Detached )?system \/ NativeContext($| \/ )/.test(node.name);
}

/** Where the first internal edge of this name (to a node that is `wanted`) leads. */
function follow(
  heap: PlainHeap,
  from: number | undefined,
  name: string,
  wanted: (node: PlainNode) => boolean = () => true,
): number | undefined {
  if (from === undefined) return undefined;
  return heap.nodes[from]!.edges.find(
    (edge) => edge.type === "internal" && edge.name === name && wanted(heap.nodes[edge.to]!),
  )?.to;
}
