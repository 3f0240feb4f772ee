/**
 * Tables that are worth keeping from one opening of a file to the next: long to compute, and small. The columns of the
 * file itself are as large as the file, and read faster than they could be kept.
 *
 * What was kept may be wrong in any way, so `restoreTables` believes nothing: it takes tables only when each number is in
 * its range and the tree is a tree. (Whether they are the tables of this very file is for whoever kept them to know.)
 */
import { newInt32Column, newUint32Column } from "./graph/column-memory.ts";
import { NO_DISTANCE, SYSTEM_DISTANCE } from "./passes/distances.ts";
import type { DominatorTree } from "./passes/dominator-tree.ts";

/** The tables as they are kept: 12 bytes a node. */
export interface KeptTables {
  /** See `DominatorTree`. */
  readonly nodeAt: Uint32Array;
  /** See `DominatorTree`. */
  readonly subtreeCount: Uint32Array;
  /** See `HeapSnapshot.distance`. */
  readonly distance: Int32Array;
}

/** What a snapshot takes of them; see `HeapSnapshot.acceptTables`. */
export interface RestoredTables {
  readonly dominatorTree: DominatorTree;
  readonly distance: Int32Array;
}

/** Memory to read kept tables into. **Cost**: 12 bytes a node. */
export function allocateKeptTables(nodeCount: number): KeptTables {
  return {
    nodeAt: newUint32Column(nodeCount),
    subtreeCount: newUint32Column(nodeCount),
    distance: newInt32Column(nodeCount),
  };
}

/**
 * The tables of a graph; `undefined` when they cannot be those of any graph with so many nodes and this root.
 *
 * **Cost**: O(nodes), 4 bytes a node that stay.
 */
export function restoreTables(
  { nodeCount, rootNode }: { readonly nodeCount: number; readonly rootNode: number },
  { nodeAt, subtreeCount, distance }: KeptTables,
): RestoredTables | undefined {
  if (nodeAt.length !== nodeCount || subtreeCount.length !== nodeCount || distance.length !== nodeCount)
    return undefined;
  if (!areDistances(distance) || !areNested(subtreeCount)) return undefined;
  const position = invert(nodeAt, rootNode);
  return position === undefined ? undefined : { dominatorTree: { position, nodeAt, subtreeCount }, distance };
}

/** No path is longer than there are nodes. */
function areDistances(distance: Int32Array): boolean {
  for (const each of distance)
    if (each !== NO_DISTANCE && (each < 0 || each % SYSTEM_DISTANCE > distance.length)) return false;
  return true;
}

/** Whether each range lies in the range that was opened last, and the first one is everything. */
function areNested(subtreeCount: Uint32Array): boolean {
  const nodeCount = subtreeCount.length;
  if (nodeCount === 0 || subtreeCount[0] !== nodeCount) return false;
  // The ends of the ranges around the present position, outermost first.
  let ends = new Uint32Array(1 << 10);
  ends[0] = nodeCount;
  let depth = 1;
  for (let at = 1; at < nodeCount; at++) {
    while (ends[depth - 1] === at) depth--;
    const count = subtreeCount[at];
    if (count === 0 || count > ends[depth - 1] - at) return false;
    if (count === 1) continue;
    if (depth === ends.length) {
      const longer = new Uint32Array(2 * depth);
      longer.set(ends);
      ends = longer;
    }
    ends[depth++] = at + count;
  }
  return true;
}

/** NodeIndex -> position; `undefined` when a node is missing, or the root is not the first. */
function invert(nodeAt: Uint32Array, rootNode: number): Uint32Array | undefined {
  if (nodeAt[0] !== rootNode) return undefined;
  const position = newUint32Column(nodeAt.length);
  for (let at = 1; at < nodeAt.length; at++) {
    const node = nodeAt[at];
    // Of fresh memory, 0 says that the node has not come yet; only the root stays at 0.
    if (node >= nodeAt.length || node === rootNode || position[node] !== 0) return undefined;
    position[node] = at;
  }
  return position;
}
