/** The columns' titles: a click sorts, the lines between them resize. The focus stays with the table, which says where it is. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Order, TableRow } from "../protocol/index.ts";
import { say } from "../words/words.ts";
import type { Column } from "./column.ts";
import { tableWords } from "./words.ts";

export interface TableHeaderProps<Row extends TableRow> {
  /** Prefix of the elements' ids. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly order: Order | undefined;
  /** The column whose title has the focus. */
  readonly active: number | undefined;
  readonly onSort: (column: number) => void;
  /** The line on the left of a column is moved by some pixels from where it was when the mouse took it. */
  readonly onMove: (column: number, pixels: number, isDone: boolean) => void;
  readonly onReset: (column: number) => void;
}

export function TableHeader<Row extends TableRow>(props: TableHeaderProps<Row>): JSX.Element {
  const { name, columns, order, active, onSort } = props;
  return (
    <div class="hs-table-head" role="rowgroup">
      <div class="hs-table-titles" role="row" aria-rowindex={1}>
        {columns.map((column, at) => {
          const isSorted = order?.by === column.id;
          const sort = !isSorted ? "none" : order.descending ? "descending" : "ascending";
          return (
            <div
              key={column.id}
              id={`${name}-column-${at}`}
              role="columnheader"
              class={`hs-table-title hs-align-${column.align}${active === at ? " hs-active" : ""}`}
              title={column.hint}
              aria-colindex={at + 1}
              aria-sort={column.firstDirection === undefined ? undefined : sort}
              data-sortable={column.firstDirection !== undefined || undefined}
              onClick={() => onSort(at)}
            >
              {at > 0 && <Line {...props} column={at} />}
              <span class="hs-table-title-text">{column.title}</span>
              {isSorted && <Arrow isDown={order.descending} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Arrow({ isDown }: { readonly isDown: boolean }): JSX.Element {
  return (
    <svg class="hs-table-arrow" viewBox="0 0 8 8" aria-hidden="true">
      <path d={isDown ? "M0.5 2h7L4 6.5z" : "M0.5 6h7L4 1.5z"} />
    </svg>
  );
}

/** The line on the left of a column, which the mouse can take. */
function Line<Row extends TableRow>({
  column,
  onMove,
  onReset,
}: TableHeaderProps<Row> & { readonly column: number }): JSX.Element {
  const from = useRef<number>(undefined);
  const move = (event: PointerEvent, isDone: boolean): void => {
    if (from.current === undefined) return;
    onMove(column, event.clientX - from.current, isDone);
    if (isDone) from.current = undefined;
  };
  return (
    <span
      class="hs-table-line"
      title={say(tableWords).resize}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        from.current = event.clientX;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => move(event, false)}
      onPointerUp={(event) => move(event, true)}
      onPointerCancel={(event) => move(event, true)}
      onClick={(event) => event.stopPropagation()}
      onDblClick={(event) => {
        event.stopPropagation();
        onReset(column);
      }}
    />
  );
}
