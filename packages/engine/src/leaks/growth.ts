/**
 * Finds what accumulates, from two or more snapshots of one process taken in one inspector session, each after the same
 * work was done once more (a *round*).
 *
 * The rule. In the last snapshot, take every object that the first one does not have. Its *holder* is the nearest
 * dominator that the program can see (an object, a function: not V8's backing stores, scopes and shapes). Where the
 * holder itself is in the first snapshot, something that is old holds something that is new: objects of one class below
 * one such holder are a *pile*. (Everything below a new holder belongs to the pile that holder is in, so the children of
 * a leaking object are no finding of their own.) A pile is growth if, under the same holder and of the same class,
 *
 *   1. every snapshot has more objects than the one before;
 *   2. every round has added some that are still there in the end, and of what it had added at least nine tenths are;
 *   3. it retains at least a kilobyte more for every round.
 *
 *     snapshot 1            snapshot 2               snapshot 3
 *     cache ─ a b c         cache ─ c d e            cache ─ e f g            3, 3, 3: replaced, not growing (1)
 *     queue ─ j             queue ─ k l              queue ─ m n o            1, 2, 3, but k and l went (2)
 *     list  ─ r             list  ─ r s t            list  ─ r s t u v        1, 3, 5, and s and t are there: growth
 *
 * A bounded cache that still fills passes as growth; that is why the program is warmed up before the first snapshot.
 * With two snapshots there is one round, and (2) says nothing: what grew may go again.
 *
 * Piles under one holder are one suspect; suspects are ranked by what they retain more than at first.
 *
 * Cost: O(nodes) per snapshot, 6 bytes a node while it runs, on top of dominators, groups and an id index for each;
 * memory for piles grows with the places where something was added, not with nodes.
 */
import { checkIds } from "../compare/id-check.ts";
import { BitSet } from "../graph/bit-set.ts";
import { newUint32Column } from "../graph/column-memory.ts";
import type { NodeId, NodeIndex } from "../graph/heap-graph.ts";
import { NodeType } from "../graph/node-types.ts";
import type { HeapObject } from "../heap-object.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import type { GroupKeys } from "../passes/groups.ts";
import { findNodeById } from "../passes/node-order.ts";
import { named, run, type RunOptions, type Task } from "../passes/pass.ts";

/** Of what a round has added, the share that must be there in the end; the rest was work under way. */
const LEAST_KEPT_SHARE = 0.9;
/** Bytes. Less is lost among what a runtime itself does. */
const LEAST_SIZE_PER_ROUND = 1024;

/** What accumulates over a series of snapshots. */
export interface Growth {
  /** One fewer than snapshots. */
  readonly rounds: number;
  /** By `addedRetainedSize`, descending. Empty: nothing grows. */
  readonly suspects: readonly GrowthSuspect[];
}

/** One place where things accumulate. */
export interface GrowthSuspect {
  /** What holds them: an object that all snapshots have. The root, if nothing smaller holds all of them. */
  readonly holder: HeapObject;
  /** What accumulates there, class by class, by `addedRetainedSize`, descending; at least one. */
  readonly piles: readonly GrowthPile[];
  /** Bytes that the holder retains through additions since the first snapshot. */
  readonly addedRetainedSize: number;
}

/** Objects of one class below one holder. All handles are of the last snapshot. */
export interface GrowthPile {
  /** Of the objects that the holder has immediately: DevTools' "Constructor". */
  readonly className: string;
  /** Objects of that class under the holder, in each snapshot. */
  readonly counts: readonly number[];
  /** Objects that each round added and that are still there in the last snapshot. */
  readonly added: readonly number[];
  /** Bytes retained by all of `added`. */
  readonly addedRetainedSize: number;
  /** A typical one of the added objects. */
  readonly entry: HeapObject;
  /**
   * What the entry is about: an object of the nearest class of the program's own that makes up most of the entry. For a
   * listener that keeps a request alive, the request; for an array of orders, an order; the entry itself if there is no
   * such class.
   */
  readonly subject: HeapObject;
}

