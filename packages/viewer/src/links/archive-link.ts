/**
 * A desk that only remembers: the answers that a report holds (`protocol/archive.ts`). A list that was recorded whole can also be
 * sorted and filtered here; of others, what was recorded is shown in its one order. Everything else is said not to be here.
 */
import { NameFilterError, parseNameFilter } from "@heapscope/wording";
import {
  answerKey,
  LinkError,
  listKey,
  type Answer,
  type Archive,
  type Ask,
  type Link,
  type Order,
  type QuestionName,
  type RecordedList,
  type RowsQuestion,
  type Slice,
  type TableRow,
} from "../protocol/index.ts";

/** By which field of its rows a table's `text` filters. */
const FILTERED_FIELDS: Readonly<Record<string, string>> = {
  summary: "className",
  comparison: "className",
  growth: "className",
  strings: "value",
  calls: "functionName",
};

export function createArchiveLink(archive: Archive): Link {
  const answers = new Map(Object.entries(archive.answers));
  const lists = new Map(Object.entries(archive.lists));
  return {
    kind: "archive",
    async ask<Name extends QuestionName>(name: Name, ask: Ask<Name>): Promise<Answer<Name>> {
      if (name === "files") return archive.files as Answer<Name>;
      if (name === "rows") return sliceOf(lists, ask as Ask<"rows">) as Answer<Name>;
      if (name === "locate") return locate(lists, ask as Ask<"locate">) as Answer<Name>;
      const answer = answers.get(answerKey(name, ask));
      if (answer === undefined) throw notRecorded(name);
      return answer as Answer<Name>;
    },
    onFiles(listener) {
      listener(archive.files);
      return () => {};
    },
  };
}

type Lists = ReadonlyMap<string, RecordedList>;

function sliceOf(lists: Lists, question: RowsQuestion): Slice<TableRow> {
  const { start, count, order } = question;
  const list =
    (order === undefined ? undefined : lists.get(listKey(question, order))) ??
    inOrder(findList(lists, question), order);
  const { rows, total, isLimited, sums, note } = list;
  return {
    // What was left out is as if the list ended at a limit.
    total: rows.length,
    start,
    rows: rows.slice(start, start + count),
    ...(isLimited === true || rows.length < total ? { isLimited: true } : {}),
    ...(sums === undefined ? {} : { sums }),
    ...(note === undefined ? {} : { note }),
  };
}

function findList(lists: Lists, question: Pick<RowsQuestion, "table" | "params" | "of">): RecordedList {
  const list = lists.get(listKey(question));
  if (list !== undefined) return list;
  const { table, of } = question;
  const { text, ...params } = question.params as { readonly text?: string };
  const whole = lists.get(listKey({ table, of, params: params as RowsQuestion["params"] }));
  const field = FILTERED_FIELDS[table];
  // What is below a row is the same with a filter for the rows at the top.
  if (of !== "" && whole !== undefined && table !== "calls") return whole;
  if (
    text === undefined ||
    text === "" ||
    of !== "" ||
    field === undefined ||
    whole === undefined ||
    !isWhole(whole)
  )
    throw notRecorded(table);
  return filtered(whole, field, text);
}

function isWhole(list: RecordedList): boolean {
  return list.rows.length === list.total;
}

function filtered(list: RecordedList, field: string, text: string): RecordedList {
  let rows: readonly TableRow[];
  try {
    const filter = parseNameFilter(text);
    rows = list.rows.filter((row) => filter.matches(String(fieldOf(row, field))));
  } catch (error) {
    if (error instanceof NameFilterError) throw new LinkError("bad-filter", error.message);
    throw error;
  }
  const sum = (name: string): number => rows.reduce((total, row) => total + Number(fieldOf(row, name)), 0);
  const { sums, ...rest } = list;
  return {
    ...rest,
    rows,
    total: rows.length,
    ...(sums === undefined ? {} : { sums: { count: sum("count"), shallowSize: sum("shallowSize") } }),
  };
}

/** The list in an order that was asked for. */
function inOrder(list: RecordedList, order: Order | undefined): RecordedList {
  if (order === undefined || isSameOrder(order, list.order)) return list;
  // Rows without the field keep their usual order.
  if (list.rows.every((row) => fieldOf(row, order.by) === undefined)) return list;
  if (!isWhole(list))
    throw new LinkError(
      "not-in-archive",
      `This report holds only the first ${list.rows.length} of ${list.total} rows here, in one order; open the snapshot with “heapscope open” to sort all of them.`,
    );
  const sign = order.descending ? -1 : 1;
  return {
    ...list,
    rows: list.rows.toSorted((a, b) => sign * compare(fieldOf(a, order.by), fieldOf(b, order.by))),
  };
}

function isSameOrder(a: Order, b: Order): boolean {
  return a.by === b.by && a.descending === b.descending;
}

function fieldOf(row: TableRow, name: string): unknown {
  const value = (row as unknown as Readonly<Record<string, unknown>>)[name];
  // References are sorted by name.
  return name === "edge" && typeof value === "object" ? (value as { name?: unknown }).name : value;
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return (a as number | string) < (b as number | string) ? -1 : 1;
}

/** Only where the object is at the top of a list. */
function locate(lists: Lists, { table, params, order, id }: Ask<"locate">): Answer<"locate"> {
  const { rows } = inOrder(findList(lists, { table, params, of: "" }), order);
  const index = rows.findIndex((row) => (row as { readonly id?: number }).id === id);
  const row = rows[index];
  if (row === undefined) throw notRecorded("locate");
  return [{ index, key: row.key, ...(row.children === undefined ? {} : { children: row.children }) }];
}

function notRecorded(what: string): LinkError {
  const sentence =
    what === "search"
      ? "A report cannot be searched; open the snapshot with “heapscope open” for that."
      : what === "object" || what === "text" || what === "locate"
        ? "This report holds the objects that matter most, and this one is not among them; open the snapshot with “heapscope open” to see it."
        : "This report holds what matters most, and this is not in it; open the snapshot with “heapscope open” for more.";
  return new LinkError("not-in-archive", sentence);
}
