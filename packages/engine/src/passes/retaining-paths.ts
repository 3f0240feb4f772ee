/**
 * Retaining paths: the ways from a root to a node, nearest first. They answer "why is this alive".
 *
 * A path ends at any child of the root, in every kind of snapshot. Its length is measured as DevTools' Distance is:
 * from a user root 1, 2, 3 …, so that the first path has exactly `distance` steps; paths that begin at V8's own roots
 * come after all others. (DevTools' worker has such a search too, but it takes "distance 2" for a root and finds nothing
 * for an object directly on `global`.)
 *
 * Algorithm: A* backwards from the node over the retainer edges. The distances are the exact remaining lengths, so the
 * search runs straight to the root, and what it saw on the way yields the next paths. A path visits no node twice. Weak
 * edges hold nothing, and of a `WeakMap` entry only the key's half does.
 *
 * Cost: for k paths about O(k · length · retainers of a node), where no more than `SIBLINGS` nearest retainers of a node
 * are followed.
 */
import type { EdgeIndex, HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType } from "../graph/node-types.ts";
import { NO_DISTANCE, SYSTEM_DISTANCE } from "./distances.ts";
import type { EphemeronNames } from "./ephemerons.ts";
import type { RetainerTable } from "./retainers.ts";

/** Edges from a child of the root (first) to the node (last). The first edge leaves the root. */
type EdgePath = readonly EdgeIndex[];

/** Retainers of one node that are followed, nearest first. */
const SIBLINGS = 100;
/** Retainers that are looked at in all, so that hubs with a million retainers end the search, not the patience. */
const MOST_RETAINERS = 20_000_000;
/** Partial paths that are looked at, besides those of the nearest path, before the search gives up. */
const MOST_STEPS = 20_000;

export interface PathInput {
  readonly graph: HeapGraph;
  readonly distance: Int32Array;
  readonly retainers: RetainerTable;
  readonly ephemerons: EphemeronNames;
}

/** The paths that were found, and whether there may be more. */
export interface PathSearch {
  readonly paths: readonly EdgePath[];
  /** Whether a limit ended the search: there may be other paths. */
  readonly isCut: boolean;
}

interface Partial {
  /** The node that the partial path has come to, going from the object towards a root. */
  readonly node: NodeIndex;
  /** The edge from `node` to the partial path before it; -1 for the object itself. */
  readonly edge: EdgeIndex;
  readonly before: Partial | undefined;
  readonly length: number;
  /** Whether each step so far came nearer to the roots; then no node can be met twice. */
  readonly isDescent: boolean;
  /** Length of the shortest whole path with this end. */
  readonly estimate: number;
}

/** Finds up to `limit` paths to `target`. None for a node that cannot be reached. */
export function findRetainingPaths(input: PathInput, target: NodeIndex, limit: number): PathSearch {
  const { graph, distance } = input;
  const paths: EdgePath[] = [];
  if (target === graph.rootNode || distance[target] === NO_DISTANCE) return { paths, isCut: false };

  const rootEdgeOf = rootEdges(graph);
  const queue = new PartialQueue();
  queue.push({
    node: target,
    edge: -1,
    before: undefined,
    length: 0,
    isDescent: true,
    estimate: distance[target],
  });
  // The nearest path takes a step for each unit of distance; that much is always granted.
  const mostSteps = MOST_STEPS + (distance[target] % SYSTEM_DISTANCE);
  let isCut = false;
  let retainersLeft = MOST_RETAINERS;
  for (let steps = 0; ; steps++) {
    const partial = queue.pop();
    if (partial === undefined) break;
    if (paths.length === limit || steps === mostSteps || retainersLeft < 0) {
      isCut = true;
      break;
    }
    const rootEdge = rootEdgeOf.get(partial.node);
    if (rootEdge !== undefined) {
      // As a root of V8's own it ends a path that comes after all others, even if a user root leads to it too.
      const estimate = partial.length + rootLength(input, partial.node);
      if (partial.estimate >= estimate) {
        paths.push(toPath(partial, rootEdge));
        continue;
      }
      queue.push({ ...partial, estimate });
    }
    const { firstRetainer } = input.retainers;
    retainersLeft -= firstRetainer[partial.node + 1] - firstRetainer[partial.node];
    const holders = findHolders(input, partial);
    if (holders.length > SIBLINGS) isCut = true;
    for (const { node, edge } of holders.slice(0, SIBLINGS)) {
      const length = partial.length + 1;
      const isDescent = partial.isDescent && distance[node] < distance[partial.node];
      queue.push({ node, edge, before: partial, length, isDescent, estimate: length + distance[node] });
    }
  }
  // A value in a WeakMap is as far as the farther of key and table; through the key it can be nearer.
  paths.sort((a, b) => pathLength(input, a) - pathLength(input, b));
  return { paths, isCut };
}

