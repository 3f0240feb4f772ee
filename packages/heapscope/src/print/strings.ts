// Prints the result of `heapscope strings --duplicates`: what the copies cost in all, and the texts that cost most.
// A text that V8 has cut stands with `…` before its closing quote.

import { escapeText, formatCount, formatQuantity, formatSize, objectHandle } from "@heapscope/wording";
import type { DuplicateLine, Strings } from "../schemas/strings.ts";
import { fileWord } from "./columns.ts";
import type { Page } from "./page.ts";
import type { Column } from "./table.ts";

export function printStrings(page: Page, result: Strings, input: { file: string }): void {
  const { groups, groupCount, count, shallowSize, wastedSize } = result;
  if (groupCount === 0) {
    page.answer("No text is kept more than once.");
    return;
  }
  page.answer(
    `${formatQuantity(count, "string")} (${formatSize(shallowSize)}) hold ${formatQuantity(groupCount, "text")}; ` +
      `one string for each would save ${formatSize(wastedSize)}.`,
  );
  page.line();
  page.table(columns(page), groups);
  const omitted = groupCount - groups.length;
  page.omission(omitted, formatQuantity(omitted, "more text"));
  if (groups.some((group) => group.truncated)) {
    page.note("… at the end of a text: V8 kept no more of it; the strings may differ there");
  }
  const id = groups[0]?.ids[0];
  if (id !== undefined)
    page.next([[`heapscope retainers ${fileWord(input.file)} @${id}`, "what refers to it"]]);
}

function columns(page: Page): readonly Column<DuplicateLine>[] {
  return [
    {
      title: "String",
      align: "left",
      gives: true,
      cell: ({ value, truncated }) => [
        { text: '"' },
        { text: escapeText(value), cut: "middle" },
        { text: truncated ? '…"' : '"' },
      ],
    },
    {
      title: "For example",
      align: "left",
      cell: ({ ids }) => [
        { text: ids[0] === undefined ? "" : objectHandle(ids[0]), style: page.palette.handle },
      ],
    },
    { title: "Count", align: "right", cell: ({ count }) => formatCount(count) },
    { title: "Shallow size", align: "right", cell: ({ shallowSize }) => formatSize(shallowSize) },
    { title: "Retained size", align: "right", cell: ({ retainedSize }) => formatSize(retainedSize) },
  ];
}
