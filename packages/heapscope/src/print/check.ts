// Prints the result of `heapscope check`: the verdict, a line for each rule, and what leaks as `heapscope leaks` shows it.
// Annotations for GitHub come last, each on a line of its own, as they are.

import { escapeText } from "@heapscope/wording";
import type { ReportTarget } from "../report/report-target.ts";
import { formatGithubAnnotations } from "../report/github-annotations.ts";
import type { Check } from "../schemas/check.ts";
import { fileWord } from "./columns.ts";
import { printSuspect } from "./leaks.ts";
import type { Page } from "./page.ts";

export function printCheck(
  page: Page,
  result: Check,
  input: { readonly report: readonly ReportTarget[] },
): void {
  const { palette } = page;
  page.answer(result.summary);
  page.line();
  for (const { name, passed, message } of result.rules) {
    page.segments([
      { text: passed ? "  ok      " : "  failed  ", style: passed ? palette.muted : palette.error },
      { text: `${escapeText(name)}  `, style: passed ? palette.muted : palette.strong },
      { text: escapeText(message), cut: "middle" },
    ]);
  }
  printLeaking(page, result);
  for (const sentence of result.leaks?.advice ?? []) page.warning(escapeText(sentence));
  for (const note of result.notes) page.note(`Note: ${escapeText(note)}`);
  if (input.report.some(({ format }) => format === "github"))
    for (const line of formatGithubAnnotations(result, process.cwd())) page.line(line);
}

function printLeaking(page: Page, { violations, leaks, snapshots }: Check): void {
  if (leaks === undefined) return;
  const file = snapshots.at(-1)?.file ?? "-";
  const ranks = new Set(violations.flatMap(({ suspect }) => suspect ?? []));
  const leaking = leaks.suspects.filter(({ rank }) => ranks.has(rank));
  const { verdict } = leaks;
  for (const suspect of leaking) {
    page.line();
    printSuspect(page, suspect, { file, view: { raw: false, all: true }, isLeak: true, verdict });
  }
  const [first] = leaking;
  if (first === undefined) return;
  const last = escapeText(fileWord(file));
  page.next([[`heapscope retainers ${last} @${first.containerId}`, "what else refers to the container"]]);
}
