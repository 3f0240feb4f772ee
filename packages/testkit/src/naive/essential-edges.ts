/** Which edges take part in dominance, rule by rule. */
import type { PlainHeap } from "../plain-heap.ts";
import { parseEphemeron } from "./ephemeron.ts";
import type { EdgeTest } from "./reachable.ts";
import { findPageObjects } from "./roots.ts";

/** The test of a heap's edges. */
export function essentialEdges(heap: PlainHeap): EdgeTest {
  const page = findPageObjects(heap);
  return (from, edge) => {
    const isTableHalf = parseEphemeron(edge)?.tableId === heap.nodes[from]!.id;
    if (isTableHalf || edge.type === "weak" || edge.to === from) return false;
    if (from === heap.root) return true;
    if (edge.type === "shortcut") return false;
    return page.has(from) || !page.has(edge.to);
  };
}
