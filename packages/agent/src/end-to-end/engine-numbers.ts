// For tests: every number that the engine gives of a snapshot, so that a redacted one can be held against the original. Names
// are left out where a text stands in them; what is grouped by name is compared by its numbers.

import type { DuplicateStringGroup, HeapSnapshot } from "@heapscope/engine";

export function engineNumbers(snapshot: HeapSnapshot): Record<string, unknown> {
  const { graph } = snapshot;
  const numbersOf = (column: ArrayLike<number> | undefined): string =>
    column === undefined ? "none" : fingerprint(column);
  return {
    counts: [graph.nodeCount, graph.edgeCount, graph.strings.length],
    columns: {
      nodeType: numbersOf(graph.nodeType),
      nodeName: numbersOf(graph.nodeName),
      nodeId: numbersOf(graph.nodeId),
      firstEdge: numbersOf(graph.firstEdge),
      edgeType: numbersOf(graph.edgeType),
      edgeName: numbersOf(graph.edgeName),
      edgeTarget: numbersOf(graph.edgeTarget),
    },
    shallow: numbersOf(snapshot.shallowSize),
    retained: numbersOf(snapshot.retainedSize),
    dominator: numbersOf(snapshot.dominator),
    distance: numbersOf(snapshot.distance),
    detachedness: numbersOf(snapshot.detachedness),
    statistics: snapshot.statistics,
    groups: snapshot.groups
      .map((group) =>
        [group.retainedSize, group.shallowSize, group.count, group.distance, fingerprint(group.nodes)].join(
          " ",
        ),
      )
      .sort(),
    interfaces: snapshot.interfaces.map(({ properties }) => properties.length),
    contexts: [
      snapshot.nativeContexts.sharedSize,
      snapshot.nativeContexts.unattributedSize,
      ...snapshot.nativeContexts.contexts.map((context) => context.attributedSize),
    ],
    scripts: snapshot.scriptUrls.size,
    allocations: snapshot.allocations === undefined ? 0 : snapshot.timeline?.length,
  };
}

/** Groups of equal strings, by their numbers. */
export function duplicateNumbers(snapshot: HeapSnapshot): string[] {
  return snapshot.duplicateStrings.map(duplicateNumber).sort();
}

export function duplicateNumber(group: DuplicateStringGroup): string {
  const { count, shallowSize, retainedSize, truncated, nodes } = group;
  return [retainedSize, shallowSize, count, truncated, fingerprint(nodes)].join(" ");
}

/** FNV-1a over the numbers, for columns of millions. */
function fingerprint(column: ArrayLike<number>): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    hash = Math.imul(hash ^ (value | 0), 0x01000193);
    hash = Math.imul(hash ^ Math.floor(value / 2 ** 32), 0x01000193);
  }
  return `${column.length}:${hash >>> 0}`;
}