/** The snapshots cannot be followed: there is only one, or their ids do not mean the same. */
export class GrowthError extends Error {
  override readonly name: string = "GrowthError";
}

/**
 * Finds growth by the rule above. `snapshots` are two or more of one inspector session, oldest first; throws
 * `GrowthError` for anything else, and `CancelledError`.
 */
export async function findGrowth(
  snapshots: readonly HeapSnapshot[],
  options: RunOptions = {},
): Promise<Growth> {
  return run(followGrowth(snapshots), options);
}

/** A pile while it is being counted. */
interface Draft {
  readonly holder: NodeIndex;
  /** As `Group.key`. */
  readonly groupKey: string;
  readonly className: string;
  /** Members in the last snapshot that the first one does not have. */
  readonly newNodes: NodeIndex[];
  /** Snapshot -> members. */
  readonly counts: number[];
  /** Round -> members that it added and that are there in the end. */
  readonly added: number[];
  /** Round -> members that it added and that are gone in the end. */
  readonly lost: number[];
}

function* followGrowth(snapshots: readonly HeapSnapshot[]): Task<Growth> {
  const last = snapshots.at(-1);
  if (last === undefined || snapshots.length < 2)
    throw new GrowthError("Growth needs two or more snapshots of one process; give them oldest first.");
  for (const snapshot of snapshots) yield* snapshot.preparing(["nodesById", "dominatorTree"]);
  for (let i = 1; i < snapshots.length; i++) {
    const { comparable, reason } = yield* named(
      "checking object ids",
      checkIds(snapshots[i - 1], snapshots[i]),
      [],
    );
    if (!comparable) throw new GrowthError(`Snapshots ${i} and ${i + 1} cannot be followed. ${reason}`);
  }
  yield* last.preparing(["retainedSize", "classes"]);

  yield { stage: "following growth", done: 0, total: 1 };
  const firstSeen = findFirstSeen(snapshots);
  const drafts = draftPiles(last, firstSeen, snapshots.length).filter(({ added }) =>
    added.every((count) => count > 0),
  );
  for (const [i, snapshot] of snapshots.entries()) {
    // Plain objects are named by what all plain objects of a snapshot have in common; only one snapshot may decide.
    const groupKeys = snapshot === last ? last.groupKeys : yield* snapshot.groupKeysWith(last.interfaces);
    yield { stage: "following growth", done: i, total: snapshots.length };
    countMembers(snapshots, i, groupKeys, drafts);
  }
  return { rounds: snapshots.length - 1, suspects: formSuspects(last, drafts.filter(isGrowth)) };
}

/** NodeIndex of the last snapshot -> position of the first snapshot that has the object. */
function findFirstSeen(snapshots: readonly HeapSnapshot[]): Uint16Array {
  const last = snapshots[snapshots.length - 1];
  const firstSeen = new Uint16Array(last.graph.nodeCount).fill(snapshots.length - 1);
  const lastId = last.graph.nodeId;
  const lastById = last.nodesById;
  for (let i = snapshots.length - 2; i >= 0; i--) {
    const { nodesById, graph } = snapshots[i];
    const { nodeId } = graph;
    // Both lists are sorted: walk them side by side.
    for (let at = 0, lastAt = 0; at < nodesById.length && lastAt < lastById.length;) {
      const difference = nodeId[nodesById[at]] - lastId[lastById[lastAt]];
      if (difference === 0) firstSeen[lastById[lastAt]] = i;
      if (difference <= 0) at++;
      if (difference >= 0) lastAt++;
    }
  }
  return firstSeen;
}

