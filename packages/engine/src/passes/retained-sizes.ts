/**
 * Retained sizes: the bytes that would be free if a node went, which is what its dominator subtree occupies.
 *
 * Cost: O(nodes); the result takes 8 bytes a node.
 */
import { newFloat64Column } from "../graph/column-memory.ts";
import type { Dominators } from "./dominators.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

/** NodeIndex -> bytes. */
export function* computeRetainedSizes(
  { dominator, order }: Dominators,
  shallowSize: Float64Array,
): Pass<Float64Array> {
  const retainedSize = newFloat64Column(shallowSize.length);
  retainedSize.set(shallowSize);
  // Backwards, so that a node is complete before it is added to its dominator. The root is first and stays.
  for (let i = order.length - 1; i > 0; i--) {
    if ((i & CHECK_MASK) === 0) yield 1 - i / order.length;
    const node = order[i];
    retainedSize[dominator[node]] += retainedSize[node];
  }
  return retainedSize;
}
