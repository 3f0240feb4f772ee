// Prints the result of `heapscope dominators` as a tree. Sizes of one level do not overlap, which makes the shares add up.

import {
  formatCount,
  formatPercent,
  formatQuantity,
  formatSize,
  objectHandle,
  objectLabel,
} from "@heapscope/wording";
import type { DominatedLine, Dominators } from "../schemas/dominators.ts";
import { fileWord, objectSegments, sizeWithShare } from "./columns.ts";
import type { Page } from "./page.ts";
import type { Column } from "./table.ts";
import { treeRows, type TreeRow } from "./tree.ts";

export function printDominators(
  page: Page,
  result: Dominators,
  input: { file: string; depth: number },
): void {
  const { object, objects, childCount, totalSize } = result;
  const name = `${objectLabel(object.name, object.type)} ${objectHandle(object.id)}`;
  const share = formatPercent(object.retainedSize, totalSize);
  page.answer(
    childCount === 0
      ? `${name} retains nothing but itself, ${formatSize(object.retainedSize)}.`
      : `${name} retains ${formatSize(object.retainedSize)} (${share}), by way of ${formatQuantity(childCount, "object")}.`,
  );
  if (objects.length > 0) {
    page.line();
    page.table(
      columns(page, totalSize),
      treeRows(objects, (each) => each.objects),
    );
    const omitted = childCount - objects.length;
    page.omission(omitted, formatQuantity(omitted, "more object"));
  }
  const file = fileWord(input.file);
  const [largest] = objects;
  page.next([
    ...(largest === undefined || largest.childCount === 0
      ? []
      : [[`heapscope dominators ${file} @${largest.id}`, "what is below the largest"] as const]),
    [`heapscope path ${file} @${largest?.id ?? object.id}`, "why it is still there"],
  ]);
}

function columns(page: Page, totalSize: number): readonly Column<TreeRow<DominatedLine>>[] {
  const { palette } = page;
  return [
    {
      title: "Object",
      align: "left",
      gives: true,
      cell: ({ item, prefix }) => [{ text: prefix, style: palette.muted }, ...objectSegments(item, palette)],
    },
    { title: "Children", align: "right", cell: ({ item }) => formatCount(item.childCount) },
    { title: "Shallow size", align: "right", cell: ({ item }) => formatSize(item.shallowSize) },
    {
      title: "Retained size",
      align: "right",
      cell: ({ item }) => sizeWithShare(item.retainedSize, totalSize, palette),
    },
  ];
}