/** NodeIndex -> the nearest dominator that the program can see; the root if there is none. */
function findVisibleOwners(snapshot: HeapSnapshot, visible: BitSet): Uint32Array {
  const { dominator } = snapshot;
  const { nodeAt } = snapshot.dominatorTree;
  const owner = newUint32Column(nodeAt.length);
  owner[nodeAt[0]] = nodeAt[0];
  for (let at = 1; at < nodeAt.length; at++) {
    const node = nodeAt[at];
    const above = dominator[node];
    owner[node] = visible.has(above) ? above : owner[above];
  }
  return owner;
}

/** The nodes that a program can see: no backing stores, scopes, shapes or code. */
function findVisible({ graph }: HeapSnapshot, groupKeys: GroupKeys): BitSet {
  const { nodeCount, nodeType } = graph;
  const { groupOf, classOfKey, classNames } = groupKeys;
  const isSystemGroup = classOfKey.map((index) => classNames[index].startsWith("system / "));
  const visible = new BitSet(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    if (isVisibleType(nodeType[node]) && !isSystemGroup[groupOf[node]]) visible.add(node);
  }
  return visible;
}

function isVisibleType(type: number): boolean {
  switch (type) {
    case NodeType.hidden:
    case NodeType.array:
    case NodeType.code:
    case NodeType.synthetic:
    case NodeType.objectShape:
      return false;
    default:
      return true;
  }
}

/** The piles of the last snapshot: what is new under what is old, by holder and class. */
function draftPiles(last: HeapSnapshot, firstSeen: Uint16Array, snapshotCount: number): Draft[] {
  const { groupOf, keys, classOfKey, classNames } = last.groupKeys;
  const visible = findVisible(last, last.groupKeys);
  const owner = findVisibleOwners(last, visible);
  const drafts = new Map<number, Draft>();
  for (let node = 0; node < owner.length; node++) {
    const holder = owner[node];
    if (firstSeen[node] === 0 || firstSeen[holder] !== 0 || !visible.has(node)) continue;
    const group = groupOf[node];
    const place = holder * keys.length + group;
    let draft = drafts.get(place);
    if (draft === undefined) {
      draft = {
        holder,
        groupKey: keys[group],
        className: classNames[classOfKey[group]],
        newNodes: [],
        counts: new Array<number>(snapshotCount).fill(0),
        added: new Array<number>(snapshotCount - 1).fill(0),
        lost: new Array<number>(snapshotCount - 1).fill(0),
      };
      drafts.set(place, draft);
    }
    draft.newNodes.push(node);
    draft.added[firstSeen[node] - 1]++;
  }
  return [...drafts.values()];
}

/** Counts the members of the drafted piles in snapshot `i`, and those that went again. */
function countMembers(
  snapshots: readonly HeapSnapshot[],
  i: number,
  groupKeys: GroupKeys,
  drafts: readonly Draft[],
): void {
  const snapshot = snapshots[i];
  const last = snapshots[snapshots.length - 1];
  const before = i === 0 ? undefined : snapshots[i - 1];
  const { groupOf, keys } = groupKeys;
  const { nodeId } = snapshot.graph;
  const visible = findVisible(snapshot, groupKeys);
  const owner = findVisibleOwners(snapshot, visible);

  const groupOfKey = new Map(keys.map((key, group) => [key, group]));
  const isHolder = new BitSet(owner.length);
  const draftOfPlace = new Map<number, Draft>();
  for (const draft of drafts) {
    const holder = findNode(snapshot, last.graph.nodeId[draft.holder]);
    const group = groupOfKey.get(draft.groupKey);
    if (holder === -1 || group === undefined) continue;
    isHolder.add(holder);
    draftOfPlace.set(holder * keys.length + group, draft);
  }
  for (let node = 0; node < owner.length; node++) {
    if (!isHolder.has(owner[node]) || !visible.has(node)) continue;
    const draft = draftOfPlace.get(owner[node] * keys.length + groupOf[node]);
    if (draft === undefined) continue;
    draft.counts[i]++;
    if (before === undefined || snapshot === last || findNode(last, nodeId[node]) !== -1) continue;
    if (findNode(before, nodeId[node]) === -1) draft.lost[i - 1]++;
  }
}

