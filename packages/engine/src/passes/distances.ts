/**
 * Distances: steps from the user roots, as DevTools shows them. Two walks in breadth: first from the user roots
 * (distance 1), then from the root itself for what only V8's own structures hold; that part gets distances from
 * `SYSTEM_DISTANCE` on, shown as "−".
 *
 * Some edges would make misleading shortcuts and are left out: sloppy function maps of the native context, descriptor
 * slots that other maps may share, and the nearer half of each `WeakMap` entry, so that a value is one step behind the
 * farther of its table and its key (DevTools, `calculateDistances`).
 *
 * Cost: O(edges); 4 bytes a node, and 4 more while it runs.
 */
import { newInt32Column } from "../graph/column-memory.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import type { EphemeronNames } from "./ephemerons.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";
import { findUserRoots } from "./user-roots.ts";

/** The root's distance when there are user roots. Nodes from here on are reached through V8's own structures only. */
export const SYSTEM_DISTANCE = 100_000_000;
/** The distance of what cannot be reached. */
export const NO_DISTANCE = -5;

/** NodeIndex -> distance. */
export function* computeDistances(
  graph: HeapGraph,
  names: NodeNames,
  ephemerons: EphemeronNames,
): Pass<Int32Array> {
  const { nodeCount, rootNode, nodeType, firstEdge, edgeType, edgeName, edgeTarget } = graph;
  const distance = newInt32Column(nodeCount).fill(NO_DISTANCE);
  const queue = new Uint32Array(nodeCount);
  const { kindOfString } = names;
  // WeakMap entries of which one half was met.
  const metPairs = new Set<number>();

  const isLeftOut = (node: number, edge: number): boolean => {
    const type = edgeType[edge];
    const isNumber = type === EdgeType.element || type === EdgeType.hidden;
    if (nodeType[node] === NodeType.array && names.kind(node) === NameKind.mapDescriptors) {
      const index = isNumber ? edgeName[edge] : Number.parseInt(graph.strings.get(edgeName[edge]), 10);
      return index >= 2 && index % 3 === 1;
    }
    if (
      nodeType[node] === NodeType.hidden &&
      !isNumber &&
      kindOfString[edgeName[edge]] === NameKind.sloppyFunctionMap &&
      names.kind(node) === NameKind.nativeContext
    )
      return true;
    if (type === EdgeType.internal && ephemerons.isEphemeron(edgeName[edge])) {
      const pair = ephemerons.pair(edgeName[edge]);
      if (!metPairs.delete(pair)) {
        metPairs.add(pair);
        return true;
      }
    }
    return false;
  };

  const walk = function* (queued: number, from: number): Pass<void> {
    for (let head = 0; head < queued; head++) {
      if ((head & CHECK_MASK) === 0) yield from + (head / nodeCount) * 0.5;
      const node = queue[head];
      const next = distance[node] + 1;
      // Only these three kinds of node have edges that may be left out for their node's sake.
      const type = nodeType[node];
      const isSpecial = type === NodeType.array || type === NodeType.hidden;
      for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
        const target = edgeTarget[edge];
        if (distance[target] !== NO_DISTANCE) continue;
        const kind = edgeType[edge];
        if (kind === EdgeType.weak) continue;
        if ((isSpecial || kind === EdgeType.internal) && isLeftOut(node, edge)) continue;
        distance[target] = next;
        queue[queued++] = target;
      }
    }
  };

  let queued = 0;
  for (const node of findUserRoots(graph, names)) {
    if (distance[node] !== NO_DISTANCE) continue;
    distance[node] = 1;
    queue[queued++] = node;
  }
  const hasUserRoots = queued > 0;
  yield* walk(queued, 0);
  distance[rootNode] = hasUserRoots ? SYSTEM_DISTANCE : 0;
  queue[0] = rootNode;
  yield* walk(1, 0.5);
  return distance;
}
