// Prints the result of `heapscope object`: for each object what it is, then its fields.

import {
  classLabel,
  escapeText,
  formatDistance,
  formatPercent,
  formatQuantity,
  formatSize,
  functionLabel,
  objectHandle,
  objectLabel,
} from "@heapscope/wording";
import type { FieldLine, ObjectDetails, Objects } from "../schemas/object.ts";
import { fileWord, objectSegments } from "./columns.ts";
import type { Page } from "./page.ts";
import type { Palette } from "./palette.ts";
import type { Column, Segment } from "./table.ts";

/** References that the engine made, not the program; DevTools shows them grey, too. */
const ENGINE_REFERENCES: ReadonlySet<string> = new Set(["internal", "hidden", "weak", "shortcut"]);

export function printObjects(page: Page, result: Objects, input: { file: string }): void {
  for (const [index, object] of result.objects.entries()) {
    if (index > 0) page.line();
    printObject(page, object, result.totalSize);
  }
  const [first] = result.objects;
  if (first === undefined) return;
  const file = fileWord(input.file);
  page.next([
    [`heapscope path ${file} @${first.id}`, "why it is still there"],
    [`heapscope retainers ${file} @${first.id}`, "what refers to it"],
  ]);
}

function printObject(page: Page, object: ObjectDetails, totalSize: number): void {
  const { palette } = page;
  page.segments([
    { text: objectLabel(object.name, object.type), style: palette.strong, cut: "middle" },
    { text: ` ${objectHandle(object.id)}`, style: palette.handle },
    {
      text: ` retains ${formatSize(object.retainedSize)} (${formatPercent(object.retainedSize, totalSize)}), of which ${formatSize(object.shallowSize)} are its own.`,
      style: palette.strong,
    },
  ]);
  printFacts(page, object);
  if (object.edges.length === 0) {
    page.line();
    page.line(object.edgeCount === 0 ? "It refers to nothing." : "");
    return;
  }
  page.line();
  page.table(fieldColumns(page), object.edges);
  const omitted = object.edgeCount - object.edges.length;
  page.omission(omitted, formatQuantity(omitted, "more field"));
}

function printFacts(page: Page, object: ObjectDetails): void {
  const { palette } = page;
  const facts: (readonly [string, readonly Segment[]])[] = [
    [
      "Constructor",
      [
        { text: classLabel(object.className), cut: "middle" },
        { text: ` (${object.type})`, style: palette.muted },
      ],
    ],
    ["Distance", [{ text: formatDistance(object.distance) }]],
  ];
  if (object.dominatedBy !== undefined) {
    facts.push(["Dominated by", objectSegments(object.dominatedBy, palette)]);
  }
  if (object.detachedness !== "unknown") facts.push(["DOM state", [{ text: object.detachedness }]]);
  if (object.location !== undefined) facts.push(["Source", [{ text: escapeText(object.location) }]]);
  for (const [index, { function: name, source }] of (object.allocationStack ?? []).entries()) {
    facts.push([
      index === 0 ? "Allocated by" : "",
      [
        { text: functionLabel(name), cut: "middle" },
        { text: source === undefined ? "" : `  ${escapeText(source)}`, style: palette.muted, cut: "start" },
      ],
    ]);
  }
  const longest = facts.reduce((length, [name]) => Math.max(length, name.length), 0);
  for (const [name, segments] of facts) {
    page.segments([{ text: `${name.padEnd(longest)}  `, style: palette.muted }, ...segments]);
  }
}

function fieldColumns(page: Page): readonly Column<FieldLine>[] {
  const { palette } = page;
  return [
    { title: "Field", align: "left", gives: true, cell: (field) => [referenceSegment(field, palette)] },
    {
      title: "Object",
      align: "left",
      gives: true,
      cell: (field) => objectSegments({ id: field.id, name: field.node, type: field.nodeType }, palette),
    },
    { title: "Shallow size", align: "right", cell: (field) => formatSize(field.shallowSize) },
    { title: "Retained size", align: "right", cell: (field) => formatSize(field.retainedSize) },
  ];
}

/** The name of a reference, grey when it is the engine's own. */
export function referenceSegment(
  reference: { readonly type: string; readonly label: string },
  palette: Palette,
): Segment {
  const style = ENGINE_REFERENCES.has(reference.type) ? palette.muted : undefined;
  return { text: escapeText(reference.label), style, cut: "middle" };
}
