/**
 * The edges turned round: which edges lead to each node, in edge order. Counting sort: count, sum up, fill.
 *
 * Cost: O(edges) with random writes; 8 bytes an edge and 4 a node.
 */
import { newUint32Column } from "../graph/column-memory.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

export interface RetainerTable {
  /** NodeIndex -> first row of the node's retainers; length nodeCount + 1. */
  readonly firstRetainer: Uint32Array;
  /** Row -> EdgeIndex of the retainer edge. Ascending for each node. */
  readonly retainerEdge: Uint32Array;
  /** Row -> NodeIndex that the edge leaves. */
  readonly retainerNode: Uint32Array;
}

export function* computeRetainers(graph: HeapGraph): Pass<RetainerTable> {
  const { nodeCount, edgeCount, firstEdge, edgeTarget } = graph;
  const firstRetainer = newUint32Column(nodeCount + 1);
  for (let edge = 0; edge < edgeCount; edge++) {
    if ((edge & CHECK_MASK) === 0) yield (edge / edgeCount) * 0.3;
    firstRetainer[edgeTarget[edge] + 1]++;
  }
  for (let node = 0; node < nodeCount; node++) firstRetainer[node + 1] += firstRetainer[node];

  const retainerEdge = newUint32Column(edgeCount);
  const retainerNode = newUint32Column(edgeCount);
  const next = firstRetainer.slice(0, nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield 0.3 + (node / nodeCount) * 0.7;
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      const row = next[edgeTarget[edge]]++;
      retainerEdge[row] = edge;
      retainerNode[row] = node;
    }
  }
  return { firstRetainer, retainerEdge, retainerNode };
}
