/** The rows of DevTools' Summary. */
import type { PlainHeap } from "../plain-heap.ts";
import { classKeys, classNames, inferInterfaces, type InterfaceDefinition } from "./classes.ts";
import { distances } from "./distances.ts";
import { dominatedSets } from "./dominators.ts";
import { retainedSizes, shallowSizes } from "./sizes.ts";

export interface NaiveGroup {
  key: string;
  className: string;
  count: number;
  shallowSize: number;
  /** Without counting anything twice that one member retains through another. */
  retainedSize: number;
  /** The least of the members; -5 when one of them is unreachable. */
  distance: number;
  nodes: number[];
}

/**
 * Groups by key, in order of their first member. Nodes without a size of their own belong to none.
 *
 * @param passing the nodes that count: others are in no group and hide nobody
 */
export function groupByClass(
  heap: PlainHeap,
  interfaces: InterfaceDefinition[] = inferInterfaces(heap),
  passing: (node: number) => boolean = () => true,
): Map<string, NaiveGroup> {
  const names = classNames(heap, interfaces);
  const keys = classKeys(heap, names);
  const shallow = shallowSizes(heap);
  const distance = distances(heap);
  const sets = dominatedSets(heap);
  const retained = retainedSizes(heap, sets);
  const groups = new Map<string, NaiveGroup>();
  const isMember = (node: number) => shallow[node] !== 0 && passing(node);
  keys.forEach((key, node) => {
    if (!isMember(node)) return;
    let group = groups.get(key);
    if (group === undefined) {
      const empty = { count: 0, shallowSize: 0, retainedSize: 0, distance: Infinity, nodes: [] };
      groups.set(key, (group = { key, className: names[node]!, ...empty }));
    }
    group.count++;
    group.shallowSize += shallow[node]!;
    group.distance = Math.min(group.distance, distance[node]!);
    const isInsideAnother = sets.some(
      (set, other) => other !== node && keys[other] === key && isMember(other) && set.has(node),
    );
    if (!isInsideAnother) group.retainedSize += retained[node]!;
    group.nodes.push(node);
  });
  return groups;
}
