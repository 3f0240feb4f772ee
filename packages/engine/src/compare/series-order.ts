/**
 * In which order snapshots were taken. The capture records tell, which have times; otherwise the ids, which V8 only ever
 * counts up in one process. Where neither does (other processes, no records), the order given stands.
 *
 * Cost: a look at each id; and, only where ids go down in the order given, a check of the ids (`id-check.ts`).
 */
import type { CaptureRecord } from "../capture-record.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { named, run, type RunOptions, type Task } from "../passes/pass.ts";
import { checkIds } from "./id-check.ts";
import { digestEdges, SnapshotOutline, type EarlierSnapshot } from "./snapshot-outline.ts";

export interface SeriesOrder {
  /** Positions of the snapshots as they were given, the oldest first. */
  readonly order: readonly number[];
  /** What tells so; `given` if nothing does. */
  readonly knownBy: "records" | "ids" | "given";
}

/** Finds the order of snapshots, with progress and cancellation. **Cost**: see the head of this file. */
export async function prepareOrder(
  snapshots: readonly EarlierSnapshot[],
  options?: RunOptions,
): Promise<SeriesOrder> {
  return await run(ordering(snapshots), options);
}

/** Whether two are the same snapshot. A capture leaves traces of its own, so not even an idle process has the same heap twice. */
export function areCopies(a: HeapSnapshot | SnapshotOutline, b: HeapSnapshot | SnapshotOutline): boolean {
  if (a.graph.nodeCount !== b.graph.nodeCount || a.graph.edgeCount !== b.graph.edgeCount) return false;
  if (!isEqual(a.graph.nodeId, b.graph.nodeId)) return false;
  if (a instanceof SnapshotOutline || b instanceof SnapshotOutline) return digestOf(a) === digestOf(b);
  return isEqual(a.graph.edgeTarget, b.graph.edgeTarget);
}

function digestOf(snapshot: HeapSnapshot | SnapshotOutline): number {
  return snapshot instanceof SnapshotOutline ? snapshot.edgeDigest : digestEdges(snapshot.graph);
}

function isEqual(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function* ordering(snapshots: readonly EarlierSnapshot[]): Task<SeriesOrder> {
  const byTime = orderByRecords(snapshots);
  if (byTime !== undefined) return { order: byTime, knownBy: "records" };
  const given = snapshots.map((_, index) => index);
  const largest = snapshots.map(largestId);
  const byIds = given.toSorted((a, b) => largest[a] - largest[b]);
  // Usually they are given in their order, and nothing need be checked.
  if (byIds.every((position, index) => position === index)) return { order: given, knownBy: "given" };
  for (const [index, position] of byIds.entries()) {
    if (index === 0) continue;
    const base = snapshots[byIds[index - 1]];
    yield* base.preparing(["nodesById"]);
    yield* snapshots[position].preparing(["nodesById"]);
    const { comparable } = yield* named("checking object ids", checkIds(base, snapshots[position]), []);
    if (!comparable) return { order: given, knownBy: "given" };
  }
  return { order: byIds, knownBy: "ids" };
}

/** By the times of the capture records; `undefined` unless all have one, of one process. */
function orderByRecords(snapshots: readonly EarlierSnapshot[]): number[] | undefined {
  const records = snapshots.map(({ captureRecord }) => captureRecord);
  const [first] = records;
  if (first === undefined || !records.every((record) => record !== undefined && isSameTarget(record, first)))
    return undefined;
  const times = records.map((record) => Date.parse(record!.capturedAt));
  return snapshots.map((_, index) => index).sort((a, b) => times[a] - times[b]);
}

function isSameTarget(a: CaptureRecord, b: CaptureRecord): boolean {
  return a.target.pid === b.target.pid && a.target.url === b.target.url;
}

/** Even ids are of the embedder, which deals them out by address. */
function largestId({ graph: { nodeId } }: EarlierSnapshot): number {
  let largest = 0;
  for (const id of nodeId) if (id % 2 === 1 && id > largest) largest = id;
  return largest;
}