function findNode({ graph, nodesById }: HeapSnapshot, id: NodeId): NodeIndex {
  return findNodeById(graph.nodeId, nodesById, id);
}

/** Rules 1 and 2. */
function isGrowth({ counts, added, lost }: Draft): boolean {
  return added.every(
    (kept, round) => counts[round] < counts[round + 1] && kept >= LEAST_KEPT_SHARE * (kept + lost[round]),
  );
}

/** Rule 3, then piles by holder. */
function formSuspects(last: HeapSnapshot, drafts: readonly Draft[]): GrowthSuspect[] {
  const { retainedSize } = last;
  const pilesOfHolder = new Map<NodeIndex, GrowthPile[]>();
  for (const { holder, className, newNodes, counts, added } of drafts) {
    const addedRetainedSize = newNodes.reduce((sum, node) => sum + retainedSize[node], 0);
    if (addedRetainedSize < LEAST_SIZE_PER_ROUND * added.length) continue;
    const entry = last.object(findTypical(newNodes, retainedSize));
    const pile = { className, counts, added, addedRetainedSize, entry, subject: findSubject(entry) };
    const piles = pilesOfHolder.get(holder);
    if (piles === undefined) pilesOfHolder.set(holder, [pile]);
    else piles.push(pile);
  }
  const bySize = (a: { addedRetainedSize: number }, b: { addedRetainedSize: number }): number =>
    b.addedRetainedSize - a.addedRetainedSize;
  return Array.from(pilesOfHolder, ([holder, piles]) => ({
    holder: last.object(holder),
    piles: piles.sort(bySize),
    addedRetainedSize: piles.reduce((sum, pile) => sum + pile.addedRetainedSize, 0),
  })).sort(bySize);
}

/** The node whose retained size is nearest to the mean. */
function findTypical(nodes: readonly NodeIndex[], retainedSize: Float64Array): NodeIndex {
  const mean = nodes.reduce((sum, node) => sum + retainedSize[node], 0) / nodes.length;
  let typical = nodes[0];
  for (const node of nodes) {
    if (Math.abs(retainedSize[node] - mean) < Math.abs(retainedSize[typical] - mean)) typical = node;
  }
  return typical;
}

/** Steps from an entry down to what it is about: a listener, its scope, an array, its store, the objects in it. */
const LONGEST_WAY_TO_SUBJECT = 8;

/** Follows the class that makes up most of what is dominated, down to a class of the program's own. */
function findSubject(entry: HeapObject): HeapObject {
  let object: HeapObject | undefined = entry;
  for (let steps = 0; object !== undefined && steps < LONGEST_WAY_TO_SUBJECT; steps++) {
    if (isOfOwnClass(object)) return object;
    object = findMainPart(object);
  }
  return entry;
}

/** The first object of the class that makes up at least half of what `object` retains; `undefined` if none does. */
function findMainPart(object: HeapObject): HeapObject | undefined {
  const sizeOfClass = new Map<string, number>();
  const parts = object.dominated();
  for (const { className, retainedSize } of parts)
    sizeOfClass.set(className, (sizeOfClass.get(className) ?? 0) + retainedSize);
  return parts.find(({ className }) => sizeOfClass.get(className)! * 2 >= object.retainedSize);
}

/** Whether the class has a name that a program gave it, as far as a snapshot can tell. */
function isOfOwnClass({ type, className }: HeapObject): boolean {
  return type === "object" && !COMMON_CLASSES.has(className) && !/^(?:\{|system \/ )/.test(className);
}

/** Classes of the language and of Node that say nothing about the program. */
const COMMON_CLASSES: ReadonlySet<string> = new Set(
  "Object Array Map Set WeakMap WeakSet WeakRef Promise Generator Date Error ArrayBuffer Uint8Array Timeout".split(
    " ",
  ),
);
