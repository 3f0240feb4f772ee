// Rows of cells as aligned lines: the form of nearly all output for people.
//
// A cell is a list of segments, each with its own style, and some segments may be cut. Where lines have a width, one
// column (the names) gives way: it takes what the others leave, and the segments in it that may be cut are cut in the
// middle, the longest first. Where lines have no width (a pipe) nothing is cut; but one name of a thousand characters
// must not push every row's numbers out to column 1000, so names are padded to a limit only.
// Cost: every cell's width is measured twice; 100,000 rows take about half a second.

import { cutMiddle, textWidth } from "../text/text-width.ts";
import type { Style } from "./palette.ts";

/** A piece of a cell, escaped for the terminal. */
export interface Segment {
  readonly text: string;
  readonly style?: Style | undefined;
  /** May be cut when the line gets too long. */
  readonly cut?: boolean;
}

export type Cell = string | readonly Segment[];

export interface Column<Row> {
  readonly title: string;
  readonly align: "left" | "right";
  readonly cell: (row: Row) => Cell;
  /** The one column that gives way when the table is too wide. */
  readonly gives?: boolean;
  /** Columns that a cell takes at most where lines have a width. */
  readonly widest?: number;
}

const GAP = "  ";
const LEAST_NAME_WIDTH = 16;
const WIDEST_PADDING = 60;

/** The lines of the table, its titles first, in `titleStyle`. `width` is the room for a line, if there is a limit. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number | undefined,
  titleStyle: Style,
): string[] {
  const cells = rows.map((row) => columns.map((column) => toSegments(column.cell(row))));
  const widths = columns.map((column, index) => {
    const wanted = cells.reduce(
      (most, row) => Math.max(most, cellWidth(row[index]!)),
      textWidth(column.title),
    );
    if (width === undefined) return column.align === "left" ? Math.min(wanted, WIDEST_PADDING) : wanted;
    return Math.min(wanted, column.widest ?? wanted);
  });
  const giving = columns.findIndex((column) => column.gives === true);
  if (giving >= 0 && width !== undefined) widths[giving] = givingWidth(widths, giving, width);

  const lines: string[] = [
    formatLine(
      columns,
      columns.map((column) => [{ text: column.title, style: titleStyle }]),
      widths,
    ),
  ];
  for (const row of cells) {
    const fitted = width === undefined ? row : row.map((cell, index) => fitCell(cell, widths[index]!));
    lines.push(formatLine(columns, fitted, widths));
  }
  return lines;
}

function givingWidth(widths: readonly number[], giving: number, width: number): number {
  const wanted = widths[giving]!;
  const others = widths.reduce((sum, each, index) => sum + (index === giving ? 0 : each + GAP.length), 0);
  return Math.max(Math.min(wanted, width - others), Math.min(wanted, LEAST_NAME_WIDTH));
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
    if (index > 0) line += GAP;
    line += column.align === "right" ? padding + text : text + padding;
  }
  return line.trimEnd();
}

/** The segments with the longest of those that may be cut made shorter, until the cell has at most `width` columns. */
export function fitCell(cell: readonly Segment[], width: number): readonly Segment[] {
  let excess = cellWidth(cell) - width;
  if (excess <= 0) return cell;
  const fitted = [...cell];
  const shortest = 3;
  while (excess > 0) {
    let longest = -1;
    let longestWidth = shortest;
    for (const [index, segment] of fitted.entries()) {
      const segmentWidth = segment.cut === true ? textWidth(segment.text) : 0;
      if (segmentWidth > longestWidth) {
        longest = index;
        longestWidth = segmentWidth;
      }
    }
    if (longest < 0) return fitted;
    // Down to the length of the next longest first, so that two long names share the loss.
    const next = Math.max(
      shortest,
      ...fitted.map((segment, index) =>
        segment.cut === true && index !== longest ? textWidth(segment.text) : 0,
      ),
    );
    const goal = Math.max(longestWidth - excess, Math.min(next, longestWidth - 1), shortest);
    const text = cutMiddle(fitted[longest]!.text, goal);
    fitted[longest] = { ...fitted[longest]!, text };
    // A wide character that does not fit by half is dropped whole, so the text may be shorter than the goal.
    excess -= longestWidth - textWidth(text);
  }
  return fitted;
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
