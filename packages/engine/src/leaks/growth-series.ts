/**
 * A series of snapshots whose places are counted and judged: what `find-leaks.ts` makes, and what piles and suspects are
 * made from. All nodes are of the last snapshot.
 */
import type { EarlierSnapshot } from "../compare/snapshot-outline.ts";
import type { NodeIndex } from "../graph/heap-graph.ts";
import { NodeType } from "../graph/node-types.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { NO_PLACE, type GrowthPlaces, type Place, type PlacedSnapshot } from "./growth-places.ts";
import type { Judgement } from "./judge-growth.ts";
import { NodeRole } from "./node-roles.ts";

/** A series of snapshots whose places are judged. */
export interface GrowthSeries {
  readonly snapshots: readonly EarlierSnapshot[];
  readonly last: HeapSnapshot;
  /** The last one. */
  readonly placed: PlacedSnapshot;
  readonly places: GrowthPlaces;
  /** NodeIndex of the last -> place. */
  readonly placeOf: Uint32Array;
  /** NodeIndex of the last -> position of the first snapshot that has it; 1 for all where ids do not tell. */
  readonly firstSeen: Uint16Array;
  readonly areIdsComparable: boolean;
  /** Place -> objects that are gone in the end. */
  readonly gone: readonly number[];
  /** Place -> round -> objects that came in it and are still there in the end. */
  readonly kept: Map<Place, number[]>;
  /**
   * Places of lists whose heads are bounded while what hangs on them grows: a cache that has taken an entry out of its map,
   * and not out of the chain of entries.
   */
  readonly chains: Set<Place>;
  /** Place -> judgement about its counts. */
  readonly judgements: Judgement[];
  /** Place -> judgement about its bytes, where the count stays the same. */
  readonly sizeJudgements: Judgement[];
}

/** The nearest thing above a node that is visible and, unless the place is a chain, of another place. */
export function holderOf({ placed, placeOf, chains }: GrowthSeries, node: NodeIndex): NodeIndex {
  const { holder } = placed.tree;
  const place = chains.has(placeOf[node]) ? NO_PLACE : placeOf[node];
  let at = nearestVisible(placed, holder[node]);
  while (placeOf[at] === place && at !== placed.graph.rootNode) at = nearestVisible(placed, holder[at]);
  return at;
}

/** The node itself if it is visible, or else the nearest thing above that is; a group of roots, or the root, at the latest. */
export function nearestVisible({ graph, role, tree }: PlacedSnapshot, node: NodeIndex): NodeIndex {
  const { rootNode, nodeType } = graph;
  let at = node;
  while (at !== rootNode && role[at] !== NodeRole.visible && nodeType[at] !== NodeType.synthetic)
    at = tree.holder[at];
  return at;
}
