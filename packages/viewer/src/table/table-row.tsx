/** One visible row. It is drawn anew only when something of it has changed: scrolling draws the rows that come into view. */
import { Component, type ComponentChildren, type JSX } from "preact";
import { escapeText } from "@heapscope/wording";
import type { TableRow } from "../protocol/index.ts";
import { say } from "../words/words.ts";
import type { Column } from "./column.ts";
import type { Branch, Line } from "./row-tree.ts";
import { tableWords } from "./words.ts";

/** A longer text is not shown on hover. */
const LONGEST_TITLE = 1_000;

export interface RowViewProps<Row extends TableRow> {
  readonly id: string;
  readonly line: Line<Row>;
  /** Pixels from the rows' common origin. */
  readonly y: number;
  readonly columns: readonly Column<Row>[];
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly mark: string | undefined;
  /** What a row without a table row says, and whether that is a problem. */
  readonly status: string | undefined;
  readonly isProblem: boolean;
  readonly onRetry: (branch: Branch<Row>) => void;
  /** Whether its rows are long in coming, so that one may want to stop that. */
  readonly isLong: boolean;
  readonly onCancel: (branch: Branch<Row>) => void;
}

export class RowView<Row extends TableRow> extends Component<RowViewProps<Row>> {
  override shouldComponentUpdate(next: RowViewProps<Row>): boolean {
    const last = this.props;
    return (
      last.line.row !== next.line.row ||
      last.line.visible !== next.line.visible ||
      last.line.branch !== next.line.branch ||
      last.line.branch.total !== next.line.branch.total ||
      last.line.expanded !== next.line.expanded ||
      last.y !== next.y ||
      last.columns !== next.columns ||
      last.isSelected !== next.isSelected ||
      last.isActive !== next.isActive ||
      last.mark !== next.mark ||
      last.status !== next.status ||
      last.isProblem !== next.isProblem ||
      last.isLong !== next.isLong
    );
  }

  render({ id, line, y, columns, isSelected, isActive, mark, status }: RowViewProps<Row>): JSX.Element {
    const { branch, index, row, expanded, visible } = line;
    return (
      <div
        id={id}
        role="row"
        class={`hs-table-row${isActive ? " hs-active" : ""}${isSelected ? " hs-selected" : ""}${mark === undefined ? "" : ` hs-mark-${mark}`}`}
        style={{ "--hs-y": `${y}px`, "--hs-level": branch.level - 1 }}
        aria-rowindex={visible + 2}
        aria-level={branch.level}
        aria-posinset={Math.max(index, 0) + 1}
        aria-setsize={branch.total || 1}
        aria-expanded={row?.children === undefined ? undefined : expanded !== undefined}
        aria-selected={isSelected}
        aria-busy={row === undefined && status === undefined ? true : undefined}
        data-visible={visible}
      >
        {row === undefined
          ? this.renderStatus(status)
          : columns.map((column, at) => (
              <div
                key={column.id}
                role="gridcell"
                class={`hs-table-cell hs-align-${column.align}`}
                aria-colindex={at + 1}
                title={titleOf(column.text(row), column.describe?.(row))}
              >
                {at === 0 && (
                  <Twisty canExpand={row.children !== undefined} isOpen={expanded !== undefined} />
                )}
                {at === 0 ? <span class="hs-table-name">{column.cell(row)}</span> : column.cell(row)}
              </div>
            ))}
      </div>
    );
  }

  private renderStatus(status: string | undefined): ComponentChildren {
    const { line, columns, isProblem, isLong, onRetry, onCancel } = this.props;
    return (
      <div
        role="gridcell"
        class="hs-table-cell hs-table-status"
        aria-colindex={1}
        aria-colspan={columns.length}
        data-problem={isProblem || undefined}
      >
        <span class="hs-table-twisty" />
        <span class="hs-table-name" title={status === undefined ? undefined : titleOf(status)}>
          {status ?? "…"}
        </span>
        {isProblem && (
          <button
            type="button"
            class="hs-table-retry"
            tabIndex={-1}
            onClick={(event) => {
              event.stopPropagation();
              onRetry(line.branch);
            }}
          >
            {say(tableWords).tryAgain}
          </button>
        )}
        {isLong && (
          <button
            type="button"
            class="hs-table-retry"
            onClick={(event) => {
              event.stopPropagation();
              onCancel(line.branch);
            }}
          >
            {say(tableWords).cancel}
          </button>
        )}
      </div>
    );
  }
}

function Twisty({
  canExpand,
  isOpen,
}: {
  readonly canExpand: boolean;
  readonly isOpen: boolean;
}): JSX.Element {
  return (
    <span class="hs-table-twisty" data-open={isOpen || undefined} data-twisty={canExpand || undefined}>
      {canExpand && (
        <svg viewBox="0 0 8 8" aria-hidden="true">
          <path d="M2.5 0.8v6.4L6.3 4z" />
        </svg>
      )}
    </span>
  );
}

function titleOf(text: string, meaning?: string): string {
  const shown = escapeText(text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE)}…` : text);
  return meaning === undefined ? shown : `${shown}\n${meaning}`;
}
