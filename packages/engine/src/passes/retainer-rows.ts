/**
 * The rows of DevTools' Retainers pane: incoming references without weak ones and those of the root, nearest first, then
 * by the name of the retainer. When some objects are ignored, what they alone hold comes last, in the order that it had.
 *
 * Cost: O(retainers · log), with their names.
 */
import type { EdgeIndex, HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType } from "../graph/node-types.ts";
import { getDisplayName } from "./display-names.ts";
import { NO_DISTANCE } from "./distances.ts";
import { UNREACHABLE_DISTANCE } from "./ignored-retainers.ts";
import type { NodeNames } from "./node-names.ts";
import { CHECK_EVERY, CHECK_MASK, type Pass } from "./pass.ts";
import type { RetainerTable } from "./retainers.ts";

export interface RetainerRow {
  readonly edge: EdgeIndex;
  /** The node that the edge leaves. */
  readonly from: NodeIndex;
  /** Of that node; from `UNREACHABLE_DISTANCE` on when nothing reaches it, or only what is ignored. */
  readonly distance: number;
}

/** What rows are made of. */
export interface RetainerRowInput {
  readonly graph: HeapGraph;
  readonly names: NodeNames;
  readonly retainers: RetainerTable;
  readonly distance: Int32Array;
  /** Distances and edges as they are without the ignored nodes; see `ignored-retainers.ts`. */
  readonly without?:
    | { readonly distance: Int32Array; readonly unpairedEdges: ReadonlySet<EdgeIndex> }
    | undefined;
}

/** The rows before they are sorted, in the order that decides between equals. */
export interface RetainerColumns {
  /** Row -> EdgeIndex. */
  readonly edges: Uint32Array;
  /** Row -> the node that the edge leaves. */
  readonly from: Uint32Array;
  /** Row -> distance of that node, as in `RetainerRow`. */
  readonly distance: Int32Array;
}

/** The rows as columns, not sorted: of some objects there are millions. **Cost**: O(retainers), 12 bytes for each. */
export function* collectRetainers(input: RetainerRowInput, node: NodeIndex): Pass<RetainerColumns> {
  const { graph, distance, without } = input;
  const { edgeType, rootNode } = graph;
  const { firstRetainer, retainerEdge } = input.retainers;
  const present = without?.distance ?? distance;

  const distanceOf = (edge: EdgeIndex, from: NodeIndex): number => {
    if (without?.unpairedEdges.has(edge) === true) return UNREACHABLE_DISTANCE;
    if (present[from] !== NO_DISTANCE) return present[from];
    return UNREACHABLE_DISTANCE + Math.max(0, distance[from]);
  };

  const first = firstRetainer[node];
  const end = firstRetainer[node + 1];
  const edges = new Uint32Array(end - first);
  const nodes = new Uint32Array(end - first);
  const distances = new Int32Array(end - first);
  let count = 0;
  // DevTools meets the retainers of a node in descending order, which decides between equals.
  for (let at = end - 1; at >= first; at--) {
    if (((end - at) & CHECK_MASK) === 0) yield (end - at) / (end - first);
    const edge = retainerEdge[at];
    const from = input.retainers.nodeOf(at);
    if (edgeType[edge] === EdgeType.weak || from === rootNode) continue;
    edges[count] = edge;
    nodes[count] = from;
    distances[count++] = distanceOf(edge, from);
  }
  return {
    edges: edges.subarray(0, count),
    from: nodes.subarray(0, count),
    distance: distances.subarray(0, count),
  };
}

export function* listRetainerRows(input: RetainerRowInput, node: NodeIndex): Pass<RetainerRow[]> {
  const { edges, from, distance } = yield* collectRetainers(input, node);
  const rows: { readonly row: RetainerRow; readonly name: string }[] = [];
  for (let at = 0; at < edges.length; at++) {
    // Names are made here, so a pause comes sooner than for numbers.
    if (at % (CHECK_EVERY / 64) === 0) yield at / edges.length;
    rows.push({
      row: { edge: edges[at], from: from[at], distance: distance[at] },
      name: getDisplayName(input.graph, input.names, from[at]),
    });
  }
  rows.sort((a, b) => a.row.distance - b.row.distance || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return rows.map(({ row }) => row);
}
