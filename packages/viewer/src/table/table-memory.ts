/**
 * What the reader left in the tables seen last: their order, what is expanded and selected, and where they are scrolled to. Who
 * goes back finds a table so, by the key of its rows' source. Rows that were loaded stay with it; so only few are kept.
 */
import { createContext } from "preact";
import type { Order, TableRow } from "../protocol/index.ts";
import type { TableState } from "./table-state.ts";

/** Tables that are kept. */
const MOST_TABLES = 10;

export interface TableMemory {
  /** The order in which the table was left. */
  orderOf(key: string): Order | undefined;
  /** The table as it was left; it is then no longer here, for two must not have the same. */
  take<Row extends TableRow>(key: string): TableState<Row> | undefined;
  keep<Row extends TableRow>(state: TableState<Row>): void;
}

/** Given by the page; without it every table begins anew. */
export const TableMemoryContext = createContext<TableMemory | undefined>(undefined);

/** Keeps the tables that were left last. */
export function createTableMemory(most = MOST_TABLES): TableMemory {
  // The rows of a key are always of the same kind, which this cannot say.
  const states = new Map<string, unknown>();
  const stateOf = <Row extends TableRow>(key: string) => states.get(key) as TableState<Row> | undefined;
  return {
    orderOf: (key) => stateOf(key)?.order,
    take<Row extends TableRow>(key: string) {
      const state = stateOf<Row>(key);
      states.delete(key);
      return state;
    },
    keep(state) {
      const { key } = state.source;
      states.delete(key);
      states.set(key, state);
      if (states.size > most) states.delete(states.keys().next().value!);
    },
  };
}
