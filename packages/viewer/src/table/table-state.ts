/**
 * What a tree-table is at one moment: its rows, the part in view, the row with the focus and the selected ones; and what the
 * keys and the mouse do to them. Without the DOM: the component draws it whenever `onChange` is called.
 *
 * The part in view is held by its first row (`pin`): rows that come or go above it do not move what the user looks at.
 */
import type { Order, TableRow } from "../protocol/index.ts";
import { say } from "../words/words.ts";
import type { TableSource, TreeTableProps } from "./column.ts";
import { RowLoader } from "./row-loader.ts";
import { type Branch, hasRows, type Line, PAGE_ROWS, pageOf, RowTree, type Spot } from "./row-tree.ts";
import { ScrollMap } from "./scroll-map.ts";
import { tableWords } from "./words.ts";

/** Pixels of a row: `--hs-row`. */
export const ROW_HEIGHT = 22;

/** How many rows of parents stay in view. */
const MOST_ANCESTORS = 3;

/** How many siblings `*` expands. */
const MOST_SIBLINGS = 100;

/** A row that is remembered: by its key, since its place changes with the order. */
interface Mark<Row extends TableRow> {
  branch: Branch<Row>;
  index: number;
  /** Missing for rows that are not loaded, and status rows. */
  row: Row | undefined;
  /** Whether its place in the present order is not known. */
  isLost: boolean;
}

export class TableState<Row extends TableRow> {
  readonly tree = new RowTree<Row>();
  readonly source: TableSource<Row>;
  order: Order | undefined;
  private readonly loader: RowLoader<Row>;
  private onChange: () => void;
  /** The first pixel in view, of all rows. */
  top = 0;
  /** Pixels in view. */
  view = 0;
  map = new ScrollMap(0, 0);
  /** The column whose header has the focus, if a header has it. */
  header: number | undefined;
  /** What is said to the user below the table, and to screen readers. */
  notice = "";
  private active: Mark<Row> | undefined;
  /** The other end of the selection. None if the active row is not selected. */
  private anchor: Mark<Row> | undefined;
  private pin: { spot: Spot<Row>; offset: number } | undefined;
  private revealing: AbortController | undefined;
  private expandFirst: TreeTableProps<Row>["expandFirst"];

  constructor(
    source: TableSource<Row>,
    order: Order | undefined,
    onChange: () => void,
    expandFirst?: TreeTableProps<Row>["expandFirst"],
  ) {
    this.source = source;
    this.order = order;
    this.onChange = onChange;
    this.expandFirst = expandFirst;
    this.loader = new RowLoader(this.tree, source, order, {
      changed: () => this.changed(),
      began: (branch) => this.expandOnward(branch),
      describe: (stage, fraction) => say(tableWords).stage(stage, fraction),
    });
  }

  end(): void {
    this.stopRevealing();
    this.loader.end();
  }

  /** Goes on after `end`, drawn by another component. A selected object is chosen by the page, so without its wish none is. */
  resume(onChange: () => void, keepsObject: boolean): void {
    this.onChange = onChange;
    this.header = undefined;
    this.notice = "";
    const row = this.selectedRow;
    if (!keepsObject && row !== undefined && "id" in row) this.anchor = undefined;
    this.loader.resume();
  }

  // What is in view.

  get lines(): Line<Row>[] {
    const first = Math.floor(this.top / ROW_HEIGHT);
    return this.tree.lines(first, Math.ceil((this.top + this.view) / ROW_HEIGHT) - first);
  }

  /** Expanded rows that are scrolled away while their children are in view: at most three, outermost first. */
  get ancestors(): Line<Row>[] {
    const first = Math.floor(this.top / ROW_HEIGHT);
    const ancestors: Line<Row>[] = [];
    // The place of the n-th one covers the n-th line in view; it is for an ancestor of that line.
    for (let depth = 0; depth < MOST_ANCESTORS && first + depth < this.tree.count; depth++) {
      let { branch } = this.tree.spotAt(first + depth);
      while (branch.level > depth + 2) branch = branch.parent!;
      if (branch.parent === undefined || branch.level !== depth + 2) break;
      const spot = { branch: branch.parent, index: branch.index };
      const visible = this.tree.visibleAt(spot);
      if (visible * ROW_HEIGHT >= this.top + depth * ROW_HEIGHT) break;
      ancestors.push({ ...spot, row: branch.row, visible, expanded: branch });
    }
    return ancestors;
  }

  /** Asks for the rows in view. */
  fetch(): void {
    const first = Math.floor(this.top / ROW_HEIGHT);
    this.loader.show(first, Math.max(1, Math.ceil(this.view / ROW_HEIGHT) + 1));
  }

