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
import { BitSet } from "../graph/bit-set.ts";
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import type { Scratch } from "../graph/scratch.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { KnownEphemeron, type EphemeronNames } from "./ephemerons.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";
import { findUserRoots } from "./user-roots.ts";

/** The root's distance when there are user roots. Nodes from here on are reached through V8's own structures only. */
export const SYSTEM_DISTANCE = 100_000_000;
/** The distance of what cannot be reached. */
export const NO_DISTANCE = -5;

/**
 * NodeIndex -> distance.
 *
 * @param ignored nodes that no edge counts as leading to, so that they and what only they hold have no distance; a user
 *   root keeps its own
 */
export function* computeDistances(
  graph: HeapGraph,
  names: NodeNames,
  ephemerons: EphemeronNames,
  scratch: Scratch,
  ignored: Iterable<NodeIndex> = [],
): Pass<Int32Array> {
  const { nodeCount, rootNode, nodeType, firstEdge, edgeType, edgeName, edgeTarget } = graph;
  const distance = scratch.borrowSigned(nodeCount).fill(NO_DISTANCE);
  const userRoots = findUserRoots(graph, names);
  // A user root stands in the queue for each edge of the root that leads to it, everything else once.
  const queue = scratch.borrow(nodeCount + userRoots.length);
  const { known } = ephemerons;
  // Which nodes have a distance: most edges lead to one that has, and a bit each stays in the processor's cache.
  const visitedSet = new BitSet(nodeCount);
  const visited = visitedSet.words;
  // No edge leads to what counts as visited.
  for (const node of ignored) visitedSet.add(node);
  // WeakMap entries of which one half was met.
  const metPairs = new Set<number>();

  /** For the few nodes some of whose edges are left out for the node's sake. */
  const isSpecial = (node: number): boolean =>
    nodeType[node] === NodeType.array
      ? names.kind(node) === NameKind.mapDescriptors
      : nodeType[node] === NodeType.hidden && names.kind(node) === NameKind.nativeContext;

  const isLeftOutOfSpecial = (node: number, edge: number): boolean => {
    const type = edgeType[edge];
    const isNumber = type === EdgeType.element || type === EdgeType.hidden;
    if (nodeType[node] === NodeType.hidden)
      return !isNumber && names.kindOfString[edgeName[edge]] === NameKind.sloppyFunctionMap;
    // Slots of a descriptor array; internal edges have the slot's number as their name.
    const slot = isNumber ? edgeName[edge] : Number.parseInt(graph.strings.get(edgeName[edge]), 10);
    return slot >= 2 && slot % 3 === 1;
  };

  /** The half of a WeakMap entry that is met first. */
  const isNearerHalf = (edge: number): boolean => {
    if (!ephemerons.isEphemeron(edgeName[edge])) return false;
    const pair = ephemerons.pair(edgeName[edge]);
    if (metPairs.delete(pair)) return false;
    metPairs.add(pair);
    return true;
  };

  const walk = function* (queued: number, from: number): Pass<void> {
    for (let head = 0; head < queued; head++) {
      if ((head & CHECK_MASK) === 0) yield from + (head / nodeCount) * 0.5;
      const node = queue[head];
      const next = distance[node] + 1;
      const special = isSpecial(node);
      for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
        const target = edgeTarget[edge];
        const bit = 1 << (target & 31);
        if ((visited[target >>> 5] & bit) !== 0) continue;
        const type = edgeType[edge];
        if (type === EdgeType.weak) continue;
        if (special) {
          if (isLeftOutOfSpecial(node, edge)) continue;
          // A descriptor slot is judged as such, and as nothing else.
          if (nodeType[node] === NodeType.array) {
            visited[target >>> 5] |= bit;
            distance[target] = next;
            queue[queued++] = target;
            continue;
          }
        }
        if (type === EdgeType.internal && known[edgeName[edge]] !== KnownEphemeron.no && isNearerHalf(edge))
          continue;
        visited[target >>> 5] |= bit;
        distance[target] = next;
        queue[queued++] = target;
      }
    }
  };

  let queued = 0;
  for (const node of userRoots) {
    visited[node >>> 5] |= 1 << (node & 31);
    distance[node] = 1;
    queue[queued++] = node;
  }
  const hasUserRoots = queued > 0;
  yield* walk(queued, 0);
  visited[rootNode >>> 5] |= 1 << (rootNode & 31);
  distance[rootNode] = hasUserRoots ? SYSTEM_DISTANCE : 0;
  queue[0] = rootNode;
  yield* walk(1, 0.5);
  scratch.giveBack(queue);
  return distance;
}
