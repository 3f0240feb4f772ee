// Prints the result of `heapscope retainers`: DevTools' Retainers pane, `.field in Object @id`, as a tree.

import {
  formatCount,
  formatDistance,
  formatQuantity,
  formatSize,
  objectHandle,
  objectLabel,
} from "@heapscope/wording";
import type { RetainerLine, Retainers } from "../schemas/retainers.ts";
import { fileWord, objectSegments } from "./columns.ts";
import { referenceSegment } from "./object.ts";
import type { Page } from "./page.ts";
import type { Column } from "./table.ts";
import { treeRows, type TreeRow } from "./tree.ts";

export function printRetainers(page: Page, result: Retainers, input: { file: string }): void {
  const { object, retainerCount, retainers } = result;
  const name = `${objectLabel(object.name, object.type)} ${objectHandle(object.id)}`;
  page.answer(
    retainerCount === 0
      ? `No object refers to ${name}; the root and weak references do not count.`
      : `${formatQuantity(retainerCount, "reference")} to ${name}; those nearest to a GC root first.`,
  );
  if (retainers.length > 0) {
    page.line();
    page.table(
      columns(page),
      treeRows(retainers, (retainer) => retainer.retainers),
    );
    const omitted = retainerCount - retainers.length;
    page.omission(omitted, formatQuantity(omitted, "more retainer"));
  }
  const file = fileWord(input.file);
  page.next([
    [`heapscope path ${file} @${object.id}`, "the whole way from a GC root"],
    [`heapscope retainers ${file} @${object.id} --depth 3`, "what holds the retainers"],
  ]);
}

function columns(page: Page): readonly Column<TreeRow<RetainerLine>>[] {
  const { palette } = page;
  return [
    {
      title: "Object",
      align: "left",
      gives: true,
      cell: ({ item, prefix }) => [
        { text: prefix, style: palette.muted },
        referenceSegment(item.edge, palette),
        { text: " in ", style: palette.muted },
        ...objectSegments(item, palette),
        { text: note(item), style: palette.muted },
      ],
    },
    { title: "Distance", align: "right", cell: ({ item }) => formatDistance(item.distance) },
    { title: "Shallow size", align: "right", cell: ({ item }) => formatSize(item.shallowSize) },
    { title: "Retained size", align: "right", cell: ({ item }) => formatSize(item.retainedSize) },
  ];
}

function note(retainer: RetainerLine): string {
  if (retainer.repeated === true) return " (see above)";
  return retainer.omitted === undefined ? "" : ` (+${formatCount(retainer.omitted)} more)`;
}
