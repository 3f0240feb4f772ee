/** The rows of a table of the desk, over the link: what most views give to their `TreeTable`. */
import { askRows, type Link, type ParamsOf, type RowOf, type TableName } from "../protocol/index.ts";
import type { TableSource } from "./column.ts";

/** Tables whose rows are not objects, or where an object is in many places. */
const WITHOUT_PLACES: ReadonlySet<TableName> = new Set<TableName>([
  "mergedPaths",
  "allocation",
  "calls",
  "search",
]);

/** Make it once for the same table (`useMemo`): another source, by its key, begins anew. */
export function tableSource<Name extends TableName>(
  link: Link,
  name: Name,
  params: ParamsOf<Name>,
): TableSource<RowOf<Name>> {
  const source: TableSource<RowOf<Name>> = {
    key: `${name} ${JSON.stringify(params)}`,
    slice: (of, order, start, count, { signal, onProgress }) =>
      askRows<Name>(
        link,
        { table: name, params, of, start, count, ...(order && { order }) },
        {
          signal,
          onProgress: ({ stage, done, total }) => onProgress(stage, total ? done / total : undefined),
        },
      ),
  };
  if (WITHOUT_PLACES.has(name)) return source;
  return {
    ...source,
    locate: (id, order) => link.ask("locate", { table: name, params, id, ...(order && { order }) }),
  };
}