  resizeView(view: number): void {
    if (view === this.view) return;
    const top = this.activeVisible * ROW_HEIGHT;
    const wasShown = top >= this.top && top + ROW_HEIGHT <= this.top + this.view;
    this.view = view;
    this.changed();
    // What was selected stays in view when a pane opens below the table.
    if (wasShown) this.showActive();
  }

  scrollTo(top: number): void {
    this.top = Math.min(Math.max(0, Math.round(top)), this.map.limit);
    this.hold();
    this.onChange();
  }

  /** The browser has scrolled. */
  follow(from: number, to: number): void {
    this.scrollTo(this.map.follow(this.top, from, to, this.view));
  }

  private hold(): void {
    const first = Math.floor(this.top / ROW_HEIGHT);
    this.pin =
      first < this.tree.count
        ? { spot: this.tree.spotAt(first), offset: this.top - first * ROW_HEIGHT }
        : undefined;
  }

  /** Puts all right after rows have come or gone. */
  private changed(): void {
    this.map = new ScrollMap(this.tree.count * ROW_HEIGHT, this.view);
    for (const mark of [this.active, this.anchor]) if (mark !== undefined) this.settle(mark);
    let top = this.top;
    if (this.pin !== undefined && top > 0) {
      let { branch, index } = this.pin.spot;
      if (index === -1 && hasRows(branch)) index = 0;
      let visible = this.tree.visibleAt({ branch, index });
      while (visible < 0 && branch.parent !== undefined) {
        ({ index, parent: branch } = branch as Branch<Row> & { parent: Branch<Row> });
        visible = this.tree.visibleAt({ branch, index });
      }
      if (visible >= 0) top = visible * ROW_HEIGHT + this.pin.offset;
    }
    this.top = Math.min(Math.max(0, top), this.map.limit);
    this.hold();
    this.onChange();
  }

  private settle(mark: Mark<Row>): void {
    const { branch } = mark;
    if (branch.isStale) return;
    if (mark.index === -1 && mark.row === undefined && hasRows(branch)) mark.index = 0;
    const row = this.tree.rowAt(branch, mark.index);
    if (mark.row === undefined || row?.key === mark.row.key) {
      mark.row = row;
      mark.isLost = false;
    } else if (row !== undefined || mark.isLost) {
      mark.isLost = true;
      mark.index = -2;
      for (const [page, rows] of branch.pages) {
        const at = rows.findIndex(({ key }) => key === mark.row!.key);
        if (at < 0) continue;
        mark.index = page * PAGE_ROWS + at;
        mark.isLost = false;
      }
    }
  }

  // The order, and what is expanded.

  reorder(order: Order | undefined): void {
    if (order?.by === this.order?.by && order?.descending === this.order?.descending) return;
    this.order = order;
    this.anchor = this.active;
    if (this.active !== undefined) this.active.isLost = true;
    this.top = 0;
    this.pin = undefined;
    this.loader.reorder(order);
    this.changed();
  }

  expand(spot: Spot<Row>): boolean {
    if (this.tree.expand(spot) === undefined) return false;
    this.changed();
    return true;
  }

  collapse(spot: Spot<Row>): void {
    this.tree.collapse(spot);
    // What had the focus inside of it gives it to the row.
    if (this.active !== undefined && this.tree.visibleAt(this.active) < 0 && !this.active.isLost)
      this.mark(spot, this.anchor !== undefined);
    this.changed();
  }

  toggle(spot: Spot<Row>): void {
    if (this.tree.expandedAt(spot) === undefined) this.expand(spot);
    else this.collapse(spot);
  }

  /** `*`: the row and its siblings of the same page. */
  expandSiblings(): void {
    const spot = this.activeSpot;
    if (spot === undefined || spot.index < 0) return;
    const first = pageOf(spot.index) * PAGE_ROWS;
    for (let index = first; index < first + MOST_SIBLINGS; index++)
      this.tree.expand({ branch: spot.branch, index });
    this.changed();
    this.showActive();
  }

  retry(branch: Branch<Row>): void {
    this.loader.retry(branch);
  }

  /** The user does not want to wait for the rows of a branch. */
  stop(branch: Branch<Row>): void {
    this.loader.stop(branch);
  }

  private expandOnward(branch: Branch<Row>): void {
    if (this.expandFirst === undefined) return;
    const { levels, until } = this.expandFirst;
    // Only down the first children: what the user expands is not meant.
    for (let at = branch; at.parent !== undefined; at = at.parent) if (at.index !== 0) return;
    const row = this.tree.rowAt(branch, 0);
    if (row === undefined || branch.level > levels || until(row)) this.expandFirst = undefined;
    else if (this.tree.expand({ branch, index: 0 }) === undefined) this.expandFirst = undefined;
  }

