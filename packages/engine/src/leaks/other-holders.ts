/**
 * Who else holds what arrives: a session that stands in two maps stays until both have let go of it. A few arrivals of each
 * suspect stand for all.
 *
 * Cost: O(edges) once for all suspects.
 */
import { BitSet } from "../graph/bit-set.ts";
import type { NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType } from "../graph/node-types.ts";
import type { HeapObject } from "../heap-object.ts";
import { CHECK_MASK, type Pass } from "../passes/pass.ts";
import type { Place } from "./growth-places.ts";
import { nearestVisible, type GrowthSeries } from "./growth-series.ts";
import type { Suspect } from "./leak-report.ts";
import { NodeRole } from "./node-roles.ts";
import { MAIN_PART } from "./piles.ts";

/** New objects that stand for all when it is looked who else holds them. */
const MOST_PROBES = 200;
const MOST_OTHER_HOLDERS = 5;

/** Suspect -> what else holds its arrivals: at least half of those that are looked at. */
export function* findOtherHolders(
  series: GrowthSeries,
  suspects: readonly Pick<Suspect, "entry" | "holder">[],
  arrivalOf: Uint32Array,
): Pass<HeapObject[][]> {
  const { placed, placeOf, last } = series;
  const { graph, role, tree, ephemerons } = placed;
  const { firstEdge, edgeType, edgeName, edgeTarget, nodeId, rootNode } = graph;
  /** NodeIndex -> suspect. */
  const probeOf = new Map<NodeIndex, number>();
  // Asked of each edge.
  const isProbe = new BitSet(graph.nodeCount);
  const probeCounts = suspects.map(() => 0);
  const suspectOfPlace = new Map<Place, number>();
  for (const [i, { entry }] of suspects.entries()) suspectOfPlace.set(placeOf[entry.node], i);
  for (const node of tree.order) {
    if (arrivalOf[node] !== node + 1) continue;
    const i = suspectOfPlace.get(placeOf[node]);
    if (i === undefined || probeCounts[i] >= MOST_PROBES) continue;
    probeOf.set(node, i);
    isProbe.add(node);
    probeCounts[i]++;
  }
  // The lists of a thousand users are one holder: they are told apart by place.
  const tallies = suspects.map(() => new Map<Place, { holder: NodeIndex; held: Set<NodeIndex> }>());
  if (probeOf.size > 0) {
    for (let node = 0; node < graph.nodeCount; node++) {
      if ((node & CHECK_MASK) === 0) yield node / graph.nodeCount;
      if (role[node] === NodeRole.code || node === rootNode) continue;
      for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
        const target = edgeTarget[edge];
        if (!isProbe.has(target)) continue;
        const type = edgeType[edge];
        if (type === EdgeType.weak || type === EdgeType.shortcut) continue;
        if (tree.holdingEdge[target] === edge) continue;
        if (type === EdgeType.internal && ephemerons.isTableHalf(edgeName[edge], nodeId[node])) continue;
        const i = probeOf.get(target)!;
        if (arrivalOf[node] !== 0 && suspectOfPlace.get(placeOf[arrivalOf[node] - 1]) === i) continue;
        const from = nearestVisible(placed, node);
        const place = placeOf[from];
        if (place === placeOf[suspects[i].holder.node] || from === rootNode) continue;
        const tally = tallies[i];
        const other = tally.get(place);
        if (other === undefined) tally.set(place, { holder: from, held: new Set([target]) });
        else other.held.add(target);
      }
    }
  }
  return tallies.map((tally, i) =>
    [...tally.values()]
      .filter(({ held }) => held.size >= MAIN_PART * probeCounts[i])
      .sort((a, b) => b.held.size - a.held.size)
      .slice(0, MOST_OTHER_HOLDERS)
      .map(({ holder }) => last.object(holder)),
  );
}
