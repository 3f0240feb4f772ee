/**
 * Where an object is in a table of groups: the position of its group, and of the object below it. For tables whose lists know
 * which row an object is in (`RowList.indexOf`). **Cost**: that of the two lists, and O(objects) to find it in them.
 */
import type { RunOptions } from "@heapscope/engine";
import type { NodeId, Order, ParamsOf, RowOf, TableName } from "../protocol/index.ts";
import type { DeskContext, Located, RowList } from "./table-maker.ts";

/** Tables with objects below groups. */
type GroupedTable = Extract<TableName, "summary" | "comparison" | "growth" | "strings">;

export async function locateRow<Name extends GroupedTable>(
  desk: DeskContext,
  table: Name,
  params: ParamsOf<Name>,
  id: NodeId,
  order: Order,
  run: RunOptions,
): Promise<Located[]> {
  const located: Located[] = [];
  for (let of: string | undefined = "", depth = 0; of !== undefined && depth < 2; depth++) {
    const list: RowList<RowOf<Name>> = await desk.list(table, params, of, order, run);
    const index: number = list.indexOf?.(id) ?? -1;
    if (index === -1) return [];
    const row: RowOf<Name> = list.row(index);
    located.push({ index, key: row.key, ...(row.children === undefined ? {} : { children: row.children }) });
    // A string stands at the top itself.
    if ("id" in row && row.id === id) break;
    of = row.children;
  }
  return located;
}
