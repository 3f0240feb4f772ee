/**
 * Immediate dominators: node d dominates node v when every path of essential edges from the root to v goes through d.
 * If d went, v would go; that is what retained sizes add up.
 *
 *     root ─▶ A ─▶ C ─▶ D          dominator   A: root   B: root
 *       └───▶ B ─▶ C                           C: root   D: C
 *
 * Algorithm: semidominators with path compression as Lengauer and Tarjan, "A fast algorithm for finding dominators in a
 * flowgraph" (1979), have them, then the nearest common ancestor of parent and semidominator, as Georgiadis, "Linear-time
 * algorithms for dominators and related problems" (2005), "SEMI-NCA": O(edges · log nodes) on any graph, also on hostile ones.
 * The tables are indexed by the depth-first numbers of `essential-walk.ts`, so that neighbours in the walk are neighbours in
 * memory. What keeps the lists of predecessors short:
 *
 * - an edge u → w with u < w comes from an ancestor of w, which is not linked yet when w is processed: it offers u itself
 *   as semidominator. It is taken into account (`leastAncestor`) and never stored;
 * - an edge u → w with u > w is stored as a predecessor, but not when w is settled already;
 * - what no other edge leads to stands for its parent, so that an object and its parts are one predecessor.
 *
 * What the walk did not reach hangs under the root, each node for itself, and its edges count for nothing.
 *
 * Memory while it runs: 20 bytes a node and 4 bytes for each stored edge.
 */
import { resizeColumn } from "../graph/column-memory.ts";
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType } from "../graph/node-types.ts";
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
type LinkedGraph = Pick<HeapGraph, "nodeCount" | "firstEdge" | "edgeType" | "edgeTarget">;

/** Computes dominators from a walk, whose tables it uses up. */
export function* computeDominators(graph: LinkedGraph, walk: Walk, scratch: Scratch): Pass<Dominators> {
  const { nodeCount } = graph;
  const { number, record, parent, leastAncestor, reached } = walk;
  const list = yield* collectPredecessors(graph, walk, scratch);
  const semi = yield* linkNodes({
    lists: record,
    forest: record,
    parent,
    semi: leastAncestor,
    list,
    reached,
  });
  scratch.giveBack(list);
  const idom = yield* findAncestors(parent, semi, reached, record);
  for (let v = reached + 1; v <= nodeCount; v++) idom[v] = 1;
  scratch.giveBack(record, semi);

  const nodeOfNumber = scratch.borrow(nodeCount + 1);
  for (let node = 0, last = reached; node < nodeCount; node++)
    nodeOfNumber[number[node] === 0 ? ++last : number[node]] = node;
  scratch.giveBack(number);
  return { nodeOfNumber, idom };
}

/**
 * Lists the predecessors of each number that are greater. Turns the walk's records into where these lists are: at
 * 2 · number the end (0 for no list), behind it the begin.
 */
function* collectPredecessors(graph: LinkedGraph, walk: Walk, scratch: Scratch): Pass<Uint32Array> {
  const { nodeCount } = graph;
  const { record, reached, settled } = walk;
  // Turn each count into the end of a list, and its begin, which filling moves down from there. A node that nothing else
  // leads to is settled too: its least ancestor is all there is.
  let sum = 0;
  for (let w = reached; w >= 1; w--) {
    const node = record[2 * w];
    const count = record[2 * w + 1];
    const hasList = count > 0 && !settled.has(node);
    if (hasList) sum += count;
    else settled.add(node);
    record[2 * w] = hasList ? sum : 0;
    record[2 * w + 1] = hasList ? sum : 0;
  }
  const list = scratch.borrow(sum);
  for (let from = 0; from < nodeCount; from += CHECK_MASK + 1) {
    yield (from / nodeCount) * 0.5;
    fillLists(graph, walk, list, from, Math.min(from + CHECK_MASK + 1, nodeCount));
  }
  return list;
}

/**
 * Puts the edges of some nodes into the lists. Goes over the nodes in file order, so that the edges stream by and only the
 * numbers are looked up at random. (A function of its own: V8 keeps fewer variables of a generator in registers.)
 */
function fillLists(
  { firstEdge, edgeType, edgeTarget }: LinkedGraph,
  { number, record, parent, leastAncestor, essential, settled }: Walk,
  list: Uint32Array,
  fromNode: NodeIndex,
  toNode: NodeIndex,
): void {
  const isSettled = settled.words;
  const { lastPageNumber } = essential;
  for (let node = fromNode; node < toNode; node++) {
    let v = 0;
    let source = 0;
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      const target = edgeTarget[edge];
      if ((isSettled[target >>> 5] & (1 << (target & 31))) !== 0) continue;
      if (v === 0) {
        v = number[node];
        if (v < 2) break;
        // A node that nothing but its parent leads to stands for its parent.
        const up = parent[v];
        source = record[2 * v] === 0 && leastAncestor[v] === up ? up : v;
      }
      const w = number[target];
      if (w >= v) continue;
      const type = edgeType[edge];
      if (type === EdgeType.weak || type === EdgeType.shortcut) continue;
      if (v > lastPageNumber && essential.entersPage(node, v, target, w)) continue;
      if (type === EdgeType.internal && essential.isTableHalf(node, edge)) continue;
      if (w >= source) {
        // The parent is an ancestor of w, or w itself.
        if (w > source && source < leastAncestor[w]) leastAncestor[w] = source;
        continue;
      }
      const at = record[2 * w + 1];
      if (at !== record[2 * w] && list[at] === source) continue;
      list[at - 1] = source;
      record[2 * w + 1] = at - 1;
    }
  }
}

