/**
 * The edges turned round: which edges lead to each node, in edge order. Counting sort: count, sum up, fill.
 *
 * Cost: O(edges) with random writes; 4 bytes an edge and 4 a node.
 */
import { newUint32Column } from "../graph/column-memory.ts";
import { EdgeSources } from "../graph/edge-sources.ts";
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

export class RetainerTable {
  /** NodeIndex -> first row of the node's retainers; length nodeCount + 1. */
  readonly firstRetainer: Uint32Array;
  /** Row -> EdgeIndex of the retainer edge. Ascending for each node. */
  readonly retainerEdge: Uint32Array;
  readonly #sources: EdgeSources;

  constructor(firstRetainer: Uint32Array, retainerEdge: Uint32Array, sources: EdgeSources) {
    this.firstRetainer = firstRetainer;
    this.retainerEdge = retainerEdge;
    this.#sources = sources;
  }

  /** The node that the edge of a row leaves. **Cost**: O(log nodes) at worst. */
  nodeOf(row: number): NodeIndex {
    return this.#sources.of(this.retainerEdge[row]);
  }
}

export function* computeRetainers(graph: HeapGraph): Pass<RetainerTable> {
  const { nodeCount, edgeCount, edgeTarget } = graph;
  const firstRetainer = newUint32Column(nodeCount + 1);
  for (let edge = 0; edge < edgeCount; edge++) {
    if ((edge & CHECK_MASK) === 0) yield (edge / edgeCount) * 0.3;
    firstRetainer[edgeTarget[edge] + 1]++;
  }
  for (let node = 0; node < nodeCount; node++) firstRetainer[node + 1] += firstRetainer[node];

  const retainerEdge = newUint32Column(edgeCount);
  const next = firstRetainer.slice(0, nodeCount);
  for (let edge = 0; edge < edgeCount; edge++) {
    if ((edge & CHECK_MASK) === 0) yield 0.3 + (edge / edgeCount) * 0.7;
    retainerEdge[next[edgeTarget[edge]]++] = edge;
  }
  return new RetainerTable(firstRetainer, retainerEdge, new EdgeSources(graph));
}
