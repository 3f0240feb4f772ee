/**
 * The Summary under a filter: the groups of the nodes that pass, with counts, sizes, distances and members of those alone.
 * The retained size of a group is that of its passing members together. See `passes/groups.ts`.
 */
import type { BitSet } from "../graph/bit-set.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { computeGroups, portableKeys, type Group } from "../passes/groups.ts";
import { named, run, runNow, type RunOptions, type Task } from "../passes/pass.ts";

/**
 * The groups of some nodes, by retained size descending.
 *
 * **Cost**: computes dominators and distances at first; then O(nodes).
 */
export function filteredGroups(snapshot: HeapSnapshot, passing: BitSet): Group[] {
  return runNow(grouping(snapshot, passing));
}

/** `filteredGroups` with progress and cancellation. */
export async function prepareFilteredGroups(
  snapshot: HeapSnapshot,
  passing: BitSet,
  options?: RunOptions,
): Promise<Group[]> {
  // Through `prepare`, which may use another thread.
  await snapshot.prepare(["groups"], options);
  return await run(grouping(snapshot, passing), options);
}

function* grouping(snapshot: HeapSnapshot, passing: BitSet): Task<Group[]> {
  yield* snapshot.preparing(["dominatorTree", "shallowSize", "distance", "groupKeys", "scriptUrls"]);
  const { graph, groupKeys, shallowSize, distance, dominatorTree: tree } = snapshot;
  const portableKeyOf = portableKeys(graph, groupKeys, snapshot.scriptUrls);
  return yield* named(
    "grouping by class",
    computeGroups({ groupKeys, portableKeyOf, shallowSize, distance, tree, passing }),
    [],
  );
}
