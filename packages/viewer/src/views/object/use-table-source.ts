/** The rows of a table over the link, as one object for as long as the question is the same. */
import { useMemo } from "preact/hooks";
import type { Link, ParamsOf, RowOf, TableName } from "../../protocol/index.ts";
import type { TableSource } from "../../table/column.ts";
import { tableSource } from "../../table/link-source.ts";

export function useTableSource<Name extends TableName>(
  link: Link,
  table: Name,
  params: ParamsOf<Name>,
): TableSource<RowOf<Name>> {
  // The parameters' text stands for them.
  return useMemo(() => tableSource(link, table, params), [link, table, JSON.stringify(params)]);
}