  // The focus and the selection.

  get activeVisible(): number {
    return this.active === undefined ? -1 : this.tree.visibleAt(this.active);
  }

  get activeSpot(): Spot<Row> | undefined {
    return this.activeVisible < 0 ? undefined : this.active;
  }

  /** The active row, if it is selected. It is known even where its place is not. */
  get selectedRow(): Row | undefined {
    return this.anchor === undefined ? undefined : this.active?.row;
  }

  /** Tells the selected row from others. */
  get selectedName(): string | undefined {
    const row = this.selectedRow;
    return row && `${this.active!.branch.id} ${row.key}`;
  }

  /** Visible rows that are selected: from, up to without. */
  get selection(): { readonly start: number; readonly end: number } {
    if (this.anchor === undefined || this.active === undefined) return { start: 0, end: 0 };
    const one = this.activeVisible;
    if (one < 0) return { start: 0, end: 0 };
    const other = this.tree.visibleAt(this.anchor);
    if (other < 0) return { start: one, end: one + 1 };
    return { start: Math.min(one, other), end: Math.max(one, other) + 1 };
  }

  /** The row at a visible position gets the focus, and is selected; with `extend` together with those up to the anchor. */
  select(visible: number, extend = false): void {
    if (this.tree.count === 0) return;
    const spot = this.tree.spotAt(Math.min(Math.max(visible, 0), this.tree.count - 1));
    this.stopRevealing();
    this.header = undefined;
    this.notice = "";
    if (extend && this.anchor !== undefined) {
      this.active = this.markOf(spot);
      this.onChange();
    } else this.mark(spot, true);
  }

  /** Gives the focus to a row, when the table gets it and no row had it. */
  focus(): void {
    if (this.activeVisible >= 0 || this.header !== undefined || this.tree.count === 0) return;
    this.mark(this.tree.spotAt(Math.floor(this.top / ROW_HEIGHT)), false);
  }

  /** Selects the active row alone, or nothing if it is that already. */
  toggleSelection(): void {
    if (this.active === undefined) return;
    const { start, end } = this.selection;
    this.anchor = end - start === 1 ? undefined : this.active;
    this.onChange();
  }

  /** Scrolls no further than needed to show the active row; or so that it is in the middle. */
  showActive(where: "near" | "middle" = "near"): void {
    const visible = this.activeVisible;
    if (visible < 0) return;
    const top = visible * ROW_HEIGHT;
    // The rows of the parents lie over the first ones.
    const covered = Math.min(MOST_ANCESTORS, this.active!.branch.level - 1) * ROW_HEIGHT;
    if (top - covered >= this.top && top + ROW_HEIGHT <= this.top + this.view) return this.onChange();
    if (where === "middle") this.scrollTo(top - Math.max(0, this.view - ROW_HEIGHT) / 2);
    else this.scrollTo(top - covered < this.top ? top - covered : top + ROW_HEIGHT - this.view);
  }

  private mark(spot: Spot<Row>, isSelected: boolean): void {
    this.active = this.markOf(spot);
    this.anchor = isSelected ? this.active : undefined;
    this.onChange();
  }

  private markOf({ branch, index }: Spot<Row>): Mark<Row> {
    return { branch, index, row: this.tree.rowAt(branch, index), isLost: false };
  }

  // Revealing an object.

  /** Finds an object, expands what it is in, selects it and scrolls to it. */
  async reveal(id: number): Promise<void> {
    if (this.source.locate === undefined) return;
    this.stopRevealing();
    const revealing = new AbortController();
    this.revealing = revealing;
    const { signal } = revealing;
    try {
      const steps = await this.source.locate(id, this.order);
      if (signal.aborted) return;
      let branch = this.tree.top;
      for (const [depth, { index }] of steps.entries()) {
        if (!(await this.loader.load(branch, index, signal))) return;
        if (depth === steps.length - 1) {
          this.mark({ branch, index }, true);
          this.showActive("middle");
          return;
        }
        const child = this.tree.expandedAt({ branch, index }) ?? this.tree.expand({ branch, index });
        if (child === undefined) return;
        branch = child;
        this.changed();
      }
      this.say(say(tableWords).notThere(id));
    } catch (error) {
      if (!signal.aborted) this.say(error instanceof Error ? error.message : String(error));
    }
  }

  stopRevealing(): void {
    this.revealing?.abort();
  }

  say(notice: string): void {
    this.notice = notice;
    this.onChange();
  }
}
