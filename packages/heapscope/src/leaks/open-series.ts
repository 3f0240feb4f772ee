// Snapshots of one series, opened and in the order in which they were taken. Used by `leaks` and `check`.
//
// What was given in another order is put right, and said: by the capture records, which have times, or by the ids, which
// V8 only ever counts up in one process. Where neither tells anything (other processes, no records), the order on the
// command line stands. Cost: opening the files; a look at each id; and, only where ids go down, a comparison.

import fs from "node:fs";
import type { CaptureRecord, HeapSnapshot } from "@heapscope/engine";
import type { CommandContext } from "../command.ts";
import { CommandError, UsageError } from "../command-error.ts";

/** One snapshot with the name that the user gave. */
export interface SeriesMember {
  readonly file: string;
  readonly snapshot: HeapSnapshot;
}

/** Snapshots, oldest first. */
export interface Series {
  readonly members: readonly SeriesMember[];
  /** They were given in another order. */
  readonly reordered: boolean;
  /** What the reader must know about the order, in sentences. */
  readonly notes: readonly string[];
}

/** Opens two or more files. Throws `UsageError`, and what opening a snapshot throws. */
export async function openSeries(context: CommandContext, files: readonly string[]): Promise<Series> {
  checkFiles(files);
  const members: SeriesMember[] = [];
  for (const file of files) members.push({ file, snapshot: await context.openSnapshot(file) });
  refuseCopies(members);
  return await putInOrder(context, members);
}

/** What can be told without opening them. */
function checkFiles(files: readonly string[]): void {
  const [first] = files;
  if (first === undefined || files.length < 2)
    throw new UsageError(
      "one snapshot shows what is there, not what grows; give two or more of the same process, or a running process.",
    );
  const seen = new Map<string, string>();
  for (const file of files) {
    const key = file === "-" ? "-" : identityOf(file);
    const earlier = seen.get(key);
    if (earlier !== undefined && file === "-")
      throw new UsageError("standard input can be read only once; give files.");
    if (earlier !== undefined) throw sameSnapshot(earlier, file);
    seen.set(key, file);
  }
}

/** Two names of one file have the same identity. Opening it tells what is wrong with a file that is not there. */
function identityOf(file: string): string {
  try {
    const { dev, ino } = fs.statSync(file);
    return `${dev}:${ino}`;
  } catch {
    return file;
  }
}

function refuseCopies(members: readonly SeriesMember[]): void {
  for (const [index, member] of members.entries()) {
    const copy = members.slice(0, index).find((other) => isCopy(other.snapshot, member.snapshot));
    if (copy !== undefined) throw sameSnapshot(copy.file, member.file);
  }
}

/** A capture leaves traces of its own, so not even an idle process has the same heap twice. */
function isCopy(a: HeapSnapshot, b: HeapSnapshot): boolean {
  if (a.graph.nodeCount !== b.graph.nodeCount || a.graph.edgeCount !== b.graph.edgeCount) return false;
  return isEqual(a.graph.nodeId, b.graph.nodeId) && isEqual(a.graph.edgeTarget, b.graph.edgeTarget);
}

function isEqual(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function sameSnapshot(a: string, b: string): CommandError {
  return new UsageError(
    a === b
      ? `${a} is given twice; give snapshots of the same process at different times.`
      : `${a} and ${b} are the same snapshot; give snapshots of the same process at different times.`,
  );
}

async function putInOrder(context: CommandContext, given: readonly SeriesMember[]): Promise<Series> {
  const byTime = orderByRecords(given);
  const members = byTime ?? (await orderByIds(context, given)) ?? given;
  const reordered = members.some((member, index) => member !== given[index]);
  if (!reordered) return { members, reordered, notes: [] };
  const reason = byTime === undefined ? "their object ids say" : "their capture records say";
  const order = members.map(({ file }) => file).join(", ");
  return {
    members,
    reordered,
    notes: [`Taken in another order than given, ${reason}; compared in theirs, the oldest first: ${order}.`],
  };
}

/** By the times of the capture records; `undefined` unless all have one, of one process. */
function orderByRecords(given: readonly SeriesMember[]): readonly SeriesMember[] | undefined {
  const records = given.map(({ snapshot }) => snapshot.captureRecord);
  const [first] = records;
  if (first === undefined || !records.every((record) => record !== undefined && isSameTarget(record, first)))
    return undefined;
  const time = ({ snapshot }: SeriesMember): number => Date.parse(snapshot.captureRecord!.capturedAt);
  return given.toSorted((a, b) => time(a) - time(b));
}

function isSameTarget(a: CaptureRecord, b: CaptureRecord): boolean {
  return a.target.pid === b.target.pid && a.target.url === b.target.url;
}

/** By the largest id; `undefined` if that is the order given, or if the ids are not of one process and session. */
async function orderByIds(
  context: CommandContext,
  given: readonly SeriesMember[],
): Promise<readonly SeriesMember[] | undefined> {
  const last = new Map(given.map((member) => [member, largestId(member.snapshot)]));
  const members = given.toSorted((a, b) => last.get(a)! - last.get(b)!);
  if (members.every((member, index) => member === given[index])) return undefined;
  const { prepareComparison } = await import("@heapscope/engine");
  for (const [index, member] of members.slice(1).entries()) {
    const { idCheck } = await prepareComparison(
      members[index]!.snapshot,
      member.snapshot,
      context.runOptions,
    );
    if (!idCheck.comparable) return undefined;
  }
  return members;
}

/** Even ids are of the embedder, which deals them out by address. */
function largestId({ graph: { nodeId } }: HeapSnapshot): number {
  let largest = 0;
  for (const id of nodeId) if (id % 2 === 1 && id > largest) largest = id;
  return largest;
}
