// From the engine's report about a series of snapshots to the result of `heapscope leaks`: what is in it about files and the
// series, with the suspects and sentences of @heapscope/wording. Used by `leaks`, `check` and the testing helpers.

import { LEAST_CONFIDENCE, type EarlierSnapshot, type LeakReport } from "@heapscope/engine";
import { explainVerdict, summarize } from "@heapscope/wording";
import { describeSuspect } from "@heapscope/wording/heap";
import { describeSnapshot } from "../describe-snapshot.ts";
import type { Leaks, SuspectLine } from "../schemas/leaks.ts";
import type { SourceResolver } from "../source/source-resolver.ts";
import type { Series } from "./open-series.ts";

/** The parts of a result that an analysis of files gives; a running process adds its own. */
export type DescribedLeaks = Omit<Leaks, "live" | "baseline">;

/** Describes a report. `series` is what it was made from; call `prepareDescription` with its last snapshot before. */
export function describeLeaks(
  report: LeakReport,
  series: Series<EarlierSnapshot>,
  sources: SourceResolver,
): DescribedLeaks {
  const suspects = report.suspects.map((suspect) => describeSuspect(suspect, sources));
  const result = {
    schema: "heapscope/leaks@1" as const,
    verdict: report.verdict,
    snapshots: series.members.map(({ file, snapshot }) => describeSnapshot(file, snapshot)),
    reordered: series.reordered,
    rounds: report.rounds,
    matchedBy: report.matchedBy,
    growth: report.growth,
    suspects,
    suspectCount: suspects.length,
    accepted: [],
    ignored: report.ignored.map((growth) => ({ ...growth })),
    advice: [...report.advice],
    notes: [...series.notes, ...sources.notes],
  };
  const broken = report.idChecks.find(({ comparable }) => !comparable);
  return { ...result, summary: summarize(result), explanation: explainVerdict(broken) };
}

/**
 * The same result without the suspects that are accepted: they are listed, and the verdict is about the others. `growth`
 * stays what it was as long as there is a suspect.
 */
export function withAccepted<Result extends DescribedLeaks>(
  result: Result,
  unknown: readonly SuspectLine[],
  accepted: readonly SuspectLine[],
): Result {
  if (accepted.length === 0) return result;
  const hasLeak = unknown.some(({ confidence }) => confidence >= LEAST_CONFIDENCE);
  const verdict =
    unknown.length === 0 || (result.verdict === "leak" && !hasLeak) ? "no-leak" : result.verdict;
  const changed = {
    ...result,
    verdict,
    suspects: unknown.map((suspect, index) => ({ ...suspect, rank: index + 1 })),
    suspectCount: unknown.length,
    accepted: [...accepted],
  };
  return { ...changed, summary: summarize(changed) };
}
