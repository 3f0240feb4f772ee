import { resizeColumn } from "../graph/column-memory.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import { EdgeType } from "../graph/node-types.ts";
import type { Scratch } from "../graph/scratch.ts";
import type { Walk } from "./essential-walk.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

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
  const { number, record, parent, leastAncestor: semi, reached } = walk;
  const list = yield* collectPredecessors(graph, walk, scratch);
  yield* linkNodes(walk, list);
  scratch.giveBack(record, list);
  const idom = parent;
  idom[1] = 1;
  for (let w = 2; w <= reached; w++) {
    const least = semi[w];
    let d = idom[w];
    while (d > least) d = idom[d];
    idom[w] = d;
  }
  for (let v = reached + 1; v <= nodeCount; v++) idom[v] = 1;
  scratch.giveBack(semi);
  const nodeOfNumber = scratch.borrow(nodeCount + 1);
  for (let node = 0, last = reached; node < nodeCount; node++)
    nodeOfNumber[number[node] === 0 ? ++last : number[node]] = node;
  scratch.giveBack(number);
  return { nodeOfNumber, idom };
}

function* collectPredecessors(graph: LinkedGraph, walk: Walk, scratch: Scratch): Pass<Uint32Array> {
  const { nodeCount, firstEdge, edgeType, edgeTarget } = graph;
  const { number, record, parent, leastAncestor, reached, essential } = walk;
  const settled = walk.settled.words;
  const { lastPageNumber } = essential;
  // record: 2w end, 2w+1 begin
  let sum = 0;
  for (let w = reached; w >= 1; w--) {
    const node = record[2 * w];
    if ((settled[node >>> 5] & (1 << (node & 31))) === 0) sum += record[2 * w + 1];
    else record[2 * w + 1] = 0;
    record[2 * w] = sum;
    if (record[2 * w + 1] !== 0) record[2 * w + 1] = sum;
    else record[2 * w] = 0;
  }
  const list = scratch.borrow(sum);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield (node / nodeCount) * 0.5;
    const v = number[node];
    if (v < 2) continue;
    const up = parent[v];
    const source = record[2 * v] === 0 && leastAncestor[v] === up ? up : v;
    for (let edge = firstEdge[node], to = firstEdge[node + 1]; edge < to; edge++) {
      const target = edgeTarget[edge];
      if ((settled[target >>> 5] & (1 << (target & 31))) !== 0) continue;
      const w = number[target];
      if (w >= v) continue;
      const type = edgeType[edge];
      if (type === EdgeType.weak || type === EdgeType.shortcut) continue;
      if (v > lastPageNumber && essential.entersPage(node, v, target, w)) continue;
      if (type === EdgeType.internal && essential.isTableHalf(node, edge)) continue;
      if (w >= source) {
        if (w > source && source < leastAncestor[w]) leastAncestor[w] = source;
        continue;
      }
      const at = record[2 * w + 1];
      if (at !== record[2 * w] && list[at] === source) continue;
      list[at - 1] = source;
      record[2 * w + 1] = at - 1;
    }
  }
  return list;
}

function* linkNodes(walk: Walk, list: Uint32Array): Pass<void> {
  const { record: forest, parent, leastAncestor: semi, reached } = walk;
  const compressor = { forest, stack: new Uint32Array(1 << 12) };
  for (let v = reached; v > 1; v--) {
    if ((v & CHECK_MASK) === 0) yield 1 - (v / reached) * 0.5;
    let least = semi[v];
    for (let at = forest[2 * v + 1], end = forest[2 * v]; at < end; at++) {
      const u = list[at];
      const candidate = forest[2 * u] <= v ? forest[2 * u + 1] : compress(compressor, u, v);
      if (candidate < least) least = candidate;
    }
    semi[v] = least;
    forest[2 * v] = parent[v];
    forest[2 * v + 1] = least;
  }
}

function compress(compressor: { forest: Uint32Array; stack: Uint32Array }, v: number, last: number): number {
  const { forest } = compressor;
  let { stack } = compressor;
  let depth = 0;
  let x = v;
  let above = forest[2 * x];
  do {
    if (depth === stack.length) compressor.stack = stack = resizeColumn(stack, 2 * depth);
    stack[depth++] = x;
    x = above;
    above = forest[2 * x];
  } while (above > last);
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
