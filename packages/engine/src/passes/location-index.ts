/**
 * Finds the source location of a node: closures have the place where they are written, objects the place of their
 * constructor. Rows are sorted by node, so a lookup is a binary search; V8 writes most rows in node order already.
 *
 * Cost: O(locations · log locations) at worst, 4 bytes a location.
 */
import { lowerBound } from "../graph/lower-bound.ts";
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";

/** A place in a script. Lines and columns count from 0, as in the file. */
export interface SourceLocation {
  readonly scriptId: number;
  readonly line: number;
  readonly column: number;
}

/** The part of a graph that says where things are written. */
type LocatedGraph = Pick<HeapGraph, "locations">;

export class LocationIndex {
  readonly #graph: LocatedGraph;
  /** Rows of `graph.locations`, sorted by node; of several rows for one node, the last in the file counts. */
  readonly rows: Uint32Array;
  /** Nodes of `rows`. */
  readonly nodes: Uint32Array;

  constructor(graph: LocatedGraph) {
    this.#graph = graph;
    const { count, node } = graph.locations;
    const rows = new Uint32Array(count);
    let isSorted = true;
    for (let row = 0; row < count; row++) {
      rows[row] = row;
      if (row > 0 && node[row - 1] > node[row]) isSorted = false;
    }
    if (!isSorted) sortRows(rows, node);
    const nodes = new Uint32Array(count);
    for (let at = 0; at < count; at++) nodes[at] = node[rows[at]];
    this.rows = rows;
    this.nodes = nodes;
  }

  /** The row of a node, or -1. **Cost**: O(log locations). */
  rowOf(node: NodeIndex): number {
    const { nodes } = this;
    // The last of several rows stands in front of the next node's first.
    const last = lowerBound(nodes, node + 1) - 1;
    return last >= 0 && nodes[last] === node ? this.rows[last] : -1;
  }

  /** The location of a node. **Cost**: O(log locations). */
  locationOf(node: NodeIndex): SourceLocation | undefined {
    const row = this.rowOf(node);
    if (row === -1) return undefined;
    const { place: placeOfRow, places } = this.#graph.locations;
    const place = placeOfRow[row];
    return { scriptId: places.scriptId[place], line: places.line[place], column: places.column[place] };
  }
}

/** Sorts rows by node, then by row. Numbers without a comparison of our own are sorted ten times as fast, so both go into one. */
function sortRows(rows: Uint32Array, node: Uint32Array): void {
  const count = rows.length;
  let greatest = 0;
  for (const row of rows) greatest = Math.max(greatest, node[row]);
  if ((greatest + 1) * count > Number.MAX_SAFE_INTEGER) {
    rows.sort((a, b) => node[a] - node[b] || a - b);
    return;
  }
  const keys = new Float64Array(count);
  for (let row = 0; row < count; row++) keys[row] = node[row] * count + row;
  keys.sort();
  for (let at = 0; at < count; at++) rows[at] = keys[at] % count;
}
