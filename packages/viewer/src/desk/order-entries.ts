/**
 * The orders of rows that are no objects: groups, functions, texts. By the values of one field; equal ones keep the order that
 * they have. Cost: as `sort-keys.ts`, after a look at the field of each row.
 */
import { runPass, type Pass, type RunOptions } from "@heapscope/engine";
import type { Order } from "../protocol/index.ts";
import { checkOrder } from "./order-rows.ts";
import { rankTexts, sortByKeys } from "./sort-keys.ts";

/** Rows between two yields: what they are sorted by may be long texts that are decoded for it. */
const ENTRIES_AT_ONCE = 64;

/** What rows can be sorted by: a field's name, and its value in a row. All values of one field are numbers, or texts. */
export type SortFields<Entry> = Readonly<Record<string, (entry: Entry) => number | string>>;

/** The rows in an order. Throws `LinkError` for a field that is none of `fields`. */
export async function orderEntries<Entry>(
  entries: readonly Entry[],
  fields: SortFields<Entry>,
  order: Order,
  run: RunOptions,
): Promise<Entry[]> {
  checkOrder(order, Object.keys(fields));
  return await runPass("sorting rows", sortEntries(entries, fields[order.by]!, order.descending), run);
}

function* sortEntries<Entry>(
  entries: readonly Entry[],
  valueOf: (entry: Entry) => number | string,
  descending: boolean,
): Pass<Entry[]> {
  let values: Float64Array = new Float64Array(entries.length);
  const texts: string[] = [];
  for (const [index, entry] of entries.entries()) {
    if (index % ENTRIES_AT_ONCE === 0) yield 0;
    const value = valueOf(entry);
    if (typeof value === "string") texts.push(value);
    else values[index] = value;
  }
  if (texts.length > 0) values = yield* rankTexts(texts);
  const positions = yield* sortByKeys(entries.length, [{ values, descending }]);
  return Array.from(positions, (position) => entries[position]!);
}
