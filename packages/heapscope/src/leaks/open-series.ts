// Snapshots of one series, opened and in the order in which they were taken. Used by `leaks` and `check`.
//
// What was given in another order is put right, and said; see the engine's `prepareOrder`. Cost: opening the files, and that.

import fs from "node:fs";
import type { HeapSnapshot } from "@heapscope/engine";
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
  await refuseCopies(members);
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

async function refuseCopies(members: readonly SeriesMember[]): Promise<void> {
  const { areCopies } = await import("@heapscope/engine");
  for (const [index, member] of members.entries()) {
    const copy = members.slice(0, index).find((other) => areCopies(other.snapshot, member.snapshot));
    if (copy !== undefined) throw sameSnapshot(copy.file, member.file);
  }
}

function sameSnapshot(a: string, b: string): CommandError {
  return new UsageError(
    a === b
      ? `${a} is given twice; give snapshots of the same process at different times.`
      : `${a} and ${b} are the same snapshot; give snapshots of the same process at different times.`,
  );
}

async function putInOrder(context: CommandContext, given: readonly SeriesMember[]): Promise<Series> {
  const { prepareOrder } = await import("@heapscope/engine");
  const snapshots = given.map(({ snapshot }) => snapshot);
  const { order, knownBy } = await prepareOrder(snapshots, context.runOptions);
  const members = order.map((position) => given[position]!);
  const reordered = members.some((member, index) => member !== given[index]);
  if (!reordered) return { members, reordered, notes: [] };
  const reason = knownBy === "ids" ? "their object ids say" : "their capture records say";
  const files = members.map(({ file }) => file).join(", ");
  return {
    members,
    reordered,
    notes: [`Taken in another order than given, ${reason}; compared in theirs, the oldest first: ${files}.`],
  };
}
