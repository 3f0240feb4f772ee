/**
 * Retained sizes: the bytes that would be free if a node went, which is what its dominator subtree occupies. In preorder
 * a subtree is a range, so its size is the difference of two running sums: the one behind the range and the one before.
 *
 * Cost: O(nodes); the result takes 8 bytes a node, and the path to the present node is kept meanwhile.
 */
import { resizeColumn } from "../graph/column-memory.ts";
import type { Scratch } from "../graph/scratch.ts";
import type { DominatorTree } from "./dominator-tree.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

/** NodeIndex -> bytes. */
export function* computeRetainedSizes(
  { nodeAt, subtreeCount }: DominatorTree,
  shallowSize: Float64Array,
  scratch: Scratch,
): Pass<Float64Array> {
  const nodeCount = nodeAt.length;
  const retainedSize = scratch.borrowFloats(nodeCount);
  // The subtrees that are open at the present position: their tops, and where they end. As deep as the tree.
  let openNode: Uint32Array = new Uint32Array(1 << 12);
  let openEnd: Uint32Array = new Uint32Array(1 << 12);
  let depth = 0;
  let sum = 0;
  for (let at = 0; at <= nodeCount; at++) {
    if ((at & CHECK_MASK) === 0) yield at / nodeCount;
    while (depth > 0 && openEnd[depth - 1] === at) {
      depth--;
      // Held the sum before the subtree until now.
      retainedSize[openNode[depth]] = sum - retainedSize[openNode[depth]];
    }
    if (at === nodeCount) break;
    const node = nodeAt[at];
    const size = shallowSize[node];
    if (subtreeCount[at] === 1) retainedSize[node] = size;
    else {
      if (depth === openNode.length) {
        openNode = resizeColumn(openNode, 2 * depth);
        openEnd = resizeColumn(openEnd, 2 * depth);
      }
      openNode[depth] = node;
      openEnd[depth++] = at + subtreeCount[at];
      retainedSize[node] = sum;
    }
    sum += size;
  }
  return retainedSize;
}
