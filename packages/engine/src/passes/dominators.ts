/**
 * Immediate dominators: node d dominates node v when every path of essential edges from the root to v goes through d.
 * If d went, v would go; that is what retained sizes add up.
 *
 *     root ─▶ A ─▶ C ─▶ D          dominator   A: root   B: root
 *       └───▶ B ─▶ C                           C: root   D: C
 *
 * Algorithm: Lengauer and Tarjan, "A fast algorithm for finding dominators in a flowgraph" (1979), the simple version
 * with path compression: O(edges · log nodes) on any graph, also on hostile ones. The tables are indexed by the
 * depth-first numbers of `essential-walk.ts`, so that neighbours in the walk are neighbours in memory. Two observations
 * about such numbers keep the lists of predecessors short:
 *
 * - an edge u → w with u < w comes from an ancestor of w, which is not linked yet when w is processed: it offers u itself
 *   as semidominator. The walk takes it into account (`leastAncestor`), and it is never stored;
 * - an edge u → w with u > w is stored as a predecessor.
 *
 * What the walk did not reach hangs under the root, each node for itself, and its edges count for nothing.
 *
 * Memory while it runs: 24 bytes a node and 4 bytes for each stored edge.
 */
import { resizeColumn } from "../graph/column-memory.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import type { Scratch } from "../graph/scratch.ts";
import type { Walk } from "./essential-walk.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

/**
 * Numbers are from 1 (the root) to `nodeCount`; every dominator has a smaller number than what it dominates. The tables
 * are borrowed: whoever takes them gives them back.
 */
export interface Dominators {
  /** Number -> NodeIndex. */
  readonly nodeOfNumber: Uint32Array;
  /** Number -> number of the immediate dominator; the root's is itself. */
  readonly idom: Uint32Array;
}

/** Computes dominators from a walk, whose tables it uses up. */
export function* computeDominators(graph: HeapGraph, walk: Walk, scratch: Scratch): Pass<Dominators> {
  const { nodeCount } = graph;
  const { number, nodeOfNumber, parent, leastAncestor, backEdgeCount, reached } = walk;
  const predecessor = yield* collectPredecessors(graph, walk, scratch);

  // The numbers of nodes are not needed any more; their memory serves as the immediate dominators, by number.
  const idom = number;
  const best = scratch.borrow(nodeCount + 1);
  yield* findDominators({
    reached,
    parent,
    semi: leastAncestor,
    idom,
    best,
    firstPredecessor: backEdgeCount,
    predecessor,
  });
  for (let v = reached + 1; v <= nodeCount; v++) idom[v] = 1;
  scratch.giveBack(parent, leastAncestor, best, backEdgeCount, predecessor);
  return { nodeOfNumber, idom };
}

/**
 * Lists the sources of back edges by target: turns the counts into beginnings, and fills. Goes over the nodes in file
 * order, so that the edges stream by and only the numbers are looked up at random.
 *
 * @returns the predecessors; those of number w are from `backEdgeCount[w]` up to `backEdgeCount[w + 1]`
 */
function* collectPredecessors(
  graph: HeapGraph,
  { number, backEdgeCount, essential, reached }: Walk,
  scratch: Scratch,
): Pass<Uint32Array> {
  const { nodeCount, firstEdge, edgeTarget } = graph;
  const { words } = essential;
  let sum = 0;
  for (let w = 1; w <= reached + 1; w++) {
    const count = backEdgeCount[w];
    backEdgeCount[w] = sum;
    sum += count;
  }
  // backEdgeCount[w + 1] is now where the predecessors of w begin, and where they end when they are filled in.
  const next = backEdgeCount;
  const predecessor = scratch.borrow(sum);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield (node / nodeCount) * 0.4;
    const v = number[node];
    if (v === 0) continue;
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      const w = number[edgeTarget[edge]];
      if (w < v && (words[edge >>> 5] & (1 << (edge & 31))) !== 0) predecessor[next[w + 1]++] = v;
    }
  }
  return predecessor;
}

interface Flowgraph {
  readonly reached: number;
  /** Number -> parent in the walk; once a node is linked, an ancestor nearer to the root of its tree. */
  readonly parent: Uint32Array;
  /** Number -> number of the semidominator. */
  readonly semi: Uint32Array;
  /** Number -> number of the immediate dominator: the result. */
  readonly idom: Uint32Array;
  /** Number -> the number with the least semidominator on the compressed path above; scratch. */
  readonly best: Uint32Array;
  readonly firstPredecessor: Uint32Array;
  readonly predecessor: Uint32Array;
}

/**
 * The main part of Lengauer and Tarjan's algorithm. A node is *linked* once it has been processed, which goes from the
 * greatest number down, so "linked" is a comparison. Two tables serve twice: until a node is linked, `best` is the head
 * of its bucket (the nodes whose semidominator it is), and until a node's dominator is known, `idom` is the next node
 * in the bucket that it is in.
 */
function* findDominators(graph: Flowgraph): Pass<void> {
  const { reached, parent, semi, idom, best, firstPredecessor, predecessor } = graph;
  idom.fill(0);
  best.fill(0);
  let stack: Uint32Array = new Uint32Array(1 << 12);

  /**
   * The node with the least semidominator on the path of linked nodes from v (which is linked) upwards. Compresses the
   * path on the way.
   */
  const evaluate = (v: number, leastLinked: number): number => {
    let above = parent[v];
    if (above < leastLinked) return best[v];
    let depth = 0;
    let x = v;
    do {
      if (depth === stack.length) stack = resizeColumn(stack, 2 * depth);
      stack[depth++] = x;
      x = above;
      above = parent[x];
    } while (above >= leastLinked);
    // x is the topmost linked node; everything on the stack hangs below it.
    let bestAbove = best[x];
    let bestSemi = semi[bestAbove];
    while (depth > 0) {
      x = stack[--depth];
      const own = best[x];
      const ownSemi = semi[own];
      if (bestSemi < ownSemi) best[x] = bestAbove;
      else {
        bestAbove = own;
        bestSemi = ownSemi;
      }
      parent[x] = above;
    }
    return bestAbove;
  };

  for (let w = reached; w > 1; w--) {
    if ((w & CHECK_MASK) === 0) yield 1 - (w / reached) * 0.6;
    const up = parent[w];
    let least = semi[w];
    // The predecessors of w begin where those of w - 1 end.
    for (let i = firstPredecessor[w], end = firstPredecessor[w + 1]; i < end; i++) {
      const candidate = semi[evaluate(predecessor[i], w + 1)];
      if (candidate < least) least = candidate;
    }
    semi[w] = least;

    // The bucket of w was emptied by its children; from here on w is linked.
    best[w] = w;
    if (least === up) idom[w] = up;
    else {
      idom[w] = best[least];
      best[least] = w;
    }
    // Now the bucket of its parent can be decided.
    let v = best[up];
    best[up] = 0;
    while (v !== 0) {
      const next = idom[v];
      const u = evaluate(v, w);
      idom[v] = semi[u] < up ? u : up;
      v = next;
    }
  }
  idom[1] = 1;
  for (let w = 2; w <= reached; w++) {
    if (idom[w] !== semi[w]) idom[w] = idom[idom[w]];
  }
}
