// A table from which columns go when a line has no room for all of them, the least important first, with a word about it.

import type { Page } from "./page.ts";
import { leastWidth, type Column } from "./table.ts";

/** Names are cut to this many characters before a column goes. */
const LEAST_NAME = 24;

/** A column with the order in which it goes when there is no room; columns without one stay. */
export interface FittingColumn<Row> extends Column<Row> {
  readonly goes?: number;
}

export function printFittingTable<Row>(
  page: Page,
  columns: readonly FittingColumn<Row>[],
  rows: readonly Row[],
): void {
  let shown = columns;
  const order = columns.filter(({ goes }) => goes !== undefined).sort((a, b) => a.goes! - b.goes!);
  const omitted: string[] = [];
  for (const column of order) {
    if (page.width === undefined || leastWidth(shown, rows, LEAST_NAME) <= page.width) break;
    shown = shown.filter((each) => each !== column);
    omitted.push(column.title);
  }
  page.table(shown, rows);
  if (omitted.length > 0)
    page.note(`… no room for ${omitted.join(", ")}; a wider window or --json shows all`);
}
