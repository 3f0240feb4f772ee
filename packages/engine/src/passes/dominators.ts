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
 * The lists of predecessors would be the largest table of all, so they are made in two blocks, the one for the greater
 * numbers first, as they are used. (Four blocks were measured to save another 5 bytes a node and to double the time.)
 *
 * Memory while it runs: 20 bytes a node and one block.
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

/** Predecessors are listed in two blocks at most, of this many entries for each node at least. */
const BLOCK_ENTRIES_PER_NODE = 2.25;

/** Computes dominators from a walk, whose tables it uses up. */
export function* computeDominators(graph: HeapGraph, walk: Walk, scratch: Scratch): Pass<Dominators> {
  const { nodeCount } = graph;
  const { number, nodeOfNumber, parent, leastAncestor, backEdgeCount, reached } = walk;
  // Two tables serve twice: the counts of back edges become the immediate dominators, number by number as they are used
  // up, and the nodes by number make room and are restored from the numbers by node.
  const idom = backEdgeCount;
  const best = nodeOfNumber.fill(0);
  const state: LinkState = { parent, semi: leastAncestor, idom, best, stack: new Uint32Array(1 << 12) };
  let backEdges = 0;
  for (let w = 1; w <= reached; w++) backEdges += backEdgeCount[w];
  const block = scratch.borrow(
    Math.ceil(Math.min(backEdges, Math.max(nodeCount * BLOCK_ENTRIES_PER_NODE, backEdges / 2))),
  );
  for (let high = reached; high > 1;) {
    const predecessors = yield* collectPredecessors(graph, walk, block, high);
    yield* linkNodes(state, predecessors, high, reached);
    high = predecessors.low - 1;
  }
  idom[1] = 1;
  for (let w = 2; w <= reached; w++) if (idom[w] !== leastAncestor[w]) idom[w] = idom[idom[w]];
  for (let v = reached + 1; v <= nodeCount; v++) idom[v] = 1;

  for (let node = 0, last = reached; node < nodeCount; node++)
    nodeOfNumber[number[node] === 0 ? ++last : number[node]] = node;
  scratch.giveBack(number, parent, leastAncestor, block);
  return { nodeOfNumber, idom };
}

/** The sources of the back edges that lead to the numbers from `low` to some greater one. */
interface Predecessors {
  readonly low: number;
  /** The lists one behind the other, for the greatest number first. The last entry of each has the bit `LAST`. */
  readonly list: Uint32Array;
  /** Number -> whether it has a list. */
  readonly exists: BitSet;
}

/** There are no 2^31 nodes, so that bit is free. */
const LAST = 0x8000_0000;

/**
 * Lists the predecessors of the numbers from `high` down to the last one whose list fits into the block; of one number
 * at least, for which a larger block is made when it must be. Goes over the nodes in file order, so that the edges
 * stream by and only the numbers are looked up at random.
 */
function* collectPredecessors(
  graph: HeapGraph,
  { number, backEdgeCount, essential }: Walk,
  block: Uint32Array,
  high: number,
): Pass<Predecessors> {
  const { nodeCount, firstEdge, edgeTarget } = graph;
  const { words } = essential;
  // Turn each count into the end of a list; filling moves it to the begin.
  const end = backEdgeCount;
  const exists = new BitSet(high + 1);
  let sum = 0;
  let low = high + 1;
  for (let w = high; w >= 1; w--) {
    const count = end[w];
    if (sum + count > block.length && sum > 0) break;
    low = w;
    if (count === 0) continue;
    exists.add(w);
    sum += count;
    end[w] = sum;
  }
  const list = sum > block.length ? new Uint32Array(sum) : block;
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield 1 - high / nodeCount;
    const v = number[node];
    if (v <= low) continue;
    for (let edge = firstEdge[node], to = firstEdge[node + 1]; edge < to; edge++) {
      const w = number[edgeTarget[edge]];
      if (w >= low && w <= high && w < v && (words[edge >>> 5] & (1 << (edge & 31))) !== 0)
        list[--end[w]] = v;
    }
  }
  const begin = end;
  for (let w = high; w >= low; w--) if (exists.has(w) && begin[w] > 0) list[begin[w] - 1] |= LAST;
  if (sum > 0) list[sum - 1] |= LAST;
  return { low, list, exists };
}

/**
 * The tables of Lengauer and Tarjan's algorithm. A node is *linked* once it has been processed, which goes from the
 * greatest number down, so "linked" is a comparison. Two tables serve twice: until a node is linked, `best` is the head
 * of its bucket (the nodes whose semidominator it is), and until a node's dominator is known, `idom` is the next node
 * in the bucket that it is in.
 */
interface LinkState {
  /** Number -> parent in the walk; once a node is linked, an ancestor nearer to the root of its tree. */
  readonly parent: Uint32Array;
  /** Number -> number of the semidominator. */
  readonly semi: Uint32Array;
  /** Number -> number of the immediate dominator, or of its relative that has the same one: the result. */
  readonly idom: Uint32Array;
  /** Number -> the number with the least semidominator on the compressed path above. */
  readonly best: Uint32Array;
  /** For compressing paths; grows. */
  stack: Uint32Array;
}

/** Processes the numbers from `high` down to where the predecessors end. */
function* linkNodes(
  state: LinkState,
  { low, list, exists }: Predecessors,
  high: number,
  reached: number,
): Pass<void> {
  const { parent, semi, idom, best } = state;
  let { stack } = state;

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
  for (let w = high; w >= low && w > 1; w--) {
    if ((w & CHECK_MASK) === 0) yield 1 - w / reached;
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
  state.stack = stack;
}
