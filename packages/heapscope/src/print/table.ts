// Rows of cells as aligned lines: the form of nearly all output for people.
//
// A cell is a list of segments, each with its own style, and some segments may be cut. Where lines have a width and the
// table is too wide for it, first the titles take two lines; then the columns of names give way, the widest first, and
// so do the segments in them. Where lines have no width (a pipe) nothing is cut; but one name of a thousand characters
// must not push every row's numbers out to column 1000, so names are padded to a limit only.
// Cost: every cell's width is measured twice; 100,000 rows take about half a second.

import { cutMiddle, cutStart, textWidth } from "../text/text-width.ts";
import type { Style } from "./palette.ts";

/** A piece of a cell, escaped for the terminal. */
export interface Segment {
  readonly text: string;
  readonly style?: Style | undefined;
  /** May be cut there when the line gets too long. */
  readonly cut?: "middle" | "start";
}

type Cell = string | readonly Segment[];

export interface Column<Row> {
  readonly title: string;
  readonly align: "left" | "right";
  readonly cell: (row: Row) => Cell;
  /** Gives way when the table is too wide. */
  readonly gives?: boolean;
}

const GAP = 2;
const LEAST_WIDTH = 14;
const WIDEST_PADDING = 60;
const SHORTEST_SEGMENT = 3;

/** The lines of the table, its titles first, in `titleStyle`. `width` is the room for a line, if there is a limit. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number | undefined,
  titleStyle: Style,
): string[] {
  const cells = rows.map((row) => columns.map((column) => toSegments(column.cell(row))));
  const contentWidths = columns.map((_, index) =>
    cells.reduce((widest, row) => Math.max(widest, cellWidth(row[index]!)), 0),
  );
  const { titles, widths } = layOut(columns, contentWidths, width);
  const lines = titles.map((line) =>
    formatLine(
      columns,
      line.map((text) => [{ text, style: titleStyle }]),
      widths,
    ),
  );
  for (const row of cells) {
    const fitted = width === undefined ? row : row.map((cell, index) => fitCell(cell, widths[index]!));
    lines.push(formatLine(columns, fitted, widths));
  }
  return lines;
}

/** Columns of a line that the table needs if what gives way is cut to `least` columns. */
export function leastWidth<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  least: number,
): number {
  const contentWidths = columns.map((column) =>
    rows.reduce((widest, row) => Math.max(widest, cellWidth(toSegments(column.cell(row)))), 0),
  );
  const split = columns.map(({ title }) => splitTitle(title));
  const widths = widthsWith(
    [split.map(([first]) => first), split.map(([, second]) => second)],
    contentWidths,
  );
  return lineWidth(
    widths.map((width, index) => (columns[index]!.gives === true ? Math.min(width, least) : width)),
  );
}

/** The titles in one line or two, and the width of each column. */
function layOut<Row>(
  columns: readonly Column<Row>[],
  contentWidths: readonly number[],
  width: number | undefined,
): { titles: readonly (readonly string[])[]; widths: number[] } {
  const oneLine = [columns.map(({ title }) => title)];
  const natural = widthsWith(oneLine, contentWidths);
  if (width === undefined) {
    const widths = natural.map((each, index) =>
      columns[index]!.align === "left" ? Math.min(each, WIDEST_PADDING) : each,
    );
    return { titles: oneLine, widths };
  }
  if (lineWidth(natural) <= width) return { titles: oneLine, widths: natural };

  const split = columns.map(({ title }) => splitTitle(title));
  const firstLine = split.map(([first]) => first);
  const secondLine = split.map(([, second]) => second);
  const twoLines = firstLine.every((text) => text === "") ? [secondLine] : [firstLine, secondLine];
  const widths = widthsWith(twoLines, contentWidths);
  const giving = [...columns.keys()].filter((index) => columns[index]!.gives === true);
  shrinkWidest(widths, giving, lineWidth(widths) - width, LEAST_WIDTH);
  return { titles: twoLines, widths };
}

function widthsWith(titles: readonly (readonly string[])[], contentWidths: readonly number[]): number[] {
  return contentWidths.map((width, index) =>
    Math.max(width, ...titles.map((line) => textWidth(line[index]!))),
  );
}

/** `Retained size` as two lines; one word, or a `# New`, stands on the second, next to its column. */
function splitTitle(title: string): readonly [string, string] {
  const space = title.lastIndexOf(" ");
  return space < 2 ? ["", title] : [title.slice(0, space), title.slice(space + 1)];
}

function lineWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1));
}

/** Takes `excess` from the widths at these positions, always from the widest, none of them below `least`. */
function shrinkWidest(widths: number[], positions: readonly number[], excess: number, least: number): void {
  let left = excess;
  while (left > 0) {
    const [widest, next] = positions.toSorted((a, b) => widths[b]! - widths[a]!);
    if (widest === undefined || widths[widest]! <= least) return;
    // Down to the second widest, so that both share what is left.
    const floor = Math.max(least, Math.min(next === undefined ? least : widths[next]!, widths[widest]! - 1));
    const taken = Math.min(left, widths[widest]! - floor);
    widths[widest]! -= taken;
    left -= taken;
  }
}

function formatLine<Row>(
  columns: readonly Column<Row>[],
  row: readonly (readonly Segment[])[],
  widths: readonly number[],
): string {
  let line = "";
  for (const [index, column] of columns.entries()) {
    const cell = row[index]!;
    const padding = " ".repeat(Math.max(0, widths[index]! - cellWidth(cell)));
    const text = paint(cell);
    if (index > 0) line += " ".repeat(GAP);
    line += column.align === "right" ? padding + text : text + padding;
  }
  return line.trimEnd();
}

/** The segments, those that may be cut made shorter, the longest first, until the cell has at most `width` columns. */
export function fitCell(cell: readonly Segment[], width: number): readonly Segment[] {
  const excess = cellWidth(cell) - width;
  if (excess <= 0) return cell;
  const widths = cell.map((segment) => textWidth(segment.text));
  const positions = [...cell.keys()].filter((index) => cell[index]!.cut !== undefined);
  shrinkWidest(widths, positions, excess, SHORTEST_SEGMENT);
  return cell.map((segment, index) => {
    if (segment.cut === undefined) return segment;
    const cut = segment.cut === "start" ? cutStart : cutMiddle;
    return { ...segment, text: cut(segment.text, widths[index]!) };
  });
}

/** The segments as one text with their styles. */
export function paint(cell: readonly Segment[]): string {
  return cell
    .map((segment) => (segment.style === undefined ? segment.text : segment.style(segment.text)))
    .join("");
}

function toSegments(cell: Cell): readonly Segment[] {
  return typeof cell === "string" ? [{ text: cell }] : cell;
}

function cellWidth(cell: readonly Segment[]): number {
  return cell.reduce((sum, segment) => sum + textWidth(segment.text), 0);
}
