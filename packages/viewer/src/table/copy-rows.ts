/**
 * Rows as text for the clipboard: aligned, for people, or as TSV with a header, for spreadsheets. Rows that are not loaded are
 * fetched, up to a limit; expanded rows below them belong to it.
 */
import { escapeText } from "@heapscope/wording";
import { MOST_ROWS, type Order, type TableRow } from "../protocol/index.ts";
import type { Column, TableSource } from "./column.ts";
import type { Line, RowTree } from "./row-tree.ts";

/** The most rows of one copy. */
export const MOST_COPIED = 10_000;

/** A row with its depth in the tree. */
export interface CopiedRow<Row extends TableRow> {
  readonly level: number;
  readonly row: Row;
}

/** The visible rows from `start` to the one before `end`, at most `MOST_COPIED`. Status rows are left out. */
export async function gatherRows<Row extends TableRow>(
  tree: RowTree<Row>,
  source: TableSource<Row>,
  order: Order | undefined,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<CopiedRow<Row>[]> {
  const lines = tree.lines(start, Math.min(end - start, MOST_COPIED));
  const rows: CopiedRow<Row>[] = [];
  let fetched = new Map<number, Row>();
  let of: Line<Row>["branch"] | undefined;
  for (const { branch, index, row } of lines) {
    if (index < 0) continue;
    if (branch !== of) fetched = new Map();
    of = branch;
    let known = row ?? fetched.get(index);
    if (known === undefined) {
      const options = { signal: new AbortController().signal, onProgress: () => {} };
      const slice = await source.slice(branch.of, order, index, MOST_ROWS, options);
      fetched = new Map(slice.rows.map((next, offset) => [slice.start + offset, next]));
      known = fetched.get(index);
    }
    if (known !== undefined) rows.push({ level: branch.level, row: known });
  }
  return rows;
}

/** Columns under each other, the first one indented as in the table. */
export function formatText<Row extends TableRow>(
  rows: readonly CopiedRow<Row>[],
  columns: readonly Column<Row>[],
): string {
  const outermost = Math.min(...rows.map(({ level }) => level));
  const table = rows.map(({ level, row }) =>
    columns.map((column, at) => (at === 0 ? "  ".repeat(level - outermost) : "") + cellText(column, row)),
  );
  // One very long name must not push everything aside.
  const widths = columns.map((_, at) =>
    Math.min(
      80,
      table.reduce((most, cells) => Math.max(most, cells[at]!.length), 0),
    ),
  );
  const lines = table.map((cells) =>
    cells
      .map((cell, at) =>
        columns[at]!.align === "end" ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!),
      )
      .join("  ")
      .trimEnd(),
  );
  return lines.join("\n");
}

/** Tab-separated values with the columns' titles. */
export function formatTsv<Row extends TableRow>(
  rows: readonly CopiedRow<Row>[],
  columns: readonly Column<Row>[],
): string {
  const lines = rows.map(({ row }) => columns.map((column) => tsvCell(cellText(column, row))).join("\t"));
  return [columns.map(({ title }) => tsvCell(title)).join("\t"), ...lines].join("\n");
}

/** Gives a text to the clipboard. False if the browser does not allow it. */
export async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without permission, or on a page that is not secure: the older way.
    const give = (event: ClipboardEvent): void => {
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
    };
    document.addEventListener("copy", give, { once: true });
    const isDone = document.execCommand("copy");
    document.removeEventListener("copy", give);
    return isDone;
  }
}

function cellText<Row extends TableRow>(column: Column<Row>, row: Row): string {
  return escapeText(column.text(row));
}

/** A text from a heap must not become a formula of the spreadsheet: it gets an apostrophe, as spreadsheets write texts. */
function tsvCell(text: string): string {
  return /^[=+\-@]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
}
