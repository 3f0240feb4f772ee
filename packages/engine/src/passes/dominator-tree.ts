/**
 * The dominator tree laid out in preorder: each subtree is one contiguous range of positions, so that "is x below y",
 * "the children of y", "how many nodes hang below y" and sums over subtrees need no lists.
 *
 *     root             position        0     1   2   3   4
 *     ├─ A             nodeAt          root  A   C   D   B
 *     │  ├─ C          subtreeCount    5     3   1   1   1
 *     │  └─ D
 *     └─ B
 *
 * Cost: O(nodes); the result takes 12 bytes a node, and 32 are in use while it is laid out.
 */
import { newUint32Column } from "../graph/column-memory.ts";
import type { NodeIndex } from "../graph/heap-graph.ts";
import type { Scratch } from "../graph/scratch.ts";
import type { Dominators } from "./dominators.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

export interface DominatorTree {
  /** NodeIndex -> position in preorder; the root's is 0. */
  readonly position: Uint32Array;
  /** Position -> NodeIndex. */
  readonly nodeAt: Uint32Array;
  /** Position -> nodes in the subtree that begins there, its top included. */
  readonly subtreeCount: Uint32Array;
}

/** Lays the tree out and gives the dominators' tables back. */
export function* computeDominatorTree(
  nodeCount: number,
  { nodeOfNumber, idom }: Dominators,
  scratch: Scratch,
): Pass<DominatorTree> {
  const next = scratch.borrow(nodeCount + 1).fill(1);
  for (let v = nodeCount; v > 1; v--) next[idom[v]] += next[v];
  const positionOfNumber = idom;
  positionOfNumber[1] = 0;
  next[1] = 1;
  for (let v = 2; v <= nodeCount; v++) {
    const above = idom[v];
    const at = next[above];
    next[above] = at + next[v];
    positionOfNumber[v] = at;
    next[v] = at + 1;
  }

  const position = scratch.borrow(nodeCount);
  const nodeAt = scratch.borrow(nodeCount);
  const subtreeCount = scratch.borrow(nodeCount);
  for (let v = 1; v <= nodeCount; v++) {
    if ((v & CHECK_MASK) === 0) yield v / nodeCount;
    const at = positionOfNumber[v];
    const node = nodeOfNumber[v];
    nodeAt[at] = node;
    subtreeCount[at] = next[v] - at;
    position[node] = at;
  }
  scratch.giveBack(nodeOfNumber, idom, next);
  return { position, nodeAt, subtreeCount };
}

/** Calls back for each node that `node` immediately dominates. **Cost**: O(children). */
export function forEachDominated(
  tree: DominatorTree,
  node: NodeIndex,
  callback: (child: NodeIndex) => void,
): void {
  const { position, nodeAt, subtreeCount } = tree;
  const top = position[node];
  for (let at = top + 1, end = top + subtreeCount[top]; at < end; at += subtreeCount[at])
    callback(nodeAt[at]);
}

/** NodeIndex -> NodeIndex of the immediate dominator; the root's is itself. **Cost**: O(nodes). */
export function* computeImmediateDominators({ nodeAt, subtreeCount }: DominatorTree): Pass<Uint32Array> {
  const dominator = newUint32Column(nodeAt.length);
  // Position -> position of the top of the smallest subtree around it. Parents come first, so one sweep fills it.
  const above = new Uint32Array(nodeAt.length);
  dominator[nodeAt[0]] = nodeAt[0];
  for (let at = 0; at < nodeAt.length; at++) {
    if ((at & CHECK_MASK) === 0) yield at / nodeAt.length;
    const end = at + subtreeCount[at];
    for (let child = at + 1; child < end; child += subtreeCount[child]) above[child] = at;
    if (at > 0) dominator[nodeAt[at]] = nodeAt[above[at]];
  }
  return dominator;
}
