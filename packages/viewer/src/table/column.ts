/** What a table shows, apart from how: its columns, where its rows come from, and what can be done with them. */
import type { ComponentChildren } from "preact";
import type { Order, Slice, TableRow } from "../protocol/index.ts";

export interface Column<Row extends TableRow> {
  /** Field of the rows by which the column is sorted; unique. */
  readonly id: string;
  readonly title: string;
  /** What the column means, in a sentence; shown on hover and read to those who cannot see. */
  readonly hint: string;
  /** Pixels at first; the first column takes what is left. */
  readonly width: number;
  readonly align: "start" | "end";
  /** Not sortable if missing. */
  readonly firstDirection?: "ascending" | "descending";
  cell(row: Row): ComponentChildren;
  /** What the value in the cell means, in a sentence; shown on hover and read to those who cannot see. */
  describe?(row: Row): string | undefined;
  /** Exact value for hover, copying (text and TSV) and screen readers: bytes as a plain number. */
  text(row: Row): string;
}

/** Where the rows come from, over the link. Rejects with `LinkError`. */
export interface TableSource<Row extends TableRow> {
  /** Changes when the rows are of something else: expansion and selection then begin anew. */
  readonly key: string;
  slice(
    of: string,
    order: Order | undefined,
    start: number,
    count: number,
    options: {
      readonly signal: AbortSignal;
      readonly onProgress: (stage: string, fraction: number | undefined) => void;
    },
  ): Promise<Slice<Row>>;
  /** Where the row of an object is, from the top; missing where rows are no objects. */
  locate?(
    id: number,
    order: Order | undefined,
  ): Promise<readonly { readonly index: number; readonly key: string; readonly children?: string }[]>;
}

/** An entry of a row's menu; `keys` is how it is called from the keyboard, for the help sheet. */
export interface MenuItem {
  readonly label: string;
  readonly keys?: string;
  run(): void;
}

export interface TreeTableProps<Row extends TableRow> {
  /** What the table is, for screen readers. */
  readonly label: string;
  readonly source: TableSource<Row>;
  readonly columns: readonly Column<Row>[];
  /** Until the reader chooses one. */
  readonly order?: Order | undefined;
  /** Reveal and select the object with this id; again whenever another value with it is given. */
  readonly reveal?: { readonly id: number } | undefined;
  readonly onSelect?: (row: Row | undefined) => void;
  /** Enter or double click. */
  readonly onOpen?: (row: Row) => void;
  readonly menu?: (row: Row) => readonly MenuItem[];
  /** Marks a row, as a class of CSS: `added`, `removed`, `ignored`. */
  readonly mark?: (row: Row) => string | undefined;
  /** Shown instead of rows when there are none. */
  readonly empty: string;
  /** Of the top: called with each slice's totals, for the line above the table. */
  readonly onTotals?: (totals: Pick<Slice<Row>, "total" | "sums" | "isLimited">) => void;
  /** Expand so many levels along the first child at first (retainers: 20, until distance 1). */
  readonly expandFirst?: { readonly levels: number; readonly until: (row: Row) => boolean };
}
