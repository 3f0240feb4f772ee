// Whether a series of snapshots keeps the rules of `heapscope check`. Every rule is checked, also after one has failed: a
// pipeline wants to know all that is wrong.

import type { HeapSnapshot, RunOptions } from "@heapscope/engine";
import { describeGrowth, formatCount, formatQuantity, formatSigned, formatSize } from "@heapscope/wording";
import { prepareDescription } from "@heapscope/wording/heap";
import type { Series } from "../leaks/open-series.ts";
import type { Check, RuleLine, Violation } from "../schemas/check.ts";
import { describeSnapshot } from "../describe-snapshot.ts";
import { measureBudget } from "./measure-budget.ts";
import type { Budget } from "./parse-budget.ts";

/** What was asked for. */
export interface Rules {
  readonly noLeaks: boolean;
  /** Bytes. */
  readonly maxGrowth: number | undefined;
  readonly budgets: readonly Budget[];
  /** File with accepted leaks. */
  readonly baseline: string | undefined;
  /** Folders. */
  readonly sourceMaps: readonly string[];
}

type Checked = Omit<Check, "schema" | "reports">;

/** Needs two snapshots or more for all but budgets without growth. Throws `CommandError` for a baseline that is none. */
export async function checkRules(series: Series, rules: Rules, options: RunOptions): Promise<Checked> {
  const leaks = rules.noLeaks ? await checkLeaks(series, rules, options) : undefined;
  const growth = rules.maxGrowth === undefined ? undefined : checkGrowth(series, rules.maxGrowth);
  const budgets = rules.budgets.length === 0 ? undefined : await checkBudgets(series, rules.budgets, options);
  const parts = [leaks, growth, budgets].filter((part) => part !== undefined);
  const lines = parts.flatMap((part) => part.rules);
  const failed = lines.filter(({ passed }) => !passed).length;
  const all = formatQuantity(lines.length, "rule");
  return {
    passed: failed === 0,
    summary: failed === 0 ? `Passed: ${all}.` : `Failed: ${failed} of ${all}.`,
    snapshots: series.members.map(({ file, snapshot }) => describeSnapshot(file, snapshot)),
    rules: lines,
    violations: parts.flatMap((part) => part.violations),
    ...(leaks === undefined ? {} : { leaks: leaks.leaks }),
    notes: parts.flatMap((part) => part.notes ?? []),
  };
}

interface Part {
  readonly rules: readonly RuleLine[];
  readonly violations: readonly Violation[];
  readonly notes?: readonly string[];
}

async function checkLeaks(
  series: Series,
  { baseline: baselineFile, sourceMaps }: Rules,
  options: RunOptions,
): Promise<Part & { leaks: NonNullable<Check["leaks"]> }> {
  const { findLeaks, LEAST_CONFIDENCE } = await import("@heapscope/engine");
  const { describeLeaks, withAccepted } = await import("../leaks/describe-leaks.ts");
  const { applyBaseline, emptyBaseline, readBaseline } = await import("../leaks/baseline.ts");
  const { SourceResolver } = await import("../source/source-resolver.ts");
  const baseline = baselineFile === undefined ? emptyBaseline : readBaseline(baselineFile);

  const snapshots = series.members.map(({ snapshot }) => snapshot);
  const last = snapshots.at(-1)!;
  const report = await findLeaks(snapshots, options);
  await prepareDescription(last, options);
  const sources = new SourceResolver({ folders: sourceMaps, scripts: last.captureRecord?.scripts ?? [] });
  const described = describeLeaks(report, series, sources);
  const { unknown, accepted } = applyBaseline(described.suspects, baseline);
  const { verdict, suspects, summary, advice } = withAccepted(described, unknown, accepted);

  const leaking =
    verdict === "leak" ? suspects.filter(({ confidence }) => confidence >= LEAST_CONFIDENCE) : [];
  const passed = leaking.length === 0;
  const open =
    verdict === "growth"
      ? `Undecided: ${lowerFirst(summary)} Two snapshots cannot tell a leak; take a third.`
      : undefined;
  return {
    rules: [
      {
        rule: "no-leaks",
        name: "no-leaks",
        passed,
        message:
          open ?? (passed ? summary : `${formatQuantity(leaking.length, "place")} where objects accumulate.`),
        limit: 0,
        actual: leaking.length,
      },
    ],
    violations: leaking.map((suspect) => ({
      rule: "no-leaks",
      name: "no-leaks",
      message: `Leak: ${describeGrowth(suspect)}; held by ${suspect.path.map(({ edge }) => edge).join(" › ")}.`,
      group: suspect.className,
      ...(suspect.created === undefined ? {} : { location: suspect.created }),
      signature: suspect.signature,
      suspect: suspect.rank,
    })),
    leaks: {
      verdict,
      suspects: [...suspects],
      accepted: accepted.map(({ className, signature }) => ({ className, signature })),
      advice,
    },
    notes: described.notes.slice(series.notes.length),
  };
}

