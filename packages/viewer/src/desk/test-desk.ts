/** For tests: a desk with snapshots that are open, and whole lists put together from slices, as the page scrolls through them. */
import type { HeapSnapshot } from "@heapscope/engine";
import type { Order, ParamsOf, RowOf, Slice, TableName } from "../protocol/index.ts";
import { createDesk, type Desk } from "./desk.ts";

/** A desk with these files. */
export function deskOf(...snapshots: readonly HeapSnapshot[]): Desk {
  const desk = createDesk();
  for (const [index, snapshot] of snapshots.entries())
    desk.add({ name: `${index}.heapsnapshot`, open: () => Promise.resolve(snapshot) });
  return desk;
}

/** Rows of the slices that are asked for; no multiple of it is a usual number of rows. */
const SLICE = 97;

/** All rows below a row, and what the slices say besides. */
export async function readRows<Name extends TableName>(
  desk: Desk,
  table: Name,
  params: ParamsOf<Name>,
  { of = "", order }: { readonly of?: string; readonly order?: Order } = {},
): Promise<Slice<RowOf<Name>> & { readonly rows: RowOf<Name>[] }> {
  const rows: RowOf<Name>[] = [];
  for (;;) {
    const ask = {
      table,
      params,
      of,
      ...(order === undefined ? {} : { order }),
      start: rows.length,
      count: SLICE,
    };
    const slice = (await desk.answer("rows", ask)) as Slice<RowOf<Name>>;
    rows.push(...slice.rows);
    if (slice.rows.length === 0 || rows.length >= slice.total) return { ...slice, start: 0, rows };
  }
}
