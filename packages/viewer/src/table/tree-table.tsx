/**
 * The tree-table of the viewer: any number of rows in columns, of which those in view are fetched and drawn.
 *
 * It fills the height of what it is in, which must have one. The rows are in a layer that sticks to the view while the
 * scrollbar moves an empty element of the table's height; they are placed by the state's `top`, so that nothing is blank while
 * scrolling and no height is too great (see `scroll-map.ts`). A frame draws at most once and reads nothing of the layout.
 *
 * The table is one stop of the Tab key: it keeps the focus itself and names the active row or title (`aria-activedescendant`),
 * because a row that has the focus and is scrolled away would take it with it. From the first row, Up goes to the titles.
 */
import type { JSX } from "preact";
import { useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Order, TableRow } from "../protocol/index.ts";
import { sayProblem } from "../words/engine-words.ts";
import { say } from "../words/words.ts";
import type { MenuItem, TreeTableProps } from "./column.ts";
import {
  gridTemplate,
  moveLine,
  recallWidths,
  rememberWidths,
  resetLine,
  widen,
  type Widths,
} from "./column-widths.ts";
import { formatText, formatTsv, gatherRows, MOST_COPIED, writeClipboard } from "./copy-rows.ts";
import { RowMenu } from "./row-menu.tsx";
import { hasRows, type Line, PAGE_ROWS } from "./row-tree.ts";
import { TableHeader } from "./table-header.tsx";
import { pressKey } from "./table-keys.ts";
import { RowView } from "./table-row.tsx";
import { TableMemoryContext } from "./table-memory.ts";
import { ROW_HEIGHT, TableState } from "./table-state.ts";
import { tableWords } from "./words.ts";
import "./table.css";

/** After so long without scrolling the scrollbar is put right. */
const REST_MS = 150;

/** Selecting is told so long after the last step: holding a key must not ask for every row that it passes. */
const TELL_MS = 60;

/** A selection that was told comes back as `reveal` within this time. */
const ECHO_MS = 1_000;

/** A notice goes after this time. */
const NOTICE_MS = 6_000;

/** Rows are placed from an origin that moves by so many: pixels stay small numbers. */
const ORIGIN_ROWS = 1_000;

/** Height of the titles, as in table.css. */
const HEAD_HEIGHT = ROW_HEIGHT + 4;

