/**
 * The comparison of two snapshots: DevTools' "Comparison" view, with retained sizes added.
 *
 * Rules (DevTools, `calculateSnapshotDiff`): the target's interfaces name the plain objects of both sides; within a
 * group, an id that only the base has is removed, one that only the target has is added, and one that both have does not
 * count, whatever became of the object. Sizes are shallow sizes; objects of size 0 do not count. An object that changed
 * its group is removed from one and added to the other.
 *
 * When ids do not mean the same on both sides (`id-check.ts`), objects cannot be matched. Groups then are, by their
 * portable keys, and only differences of counts and sizes are shown: a group that grew by 10 has 10 added and none
 * removed. `matchedBy` says which of the two was done.
 *
 * Cost: O(nodes of both), sorted by id once; dominators of the target for the retained sizes. An outline of the base is enough
 * (`snapshot-outline.ts`).
 */
import { sumOf } from "../graph/sum-of.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { named, run, runNow, type Pass, type RunOptions, type Task, CHECK_MASK } from "../passes/pass.ts";
import { portableKeys, type GroupKeys } from "../passes/groups.ts";
import { checkIds, type IdCheck } from "./id-check.ts";
import type { EarlierSnapshot } from "./snapshot-outline.ts";

export interface GroupDiff {
  /** DevTools' "Constructor". */
  readonly className: string;
  /** As `Group.key` in the target, or in the base when the group is gone. A portable key when matched by group. */
  readonly key: string;
  /** "# New" */
  readonly added: number;
  /** "# Deleted" */
  readonly removed: number;
  /** "# Delta": added - removed. */
  readonly countDelta: number;
  /** "Alloc. Size": bytes. */
  readonly addedSize: number;
  /** "Freed Size": bytes. */
  readonly removedSize: number;
  /** "Size Delta": addedSize - removedSize. */
  readonly sizeDelta: number;
  /** Bytes that would be free if all added objects went, each counted once. 0 when matched by group. */
  readonly addedRetainedSize: number;
  /** Nodes of the target, ids ascending. Empty when matched by group. */
  readonly addedNodes: Uint32Array;
  /** Nodes of the base, ids ascending. Empty when matched by group. */
  readonly removedNodes: Uint32Array;
}

export interface Comparison<Base extends EarlierSnapshot = HeapSnapshot> {
  readonly base: Base;
  readonly target: HeapSnapshot;
  readonly idCheck: IdCheck;
  /** Whether objects were matched by id, or only groups by their portable keys. */
  readonly matchedBy: "id" | "group";
  /** Groups in which something differs, by added size descending, then by class name. */
  readonly groups: readonly GroupDiff[];
  /** Sum of the groups' size deltas, in bytes. */
  readonly sizeDelta: number;
}

/** Compares two snapshots, the older first. **Cost**: see the head of this file. */
export function compareSnapshots<Base extends EarlierSnapshot>(
  base: Base,
  target: HeapSnapshot,
): Comparison<Base> {
  return runNow(comparing(base, target));
}

/** `compareSnapshots` with progress and cancellation. */
export async function prepareComparison<Base extends EarlierSnapshot>(
  base: Base,
  target: HeapSnapshot,
  options?: RunOptions,
): Promise<Comparison<Base>> {
  const idCheck = await run(checking(base, target), options);
  // Through `prepare`, which may use another thread. What came retains something only where objects can be matched.
  if (idCheck.comparable) await target.prepare(["shallowSize", "groupKeys", "retainedSize"], options);
  return await run(comparingChecked(base, target, idCheck), options);
}

/** `compareSnapshots` as a task. */
function* comparing<Base extends EarlierSnapshot>(base: Base, target: HeapSnapshot): Task<Comparison<Base>> {
  return yield* comparingChecked(base, target, yield* checking(base, target));
}

