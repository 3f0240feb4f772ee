// Prints the result of `heapscope path`: one table for each path, a row for each step from the GC root down. A row reads
// "this reference leads to that object", so that the references, top to bottom, are the expression that reaches it.

import {
  escapeText,
  formatQuantity,
  formatSize,
  isRoot,
  objectHandle,
  objectLabel,
} from "@heapscope/wording";
import type { Paths, PathStepLine } from "../schemas/path.ts";
import { fileWord, objectSegments } from "./columns.ts";
import type { Page } from "./page.ts";
import type { Column, Segment } from "./table.ts";

/** A list of a million items has a path of a million steps. The ends of it tell the story. */
const LONGEST_PATH = 60;
const ENDS = 20;

interface Row {
  readonly step?: PathStepLine;
  readonly leftOut?: number;
}

export function printPaths(
  page: Page,
  result: Paths,
  input: { file: string; all: boolean; limit: number | undefined },
): void {
  const { object, paths, more } = result;
  const name = `${objectLabel(object.name, object.type)} ${objectHandle(object.id)}`;
  const [shortest] = paths;
  if (shortest === undefined) {
    page.answer(explainNoPath(name, object.distance));
  } else {
    const steps = formatQuantity(shortest.length, "step");
    page.answer(
      paths.length === 1
        ? `The shortest path from a GC root to ${name} has ${steps}.`
        : `${paths.length} paths from a GC root to ${name}, the shortest of ${steps}.`,
    );
  }
  for (const [index, steps] of paths.entries()) {
    page.line();
    if (paths.length > 1) page.note(`Path ${index + 1}, ${formatQuantity(steps.length, "step")}`);
    page.table(
      columns(
        page,
        steps.some((step) => step.location !== undefined),
      ),
      rows(steps),
    );
  }
  const file = fileWord(input.file);
  if (more && input.all) {
    const remedy =
      input.limit === 0 ? "the search did not try all ways" : "--limit 0 shows all that are found";
    page.note(`… there may be more paths; ${remedy}`);
  }
  page.next([
    more && !input.all
      ? [`heapscope path ${file} @${object.id} --all`, "other paths, if there are any"]
      : [`heapscope retainers ${file} @${object.id}`, "all that refers to it"],
  ]);
}

function explainNoPath(name: string, distance: number): string {
  if (distance < 0)
    return `No path leads from a GC root to ${name}: only weak references hold it, or nothing does.`;
  return isRoot(distance)
    ? `${name} is where every path begins.`
    : `The search for a path from a GC root to ${name} gave up: it is too far away.`;
}

function rows(steps: readonly PathStepLine[]): readonly Row[] {
  if (steps.length <= LONGEST_PATH) return steps.map((step) => ({ step }));
  return [
    ...steps.slice(0, ENDS).map((step) => ({ step })),
    { leftOut: steps.length - 2 * ENDS },
    ...steps.slice(-ENDS).map((step) => ({ step })),
  ];
}

function columns(page: Page, withSource: boolean): readonly Column<Row>[] {
  const { palette } = page;
  const cell =
    (segments: (step: PathStepLine) => string | readonly Segment[]) =>
    (row: Row): string | readonly Segment[] =>
      row.step === undefined ? "" : segments(row.step);
  const columns: Column<Row>[] = [
    {
      title: "Reference",
      align: "left",
      gives: true,
      cell: ({ step, leftOut }) => [
        step === undefined
          ? { text: `… ${formatQuantity(leftOut ?? 0, "step")} …`, style: palette.muted }
          : { text: escapeText(step.edge), cut: "middle" },
      ],
    },
    {
      title: "Object",
      align: "left",
      gives: true,
      cell: cell((step) => objectSegments({ id: step.id, name: step.node, type: step.type }, palette)),
    },
    { title: "Retained size", align: "right", cell: cell((step) => formatSize(step.retainedSize)) },
  ];
  if (withSource) {
    columns.push({
      title: "Source",
      align: "left",
      gives: true,
      cell: cell((step) => [{ text: escapeText(step.location ?? ""), style: palette.muted, cut: "start" }]),
    });
  }
  return columns;
}
