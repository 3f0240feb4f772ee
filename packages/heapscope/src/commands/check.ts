// `heapscope check`: a gate for tests and pipelines. Snapshots must keep the rules that are asked for: no leak, no more
// growth than a limit, and budgets for what there is. What was found goes to people, to programs, and as reports to
// services.

import { resolve } from "node:path";
import { defineCommand, type Command, type CommandContext } from "../command.ts";
import { UsageError } from "../command-error.ts";
import { parseBudget, type Budget } from "../check/parse-budget.ts";
import type { Series } from "../leaks/open-series.ts";
import { flag, noCache, optionalText, repeated, size, snapshotFiles, sourceMaps } from "../parameters.ts";
import { parseReportTarget, type ReportTarget } from "../report/report-target.ts";
import type { Check } from "../schemas/check.ts";

export const check: Command = defineCommand({
  name: "check",
  summary: "a gate for pipelines: no leaks, budgets, limits of growth",
  description:
    "Checks the rules that are asked for and exits with 1 if one is violated. Budgets are about the last\n" +
    "snapshot; the other rules compare, and need two snapshots or more of one process.\n" +
    "\n" +
    "A budget is one of these, with <= or <, where CLASS is the name of a constructor or /a regular expression/:\n" +
    "  'CLASS<=1000'             objects; the same as count(CLASS)\n" +
    "  'shallow(CLASS)<=500kB'   bytes of these objects themselves\n" +
    "  'retained(CLASS)<=5MB'    bytes that would be free if all of them went\n" +
    "  'growth(CLASS)<=10'       objects more than in the first snapshot\n" +
    "  'total<=200MB'            bytes of the whole heap",
  group: "Two snapshots:",
  arguments: { files: snapshotFiles("snapshots of one process, the oldest first") },
  options: {
    "no-leaks": flag("nothing may accumulate: no leak as `heapscope leaks` finds it"),
    "max-growth": size(
      "the heap may grow by no more than this from the first to the last snapshot, such as 1MB",
    ),
    budget: repeated("budget", "a limit, such as 'Session<=1000'; see above", (text) => parseBudget(text)),
    baseline: optionalText("file", "with --no-leaks: accepted leaks, from leaks --update-baseline"),
    "source-maps": sourceMaps(),
    report: repeated("report", "junit=FILE, sarif=FILE, or github for annotations", parseReportTarget),
    "no-cache": noCache(),
  },
  examples: [
    {
      line: "check 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot --no-leaks",
      meaning: "fails if anything leaks",
    },
    { line: "check 1.heapsnapshot 2.heapsnapshot --max-growth 1MB", meaning: "or if the heap grows" },
    {
      line: "check app.heapsnapshot --budget 'Session<=1000' --budget 'total<=200MB'",
      meaning: "limits for one snapshot",
    },
    { line: "check 1.heapsnapshot 2.heapsnapshot --no-leaks --report github", meaning: "in GitHub Actions" },
  ],
  async run(context, input): Promise<Check> {
    const { files, budget: budgets, report: targets } = input;
    refuseUseless(context, input);
    const series = await open(context, files);
    const { checkRules } = await import("../check/check-rules.ts");
    const checked = await checkRules(
      series,
      {
        noLeaks: input["no-leaks"],
        maxGrowth: input["max-growth"],
        budgets,
        baseline: input.baseline,
        sourceMaps: input["source-maps"],
      },
      context.runOptions,
    );
    const result: Check = {
      schema: "heapscope/check@1",
      ...checked,
      reports: targets.map((target) => ({ ...target })),
      notes: [...series.notes, ...checked.notes],
    };
    if (targets.length > 0) await (await import("../report/write-reports.ts")).writeReports(targets, result);
    return result;
  },
  fails: ({ passed }) => !passed,
  print: async () => (await import("../print/check.ts")).printCheck,
});

interface Input {
  readonly files: readonly string[];
  readonly "no-leaks": boolean;
  readonly "max-growth": number | undefined;
  readonly budget: readonly Budget[];
  readonly baseline: string | undefined;
  readonly report: readonly ReportTarget[];
}

/** Before anything is read: what would check nothing, or could not print its result. */
function refuseUseless({ json }: CommandContext, input: Input): void {
  const { files, budget: budgets, report: targets } = input;
  const noLeaks = input["no-leaks"];
  if (!noLeaks && input["max-growth"] === undefined && budgets.length === 0)
    throw new UsageError(
      "nothing is to be checked; give --no-leaks, --max-growth 1MB, or --budget 'Session<=1000'.",
    );
  if (input.baseline !== undefined && !noLeaks)
    throw new UsageError("--baseline is about leaks; give --no-leaks with it.");
  const comparing = noLeaks
    ? "--no-leaks"
    : input["max-growth"] === undefined
      ? budgets.find(({ measure }) => measure === "growth")?.text
      : "--max-growth";
  if (files.length === 1 && comparing !== undefined)
    throw new UsageError(
      `${comparing} compares, and there is one snapshot only; give two or more of the same process, the oldest first.`,
    );
  if (json && targets.some(({ format }) => format === "github"))
    throw new UsageError("--report github and --json both print to standard output; use one of them.");
  const written = new Set<string>();
  for (const target of targets) {
    if (target.format === "github") continue;
    const file = resolve(target.file);
    if (written.has(file))
      throw new UsageError(`two reports go to ${target.file}; give each a file of its own.`);
    written.add(file);
  }
}

async function open(context: CommandContext, files: readonly string[]): Promise<Series> {
  const [only, second] = files;
  if (only === undefined || second !== undefined)
    return await (await import("../leaks/open-series.ts")).openSeries(context, files);
  return {
    members: [{ file: only, snapshot: await context.openSnapshot(only) }],
    reordered: false,
    notes: [],
  };
}