/** Whether objects can be matched. */
function* checking(base: EarlierSnapshot, target: HeapSnapshot): Task<IdCheck> {
  yield* base.preparing(["nodesById"]);
  yield* target.preparing(["nodesById"]);
  return yield* named("checking object ids", checkIds(base, target), []);
}

function* comparingChecked<Base extends EarlierSnapshot>(
  base: Base,
  target: HeapSnapshot,
  idCheck: IdCheck,
): Task<Comparison<Base>> {
  yield* base.preparing(["shallowSize", "scriptUrls"]);
  yield* target.preparing(["shallowSize", "scriptUrls", "groupKeys"]);
  if (idCheck.comparable) yield* target.preparing(["retainedSize"]);
  const targetKeys = target.groupKeys;
  const baseKeys = yield* base.groupKeysWith(target.interfaces);
  const sides: Sides = { base, target, baseKeys, targetKeys };
  const groups = yield* named("comparing", idCheck.comparable ? diffById(sides) : diffByGroup(sides), []);
  groups.sort(
    (a, b) =>
      b.addedSize - a.addedSize || (a.className < b.className ? -1 : a.className > b.className ? 1 : 0),
  );
  return {
    base,
    target,
    idCheck,
    matchedBy: idCheck.comparable ? "id" : "group",
    groups,
    sizeDelta: groups.reduce((sum, group) => sum + group.sizeDelta, 0),
  };
}

interface Sides {
  readonly base: EarlierSnapshot;
  readonly target: HeapSnapshot;
  readonly baseKeys: GroupKeys;
  readonly targetKeys: GroupKeys;
}

/** Rows of the comparison while they are filled. */
interface Row {
  readonly className: string;
  readonly key: string;
  readonly addedNodes: number[];
  readonly removedNodes: number[];
}

function* diffById(sides: Sides): Pass<GroupDiff[]> {
  const { base, target, baseKeys, targetKeys } = sides;
  // The groups of both sides in one numbering: the target's, then those that only the base has.
  const rows: Row[] = [];
  const rowOfKey = new Map<string, number>();
  const addRow = (key: string, className: string): number => {
    let row = rowOfKey.get(key);
    if (row === undefined) {
      row = rows.push({ className, key, addedNodes: [], removedNodes: [] }) - 1;
      rowOfKey.set(key, row);
    }
    return row;
  };
  const rowOfTarget = targetKeys.keys.map((key, group) =>
    addRow(key, targetKeys.classNames[targetKeys.classOfKey[group]]),
  );
  const rowOfBase = baseKeys.keys.map((key, group) =>
    addRow(key, baseKeys.classNames[baseKeys.classOfKey[group]]),
  );

  const baseIds = base.graph.nodeId;
  const targetIds = target.graph.nodeId;
  const baseOrder = base.nodesById;
  const targetOrder = target.nodesById;
  const baseSize = base.shallowSize;
  const targetSize = target.shallowSize;
  let a = 0;
  let b = 0;
  for (let steps = 0; a < baseOrder.length || b < targetOrder.length; steps++) {
    if ((steps & CHECK_MASK) === 0) yield a / baseOrder.length;
    const nodeA = a < baseOrder.length ? baseOrder[a] : -1;
    const nodeB = b < targetOrder.length ? targetOrder[b] : -1;
    const idA = nodeA === -1 ? Number.POSITIVE_INFINITY : baseIds[nodeA];
    const idB = nodeB === -1 ? Number.POSITIVE_INFINITY : targetIds[nodeB];
    const rowA = idA <= idB && baseSize[nodeA] !== 0 ? rowOfBase[baseKeys.groupOf[nodeA]] : -1;
    const rowB = idB <= idA && targetSize[nodeB] !== 0 ? rowOfTarget[targetKeys.groupOf[nodeB]] : -1;
    if (idA <= idB) a++;
    if (idB <= idA) b++;
    if (rowA === rowB) continue;
    if (rowA !== -1) rows[rowA].removedNodes.push(nodeA);
    if (rowB !== -1) rows[rowB].addedNodes.push(nodeB);
  }

  const groups: GroupDiff[] = [];
  for (const { className, key, addedNodes, removedNodes } of rows) {
    if (addedNodes.length === 0 && removedNodes.length === 0) continue;
    const addedSize = sumOf(addedNodes, targetSize);
    const removedSize = sumOf(removedNodes, baseSize);
    groups.push({
      className,
      key,
      added: addedNodes.length,
      removed: removedNodes.length,
      countDelta: addedNodes.length - removedNodes.length,
      addedSize,
      removedSize,
      sizeDelta: addedSize - removedSize,
      addedRetainedSize: sizeRetainedBy(target, addedNodes),
      addedNodes: Uint32Array.from(addedNodes),
      removedNodes: Uint32Array.from(removedNodes),
    });
  }
  return groups;
}

