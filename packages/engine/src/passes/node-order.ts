/**
 * Nodes sorted by id, for finding an object by its id and for comparing snapshots. V8 writes ids out of order.
 *
 * V8 gives out ids densely, so an id's place among all of them is counted in a set of bits (`RankedSet`), which stays in the
 * processor's cache: each node is then written once, to where it belongs. Where ids are too sparse for that, or where one
 * stands twice, a radix sort with 11 bits at a time does it.
 *
 * Cost: O(nodes); the result takes 4 bytes a node, and at most as much again while it runs.
 */
import { BitSet, RankedSet } from "../graph/bit-set.ts";
import { newUint32Column } from "../graph/column-memory.ts";
import type { NodeId, NodeIndex } from "../graph/heap-graph.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

const BITS = 11;
const BUCKETS = 1 << BITS;

/** Ids per node up to which they are counted in bits: both words of a `RankedSet` then take half of what sorting takes. */
const MOST_IDS_A_NODE = 8;

/** Position -> NodeIndex, ids ascending; equal ids (which V8 never writes) in node order. */
export function* sortNodesById(nodeId: Uint32Array): Pass<Uint32Array> {
  return (yield* sortByRank(nodeId)) ?? (yield* sortByDigits(nodeId));
}

/** `undefined` when ids are sparse or not unique. */
function* sortByRank(nodeId: Uint32Array): Pass<Uint32Array | undefined> {
  const count = nodeId.length;
  let greatest = 0;
  for (let node = 0; node < count; node++) if (nodeId[node] > greatest) greatest = nodeId[node];
  if (greatest > MOST_IDS_A_NODE * count) return undefined;

  const ids = new BitSet(greatest + 1);
  const { words } = ids;
  for (let node = 0; node < count; node++) {
    if ((node & CHECK_MASK) === 0) yield (node / count) * 0.5;
    const id = nodeId[node];
    const bit = 1 << (id & 31);
    if ((words[id >>> 5] & bit) !== 0) return undefined;
    words[id >>> 5] |= bit;
  }
  const ranks = new RankedSet(ids);
  const nodes = newUint32Column(count);
  for (let node = 0; node < count; node++) {
    if ((node & CHECK_MASK) === 0) yield 0.5 + (node / count) * 0.5;
    nodes[ranks.rankOf(nodeId[node])] = node;
  }
  return nodes;
}

function* sortByDigits(nodeId: Uint32Array): Pass<Uint32Array> {
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