/**
 * The tables of Lengauer and Tarjan's algorithm. A node is *linked* once it has been processed, which goes from the
 * greatest number down, so "linked" is a comparison. Where the list of a node is needs not be known any more when it is
 * linked, so one table is both.
 */
interface LinkTables {
  /** 2 · number -> the end of its list, and behind that its begin. */
  readonly lists: Uint32Array;
  /** 2 · number -> an ancestor, and behind that the least semidominator on the path up to there. */
  readonly forest: Uint32Array;
  readonly parent: Uint32Array;
  /** Number -> the least candidate yet for the semidominator, and once it is linked the semidominator. */
  readonly semi: Uint32Array;
  readonly list: Uint32Array;
  readonly reached: number;
}

/** Finds semidominators. */
function* linkNodes({ lists, forest, parent, semi, list, reached }: LinkTables): Pass<Uint32Array> {
  const compressor = { forest, stack: new Uint32Array(1 << 12) };
  for (let v = reached; v > 1; v--) {
    if ((v & CHECK_MASK) === 0) yield 1 - (v / reached) * 0.5;
    let least = semi[v];
    for (let at = lists[2 * v + 1], end = lists[2 * v]; at < end; at++) {
      const u = list[at];
      const candidate = forest[2 * u] <= v ? forest[2 * u + 1] : compress(compressor, u, v);
      if (candidate < least) least = candidate;
    }
    semi[v] = least;
    forest[2 * v] = parent[v];
    forest[2 * v + 1] = least;
  }
  return semi;
}

/** The least semidominator on the path of linked nodes from u upwards, `last` being the number that is next linked. */
function compress(compressor: { forest: Uint32Array; stack: Uint32Array }, u: number, last: number): number {
  const { forest } = compressor;
  let { stack } = compressor;
  let depth = 0;
  let x = u;
  let above = forest[2 * x];
  do {
    if (depth === stack.length) compressor.stack = stack = resizeColumn(stack, 2 * depth);
    stack[depth++] = x;
    x = above;
    above = forest[2 * x];
  } while (above > last);
  // x is the topmost linked node; everything on the stack hangs below it.
  let least = forest[2 * x + 1];
  while (depth > 0) {
    x = stack[--depth];
    const own = forest[2 * x + 1];
    if (least < own) forest[2 * x + 1] = least;
    else least = own;
    forest[2 * x] = above;
  }
  return least;
}

/** So many steps a node are taken one by one; most graphs need about one. */
const USUAL_STEPS = 16;

/**
 * The immediate dominator of each number: the nearest of its parent's dominators that is not greater than its semidominator.
 * Looks for it one dominator after the other, and when that takes long, by skew-binary jumps, which are O(log nodes) for
 * each (Myers, "An applicative random-access stack", 1983). Returns `parent`, overwritten.
 *
 * @param room two integers a number, for the jumps
 */
function* findAncestors(
  parent: Uint32Array,
  semi: Uint32Array,
  reached: number,
  room: Uint32Array,
): Pass<Uint32Array> {
  const idom = parent;
  idom[1] = 1;
  let stepsLeft = USUAL_STEPS * reached;
  let w = 2;
  for (; w <= reached && stepsLeft > 0; w++) {
    if ((w & CHECK_MASK) === 0) yield 1;
    const least = semi[w];
    let d = parent[w];
    while (d > least && stepsLeft > 0) {
      d = idom[d];
      stepsLeft--;
    }
    if (d > least) break;
    idom[w] = d;
  }
  if (w > reached) return idom;

  // 2 · number -> how deep it is in the dominator tree, and behind that one of its dominators.
  const jumps = room;
  jumps[2] = 0;
  jumps[3] = 1;
  for (let v = 2; v <= reached; v++) {
    if ((v & CHECK_MASK) === 0) yield 1;
    if (v >= w) {
      const least = semi[v];
      let d = parent[v];
      while (d > least) d = jumps[2 * d + 1] >= least ? jumps[2 * d + 1] : idom[d];
      idom[v] = d;
    }
    const d = idom[v];
    const far = jumps[2 * d + 1];
    const isEven = jumps[2 * d] - jumps[2 * far] === jumps[2 * far] - jumps[2 * jumps[2 * far + 1]];
    jumps[2 * v] = jumps[2 * d] + 1;
    jumps[2 * v + 1] = isEven ? jumps[2 * far + 1] : d;
  }
  return idom;
}
