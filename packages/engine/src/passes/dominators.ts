/**
 * Immediate dominators: node d dominates node v when every path of essential edges from the root to v goes through d.
 * If d went, v would go; that is what retained sizes add up.
 *
 *     root ─▶ A ─▶ C ─▶ D          dominator   A: root   B: root
 *       └───▶ B ─▶ C                           C: root   D: C
 *
 * Algorithm: Lengauer and Tarjan, "A fast algorithm for finding dominators in a flowgraph" (1979), the simple version
 * with path compression: O(edges · log nodes) on any graph, also on hostile ones. The nodes are numbered depth-first;
 * all tables below are indexed by these numbers, so that neighbours in the walk are neighbours in memory. Two
 * observations about depth-first numbers keep the predecessor lists short:
 *
 * - an edge u → w with u < w comes from an ancestor of w, which is not linked yet when w is processed: it offers u itself
 *   as semidominator. It is taken into account while counting, and never stored;
 * - an edge u → w with u > w is stored as a predecessor. About half of all edges are of that kind.
 *
 * DevTools' rules for what the root does not reach: a node without any essential edge to it counts as a child of the
 * root, and what it reaches is walked from there; what is still left then (cycles) hangs under the root, each node for
 * itself, and its edges count for nothing.
 *
 * Memory while it runs: 24 bytes a node and 4 bytes for each stored edge. The result takes 8 bytes a node.
 */
import { newUint32Column } from "../graph/column-memory.ts";
import type { BitSet } from "../graph/bit-set.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

export interface Dominators {
  /** NodeIndex -> NodeIndex of the immediate dominator; the root's is itself. */
  readonly dominator: Uint32Array;
  /** Position -> NodeIndex: an order in which every node stands behind its dominator. The root is first. */
  readonly order: Uint32Array;
}

export function* computeDominators(graph: HeapGraph, essential: BitSet): Pass<Dominators> {
  const { nodeCount } = graph;
  const walk = yield* numberDepthFirst(graph, essential);
  const { number, vertex, parent, reached } = walk;

  const semi = new Uint32Array(reached + 1);
  const { firstPredecessor, predecessor } = yield* collectPredecessors(graph, essential, walk, semi);
  // The numbers of nodes are not needed any more; their memory serves as the immediate dominators, by number.
  const idom = number;
  const best = newUint32Column(nodeCount + 1);
  yield* findDominators({ reached, parent, semi, idom, best, firstPredecessor, predecessor });

  // `best` is done with; its memory becomes the result, by node.
  const dominator = best.subarray(0, nodeCount);
  for (let v = 1; v <= reached; v++) dominator[vertex[v]] = vertex[idom[v]];
  for (let v = reached + 1; v <= nodeCount; v++) dominator[vertex[v]] = graph.rootNode;
  return { dominator, order: vertex.subarray(1) };
}

interface Walk {
  /** NodeIndex -> depth-first number from 1 (the root); 0 for nodes that were not reached. */
  readonly number: Uint32Array;
  /** Number -> NodeIndex; behind `reached`, the nodes that were not reached. */
  readonly vertex: Uint32Array;
  /** Number -> number of the node from which it was reached. */
  readonly parent: Uint32Array;
  readonly reached: number;
}

function* numberDepthFirst(graph: HeapGraph, essential: BitSet): Pass<Walk> {
  const { nodeCount, rootNode, firstEdge, edgeTarget } = graph;
  const { words } = essential;
  // One longer than there are nodes, because it is used again by number.
  const number = new Uint32Array(nodeCount + 1);
  const vertex = newUint32Column(nodeCount + 1);
  const parent = new Uint32Array(nodeCount + 1);
  // Number -> the edge at which the walk goes on when it comes back to the node.
  const nextEdge = new Uint32Array(nodeCount + 1);
  // Known once the walk from the root is over, when it left nodes out.
  let hasEssentialRetainer: Uint8Array | undefined;
  let nextOrphan = 0;

  number[rootNode] = 1;
  vertex[1] = rootNode;
  nextEdge[1] = firstEdge[rootNode];
  let reached = 1;
  // The node that the walk stands at, and the one that the present walk began at.
  let v = 1;
  let bottom = 1;
  for (let steps = 0; ; steps++) {
    if ((steps & CHECK_MASK) === 0) yield (reached / nodeCount) * 0.35;
    let edge = nextEdge[v];
    const end = firstEdge[vertex[v] + 1];
    while (
      edge < end &&
      (number[edgeTarget[edge]] !== 0 || (words[edge >>> 5] & (1 << (edge & 31))) === 0)
    )
      edge++;
    if (edge < end) {
      nextEdge[v] = edge + 1;
      const target = edgeTarget[edge];
      reached++;
      number[target] = reached;
      vertex[reached] = target;
      parent[reached] = v;
      nextEdge[reached] = firstEdge[target];
      v = reached;
      continue;
    }
    if (v !== bottom) {
      v = parent[v];
      continue;
    }
    if (reached === nodeCount) break;
    hasEssentialRetainer ??= yield* findEssentialTargets(graph, essential, number);
    while (nextOrphan < nodeCount && (number[nextOrphan] !== 0 || hasEssentialRetainer[nextOrphan] !== 0))
      nextOrphan++;
    if (nextOrphan === nodeCount) break;
    reached++;
    number[nextOrphan] = reached;
    vertex[reached] = nextOrphan;
    parent[reached] = 1;
    nextEdge[reached] = firstEdge[nextOrphan];
    v = bottom = reached;
  }

  for (let node = 0, last = reached; last < nodeCount; node++) if (number[node] === 0) vertex[++last] = node;
  return { number, vertex, parent, reached };
}

