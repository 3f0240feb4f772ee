/** The largest of many nodes, for lists that end at a limit. Cost: as sorting by one number (`sort-keys.ts`). */
import type { Pass } from "@heapscope/engine";
import { pickValues, sortByKeys } from "./sort-keys.ts";

/** At most `most` of the nodes, the largest first; of equal ones those that come first. */
export function* largestNodes(nodes: Uint32Array, sizes: Float64Array, most: number): Pass<Uint32Array> {
  const values = yield* pickValues(sizes, nodes);
  const order = yield* sortByKeys(nodes.length, [{ values, descending: true }]);
  return order.subarray(0, most).map((at) => nodes[at]!);
}
