/**
 * Tables that are worth keeping from one opening of a file to the next: long to compute, and small. The columns of the
 * file itself are as large as the file, and read faster than they could be kept.
 *
 * What was kept may be wrong in any way, so nothing of it is believed: tables are taken only when each number is in its
 * range and the tree is a tree. (Whether they are the tables of this very file is for whoever kept them to know.)
 */
import { newUint32Column } from "./graph/column-memory.ts";
import { NO_DISTANCE, SYSTEM_DISTANCE } from "./passes/distances.ts";
import type { DominatorTree } from "./passes/dominator-tree.ts";

/** Where a snapshot finds tables that were kept of it. Each is asked for when it is needed. */
export interface KeptTables {
  /** `undefined` when there is none that can be used. */
  dominatorTree(): DominatorTree | undefined;
  /** The same; see `HeapSnapshot.distance`. */
  distance(): Int32Array | undefined;
}

/** What the tables have to fit to. */
interface GraphShape {
  readonly nodeCount: number;
  readonly rootNode: number;
}

/**
 * The tree with these columns; `undefined` when they are not those of a tree with so many nodes and this root.
 *
 * **Cost**: O(nodes), 4 bytes a node that stay.
 */
export function restoreDominatorTree(
  { nodeCount, rootNode }: GraphShape,
  nodeAt: Uint32Array,
  subtreeCount: Uint32Array,
): DominatorTree | undefined {
  if (nodeAt.length !== nodeCount || subtreeCount.length !== nodeCount) return undefined;
  const position = areNested(subtreeCount) ? invert(nodeAt, rootNode) : undefined;
  return position === undefined ? undefined : { position, nodeAt, subtreeCount };
}

/** Whether these can be distances: no path is longer than there are nodes. **Cost**: O(nodes). */
export function areDistances({ nodeCount }: GraphShape, distance: Int32Array): boolean {
  if (distance.length !== nodeCount) return false;
  for (const each of distance)
    if (each !== NO_DISTANCE && (each < 0 || each % SYSTEM_DISTANCE > nodeCount)) return false;
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
  if (nodeAt[0] !== rootNode || rootNode >= nodeAt.length) return undefined;
  const position = newUint32Column(nodeAt.length);
  for (let at = 1; at < nodeAt.length; at++) {
    const node = nodeAt[at];
    // Of fresh memory, 0 says that the node has not come yet; only the root stays at 0.
    if (node >= nodeAt.length || node === rootNode || position[node] !== 0) return undefined;
    position[node] = at;
  }
  return position;
}
