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
 * Memory while it runs: 20 bytes a node and 4 bytes for each stored edge.
 */
import { BitSet } from "../graph/bit-set.ts";
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

/** The columns that this pass reads. */
type LinkedGraph = Pick<HeapGraph, "nodeCount" | "firstEdge" | "edgeTarget">;

/** Computes dominators from a walk, whose tables it uses up. */
export function* computeDominators(graph: LinkedGraph, walk: Walk, scratch: Scratch): Pass<Dominators> {
  const { nodeCount } = graph;
  const { number, nodeOfNumber, parent, leastAncestor, backEdgeCount, reached } = walk;
  const predecessors = yield* collectPredecessors(graph, walk, scratch);

  // Two tables serve twice: where the predecessors of a number begin is known from the one before, so that table becomes
  // the immediate dominators; and the nodes by number make room and are restored from the numbers by node.
  const idom = backEdgeCount;
  const best = nodeOfNumber;
  yield* linkNodes({ reached, parent, semi: leastAncestor, idom, best, predecessors });
  for (let v = reached + 1; v <= nodeCount; v++) idom[v] = 1;

  for (let node = 0, last = reached; node < nodeCount; node++)
    nodeOfNumber[number[node] === 0 ? ++last : number[node]] = node;
  scratch.giveBack(number, parent, leastAncestor, predecessors.list);
  return { nodeOfNumber, idom };
}

/** The sources of back edges, by target. */
interface Predecessors {
  /** The lists one behind the other, for the greatest number first. The last entry of each has the bit `LAST`. */
  readonly list: Uint32Array;
  /** Number -> whether it has a list. */
  readonly exists: BitSet;
}

/** There are no 2^31 nodes, so that bit is free. */
const LAST = 0x8000_0000;

/**
 * Lists the sources of back edges in the order in which they are used. Goes over the nodes in file order, so that the
 * edges stream by and only the numbers are looked up at random.
 */
function* collectPredecessors(
  graph: LinkedGraph,
  { number, backEdgeCount, excluded, reached }: Walk,
  scratch: Scratch,
): Pass<Predecessors> {
  const { nodeCount, firstEdge, edgeTarget } = graph;
  const { words } = excluded;
  // Turn each count into the end of a list; filling moves it to the begin.
  const end = backEdgeCount;
  const exists = new BitSet(reached + 1);
  let sum = 0;
  for (let w = reached; w >= 1; w--) {
    if (end[w] === 0) continue;
    exists.add(w);
    sum += end[w];
    end[w] = sum;
  }
  const list = scratch.borrow(sum);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield (node / nodeCount) * 0.5;
    const v = number[node];
    if (v === 0) continue;
    for (let edge = firstEdge[node], to = firstEdge[node + 1]; edge < to; edge++) {
      const w = number[edgeTarget[edge]];
      if (w < v && (words[edge >>> 5] & (1 << (edge & 31))) === 0) list[--end[w]] = v;
    }
  }
  const begin = end;
  for (let w = reached; w >= 1; w--) if (exists.has(w) && begin[w] > 0) list[begin[w] - 1] |= LAST;
  if (sum > 0) list[sum - 1] |= LAST;
  return { list, exists };
}

/**
 * The tables of Lengauer and Tarjan's algorithm. A node is *linked* once it has been processed, which goes from the
 * greatest number down, so "linked" is a comparison. Two tables serve twice: until a node is linked, `best` is the head
 * of its bucket (the nodes whose semidominator it is), and until a node's dominator is known, `idom` is the next node
 * in the bucket that it is in.
 */
interface LinkTables {
  readonly reached: number;
  /** Number -> parent in the walk; once a node is linked, an ancestor nearer to the root of its tree. */
  readonly parent: Uint32Array;
  /** Number -> number of the semidominator. */
  readonly semi: Uint32Array;
  /** Number -> number of the immediate dominator: the result. */
  readonly idom: Uint32Array;
  /** Number -> the number with the least semidominator on the compressed path above. */
  readonly best: Uint32Array;
  readonly predecessors: Predecessors;
}

function* linkNodes(tables: LinkTables): Pass<void> {
  const { reached, parent, semi, idom, best } = tables;
  const { list, exists } = tables.predecessors;
  best.fill(0);
  // For compressing paths.
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

  let at = 0;
  for (let w = reached; w > 1; w--) {
    if ((w & CHECK_MASK) === 0) yield 1 - (w / reached) * 0.5;
    const up = parent[w];
    let least = semi[w];
    if (exists.has(w)) {
      let isLast = false;
      while (!isLast) {
        const entry = list[at++];
        isLast = entry >= LAST;
        const candidate = semi[evaluate(isLast ? entry - LAST : entry, w + 1)];
        if (candidate < least) least = candidate;
      }
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
  for (let w = 2; w <= reached; w++) if (idom[w] !== semi[w]) idom[w] = idom[idom[w]];
}
