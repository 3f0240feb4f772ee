/**
 * In which order each table stands until the reader chooses one. Views open with it, the desk takes it when nobody asks for
 * another, and a report holds its first rows in it: so these must be the same.
 *
 * DevTools' own where it has one; but its Comparison begins with what is new, and here with what grew. Growth begins with what
 * grows in every snapshot: what retains most more are the ancestors of all that, `global /` at their head.
 */
import type { Order, ParamsOf, TableName } from "./tables.ts";

/**
 * What the sentences above some tables are about, where it is not what stands first in them: a heap is mostly the group of most
 * shallow size, since retained sizes do not add up; and one that shrank, did so by the groups that shrank most.
 */
export const OPENING_ORDERS: { readonly summary: Order; readonly shrunkComparison: Order } = {
  summary: { by: "shallowSize", descending: true },
  shrunkComparison: { by: "sizeDelta", descending: false },
};

/** So many rows at most make such a sentence. */
export const OPENING_ROWS = 3;

const USUAL_ORDERS: { readonly [Name in TableName]: Order | ((params: ParamsOf<Name>) => Order) } = {
  summary: { by: "retainedSize", descending: true },
  comparison: { by: "sizeDelta", descending: true },
  growth: { by: "growsAlways", descending: true },
  containment: { by: "retainedSize", descending: true },
  dominators: { by: "retainedSize", descending: true },
  retainers: { by: "distance", descending: false },
  mergedPaths: { by: "count", descending: true },
  strings: ({ list }) => ({ by: list === "duplicates" ? "wastedSize" : "shallowSize", descending: true }),
  allocation: { by: "liveSize", descending: true },
  calls: ({ direction }) => ({ by: direction === "down" ? "totalValue" : "selfValue", descending: true }),
  search: { by: "where", descending: false },
};

/** The order of a table's rows, and of those below each row. */
export function usualOrder<Name extends TableName>(table: Name, params: ParamsOf<Name>): Order {
  const order = USUAL_ORDERS[table] as Order | ((params: ParamsOf<Name>) => Order);
  return typeof order === "function" ? order(params) : order;
}
