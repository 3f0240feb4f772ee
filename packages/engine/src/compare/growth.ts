/**
 * The groups of a series of snapshots side by side: how many objects each class had, and what they took, from one snapshot
 * to the next.
 *
 * As in a comparison of two, the last snapshot's interfaces name the plain objects of all. Where ids mean the same from each
 * snapshot to the next (`id-check.ts`), so do group keys, and groups are matched by them; otherwise by their portable keys,
 * where several groups of one key are added up.
 *
 * Cost: the groups of each snapshot, which needs its dominators; and for all but the last a second grouping, O(nodes).
 */
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { computeGroups, portableKeys, type Group } from "../passes/groups.ts";
import { named, run, runNow, type RunOptions, type Task } from "../passes/pass.ts";
import { checkIds, type IdCheck } from "./id-check.ts";

/** A group over a series of snapshots. Lists have one number for each, 0 where there is no such object. Sizes are bytes. */
export interface GroupGrowth {
  readonly className: string;
  /** As `Group.key`, or `Group.portableKey` when matched by that. */
  readonly key: string;
  readonly counts: readonly number[];
  readonly shallowSizes: readonly number[];
  readonly retainedSizes: readonly number[];
  /** The groups of the last snapshot that are in it: one, or several with one portable key; none if the group is gone. */
  readonly lastGroups: readonly Group[];
}

export interface Growth {
  /** One for each snapshot but the first: whether its ids and those of the one before mean the same. */
  readonly idChecks: readonly IdCheck[];
  /** Whether groups were matched by their keys, since ids mean the same in all snapshots, or by portable keys. */
  readonly matchedBy: "key" | "portableKey";
  /** By how much the retained size grew from the first to the last, descending; then by class name. */
  readonly groups: readonly GroupGrowth[];
}

/** Lays the groups of snapshots side by side, the oldest first. **Cost**: see the head of this file. */
export function compareSeries(snapshots: readonly HeapSnapshot[]): Growth {
  return runNow(comparingSeries(snapshots));
}

/** `compareSeries` with progress and cancellation. */
export async function prepareSeries(
  snapshots: readonly HeapSnapshot[],
  options?: RunOptions,
): Promise<Growth> {
  // Through `prepare`, which may use another thread.
  for (const snapshot of snapshots) await snapshot.prepare(["groups"], options);
  return await run(comparingSeries(snapshots), options);
}

/** `compareSeries` as a task. */
function* comparingSeries(snapshots: readonly HeapSnapshot[]): Task<Growth> {
  const idChecks: IdCheck[] = [];
  for (const [index, target] of snapshots.entries()) {
    if (index === 0) continue;
    const base = snapshots[index - 1];
    yield* base.preparing(["nodesById"]);
    yield* target.preparing(["nodesById"]);
    idChecks.push(yield* named("checking object ids", checkIds(base, target), []));
  }
  const matchedBy = idChecks.every(({ comparable }) => comparable) ? "key" : "portableKey";

  const rows = new Map<string, Row>();
  const length = snapshots.length;
  for (const [index, snapshot] of snapshots.entries()) {
    const isLast = index === length - 1;
    for (const group of isLast ? snapshot.groups : yield* groupsAsIn(snapshot, snapshots[length - 1])) {
      let row = rows.get(group[matchedBy]);
      if (row === undefined) rows.set(group[matchedBy], (row = newRow(group, group[matchedBy], length)));
      row.counts[index] += group.count;
      row.shallowSizes[index] += group.shallowSize;
      row.retainedSizes[index] += group.retainedSize;
      if (isLast) row.lastGroups.push(group);
    }
  }
  return { idChecks, matchedBy, groups: [...rows.values()].sort(byGrowth) };
}

/** A row while it is filled. */
interface Row extends GroupGrowth {
  readonly counts: number[];
  readonly shallowSizes: number[];
  readonly retainedSizes: number[];
  readonly lastGroups: Group[];
}

function newRow({ className }: Group, key: string, length: number): Row {
  const zeros = (): number[] => Array.from({ length }, () => 0);
  return {
    className,
    key,
    counts: zeros(),
    shallowSizes: zeros(),
    retainedSizes: zeros(),
    lastGroups: [],
  };
}

/** The groups of a snapshot with the names that its plain objects would have in the last one. */
function* groupsAsIn(snapshot: HeapSnapshot, last: HeapSnapshot): Task<Group[]> {
  yield* snapshot.preparing(["dominatorTree", "shallowSize", "distance", "scriptUrls"]);
  const groupKeys = yield* snapshot.groupKeysWith(last.interfaces);
  const { graph, shallowSize, distance, dominatorTree: tree, scriptUrls } = snapshot;
  const portableKeyOf = portableKeys(graph, groupKeys, scriptUrls);
  return yield* named(
    "grouping by class",
    computeGroups({ groupKeys, portableKeyOf, shallowSize, distance, tree }),
    [],
  );
}

function byGrowth(a: GroupGrowth, b: GroupGrowth): number {
  const growth = ({ retainedSizes }: GroupGrowth): number => retainedSizes.at(-1)! - retainedSizes[0];
  return growth(b) - growth(a) || (a.className < b.className ? -1 : a.className > b.className ? 1 : 0);
}
