// Prints the result of `heapscope capture`: what was captured and what it cost the process, then the files. The cost
// that is said beforehand is print/preflight.ts.

import { escapeText, formatCount, formatDuration, formatQuantity, formatSize } from "@heapscope/wording";
import type { Capture, CaptureFile } from "../schemas/capture.ts";
import { shellWord } from "../text/shell-word.ts";
import type { Page } from "./page.ts";
import type { Column } from "./table.ts";

export function printCapture(page: Page, result: Capture): void {
  const { files = [], description = "", manifest } = result;
  if (result.dryRun === true) {
    const [refusal] = result.refusals;
    page.answer(
      refusal === undefined ? "It would be captured." : `It would be refused: ${escapeText(refusal)}`,
    );
    return;
  }
  // The bytes went to standard output; nothing else may.
  if (files.some(({ file }) => file === "-")) return;
  page.answer(`Captured ${escapeText(description)}: ${sum(files)}.`);
  page.note(comparison(result, files));
  page.line();
  page.table(columns(page, files), files);
  page.line();
  for (const { file, sha256 } of files) page.line(`sha256 ${sha256}  ${escapeText(name(file))}`);
  for (const { file, redacted } of files) {
    if (redacted === undefined) continue;
    const { changed, strings } = redacted;
    page.note(
      `redacted: ${formatCount(changed)} of ${formatQuantity(strings, "text")} in ${escapeText(name(file))}`,
    );
  }
  if (manifest !== undefined) page.note(`what they have in common: ${escapeText(name(manifest))}`);
  page.next(nextCommands(files));
}

function sum(files: readonly CaptureFile[]): string {
  const bytes = files.reduce((total, each) => total + each.bytes, 0);
  const objects = files.reduce((total, each) => total + each.nodeCount, 0);
  const what = files.length === 1 ? "one snapshot" : formatQuantity(files.length, "snapshot");
  const pauses = files.flatMap(({ pauseMs }) => (pauseMs === undefined ? [] : [pauseMs]));
  const pause =
    pauses.length === 0
      ? ""
      : `; it stood still for ${files.length === 1 ? "" : "at most "}${formatDuration(Math.max(...pauses))}`;
  return `${what}, ${formatSize(bytes)}, ${formatQuantity(objects, "object")}${pause}`;
}

/** How well the prediction has done. */
function comparison({ predicted }: Capture, files: readonly CaptureFile[]): string {
  const { pauseMs, likely, extraMemory, fileSize } = predicted;
  const bytes = files.reduce((total, each) => total + each.bytes, 0);
  const extras = files.flatMap((each) => (each.extraMemory === undefined ? [] : [each.extraMemory]));
  const expected = (usual: number | undefined, most: number): string =>
    usual === undefined || usual >= most ? `up to ${formatSize(most)}` : `about ${formatSize(usual)}`;
  const parts = [
    `Expected a pause of ${formatDuration(pauseMs.from)} to ${formatDuration(pauseMs.to)}`,
    extras.length === 0
      ? undefined
      : `${expected(likely?.extraMemory, extraMemory)} of memory (took ${formatSize(Math.max(...extras))})`,
    `${expected(likely?.fileSize, fileSize)} on disk (took ${formatSize(bytes)})`,
  ];
  return `${parts.filter((part) => part !== undefined).join(", ")}.`;
}

function columns(page: Page, files: readonly CaptureFile[]): readonly Column<CaptureFile>[] {
  const hasThreads = files.some(({ thread }) => thread.id !== 0);
  const { muted } = page.palette;
  const all: readonly (Column<CaptureFile> | undefined)[] = [
    {
      title: "File",
      align: "left",
      gives: true,
      cell: ({ file }) => [{ text: escapeText(name(file)), cut: "middle" }],
    },
    hasThreads
      ? {
          title: "Thread",
          align: "left",
          gives: true,
          cell: ({ thread }) => [{ text: escapeText(thread.name), cut: "middle" }],
        }
      : undefined,
    { title: "Objects", align: "right", cell: ({ nodeCount }) => formatCount(nodeCount) },
    { title: "References", align: "right", cell: ({ edgeCount }) => formatCount(edgeCount) },
    { title: "Size", align: "right", cell: ({ bytes }) => formatSize(bytes) },
    {
      title: "Pause",
      align: "right",
      cell: ({ pauseMs }) => [{ text: pauseMs === undefined ? "?" : formatDuration(pauseMs) }],
    },
    {
      title: "Memory",
      align: "right",
      cell: ({ extraMemory }) => [
        { text: extraMemory === undefined ? "?" : `+${formatSize(extraMemory)}`, style: muted },
      ],
    },
  ];
  return all.filter((column) => column !== undefined);
}

/** As short as it can be typed from here. */
function name(file: string): string {
  const here = `${process.cwd()}/`;
  return file.startsWith(here) ? file.slice(here.length) : file;
}

function nextCommands(files: readonly CaptureFile[]): readonly (readonly [string, string])[] {
  const [first] = files;
  if (first === undefined) return [];
  const series = files.filter(({ thread }) => thread.id === first.thread.id);
  const last = series.at(-1)!;
  const word = (file: string): string => escapeText(shellWord(name(file)));
  if (series.length > 1)
    return [[`heapscope diff ${word(first.file)} ${word(last.file)}`, "what was added between them"]];
  return [[`heapscope summary ${word(first.file)}`, "what the memory is used for"]];
}
