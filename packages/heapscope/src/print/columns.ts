// Cells and hints that several printers have in common. Column titles are DevTools' words.

import {
  escapeText,
  formatCount,
  formatDistance,
  formatPercent,
  formatSize,
  functionLabel,
  objectHandle,
  objectLabel,
} from "@heapscope/wording";
import { shellWord } from "../text/shell-word.ts";
import type { ObjectLine } from "../schemas/heap-object.ts";
import type { AllocationLine } from "../schemas/summary.ts";
import type { Page } from "./page.ts";
import type { Palette } from "./palette.ts";
import type { Column, Segment } from "./table.ts";

/** A size with its share of the whole, the share muted and as wide for 3 % as for 100 %. */
export function sizeWithShare(size: number, total: number, palette: Palette): readonly Segment[] {
  return [{ text: formatSize(size) }, { text: formatPercent(size, total).padStart(7), style: palette.muted }];
}

/** An object as `name @id`: the name gives way when there is no room, the handle stays whole. */
export function objectSegments(
  object: { readonly id: number; readonly name: string; readonly type: string },
  palette: Palette,
): readonly Segment[] {
  return [
    { text: objectLabel(object.name, object.type), cut: "middle" },
    { text: ` ${objectHandle(object.id)}`, style: palette.handle },
  ];
}

/** The columns of a list of objects. */
export function objectColumns(page: Page, total: number): readonly Column<ObjectLine>[] {
  const { palette } = page;
  return [
    { title: "Object", align: "left", gives: true, cell: (object) => objectSegments(object, palette) },
    ...measureColumns(palette, total),
  ];
}

/** The columns of DevTools' Allocation view, of a recording with allocation stacks. */
export function allocationColumns(page: Page): readonly Column<AllocationLine>[] {
  const { palette } = page;
  return [
    {
      title: "Function",
      align: "left",
      gives: true,
      cell: (line) => [{ text: functionLabel(line.function), cut: "middle" }],
    },
    { title: "Live count", align: "right", cell: (line) => formatCount(line.liveCount) },
    { title: "Count", align: "right", cell: (line) => formatCount(line.count) },
    { title: "Live size", align: "right", cell: (line) => formatSize(line.liveSize) },
    { title: "Size", align: "right", cell: (line) => formatSize(line.size) },
    {
      title: "Source",
      align: "left",
      gives: true,
      cell: (line) => [{ text: escapeText(line.source ?? ""), style: palette.muted, cut: "start" }],
    },
  ];
}

/** DevTools' three numbers, which objects and groups have alike. Sizes with their share of `total`. */
export function measureColumns<Line extends Measures>(
  palette: Palette,
  total: number,
): readonly Column<Line>[] {
  return [
    { title: "Distance", align: "right", cell: (line) => formatDistance(line.distance) },
    {
      title: "Shallow size",
      align: "right",
      cell: (line) => sizeWithShare(line.shallowSize, total, palette),
    },
    {
      title: "Retained size",
      align: "right",
      cell: (line) => sizeWithShare(line.retainedSize, total, palette),
    },
  ];
}

interface Measures {
  readonly distance: number;
  readonly shallowSize: number;
  readonly retainedSize: number;
}

/** The file as it has to stand in the next command. Standard input cannot be read twice. */
export function fileWord(file: string): string {
  return file === "-" ? "FILE" : shellWord(file);
}
