// Prints the result of `heapscope top`: a view that fits a terminal of 24 lines, and the lines of a pipe.
//
// The sentence is about what full collections leave over. Before there were two of them, it says that it cannot tell.

import {
  escapeText,
  formatCount,
  formatDuration,
  formatQuantity,
  formatRate,
  formatSize,
} from "@heapscope/wording";
import type { HeapSampleLine, SizeTrend, Top } from "../schemas/top.ts";
import { shellWord } from "../text/shell-word.ts";
import { textWidth } from "../text/text-width.ts";
import type { Page } from "./page.ts";
import { formatCounts, formatCourse } from "./sparkline.ts";
import type { Column } from "./table.ts";

/** Widest line of bars: a minute or two of seconds. */
const LONGEST_COURSE = 100;

export function printTop(page: Page, result: Top, input: { readonly target: string }): void {
  page.answer(answer(result));
  if (page.width !== undefined) printView(page, result, page.width);
  else if (result.growth.collections !== undefined) page.note(collectionsNote(result));
  for (const warning of warnings(result)) page.warning(warning);
  if (result.ended === undefined) {
    page.line();
    page.note("Ctrl-C ends this.");
    return;
  }
  if (result.ended === "target") return;
  const target = shellWord(input.target);
  page.next([
    [`heapscope sample ${target}`, "which functions allocate what stays"],
    [`heapscope capture ${target}`, "a snapshot of all objects"],
  ]);
}

function answer({ description, samples, growth }: Top): string {
  const now = samples.at(-1)!;
  const limit = now.heapLimit === undefined ? "" : ` (limit ${formatSize(now.heapLimit)})`;
  const resident =
    now.residentSize === undefined ? "" : ` and ${formatSize(now.residentSize)} of memory in all`;
  return `${escapeText(description)} uses ${formatSize(now.heapUsed)} of heap${limit}${resident}; ${verdict(growth)}.`;
}

function verdict({ usedAfterFull, heapUsed, durationMs, collections }: Top["growth"]): string {
  const time = formatDuration(durationMs);
  if (usedAfterFull !== undefined) {
    const { first, last, perSecond } = usedAfterFull;
    const change = first === last ? "stayed at" : last > first ? "grew" : "shrank";
    const sizes =
      first === last
        ? formatSize(last)
        : `from ${formatSize(first)} to ${formatSize(last)} (${formatRate(perSecond)})`;
    return `what full collections leave over ${change} ${sizes}`;
  }
  if (durationMs === 0) return "its growth is told from the second sample on";
  const change = heapUsed.last - heapUsed.first;
  const used = `its heap ${change < 0 ? "shrank" : "grew"} by ${formatSize(Math.abs(change))} in ${time}`;
  if (collections === undefined) return used;
  // Fewer than two, or there would be a trend.
  const full = collections.markCompact.count === 0 ? "no full collection yet" : "one full collection so far";
  return `${used}, garbage included (${full})`;
}

function warnings({ samples, lateMs, ended, warnings, description }: Top): string[] {
  const contexts = samples.at(-1)!.detachedContexts ?? 0;
  return [
    ...(ended === "target" ? [`${escapeText(description)} has ended.`] : []),
    ...(lateMs === undefined
      ? []
      : [
          `It has not answered for ${formatDuration(lateMs)}: its main thread is in a system call or in native code.`,
        ]),
    ...(contexts === 0
      ? []
      : [
          `${formatQuantity(contexts, "context")} (of vm or frames) that it has given up could not be freed.`,
        ]),
    ...warnings.map(escapeText),
  ];
}

interface MeasureLine {
  readonly name: string;
  readonly value: (sample: HeapSampleLine) => number | undefined;
  readonly trend?: SizeTrend | undefined;
}

function printView(page: Page, result: Top, width: number): void {
  const { samples, growth } = result;
  const lines: readonly MeasureLine[] = [
    { name: "Heap used", value: (sample) => sample.heapUsed, trend: growth.heapUsed },
    { name: "After full collection", value: (sample) => sample.usedAfterFull, trend: growth.usedAfterFull },
    { name: "Heap total", value: (sample) => sample.heapTotal },
    { name: "External", value: (sample) => sample.external, trend: growth.external },
    { name: "Array buffers", value: (sample) => sample.arrayBuffers },
    { name: "DOM and the like", value: (sample) => sample.embedderUsed },
    { name: "V8's own memory", value: (sample) => sample.malloced },
    { name: "Resident (RSS)", value: (sample) => sample.residentSize, trend: growth.residentSize },
  ];
  const known = lines.filter(({ value }) => samples.some((sample) => value(sample) !== undefined));
  page.line();
  page.table(measureColumns(page, result, courseWidth(width, known)), known);
  if (growth.collections !== undefined) {
    page.line();
    page.table(collectionColumns(page, result, width), ["scavenge", "markCompact"]);
    page.note(collectionsNote(result));
  }
  const spaces = samples
    .at(-1)!
    .spaces.filter(({ used }) => used > 0)
    .toSorted((a, b) => b.used - a.used)
    .map(
      ({ name, used }) =>
        `${escapeText(name.replace(/_space$/, "").replaceAll("_", " "))} ${formatSize(used)}`,
    );
  if (spaces.length > 0) page.note(`Spaces: ${spaces.join(", ")}`);
}

const SIZE_COLUMN = "999.9 MB".length;
const RATE_COLUMN = "+999.9 kB/min".length;
const GAPS = 6;

function courseWidth(width: number, lines: readonly MeasureLine[]): number {
  const names = Math.max(...lines.map(({ name }) => textWidth(name)));
  return Math.min(LONGEST_COURSE, width - names - SIZE_COLUMN - RATE_COLUMN - GAPS);
}

