/**
 * Nodes sorted by id, for finding an object by its id and for comparing snapshots. V8 writes ids out of order.
 * Radix sort with 11 bits at a time.
 *
 * Cost: O(nodes), three rounds; the result takes 4 bytes a node, and as much again while it runs.
 */
import { newUint32Column } from "../graph/column-memory.ts";
import type { NodeId, NodeIndex } from "../graph/heap-graph.ts";
import type { Pass } from "./pass.ts";

const BITS = 11;
const BUCKETS = 1 << BITS;

/** Position -> NodeIndex, ids ascending; equal ids (which V8 never writes) in node order. */
export function* sortNodesById(nodeId: Uint32Array): Pass<Uint32Array> {
  const count = nodeId.length;
  let from: Uint32Array = new Uint32Array(count);
  let to = newUint32Column(count);
  for (let node = 0; node < count; node++) from[node] = node;
  for (let shift = 0; shift < 32; shift += BITS) {
    yield shift / 33;
    const next = new Uint32Array(BUCKETS + 1);
    for (let node = 0; node < count; node++) next[((nodeId[node] >>> shift) & (BUCKETS - 1)) + 1]++;
    for (let bucket = 0; bucket < BUCKETS; bucket++) next[bucket + 1] += next[bucket];
    for (let i = 0; i < count; i++) {
      const node = from[i];
      to[next[(nodeId[node] >>> shift) & (BUCKETS - 1)]++] = node;
    }
    [from, to] = [to, from];
  }
  // An odd number of rounds: the result is in the shared column.
  return from;
}

/** The node with `id`, or -1. **Cost**: O(log nodes). */
export function findNodeById(nodeId: Uint32Array, nodesById: Uint32Array, id: NodeId): NodeIndex {
  let low = 0;
  let high = nodesById.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (nodeId[nodesById[middle]] < id) low = middle + 1;
    else high = middle;
  }
  return low < nodesById.length && nodeId[nodesById[low]] === id ? nodesById[low] : -1;
}
