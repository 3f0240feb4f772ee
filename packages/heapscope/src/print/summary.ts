// Prints the result of `heapscope summary`: the sentence, the statistics with a bar for each kind of memory, and the table
// of DevTools' Summary view, and of a recording the functions that allocated; with a filter, instead of the statistics and
// the functions, the objects of the groups.

import {
  classLabel,
  escapeText,
  formatCount,
  formatPercent,
  formatQuantity,
  formatSize,
  type NameFilter,
} from "@heapscope/wording";
import type { Snapshot, Statistics } from "../schemas/snapshot.ts";
import type { GroupLine, Summary } from "../schemas/summary.ts";
import { formatBar } from "./bar.ts";
import { allocationColumns, fileWord, measureColumns, objectColumns } from "./columns.ts";
import type { Page } from "./page.ts";
import type { Column, Segment } from "./table.ts";

const BAR_WIDTH = 24;

export function printSummary(page: Page, result: Summary, input: { filter: NameFilter | undefined }): void {
  page.answer(answer(result));
  printOrigin(page, result.snapshot);
  if (input.filter === undefined) {
    page.line();
    printStatistics(page, result.statistics);
  }
  if (result.groups.length > 0) {
    page.line();
    page.table(groupColumns(page, result.snapshot.totalSize), result.groups);
    const omitted = result.groupCount - result.groups.length;
    page.omission(omitted, formatQuantity(omitted, "more group"));
  }
  if (result.objects !== undefined && result.objects.length > 0) {
    page.line();
    page.heading("Objects of these groups");
    page.table(objectColumns(page, result.snapshot.totalSize), result.objects);
    const omitted = result.objectCount - result.objects.length;
    page.omission(omitted, formatQuantity(omitted, "more object"));
  }
  if (input.filter === undefined) printAllocations(page, result);
  printNext(page, result);
}

function answer({ snapshot, filter, largest, groupCount, objectCount, shallowSize }: Summary): string {
  if (filter === undefined) {
    // Groups leave out, as in DevTools, what has no size.
    if (largest === undefined)
      return `${formatSize(snapshot.totalSize)}; no object of the snapshot has a size.`;
    const start = `${formatSize(snapshot.totalSize)} in ${formatQuantity(objectCount, "object")}`;
    const share = formatPercent(largest.retainedSize, snapshot.totalSize);
    return `${start}; the largest group is ${classLabel(largest.className)}, which retains ${formatSize(largest.retainedSize)} (${share}).`;
  }
  const what = `whose constructor matches ${escapeText(filter)}`;
  if (groupCount === 0) return `No group ${what}.`;
  const size = `${formatSize(shallowSize)} in ${formatQuantity(objectCount, "object")}`;
  return `${size} of ${formatQuantity(groupCount, "group")} ${what}.`;
}

/** Names of runtimes as their makers write them. */
const RUNTIMES: ReadonlyMap<string, string> = new Map([
  ["node", "Node"],
  ["deno", "Deno"],
  ["bun", "Bun"],
  ["chromium", "Chromium"],
  ["electron", "Electron"],
]);

/** One line on where the snapshot is from, or why that is not known although a record lies beside the file. */
function printOrigin(page: Page, { file, capture, captureProblem }: Snapshot): void {
  if (captureProblem !== undefined) {
    const problem = captureProblem.charAt(0).toLowerCase() + captureProblem.slice(1);
    page.note(`${escapeText(file)}.json is not used: ${problem}`);
  }
  if (capture === undefined) return;
  const { runtime, version, pid, url, command, thread } = capture.target;
  const program = RUNTIMES.get(runtime) ?? runtime;
  const process = pid === undefined ? url : `pid ${pid}`;
  const time = `${capture.capturedAt.slice(0, 10)} ${capture.capturedAt.slice(11, 19)} UTC`;
  const segments: Segment[] = [{ text: [program, version].filter(Boolean).join(" ") }];
  if (process !== undefined) segments.push({ text: `, ${process}` });
  if (command !== undefined) segments.push({ text: " (" }, { text: command, cut: "middle" }, { text: ")" });
  segments.push({ text: `, captured ${time}` });
  if (thread.id !== 0) {
    segments.push({ text: ` from worker ${thread.id}` });
    if (thread.name !== "")
      segments.push({ text: " (" }, { text: thread.name, cut: "middle" }, { text: ")" });
  }
  page.segments(
    segments.map((each) => ({ ...each, text: escapeText(each.text), style: page.palette.muted })),
  );
}

function printStatistics(page: Page, { total, native, v8heap }: Statistics): void {
  const { code, strings, jsArrays, system } = v8heap;
  const rows: readonly (readonly [string, number])[] = [
    ["Code", code],
    ["Strings", strings],
    ["JS arrays", jsArrays],
    ["Typed arrays", native.typedArrays],
    ["System", system],
    ["Other JS", v8heap.total - code - strings - jsArrays - system],
    ["Other non-JS", native.total - native.typedArrays],
  ];
  const longest = Math.max(...rows.map(([name]) => name.length));
  for (const [name, size] of rows) {
    const bar = formatBar(total > 0 ? size / total : 0, BAR_WIDTH).padEnd(BAR_WIDTH);
    const percent = page.palette.muted(formatPercent(size, total).padStart(5));
    page.line(
      `${name.padEnd(longest)}  ${page.palette.accent(bar)}  ${formatSize(size).padStart(8)}  ${percent}`,
    );
  }
}

function printAllocations(page: Page, { allocations, allocatingCount }: Summary): void {
  if (allocations === undefined || allocatingCount === undefined) return;
  page.line();
  page.heading("Allocated while recording");
  page.table(allocationColumns(page), allocations);
  const omitted = allocatingCount - allocations.length;
  page.omission(omitted, formatQuantity(omitted, "more function"));
}

function groupColumns(page: Page, total: number): readonly Column<GroupLine>[] {
  const { palette } = page;
  return [
    {
      title: "Constructor",
      align: "left",
      gives: true,
      cell: (group) => [{ text: classLabel(group.className), cut: "middle" }],
    },
    { title: "Count", align: "right", cell: (group) => formatCount(group.count) },
    ...measureColumns(palette, total),
  ];
}

function printNext(page: Page, { snapshot, objects }: Summary): void {
  const file = fileWord(snapshot.file);
  const [largest] = objects ?? [];
  if (largest !== undefined) {
    page.next([
      [`heapscope path ${file} @${largest.id}`, "why it is still there"],
      [`heapscope object ${file} @${largest.id}`, "what it holds"],
    ]);
  } else {
    page.next([
      [`heapscope summary ${file} --filter NAME`, "objects of a constructor"],
      [`heapscope dominators ${file}`, "the largest objects"],
    ]);
  }
}