function checkGrowth({ members }: Series, limit: number): Part {
  const first = members[0]!.snapshot.totalSize;
  const last = members.at(-1)!.snapshot.totalSize;
  const actual = last - first;
  const passed = actual <= limit;
  const name = `max-growth ${formatSize(limit)}`;
  const grown = `The heap ${actual < 0 ? "shrank" : "grew"} by ${formatSize(Math.abs(actual))} to ${formatSize(last)}`;
  const message = passed
    ? `${grown}.`
    : `${grown}: ${formatSize(actual - limit)} more than the limit of ${formatSize(limit)}.`;
  return {
    rules: [{ rule: "max-growth", name, passed, message, limit, actual, unit: "bytes" }],
    violations: passed ? [] : [{ rule: "max-growth", name, message }],
  };
}

async function checkBudgets(
  { members }: Series,
  budgets: readonly Budget[],
  options: RunOptions,
): Promise<Part> {
  const { sizeRetainedBy } = await import("@heapscope/engine");
  const last = members.at(-1)!.snapshot;
  const first = members.length > 1 ? members[0]!.snapshot : undefined;
  await prepare(last, budgets, options);
  if (first !== undefined && budgets.some(({ measure }) => measure === "growth"))
    await first.prepare(["groups"], options);

  const rules: RuleLine[] = [];
  const violations: Violation[] = [];
  const notes: string[] = [];
  for (const budget of budgets) {
    const { actual, count, passed } = measureBudget(budget, last, first, sizeRetainedBy);
    const name = `budget ${budget.text}`;
    const message = describeBudget(budget, actual, passed);
    const unit = budget.measure === "count" || budget.measure === "growth" ? "objects" : "bytes";
    rules.push({ rule: "budget", name, passed, message, limit: budget.limit, actual, unit });
    const group = budget.className?.text;
    if (!passed)
      violations.push({ rule: "budget", name, message, ...(group === undefined ? {} : { group }) });
    // A misspelt name makes a budget that nothing can exceed.
    if (group !== undefined && count === 0)
      notes.push(`there is no object of '${group}' in the snapshot; see the names with: heapscope summary`);
  }
  return { rules, violations, notes };
}

async function prepare(last: HeapSnapshot, budgets: readonly Budget[], options: RunOptions): Promise<void> {
  if (budgets.some(({ className }) => className !== undefined)) await last.prepare(["groups"], options);
  if (budgets.some(({ measure }) => measure === "retained"))
    await last.prepare(["retainedSize", "dominatorTree"], options);
}

function describeBudget(
  { measure, className, limit, below }: Budget,
  actual: number,
  passed: boolean,
): string {
  const isCount = measure === "count" || measure === "growth";
  const bound = isCount ? formatCount(limit) : formatSize(limit);
  const most = `${passed ? "" : "but "}${below ? (isCount ? "fewer" : "less") + " than" : "at most"} ${bound} allowed`;
  const name = className?.text ?? "";
  switch (measure) {
    case "total":
      return `The heap has ${formatSize(actual)}, ${most}.`;
    case "count":
      return `${formatQuantity(actual, `${name} object`)}, ${most}.`;
    case "growth":
      return `${formatSigned(actual, formatCount)} ${name} objects since the first snapshot, ${most}.`;
    case "shallow":
      return `${name} objects have ${formatSize(actual)}, ${most}.`;
    case "retained":
      return `${name} objects retain ${formatSize(actual)}, ${most}.`;
    default:
      return measure satisfies never;
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
