/**
 * What a report holds instead of a desk: answers that were given when it was made. Each stands under a key of its question; lists
 * of rows stand there once, from their first row on, as far as they were recorded.
 */
import type { FileEntry } from "./answers.ts";
import type { Ask, QuestionName, RowsQuestion } from "./questions.ts";
import type { TableRow } from "./rows.ts";
import type { Order, Slice } from "./tables.ts";

export interface Archive {
  readonly archive: "heapscope/archive@1";
  readonly files: readonly FileEntry[];
  /** By `answerKey`. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** By `listKey`. */
  readonly lists: Readonly<Record<string, RecordedList>>;
}

export interface RecordedList extends Pick<Slice<TableRow>, "total" | "isLimited" | "sums" | "note"> {
  /** In which the rows stand. */
  readonly order: Order;
  /** The first ones; the list is whole if these are all. */
  readonly rows: readonly TableRow[];
}

/** The key of any question but `rows`. A chart's number of boxes does not matter: there is one recording of it. */
export function answerKey<Name extends QuestionName>(name: Name, ask: Ask<Name>): string {
  const { most: _, ...fields } = ask as Readonly<Record<string, unknown>>;
  return `${name} ${canonicalText(fields)}`;
}

/**
 * The key of the list that a question for rows is about. Lists stand in their usual order, as far as they were recorded; a few
 * rows of some also in another one, under a key with the order.
 */
export function listKey(
  { table, params, of }: Pick<RowsQuestion, "table" | "params" | "of">,
  order?: Order,
): string {
  const key = `${table} ${canonicalText(params)} ${of}`;
  return order === undefined ? key : `${key} ${order.by} ${order.descending ? "descending" : "ascending"}`;
}

/** JSON with the fields in order, without those that are missing or say nothing. */
function canonicalText(fields: object): string {
  const isSaid = (value: unknown): boolean =>
    value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
  const said = Object.entries(fields).filter(([, value]) => isSaid(value));
  return JSON.stringify(Object.fromEntries(said.sort(([a], [b]) => (a < b ? -1 : 1))));
}
