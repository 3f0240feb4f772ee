// Prints the result of `heapscope sample`: the function that allocates most, then all of them with their callers below.

import {
  escapeText,
  formatCount,
  formatDuration,
  formatPercent,
  formatQuantity,
  formatSize,
  functionLabel,
} from "@heapscope/wording";
import type { CallerLine, Sample, SampledSiteLine } from "../schemas/sample.ts";
import { shortPath } from "../text/short-path.ts";
import { shellWord } from "../text/shell-word.ts";
import { sizeWithShare } from "./columns.ts";
import type { Page } from "./page.ts";
import type { Column } from "./table.ts";

/** Fewer samples make a size that could as well be half or twice as large. */
const FEW_SAMPLES = 30;

export function printSample(page: Page, result: Sample, input: { readonly target: string }): void {
  page.answer(answer(result));
  if (result.sites.length > 0) {
    page.line();
    page.table(columns(page, result.totalSize), result.sites.flatMap(siteRows));
    const omitted = result.siteCount - result.sites.length;
    page.omission(omitted, formatQuantity(omitted, "more function"));
  }
  for (const hint of hints(result)) page.note(hint);
  for (const warning of result.warnings) page.warning(escapeText(warning));
  page.line();
  const file = shellWord(shortPath(result.file));
  page.line(
    `${file} (${formatSize(result.bytes)}) opens in Chrome DevTools (Memory, Load profile) and in VS Code.`,
  );
  const target = shellWord(input.target);
  page.next([
    [`heapscope top ${target}`, "whether it grows"],
    [`heapscope capture ${target}`, "a snapshot: what holds it"],
  ]);
}

function answer({ sites, totalSize, sampleCount, durationMs, includeCollected }: Sample): string {
  const time = formatDuration(durationMs);
  const [first] = sites;
  if (first === undefined)
    return `Nothing that was allocated in ${time} ${includeCollected ? "was sampled" : "is still alive"}.`;
  const what = includeCollected
    ? `${formatSize(totalSize)} were allocated in ${time}`
    : `${formatSize(totalSize)} of what was allocated in ${time} are still alive`;
  const where = first.source === undefined ? "" : ` at ${escapeText(first.source)}`;
  return `${what}, by an estimate from ${formatQuantity(sampleCount, "sample")}; ${formatPercent(first.selfSize, totalSize)} come from ${functionLabel(first.function)}${where}.`;
}

function hints({ sites, sampleCount, includeCollected, intervalBytes }: Sample): string[] {
  const closer = `--interval-bytes ${Math.max(1024, intervalBytes / 8)} looks more closely`;
  const longer = "--seconds 300 for longer";
  if (sampleCount === 0 && !includeCollected)
    return [`--include-collected tells what was allocated and is gone; ${closer}, ${longer}.`];
  return [
    ...(sampleCount < FEW_SAMPLES ? [`So few samples make rough sizes: ${closer}, ${longer}.`] : []),
    // Nobody's own code is on top: it has become a part of what called it.
    ...(sites[0]?.source?.startsWith("node:") === true
      ? [
          "What V8 inlined counts for the function around it; a process that was started with “node --no-turbo-inlining” keeps them apart.",
        ]
      : []),
  ];
}

/** A site or, below it, a caller. */
interface Row {
  readonly prefix: string;
  readonly name: string;
  readonly source: string | undefined;
  readonly size: number;
  readonly site: SampledSiteLine | undefined;
}

function siteRows(site: SampledSiteLine): Row[] {
  const rows: Row[] = [{ prefix: "", name: site.function, source: site.source, size: site.selfSize, site }];
  addCallers(rows, site.callers, 1);
  return rows;
}

/** Recursion goes as deep as --depth. */
function addCallers(rows: Row[], callers: readonly CallerLine[], level: number): void {
  for (const { function: name, source, size, callers: above = [] } of callers) {
    rows.push({ prefix: `${"  ".repeat(level)}← `, name, source, size, site: undefined });
    addCallers(rows, above, level + 1);
  }
}

function columns(page: Page, totalSize: number): readonly Column<Row>[] {
  const { muted } = page.palette;
  return [
    {
      title: "Function",
      align: "left",
      gives: true,
      cell: ({ prefix, name, site }) => [
        { text: prefix, style: muted },
        { text: functionLabel(name), cut: "middle", style: site === undefined ? muted : undefined },
      ],
    },
    {
      title: "Self size",
      align: "right",
      cell: ({ size, site }) =>
        site === undefined
          ? [{ text: formatSize(size), style: muted }, { text: " ".repeat(7) }]
          : sizeWithShare(size, totalSize, page.palette),
    },
    {
      title: "Samples",
      align: "right",
      cell: ({ site }) => (site === undefined ? "" : formatCount(site.sampleCount)),
    },
    {
      title: "Source",
      align: "left",
      gives: true,
      cell: ({ source }) => [{ text: escapeText(source ?? ""), style: muted, cut: "start" }],
    },
  ];
}