function measureColumns(page: Page, { samples }: Top, course: number): readonly Column<MeasureLine>[] {
  const { palette } = page;
  return [
    { title: "Memory", align: "left", cell: ({ name }) => name },
    {
      title: "Now",
      align: "right",
      // What full collections leave over is known from time to time only.
      cell: ({ value }) => formatSize(lastKnown(samples, value) ?? 0).padStart(SIZE_COLUMN),
    },
    {
      title: "Growth",
      align: "right",
      cell: ({ trend }) => [
        { text: (trend === undefined ? "" : formatRate(trend.perSecond)).padStart(RATE_COLUMN) },
      ],
    },
    {
      title: "Course",
      align: "left",
      cell: ({ value }) => [{ text: formatCourse(samples.map(value), course), style: palette.accent }],
    },
  ];
}

function lastKnown(
  samples: readonly HeapSampleLine[],
  value: (sample: HeapSampleLine) => number | undefined,
): number | undefined {
  for (let index = samples.length - 1; index >= 0; index--) {
    const known = value(samples[index]!);
    if (known !== undefined) return known;
  }
  return undefined;
}

/** Other steps take next to no time; they are in the sum below. */
type CollectionKind = "scavenge" | "markCompact";

const KIND_NAMES: Readonly<Record<CollectionKind, string>> = {
  scavenge: "Scavenge (young)",
  markCompact: "Mark-compact (full)",
};

const COUNTS_WIDTH = 56;

function collectionColumns(
  page: Page,
  { samples, growth }: Top,
  width: number,
): readonly Column<CollectionKind>[] {
  const { palette } = page;
  const now = samples.at(-1)!.collections;
  return [
    { title: "Collections", align: "left", cell: (kind) => KIND_NAMES[kind] },
    { title: "Count", align: "right", cell: (kind) => formatCount(now?.[kind].count ?? 0).padStart(5) },
    { title: "Time", align: "right", cell: (kind) => formatMoment(now?.[kind].timeMs ?? 0).padStart(7) },
    {
      title: "All",
      align: "right",
      cell: (kind) => [
        { text: formatCount(growth.collections![kind].count).padStart(6), style: palette.muted },
      ],
    },
    {
      title: "Course",
      align: "left",
      cell: (kind) => [
        {
          text: formatCounts(
            samples.map((sample) => sample.collections?.[kind].count),
            Math.min(LONGEST_COURSE, width - COUNTS_WIDTH),
          ),
          style: palette.accent,
        },
      ],
    },
  ];
}

function collectionsNote({ growth: { collections, durationMs } }: Top): string {
  const { scavenge, markCompact, other, longestMs } = collections!;
  const all = scavenge.timeMs + markCompact.timeMs + other.timeMs;
  const count = scavenge.count + markCompact.count;
  if (count === 0) return "No garbage was collected.";
  const share = durationMs > 0 ? ` (${((100 * all) / durationMs).toFixed(1)} % of the time)` : "";
  return `${formatQuantity(count, "collection")} took ${formatMoment(all)}${share}, the longest pause ${formatMoment(longestMs)}.`;
}

/** A short time: `0.3 ms`, `12 ms`, `1.4 s`. */
function formatMoment(milliseconds: number): string {
  return milliseconds > 0 && milliseconds < 9.95
    ? `${milliseconds.toFixed(1)} ms`
    : formatDuration(milliseconds);
}

interface LineColumn {
  readonly title: string;
  readonly width: number;
  readonly cell: (now: HeapSampleLine, result: Top) => string;
}

const size = (value: number | undefined): string => (value === undefined ? "-" : formatSize(value));

const lineColumns: readonly LineColumn[] = [
  {
    title: "time",
    width: 8,
    cell: (now, { startedAt }) => clock(new Date(Date.parse(startedAt) + now.elapsedMs)),
  },
  { title: "used", width: 8, cell: ({ heapUsed }) => size(heapUsed) },
  { title: "after full", width: 10, cell: ({ usedAfterFull }) => size(usedAfterFull) },
  { title: "total", width: 8, cell: ({ heapTotal }) => size(heapTotal) },
  { title: "external", width: 8, cell: ({ external }) => size(external) },
  { title: "buffers", width: 8, cell: ({ arrayBuffers }) => size(arrayBuffers) },
  { title: "rss", width: 8, cell: ({ residentSize }) => size(residentSize) },
  { title: "scavenges", width: 14, cell: ({ collections }) => collected(collections?.scavenge) },
  { title: "mark-compacts", width: 14, cell: ({ collections }) => collected(collections?.markCompact) },
  { title: "used grows", width: 13, cell: (_now, { samples }) => latestRate(samples) },
];

/** The titles above the lines of a pipe. */
export function formatTopTitles(): string {
  return lineColumns.map(({ title, width }) => title.padStart(width)).join("  ");
}

/** The latest sample as a line. All of it is numbers. */
export function formatTopLine(result: Top): string {
  const now = result.samples.at(-1)!;
  return lineColumns.map(({ width, cell }) => cell(now, result).padStart(width)).join("  ");
}

function collected(kind: { readonly count: number; readonly timeMs: number } | undefined): string {
  return kind === undefined ? "-" : `${formatCount(kind.count)} ${formatMoment(kind.timeMs).padStart(7)}`;
}

function latestRate(samples: readonly HeapSampleLine[]): string {
  const [before, now] = samples.slice(-2);
  if (before === undefined || now === undefined) return "-";
  return formatRate(((now.heapUsed - before.heapUsed) / (now.elapsedMs - before.elapsedMs)) * 1000);
}

function clock(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}