export function TreeTable<Row extends TableRow>(props: TreeTableProps<Row>): JSX.Element {
  const { label, source, columns } = props;
  const name = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const draw = useDraw();
  const memory = useContext(TableMemoryContext);
  const [order, setOrder] = useState<Order | undefined>(() => memory?.orderOf(source.key) ?? props.order);
  const [menu, setMenu] = useState<{ readonly x: number; readonly y: number; readonly line: Line<Row> }>();
  const view = useRef(0);

  const state = useMemo(() => {
    const kept = memory?.take<Row>(source.key);
    kept?.resume(draw, props.reveal !== undefined);
    const made = kept ?? new TableState<Row>(source, order, draw, props.expandFirst);
    if (view.current > 0) made.resizeView(view.current);
    return made;
  }, [source.key]);
  useEffect(
    () => () => {
      state.end();
      memory?.keep(state);
    },
    [state],
  );
  useEffect(() => state.reorder(order), [state, order?.by, order?.descending]);

  const [widths, setWidths] = useWidths(columns);
  const sort = (column: number): void => {
    const { id, firstDirection } = columns[column]!;
    if (firstDirection === undefined) return;
    const descending = order?.by === id ? !order.descending : firstDirection === "descending";
    setOrder({ by: id, descending });
  };

  useViewHeight(scroller, (height) => {
    view.current = height;
    state.resizeView(height);
  });
  const onScroll = useScrolling(scroller, state);
  useTelling(state, props);
  useReveal(state, props);
  useEffect(() => {
    if (state.notice === "") return;
    const timer = setTimeout(() => state.say(""), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [state, state.notice]);
  // Every drawing may have shown rows that are not there yet.
  useLayoutEffect(() => state.fetch());

  const copy = async (range: { readonly start: number; readonly end: number }, as: "text" | "tsv") => {
    const words = say(tableWords);
    try {
      const rows = await gatherRows(state.tree, state.source, order, range);
      if (rows.length === 0) return;
      const text = as === "tsv" ? formatTsv(rows, columns) : formatText(rows, columns);
      const wanted = range.end - range.start;
      const done = wanted > MOST_COPIED ? words.copiedPart(rows.length, wanted) : words.copied(rows.length);
      state.say((await writeClipboard(text)) ? done : words.notCopied);
    } catch (error) {
      state.say(error instanceof Error ? error.message : String(error));
    }
  };
  const open = (line: Line<Row> | undefined): void => {
    if (line === undefined) return;
    if (line.row === undefined) state.retry(line.branch);
    else if (props.onOpen === undefined) state.toggle(line);
    else props.onOpen(line.row);
  };
  const lineAt = (visible: number): Line<Row> | undefined => state.tree.lines(Math.max(visible, 0), 1)[0];

  const openMenu = (): void => {
    const line = lineAt(state.activeVisible);
    if (state.activeVisible < 0 || line?.row === undefined) return;
    state.showActive();
    const { left, top } = scroller.current!.getBoundingClientRect();
    const y = top + HEAD_HEIGHT + (line.visible + 1) * ROW_HEIGHT - state.top;
    setMenu({ x: left + 24 + line.branch.level * 14, y, line });
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== scroller.current && (event.key === "Enter" || event.key === " ")) return;
    const isOurs = pressKey(event, state, {
      columnCount: columns.length,
      open: () => open(state.activeVisible < 0 ? undefined : lineAt(state.activeVisible)),
      menu: openMenu,
      copy: (as) => void copy(state.selection, as),
      sort,
      resize: (column, pixels) => setWidths(widen(widths, column, pixels), true),
    });
    if (!isOurs) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onClick = (event: MouseEvent): void => {
    const target = event.target as Element;
    const line = lineOf(target, lineAt);
    if (line === undefined || target.closest("a, button, input") !== null) return;
    if (target.closest("[data-twisty]") !== null) state.toggle(line);
    else {
      state.select(line.visible, event.shiftKey);
      state.showActive();
    }
  };
  const onDblClick = (event: MouseEvent): void => {
    const target = event.target as Element;
    if (target.closest("[data-twisty], a, button, input") === null) open(lineOf(target, lineAt));
  };
  const onContextMenu = (event: MouseEvent): void => {
    const target = event.target as Element;
    if (target.closest("a") !== null) return;
    event.preventDefault();
    const line = lineOf(target, lineAt);
    if (line === undefined) return event.target === scroller.current ? openMenu() : undefined;
    const { start, end } = state.selection;
    if (line.visible < start || line.visible >= end) state.select(line.visible);
    if (line.row !== undefined) setMenu({ x: event.clientX, y: event.clientY, line });
  };

  const lines = state.lines;
  const origin = Math.floor(state.top / (ORIGIN_ROWS * ROW_HEIGHT)) * ORIGIN_ROWS * ROW_HEIGHT;
  const { start, end } = state.selection;
  const active = state.activeVisible;
  const isActiveDrawn = lines.some(({ visible }) => visible === active);
  const idOf = ({ branch, index }: Line<Row>): string => `${name}-row-${branch.id}-${index}`;
  const activeId =
    state.header !== undefined
      ? `${name}-column-${state.header}`
      : isActiveDrawn
        ? idOf(lines.find(({ visible }) => visible === active)!)
        : undefined;
  const stop = (branch: Line<Row>["branch"]): void => {
    state.stop(branch);
    // The button goes; from the table, Enter tries again.
    scroller.current?.focus({ preventScroll: true });
  };
  const viewRow = (line: Line<Row>, id: string, y: number): JSX.Element => {
    const status = statusOf(line, props.empty);
    return (
      <RowView<Row>
        key={id}
        id={id}
        line={line}
        y={y}
        columns={columns}
        isSelected={line.visible >= start && line.visible < end}
        isActive={state.header === undefined && line.visible === active}
        mark={line.row && props.mark?.(line.row)}
        status={status.text}
        isProblem={status.isProblem}
        isLong={line.row === undefined && !status.isProblem && line.branch.progress !== undefined}
        onRetry={(branch) => state.retry(branch)}
        onCancel={stop}
      />
    );
  };
  const { top } = state.tree;
  // Rows in their former order, of the top or below a row, stay until the new ones come.
  const stale = top.isStale ? top : lines.find(({ branch }) => branch.isStale)?.branch;
  const isReordering = stale?.progress !== undefined;
  const busy = isReordering ? stale.progress : state.notice;

  return (
    <div class="hs-table" data-stale={stale !== undefined || undefined}>
      <div
        ref={scroller}
        class="hs-table-scroller"
        role="treegrid"
        tabIndex={0}
        aria-label={label}
        aria-multiselectable="true"
        aria-rowcount={state.tree.count + 1}
        aria-colcount={columns.length}
        aria-busy={stale !== undefined || top.total === undefined}
        aria-activedescendant={activeId}
        onScroll={onScroll}
        onFocus={() => state.focus()}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onDblClick={onDblClick}
        onContextMenu={onContextMenu}
        style={{
          "--hs-columns": gridTemplate(widths),
          "--hs-least": `${widths.reduce((sum, width) => sum + width, 0)}px`,
        }}
      >
        <div class="hs-table-canvas" role="presentation">
          <TableHeader
            name={name}
            columns={columns}
            order={order}
            active={state.header}
            onSort={sort}
            onMove={setWidths.move}
            onReset={(column) => setWidths(resetLine(widths, columns, column), true)}
          />
          <div class="hs-table-view" role="rowgroup" style={{ height: `${state.view}px` }}>
            <div
              class="hs-table-rows"
              role="presentation"
              style={{ transform: `translateY(${origin - state.top}px)` }}
            >
              {lines.map((line) => viewRow(line, idOf(line), line.visible * ROW_HEIGHT - origin))}
            </div>
            <Ancestors
              lines={state.ancestors}
              columns={columns}
              onGo={(visible) => {
                state.select(visible);
                state.showActive();
              }}
            />
          </div>
          <div
            class="hs-table-height"
            aria-hidden="true"
            style={{ height: `${Math.max(0, state.map.elementHeight - state.view)}px` }}
          />
        </div>
      </div>
      {top.total === 0 && !top.isStale && <p class="hs-table-empty">{props.empty}</p>}
      <div class="hs-table-notice" role="status">
        {busy !== "" && <span>{busy}</span>}
        {isReordering && (
          <button type="button" class="hs-table-retry" onClick={() => stop(stale)}>
            {say(tableWords).cancel}
          </button>
        )}
      </div>
      {menu !== undefined && (
        <RowMenu
          label={say(tableWords).rowMenu}
          groups={menuGroups(menu.line)}
          x={menu.x}
          y={menu.y}
          onClose={(again) => {
            setMenu(undefined);
            if (again) scroller.current?.focus({ preventScroll: true });
          }}
        />
      )}
    </div>
  );

  function menuGroups(line: Line<Row>): (readonly MenuItem[])[] {
    const words = say(tableWords);
    const row = line.row!;
    const toggle: MenuItem = {
      label: line.expanded === undefined ? words.expand : words.collapse,
      keys: line.expanded === undefined ? words.right : words.left,
      run: () => state.toggle(line),
    };
    return [
      props.menu?.(row) ?? [],
      row.children === undefined ? [] : [toggle],
      [
        { label: words.copyText, keys: "Ctrl+C", run: () => void copy(state.selection, "text") },
        { label: words.copyTsv, keys: "Ctrl+Shift+C", run: () => void copy(state.selection, "tsv") },
        { label: words.copyAll, run: () => void copy({ start: 0, end: state.tree.count }, "tsv") },
      ],
    ];
  }
}

/** The rows of the parents, over the first ones. Those who cannot see have the levels. */
function Ancestors<Row extends TableRow>({
  lines,
  columns,
  onGo,
}: {
  readonly lines: readonly Line<Row>[];
  readonly columns: TreeTableProps<Row>["columns"];
  readonly onGo: (visible: number) => void;
}): JSX.Element | null {
  if (lines.length === 0) return null;
  return (
    <div class="hs-table-ancestors" aria-hidden="true">
      {lines.map(({ branch, row, visible }) => (
        <div
          key={visible}
          class="hs-table-ancestor"
          style={{ "--hs-level": branch.level - 1 }}
          title={say(tableWords).jump}
          onClick={() => onGo(visible)}
        >
          {row !== undefined &&
            columns.map((column, at) => (
              <div key={column.id} class={`hs-table-cell hs-align-${column.align}`}>
                {at === 0 && <span class="hs-table-twisty" />}
                {at === 0 ? <span class="hs-table-name">{column.cell(row)}</span> : column.cell(row)}
              </div>
            ))}
        </div>
      ))}
    </div>
  );
}

/** What a line without a row says. */
function statusOf<Row extends TableRow>(
  { branch, index, row }: Line<Row>,
  empty: string,
): { readonly text: string | undefined; readonly isProblem: boolean } {
  const words = say(tableWords);
  if (row !== undefined) return { text: undefined, isProblem: false };
  const problem = branch.problem ?? branch.pageProblems.get(Math.floor(Math.max(index, 0) / PAGE_ROWS));
  if (problem !== undefined) return { text: sayProblem(problem), isProblem: true };
  if (hasRows(branch)) return { text: undefined, isProblem: false };
  if (branch.total === 0)
    return { text: branch.parent === undefined ? empty : words.nothing, isProblem: false };
  return { text: branch.progress ?? words.loading, isProblem: false };
}

function lineOf<Row extends TableRow>(
  target: Element,
  lineAt: (visible: number) => Line<Row> | undefined,
): Line<Row> | undefined {
  const visible = target.closest("[data-visible]")?.getAttribute("data-visible");
  return visible === null || visible === undefined ? undefined : lineAt(Number(visible));
}

/** Draws the component with the next frame, however often it is called. */
function useDraw(): () => void {
  const [, setCount] = useState(0);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return useMemo(
    () => () => {
      if (frame.current !== 0) return;
      frame.current = requestAnimationFrame(() => {
        frame.current = 0;
        setCount((count) => count + 1);
      });
    },
    [],
  );
}

function useViewHeight(
  scroller: { readonly current: HTMLDivElement | null },
  onHeight: (height: number) => void,
): void {
  const latest = useRef(onHeight);
  latest.current = onHeight;
  useLayoutEffect(() => {
    const element = scroller.current!;
    const measure = (height: number): void => latest.current(Math.max(0, Math.floor(height) - HEAD_HEIGHT));
    measure(element.clientHeight);
    const observer = new ResizeObserver(([entry]) => measure(entry!.contentRect.height));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}

/** Keeps the scrollbar and the state's `top` together; returns what hears of scrolling. */
function useScrolling<Row extends TableRow>(
  scroller: { readonly current: HTMLDivElement | null },
  state: TableState<Row>,
): () => void {
  // Where the scrollbar is as far as we know, for which top and which map, and the timer until it rests.
  const bar = useRef({ at: 0, top: 0, map: state.map, timer: 0 });
  const putRight = (): void => {
    const { current } = bar;
    current.top = state.top;
    current.map = state.map;
    const at = state.map.scrollOf(state.top);
    if (Math.abs(at - current.at) < 1) return;
    current.at = at;
    scroller.current!.scrollTop = at;
  };
  useLayoutEffect(() => {
    // Moved by keys, or by rows that have come: not by the scrollbar itself.
    if (bar.current.top !== state.top || bar.current.map.elementHeight !== state.map.elementHeight)
      putRight();
    bar.current.map = state.map;
  });
  useEffect(() => () => clearTimeout(bar.current.timer), []);
  return () => {
    const { current } = bar;
    // The browser may tell of scrolling when the table is already gone.
    if (scroller.current === null) return;
    const to = scroller.current.scrollTop;
    if (Math.abs(to - current.at) < 1) return;
    const from = current.at;
    current.at = to;
    state.follow(from, to);
    current.top = state.top;
    clearTimeout(current.timer);
    current.timer = setTimeout(putRight, REST_MS) as unknown as number;
  };
}

/** Tells the page what is selected and how many rows there are. */
function useTelling<Row extends TableRow>(state: TableState<Row>, props: TreeTableProps<Row>): void {
  const latest = useRef(props);
  latest.current = props;
  const told = useRef(state.selectedName);
  const selected = state.selectedName;
  // Effects of the layout, since others end only after the next frame: a table that is gone must tell nothing any more.
  useLayoutEffect(() => {
    const timer = setTimeout(() => {
      if (told.current === state.selectedName) return;
      told.current = state.selectedName;
      latest.current.onSelect?.(state.selectedRow);
    }, TELL_MS);
    return () => clearTimeout(timer);
  }, [state, selected]);
  // The page knows what was selected in a table to which it goes back.
  useLayoutEffect(() => {
    told.current = state.selectedName;
  }, [state]);
  // Nor is anything told any more that was selected before the page wants another object.
  const { reveal } = props;
  useLayoutEffect(() => {
    if (reveal !== undefined) told.current = state.selectedName;
  }, [reveal]);

  const { total, isLimited, sums } = state.tree.top;
  useEffect(() => {
    if (total === undefined) return;
    latest.current.onTotals?.({ total, ...(sums && { sums }), ...(isLimited && { isLimited: true }) });
  }, [state, total, isLimited, sums]);
}

/** Reveals an object that the page asks for, unless it only repeats what was selected here a moment ago. */
function useReveal<Row extends TableRow>(state: TableState<Row>, { reveal }: TreeTableProps<Row>): void {
  const recent = useRef<{ readonly id: number; readonly at: number }[]>([]);
  const selected = idOfRow(state.selectedRow);
  if (selected !== undefined && recent.current.at(-1)?.id !== selected)
    recent.current = [...recent.current.slice(-50), { id: selected, at: performance.now() }];
  useEffect(() => {
    if (reveal === undefined) return;
    const { id } = reveal;
    if (idOfRow(state.selectedRow) === id && state.activeVisible >= 0) return state.showActive();
    const since = performance.now() - ECHO_MS;
    if (selected !== undefined && recent.current.some((told) => told.id === id && told.at > since)) return;
    void state.reveal(id);
  }, [state, reveal]);
  // What the page no longer wants must not be selected late, and told.
  useLayoutEffect(() => () => state.stopRevealing(), [state, reveal]);
}

function idOfRow(row: TableRow | undefined): number | undefined {
  return row !== undefined && "id" in row && typeof row.id === "number" ? row.id : undefined;
}

/** The columns' widths, and how they are set; `move` is for a line that the mouse holds. */
function useWidths(
  columns: TreeTableProps<TableRow>["columns"] | readonly { readonly id: string; readonly width: number }[],
): [
  Widths,
  ((widths: Widths, isDone: boolean) => void) & {
    move: (column: number, pixels: number, isDone: boolean) => void;
  },
] {
  const name = columns.map(({ id }) => id).join(" ");
  const [kept, setKept] = useState(() => ({ name, widths: recallWidths(columns) }));
  const held = useRef<Widths>(undefined);
  let { widths } = kept;
  // Another set of columns has other widths.
  if (kept.name !== name) widths = recallWidths(columns);
  const set = (next: Widths, isDone: boolean): void => {
    setKept({ name, widths: next });
    if (isDone) rememberWidths(columns, next);
  };
  const move = (column: number, pixels: number, isDone: boolean): void => {
    held.current ??= widths;
    set(moveLine(held.current, column, pixels), isDone);
    if (isDone) held.current = undefined;
  };
  return [widths, Object.assign(set, { move })];
}
