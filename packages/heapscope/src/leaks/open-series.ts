// Snapshots of one series, opened and in the order in which they were taken. Used by `leaks` and `check`.
//
// What was given in another order is put right, and said; see the engine's `prepareOrder`. Cost: opening the files, and that.

import fs from "node:fs";
import type { EarlierSnapshot, GrowthRule, HeapSnapshot, LeakOutline } from "@heapscope/engine";
import type { CommandContext } from "../command.ts";
import { CommandError, UsageError } from "../command-error.ts";

/** One snapshot with the name that the user gave. */
export interface SeriesMember<Snapshot extends EarlierSnapshot = HeapSnapshot> {
  readonly file: string;
  readonly snapshot: Snapshot;
}

/** Snapshots, oldest first. */
export interface Series<Snapshot extends EarlierSnapshot = HeapSnapshot> {
  readonly members: readonly SeriesMember<Snapshot>[];
  /** They were given in another order. */
  readonly reordered: boolean;
  /** What the reader must know about the order, in sentences. */
  readonly notes: readonly string[];
}

/** A series of which only the last snapshot is whole. */
export interface OutlinedSeries extends Series<HeapSnapshot | LeakOutline> {
  readonly last: HeapSnapshot;
}

/** Opens two or more files, all whole. Throws `UsageError`, and what opening a snapshot throws. */
export async function openSeries(context: CommandContext, files: readonly string[]): Promise<Series> {
  checkFiles(files);
  const members: SeriesMember[] = [];
  for (const file of files) members.push({ file, snapshot: await context.openSnapshot(file) });
  await refuseCopies(members);
  return await putInOrder(context, members);
}

/**
 * Opens two or more files for a search for leaks: one after the other, or each while another thread is busy with the one
 * before, so that there are never more than two whole snapshots in memory. The last one given is taken for the latest; if it is not, that one is read again. Throws as `openSeries` does.
 */
export async function openOutlinedSeries(
  context: CommandContext,
  files: readonly string[],
  keep: readonly GrowthRule[],
): Promise<OutlinedSeries> {
  checkFiles(files);
  const { LeakOutline: Outline, prepareLeakOutline } = await import("@heapscope/engine");
  const outline = async (snapshot: HeapSnapshot, onWaiting?: () => void): Promise<LeakOutline> =>
    await prepareLeakOutline(snapshot, { ...context.runOptions, keep, onWaiting });
  const keepsThread = true;
  const openWhole = async (file: string): Promise<HeapSnapshot> =>
    await context.openSnapshot(file, { keepsThread });

  const given: SeriesMember<HeapSnapshot | LeakOutline>[] = await openInTurn(
    files,
    async (file, isLast, onWaiting) => {
      // Standard input cannot be read again, should it be the latest.
      const snapshot =
        isLast || file === "-"
          ? await openWhole(file)
          : await context.openReduced(file, (read) => outline(read, onWaiting), { keepsThread });
      return { file, snapshot };
    },
  );
  await refuseCopies(given);
  const series = await putInOrder(context, given);
  const latest = series.members.at(-1)!;
  if (!(latest.snapshot instanceof Outline)) return { ...series, last: latest.snapshot };

  given.length = 0;
  const members = [...series.members];
  for (const [index, { file, snapshot }] of members.entries())
    if (!(snapshot instanceof Outline)) members[index] = { file, snapshot: await outline(snapshot) };
  const last = await openWhole(latest.file);
  members[members.length - 1] = { file: latest.file, snapshot: last };
  return { ...series, members, last };
}

/**
 * Opens files in their order: each when the one before is open, or says that it is only waiting for another thread. All that
 * has begun has ended when this returns, or throws what the first one threw that could not be opened.
 */
async function openInTurn<T>(
  files: readonly string[],
  open: (file: string, isLast: boolean, onWaiting: () => void) => Promise<T>,
): Promise<T[]> {
  const opening: Promise<T>[] = [];
  for (const [index, file] of files.entries()) {
    // No third one at the same time, for its memory.
    await Promise.allSettled(opening.slice(0, -1));
    const hasFailed = await new Promise<boolean>((next) => {
      const one = open(file, index === files.length - 1, () => next(false));
      opening.push(one);
      one.then(
        () => next(false),
        () => next(true),
      );
    });
    if (hasFailed) break;
  }
  await Promise.allSettled(opening);
  return await Promise.all(opening);
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

async function refuseCopies(members: readonly SeriesMember<HeapSnapshot | LeakOutline>[]): Promise<void> {
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

async function putInOrder<Snapshot extends EarlierSnapshot>(
  context: CommandContext,
  given: readonly SeriesMember<Snapshot>[],
): Promise<Series<Snapshot>> {
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
