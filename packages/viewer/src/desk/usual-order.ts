/** In which order a table stands when nobody asks for one. */
import type { Order, TableName } from "../protocol/index.ts";
import { TABLES } from "./tables/index.ts";

/** `of` is the handle of the row whose children are meant, "" for the top. */
export function usualOrderOf(table: TableName, of: string): Order {
  return TABLES[table]!.usualOrder(of);
}
