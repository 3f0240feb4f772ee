/**
 * The search for leaks over the snapshots of the session, in the words of `heapscope leaks`. Snapshots that were opened in
 * another order than they were taken are put right first.
 *
 * Cost: as the engine's `findLeaks`, and a search for the shortest paths of each suspect; once for the same files.
 */
import { areCopies, findLeaks, prepareOrder, type RunOptions, type Suspect } from "@heapscope/engine";
import {
  describeGrowth,
  explainVerdict,
  summarize,
  type LeakPathStep,
  type SuspectLine,
} from "@heapscope/wording";
import { describeSuspect, prepareDescription } from "@heapscope/wording/heap";
import {
  LinkError,
  type Ask,
  type FileIndex,
  type LeaksAnswer,
  type PathLine,
  type SuspectCard,
} from "../../protocol/index.ts";
import { cutText } from "../object-row.ts";
import type { DeskContext } from "../table-maker.ts";

export async function answerLeaks(
  desk: DeskContext,
  { files }: Ask<"leaks">,
  run: RunOptions,
): Promise<LeaksAnswer> {
  return await desk.once(`leaks ${files.join(" ")}`, () => findSuspects(desk, files, run));
}

async function findSuspects(
  desk: DeskContext,
  given: readonly FileIndex[],
  run: RunOptions,
): Promise<LeaksAnswer> {
  refuseCopies(desk, given);
  const { order, knownBy } = await prepareOrder(
    given.map((file) => desk.snapshot(file)),
    run,
  );
  const files = order.map((position) => given[position]!);
  const snapshots = files.map((file) => desk.snapshot(file));
  const report = await findLeaks(snapshots, run);
  if (report.suspects.length > 0) await prepareDescription(snapshots.at(-1)!, run);
  const lines = report.suspects.map((suspect) => describeSuspect(suspect, desk.sources));
  const { verdict, rounds, growth, ignored, advice } = report;
  const isReordered = files.some((file, index) => file !== given[index]);
  const reason = knownBy === "ids" ? "their object ids say" : "their capture records say";
  return {
    verdict,
    summary: shorten(summarize({ verdict, suspects: lines, accepted: [], rounds })),
    explanation: explainVerdict(report.idChecks.find(({ comparable }) => !comparable)),
    rounds,
    growth,
    files,
    suspects: lines.map((line, index) => toCard(line, report.suspects[index]!)),
    ignored: ignored.map(({ className, reason: why, size }) => ({
      className: shorten(className),
      reason: why,
      size,
    })),
    advice,
    notes: isReordered
      ? [`Taken in another order than opened, ${reason}; compared in theirs, the oldest first.`]
      : [],
  };
}

/** Between a snapshot and itself nothing grows, which would look like a verdict. */
function refuseCopies(desk: DeskContext, files: readonly FileIndex[]): void {
  for (const [index, file] of files.entries())
    if (files.slice(0, index).some((other) => areCopies(desk.snapshot(other), desk.snapshot(file))))
      throw new LinkError(
        "bad-question",
        "Two of the files are the same snapshot; open snapshots of the same process at different times.",
      );
}

function toCard(line: SuspectLine, { containerKind }: Suspect): SuspectCard {
  return {
    rank: line.rank,
    confidence: line.confidence,
    sentence: shorten(describeGrowth(line)),
    className: shorten(line.className),
    container: containerKind,
    ...(line.containerName === undefined ? {} : { containerName: shorten(line.containerName) }),
    ...(line.ownerName === undefined ? {} : { ownerName: shorten(line.ownerName) }),
    holders: line.holders,
    holderId: line.containerId,
    subjectId: line.subject.id,
    counts: line.counts,
    perRound: line.count.perRound,
    perRoundSizes: line.perRoundSizes,
    retainedSizeDelta: line.retainedSizeDelta,
    share: line.share,
    path: line.path.map(toPathLine),
    ...(line.created === undefined ? {} : { created: shorten(line.created) }),
    evidence: line.evidence.map(shorten),
    alsoHeldBy: line.alsoHeldBy.map(({ id, name }) => ({ id, name: shorten(name) })),
    sampleIds: line.sampleIds,
  };
}

function toPathLine({ edge, node, id, className = "", location }: LeakPathStep): PathLine {
  return {
    edge: shorten(edge),
    node: shorten(node),
    id,
    className: shorten(className),
    ...(location === undefined ? {} : { location: shorten(location) }),
  };
}

/** Names of a program may be as long as they like. */
function shorten(text: string): string {
  const { text: start, isCut } = cutText(text);
  return isCut === true ? `${start}…` : start;
}
