/**
 * "Ignore this retainer": what would hold the other objects if some were not there.
 *
 * Distances are counted again without the edges into the ignored nodes (`distances.ts`); what has none then is held by
 * the ignored nodes alone. The value of a `WeakMap` entry is held by table and key together, so when one of the two got
 * lost, the other's half of the entry holds nothing either (DevTools, `#updateIgnoredEdgesInRetainersView`).
 *
 * Cost: O(nodes), and the edges of what got lost.
 */
import type { EdgeIndex, HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType } from "../graph/node-types.ts";
import { NO_DISTANCE } from "./distances.ts";
import { KnownEphemeron, type EphemeronNames } from "./ephemerons.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";
import type { RetainerTable } from "./retainers.ts";

/**
 * Distances in the Retainers pane from here on are those of objects that nothing reaches any more; the rest is the
 * distance that they had.
 */
export const UNREACHABLE_DISTANCE = 200_000_000;

/**
 * Both halves of every `WeakMap` entry of which one leaves a node that cannot be reached.
 *
 * @param distance without the ignored nodes
 */
export function* findUnpairedEdges(
  graph: HeapGraph,
  ephemerons: EphemeronNames,
  { firstRetainer, retainerEdge }: RetainerTable,
  distance: Int32Array,
): Pass<Set<EdgeIndex>> {
  const { nodeCount, firstEdge, edgeType, edgeName, edgeTarget } = graph;
  const { known } = ephemerons;
  const isHalf = (edge: EdgeIndex): boolean =>
    edgeType[edge] === EdgeType.internal &&
    known[edgeName[edge]] !== KnownEphemeron.no &&
    ephemerons.isEphemeron(edgeName[edge]);

  const lostPairsOf = new Map<NodeIndex, Set<number>>();
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    if (distance[node] !== NO_DISTANCE) continue;
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      if (!isHalf(edge)) continue;
      const pairs = lostPairsOf.get(edgeTarget[edge]) ?? new Set();
      lostPairsOf.set(edgeTarget[edge], pairs.add(ephemerons.pair(edgeName[edge])));
    }
  }

  const unpaired = new Set<EdgeIndex>();
  for (const [value, pairs] of lostPairsOf) {
    for (let row = firstRetainer[value], end = firstRetainer[value + 1]; row < end; row++) {
      const edge = retainerEdge[row];
      if (isHalf(edge) && pairs.has(ephemerons.pair(edgeName[edge]))) unpaired.add(edge);
    }
  }
  return unpaired;
}