/** NodeIndex -> 1 when an essential edge leads to it; only right for nodes without a number. */
function* findEssentialTargets(graph: HeapGraph, essential: BitSet, number: Uint32Array): Pass<Uint8Array> {
  const { edgeCount, edgeTarget } = graph;
  const isTarget = new Uint8Array(graph.nodeCount);
  for (let edge = 0; edge < edgeCount; edge++) {
    if ((edge & CHECK_MASK) === 0) yield 0.35;
    const target = edgeTarget[edge];
    if (number[target] === 0 && essential.has(edge)) isTarget[target] = 1;
  }
  return isTarget;
}

/** Fills `semi` with the least ancestor that has an edge to each node, and lists the other predecessors. */
function* collectPredecessors(
  graph: HeapGraph,
  essential: BitSet,
  walk: Walk,
  semi: Uint32Array,
): Pass<{ firstPredecessor: Uint32Array; predecessor: Uint32Array }> {
  const { firstEdge, edgeTarget } = graph;
  const { words } = essential;
  const { number, vertex, parent, reached } = walk;
  // Counted one place too far, so that filling moves each begin to where it belongs.
  const firstPredecessor = new Uint32Array(reached + 2);

  for (let v = 1; v <= reached; v++) semi[v] = parent[v];
  for (let v = 1; v <= reached; v++) {
    if ((v & CHECK_MASK) === 0) yield 0.35 + (v / reached) * 0.15;
    const node = vertex[v];
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      if ((words[edge >>> 5] & (1 << (edge & 31))) === 0) continue;
      const w = number[edgeTarget[edge]];
      if (w < v) firstPredecessor[w + 1]++;
      else if (v < semi[w]) semi[w] = v;
    }
  }

  let sum = 0;
  for (let w = 1; w <= reached + 1; w++) {
    const count = firstPredecessor[w];
    firstPredecessor[w] = sum;
    sum += count;
  }
  // firstPredecessor[w + 1] is now where the predecessors of w begin.
  const predecessor = new Uint32Array(sum);
  for (let v = 1; v <= reached; v++) {
    if ((v & CHECK_MASK) === 0) yield 0.5 + (v / reached) * 0.15;
    const node = vertex[v];
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      if ((words[edge >>> 5] & (1 << (edge & 31))) === 0) continue;
      const w = number[edgeTarget[edge]];
      if (w < v) predecessor[firstPredecessor[w + 1]++] = v;
    }
  }
  return { firstPredecessor, predecessor };
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
  let stack = new Uint32Array(1 << 12);

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
      if (depth === stack.length) {
        const grown = new Uint32Array(stack.length * 2);
        grown.set(stack);
        stack = grown;
      }
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
    if ((w & CHECK_MASK) === 0) yield 1 - (w / reached) * 0.35;
    const up = parent[w];
    let least = semi[w];
    // The predecessors of w begin where those of w - 1 end.
    for (let i = firstPredecessor[w], end = firstPredecessor[w + 1]; i < end; i++) {
      const candidate = semi[evaluate(predecessor[i], w + 1)];
      if (candidate < least) least = candidate;
    }
    semi[w] = least;

    // Nodes that wait for w's bucket are below w; w is about to be linked, so its bucket was emptied by its children.
    best[w] = w;
    if (least === up) idom[w] = up;
    else {
      idom[w] = best[least];
      best[least] = w;
    }
    // w is linked from here on. The bucket of its parent can be decided.
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