/** Bytes that would be free if all of `nodes` went: the union of their dominator subtrees. **Cost**: O(n · log n). */
export function sizeRetainedBy(snapshot: HeapSnapshot, nodes: ArrayLike<number>): number {
  const { position, nodeAt, subtreeCount } = snapshot.dominatorTree;
  const { retainedSize } = snapshot;
  const positions = Uint32Array.from(nodes, (node) => position[node]).sort();
  let size = 0;
  let coveredUntil = 0;
  for (const at of positions) {
    if (at < coveredUntil) continue;
    const node = nodeAt[at];
    size += retainedSize[node];
    coveredUntil = at + subtreeCount[at];
  }
  return size;
}

function* diffByGroup(sides: Sides): Pass<GroupDiff[]> {
  const inBase = yield* totalsByPortableKey(sides.base, sides.baseKeys);
  const inTarget = yield* totalsByPortableKey(sides.target, sides.targetKeys);
  const groups: GroupDiff[] = [];
  for (const key of new Set([...inTarget.keys(), ...inBase.keys()])) {
    const a = inBase.get(key);
    const b = inTarget.get(key);
    const countDelta = (b?.count ?? 0) - (a?.count ?? 0);
    const sizeDelta = (b?.size ?? 0) - (a?.size ?? 0);
    if (countDelta === 0 && sizeDelta === 0) continue;
    groups.push({
      className: (b ?? a)!.className,
      key,
      added: Math.max(countDelta, 0),
      removed: Math.max(-countDelta, 0),
      countDelta,
      addedSize: Math.max(sizeDelta, 0),
      removedSize: Math.max(-sizeDelta, 0),
      sizeDelta,
      addedRetainedSize: 0,
      addedNodes: new Uint32Array(0),
      removedNodes: new Uint32Array(0),
    });
  }
  return groups;
}

interface Totals {
  readonly className: string;
  count: number;
  size: number;
}

function* totalsByPortableKey(snapshot: EarlierSnapshot, groupKeys: GroupKeys): Pass<Map<string, Totals>> {
  const { shallowSize } = snapshot;
  const { groupOf } = groupKeys;
  const portableKeyOf = portableKeys(snapshot.graph, groupKeys, snapshot.scriptUrls);
  const totalsOfKey = new Map<string, Totals>();
  const totalsOfGroup: Totals[] = groupKeys.keys.map((_, group) => {
    const key = portableKeyOf(group);
    let totals = totalsOfKey.get(key);
    if (totals === undefined) {
      totals = { className: groupKeys.classNames[groupKeys.classOfKey[group]], count: 0, size: 0 };
      totalsOfKey.set(key, totals);
    }
    return totals;
  });
  for (let node = 0; node < groupOf.length; node++) {
    if ((node & CHECK_MASK) === 0) yield node / groupOf.length;
    if (shallowSize[node] === 0) continue;
    const totals = totalsOfGroup[groupOf[node]];
    totals.count++;
    totals.size += shallowSize[node];
  }
  for (const [key, totals] of totalsOfKey) if (totals.count === 0) totalsOfKey.delete(key);
  return totalsOfKey;
}