/** Steps as Distance counts them: paths from V8's own roots are longer than all others. */
function pathLength(input: PathInput, path: EdgePath): number {
  return rootLength(input, input.graph.edgeTarget[path[0]]) + path.length;
}

/** The distance at which a path begins when it begins at `root`, a child of the root. */
function rootLength({ distance }: PathInput, root: NodeIndex): number {
  return distance[root] === 1 ? 1 : SYSTEM_DISTANCE + 1;
}

/** Child of the root -> the first edge of the root that leads to it and is not weak. */
function rootEdges(graph: HeapGraph): Map<NodeIndex, EdgeIndex> {
  const { rootNode, firstEdge, edgeType, edgeTarget } = graph;
  const edges = new Map<NodeIndex, EdgeIndex>();
  for (let edge = firstEdge[rootNode]; edge < firstEdge[rootNode + 1]; edge++)
    if (edgeType[edge] !== EdgeType.weak && !edges.has(edgeTarget[edge])) edges.set(edgeTarget[edge], edge);
  return edges;
}

/** What holds the end of a partial path, nearest first, one edge for each holder. */
function findHolders(input: PathInput, partial: Partial): { node: NodeIndex; edge: EdgeIndex }[] {
  const { graph, distance, retainers, ephemerons } = input;
  const { edgeType, edgeName, nodeId } = graph;
  const { firstRetainer, retainerEdge } = retainers;
  const holders = new Map<NodeIndex, EdgeIndex>();
  for (let row = firstRetainer[partial.node]; row < firstRetainer[partial.node + 1]; row++) {
    const edge = retainerEdge[row];
    const node = retainers.nodeOf(row);
    const type = edgeType[edge];
    // Edges of the root end paths; they are no steps in between.
    if (type === EdgeType.weak || node === graph.rootNode || distance[node] === NO_DISTANCE) continue;
    if (holders.has(node)) continue;
    if (type === EdgeType.internal && ephemerons.isTableHalf(edgeName[edge], nodeId[node])) continue;
    if ((partial.isDescent && distance[node] < distance[partial.node]) || !isOn(partial, node))
      holders.set(node, edge);
  }
  return Array.from(holders, ([node, edge]) => ({ node, edge })).sort(
    (a, b) => distance[a.node] - distance[b.node] || a.edge - b.edge,
  );
}

function isOn(partial: Partial, node: NodeIndex): boolean {
  for (let step: Partial | undefined = partial; step !== undefined; step = step.before)
    if (step.node === node) return true;
  return false;
}

function toPath(partial: Partial, rootEdge: EdgeIndex): EdgePath {
  const path = [rootEdge];
  for (let step: Partial = partial; step.before !== undefined; step = step.before) path.push(step.edge);
  return path;
}

/**
 * A binary heap by estimate. Of equal estimates the longest partial path comes first, so that the search finishes a path
 * before it begins another: there can be very many shortest ones.
 */
class PartialQueue {
  readonly #heap: { partial: Partial; order: number }[] = [];
  #pushed = 0;

  push(partial: Partial): void {
    const heap = this.#heap;
    const entry = { partial, order: this.#pushed++ };
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      if (!isBefore(entry, heap[above])) break;
      heap[at] = heap[above];
      at = above;
    }
    heap[at] = entry;
  }

  pop(): Partial | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return last?.partial;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1], heap[below])) below++;
      if (!isBefore(heap[below], last)) break;
      heap[at] = heap[below];
      at = below;
    }
    heap[at] = last;
    return first.partial;
  }
}

function isBefore(a: { partial: Partial; order: number }, b: { partial: Partial; order: number }): boolean {
  const difference = a.partial.estimate - b.partial.estimate || b.partial.length - a.partial.length;
  return difference < 0 || (difference === 0 && a.order < b.order);
}
