// Prints the result of `heapscope diff`, with the column titles of DevTools' Comparison view. When the snapshots have no ids
// in common, a warning says so before any number, and no object is called new.

import {
  classLabel,
  escapeText,
  formatCount,
  formatQuantity,
  formatSigned,
  formatSize,
} from "@heapscope/wording";
import type { Diff, GroupDiffLine } from "../schemas/diff.ts";
import { fileWord, objectColumns } from "./columns.ts";
import type { Page } from "./page.ts";
import type { Palette, Style } from "./palette.ts";
import type { Column } from "./table.ts";

/** From here on there is room for a seventh number. */
const WIDE = 100;

export function printDiff(page: Page, result: Diff): void {
  page.answer(answer(result));
  if (result.matchedBy === "group") {
    const { reason, note } = result.idCheck;
    page.warning(
      `Not compared object by object. ${escapeText(note === undefined ? reason : `${reason} ${note}`)} ` +
        "Below, groups are compared: # New and # Deleted are differences of counts.",
    );
  }
  if (result.groups.length > 0) {
    page.line();
    page.table(groupColumns(page), result.groups);
    const omitted = result.groupCount - result.groups.length;
    page.omission(omitted, formatQuantity(omitted, "more group"));
  }
  if (result.objects !== undefined && result.objects.length > 0) {
    page.line();
    page.heading("New objects of these groups");
    page.table(objectColumns(page, result.target.totalSize), result.objects);
    const omitted = result.added - result.objects.length;
    page.omission(omitted, formatQuantity(omitted, "more object"));
  }
  printNext(page, result);
}

function answer(result: Diff): string {
  const { target, sizeDelta, filter, largest, groupCount, matchedBy } = result;
  const total =
    sizeDelta === 0
      ? `the total size stayed at ${formatSize(target.totalSize)}`
      : `the total size ${sizeDelta > 0 ? "grew" : "shrank"} by ${formatSize(Math.abs(sizeDelta))} to ${formatSize(target.totalSize)}`;
  const scope = filter === undefined ? "" : ` whose constructor matches ${escapeText(filter)}`;
  if (largest === undefined) return `No difference in any group${scope}; ${total}.`;
  const most = groupCount > 1 && largest.addedSize > 0 ? `, most of it ${classLabel(largest.className)}` : "";
  const more = matchedBy === "id" ? "new" : "more";
  const fewer = matchedBy === "id" ? "deleted" : "fewer";
  return (
    `${formatQuantity(result.added, `${more} object`)}${scope} (${formatSize(result.addedSize)}${most}), ` +
    `${formatCount(result.removed)} ${fewer} (${formatSize(result.removedSize)}); ${total}.`
  );
}

function groupColumns(page: Page): readonly Column<GroupDiffLine>[] {
  const { palette } = page;
  const columns: Column<GroupDiffLine>[] = [
    {
      title: "Constructor",
      align: "left",
      gives: true,
      cell: (group) => [{ text: classLabel(group.className), cut: "middle" }],
    },
    { title: "# New", align: "right", cell: (group) => formatCount(group.added) },
    { title: "# Deleted", align: "right", cell: (group) => formatCount(group.removed) },
    { title: "# Delta", align: "right", cell: (group) => signed(group.countDelta, formatCount, palette) },
    { title: "Alloc. size", align: "right", cell: (group) => formatSize(group.addedSize) },
    { title: "Freed size", align: "right", cell: (group) => formatSize(group.removedSize) },
    { title: "Size delta", align: "right", cell: (group) => signed(group.sizeDelta, formatSize, palette) },
  ];
  if (page.width === undefined || page.width >= WIDE) {
    columns.push({
      title: "New retained",
      align: "right",
      cell: (group) => formatSize(group.addedRetainedSize),
    });
  }
  return columns;
}

function signed(value: number, format: (value: number) => string, palette: Palette) {
  const style: Style | undefined = value > 0 ? palette.grown : value < 0 ? palette.shrunk : undefined;
  return [{ text: formatSigned(value, format), style }];
}

function printNext(page: Page, { base, target, groups, objects, matchedBy }: Diff): void {
  const [object] = objects ?? [];
  if (object !== undefined) {
    page.next([
      [`heapscope path ${fileWord(target.file)} @${object.id}`, "why it is still there"],
      [`heapscope object ${fileWord(target.file)} @${object.id}`, "what it holds"],
    ]);
  } else if (matchedBy === "id" && groups.length > 0) {
    page.next([
      [
        `heapscope diff ${fileWord(base.file)} ${fileWord(target.file)} --filter NAME`,
        "the new objects of a constructor",
      ],
    ]);
  } else {
    page.next([[`heapscope summary ${fileWord(target.file)}`, "what the later snapshot holds"]]);
  }
}
