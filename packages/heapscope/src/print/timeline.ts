// Prints the result of `heapscope timeline`: what stays of what was made, when that was made, and by which constructors
// and functions. The engine's intervals are put together to as many as can be read.

import {
  classLabel,
  escapeText,
  formatCount,
  formatDuration,
  formatQuantity,
  formatSize,
} from "@heapscope/wording";
import type { IntervalLine, MadeGroupLine, Timeline } from "../schemas/timeline.ts";
import { shortPath } from "../text/short-path.ts";
import { formatBar } from "./bar.ts";
import { allocationColumns, fileWord, sizeWithShare } from "./columns.ts";
import type { Page } from "./page.ts";
import type { Column } from "./table.ts";

const MOST_INTERVALS = 15;
const BAR_WIDTH = 30;

export function printTimeline(page: Page, result: Timeline, input: { readonly stacks: boolean }): void {
  const { liveCount, liveSize, recordedMs, groups, groupCount, allocations, allocatingCount = 0 } = result;
  page.answer(answer(result));
  page.note(
    `Recorded ${formatDuration(recordedMs)} of ${escapeText(result.description)}; the snapshot at the end took ${formatDuration(result.durationMs)}.`,
  );
  if (liveCount > 0) {
    page.line();
    page.table(intervalColumns(page), joinIntervals(result.intervals, recordedMs));
    page.line();
    page.table(groupColumns(page, liveSize), groups);
    page.omission(groupCount - groups.length, formatQuantity(groupCount - groups.length, "more constructor"));
  }
  if (allocations !== undefined) {
    page.line();
    page.heading("Allocated while recording");
    page.table(allocationColumns(page), allocations);
    const omitted = allocatingCount - allocations.length;
    page.omission(omitted, formatQuantity(omitted, "more function"));
    if (missesMost(result))
      page.note(
        "Code that was already optimised when the recording began leaves no stacks; “heapscope sample” sees it.",
      );
  }
  for (const warning of result.warnings) page.warning(escapeText(warning));
  const file = fileWord(shortPath(result.file));
  page.next([
    [`heapscope summary ${file}`, "all objects, old ones too"],
    ...(input.stacks
      ? ([[`heapscope object ${file} @ID`, "an object, with the stack that made it"]] as const)
      : ([[`heapscope timeline … --stacks`, "which functions made them"]] as const)),
  ]);
}

function answer({ liveCount, liveSize, recordedMs, groups, bytes, file }: Timeline): string {
  const [first] = groups;
  const time = formatDuration(recordedMs);
  const written = `${fileWord(shortPath(file))} (${formatSize(bytes)})`;
  if (first === undefined) return `Nothing that was made in ${time} is still alive; written to ${written}.`;
  const most = `${formatQuantity(first.count, "object")} (${formatSize(first.shallowSize)}) of ${classLabel(first.className)}`;
  return `${formatSize(liveSize)} in ${formatQuantity(liveCount, "object")} that were made in ${time} are still alive, most of it ${most}; written to ${written}.`;
}

/** V8 knows the stacks of far fewer objects than there are. */
function missesMost({ allocations = [], liveCount }: Timeline): boolean {
  return allocations.reduce((sum, { liveCount: count }) => sum + count, 0) < liveCount / 2;
}

interface JoinedInterval {
  readonly fromMs: number;
  readonly toMs: number;
  readonly size: number;
  readonly share: number;
}

/** The intervals in equal parts of the time, a whole number of seconds each if they are that long. */
export function joinIntervals(intervals: readonly IntervalLine[], totalMs: number): JoinedInterval[] {
  const exact = totalMs / MOST_INTERVALS;
  const step = exact > 500 ? Math.ceil(exact / 1000) * 1000 : Math.max(1, Math.ceil(exact / 100) * 100);
  const sizes = Array.from({ length: Math.max(1, Math.round(totalMs / step)) }, () => 0);
  for (const { endMs, liveSize } of intervals) {
    // The last update may come late.
    const index = Math.min(sizes.length - 1, Math.max(0, Math.ceil(endMs / step) - 1));
    sizes[index]! += liveSize;
  }
  const largest = Math.max(...sizes);
  return sizes.map((size, index) => ({
    fromMs: index * step,
    toMs: index + 1 === sizes.length ? totalMs : (index + 1) * step,
    size,
    share: largest > 0 ? size / largest : 0,
  }));
}

function intervalColumns(page: Page): readonly Column<JoinedInterval>[] {
  return [
    {
      title: "Made in",
      align: "right",
      cell: ({ fromMs, toMs }) => `${(fromMs / 1000).toFixed(1)}–${(toMs / 1000).toFixed(1)} s`,
    },
    { title: "Alive", align: "right", cell: ({ size }) => formatSize(size) },
    {
      title: "",
      align: "left",
      cell: ({ share }) => [{ text: formatBar(share, BAR_WIDTH), style: page.palette.accent }],
    },
  ];
}

function groupColumns(page: Page, total: number): readonly Column<MadeGroupLine>[] {
  return [
    {
      title: "Constructor",
      align: "left",
      gives: true,
      cell: ({ className }) => [{ text: classLabel(className), cut: "middle" }],
    },
    { title: "Made and alive", align: "right", cell: ({ count }) => formatCount(count) },
    {
      title: "Shallow size",
      align: "right",
      cell: ({ shallowSize }) => sizeWithShare(shallowSize, total, page.palette),
    },
  ];
}
