/**
 * The rows of a tree-table, of which only a few are known. A branch is the top of the table or an expanded row; it knows how
 * many rows are below it (`total`), keeps some pages of them, and those of its children that are expanded. So a table of a
 * hundred million rows takes the memory of its expanded rows and of the pages last looked at.
 *
 * A visible row is a position in a branch. Row 7 of the table is found by walking the expanded children:
 *
 *     top, 5 rows          0  a
 *       b is expanded      1  b
 *         3 rows           2    b.0     ─┐
 *                          3    b.1      │ 3 rows of b's branch: they push what follows down
 *                          4    b.2     ─┘
 *                          5  c
 *
 * A branch without a known total shows one row instead, its status: loading, failed. In another order the old rows stay until
 * the first new ones come; expanded rows then find their new places by their keys, when the page with them comes.
 * Cost: finding a row takes one step per expanded row among its ancestors' children. Nothing here touches the page.
 */
import type { Slice, TableRow } from "../protocol/index.ts";

/** Rows of one page: the unit in which rows are kept and asked for. */
export const PAGE_ROWS = 100;

/** Pages that are kept, of all branches together. */
const KEPT_PAGES = 120;

/** The top of the table, or an expanded row with the rows below it. */
export interface Branch<Row extends TableRow> {
  /** Unique in its tree. */
  readonly id: number;
  readonly parent: Branch<Row> | undefined;
  /** Of the rows in it: 1 at the top. */
  readonly level: number;
  /** Key of its row in the parent; "" at the top. */
  readonly key: string;
  /** Handle to ask for its rows. */
  of: string;
  /** Its own row, which stays when the page with it goes; `undefined` at the top. */
  row: Row | undefined;
  /** Position of its row in the parent; -1 while that is not known. */
  index: number;
  isOpen: boolean;
  /** How many rows are below it; `undefined` until the first come. */
  total: number | undefined;
  isLimited: boolean;
  sums: Slice<Row>["sums"];
  /** Pages and total are of a former order. */
  isStale: boolean;
  /** Why its rows did not come: a sentence. */
  problem: string | undefined;
  /** Why single pages did not come. */
  readonly pageProblems: Map<number, string>;
  /** While its rows are awaited, and that takes long. */
  progress: string | undefined;
  readonly pages: Map<number, readonly Row[]>;
  /** Every child that was expanded once, by key: collapsed ones keep what is expanded in them. */
  readonly children: Map<string, Branch<Row>>;
  /** Children that are expanded and whose position is known, in order. */
  shown: Branch<Row>[];
  /** Rows that it adds to the table. */
  visibleCount: number;
}

/** A place in the tree: a row of a branch, or, with index -1, the status row of a branch. */
export interface Spot<Row extends TableRow> {
  readonly branch: Branch<Row>;
  readonly index: number;
}

/** What is visible at a place. */
export interface Line<Row extends TableRow> extends Spot<Row> {
  /** Missing while the row is not loaded, and on a status row. */
  readonly row: Row | undefined;
  /** Position among all visible rows. */
  readonly visible: number;
  /** The branch of its children, if it is expanded. */
  readonly expanded: Branch<Row> | undefined;
}

export class RowTree<Row extends TableRow> {
  readonly top: Branch<Row>;
  private nextId = 0;
  /** Pages by last use, oldest first. */
  private readonly used = new Map<string, Spot<Row>>();

  constructor() {
    this.top = this.createBranch(undefined, "", "", 0);
    this.top.isOpen = true;
    this.top.visibleCount = 1;
  }

  /** Rows of the table, expanded ones counted. */
  get count(): number {
    return this.top.visibleCount;
  }

  /** The place of a visible row. `visible` must be less than `count`. */
  spotAt(visible: number): Spot<Row> {
    let branch = this.top;
    let rest = visible;
    descend: for (;;) {
      if (!hasRows(branch)) return { branch, index: -1 };
      // Rows of `shown` before the wanted one push it down.
      let pushed = 0;
      for (const child of branch.shown) {
        const at = child.index + pushed;
        if (rest <= at) break;
        if (rest <= at + child.visibleCount) {
          rest -= at + 1;
          branch = child;
          continue descend;
        }
        pushed += child.visibleCount;
      }
      return { branch, index: rest - pushed };
    }
  }

  /** Where a place is among the visible rows; -1 if it is not visible. */
  visibleAt({ branch, index }: Spot<Row>): number {
    if (hasRows(branch) ? index < 0 || index >= branch.total! : index !== -1 || branch.visibleCount === 0)
      return -1;
    let visible = Math.max(index, 0);
    for (let at = branch, before = index; ; before = at.index, at = at.parent!) {
      for (const child of at.shown) {
        if (child.index >= before) break;
        visible += child.visibleCount;
      }
      if (at.parent === undefined) return visible;
      if (!at.isOpen || at.index < 0) return -1;
      visible += at.index + 1;
    }
  }

  /** The lines from `first` on. */
  lines(first: number, count: number): Line<Row>[] {
    const lines: Line<Row>[] = [];
    const end = Math.min(first + count, this.count);
    if (first >= end) return lines;
    let { branch, index } = this.spotAt(first);
    let next = countBefore(branch, index);
    for (let visible = first; visible < end; visible++) {
      const expanded = index >= 0 && branch.shown[next]?.index === index ? branch.shown[next] : undefined;
      lines.push({ branch, index, visible, row: this.rowAt(branch, index), expanded });
      if (expanded !== undefined && expanded.visibleCount > 0) {
        branch = expanded;
        index = hasRows(branch) ? 0 : -1;
        next = 0;
      } else {
        // To the next row; from the last one of a branch up to what follows the branch's own row.
        while (branch.parent !== undefined && (index === -1 || index + 1 >= branch.total!)) {
          index = branch.index;
          next = branch.parent.shown.indexOf(branch);
          branch = branch.parent;
        }
        if (branch.shown[next]?.index === index) next++;
        index++;
      }
    }
    return lines;
  }

  rowAt(branch: Branch<Row>, index: number): Row | undefined {
    if (index < 0) return undefined;
    return branch.pages.get(pageOf(index))?.[index % PAGE_ROWS];
  }

  /** The branch below a row, if it is expanded. */
  expandedAt({ branch, index }: Spot<Row>): Branch<Row> | undefined {
    return branch.shown[findShown(branch, index)];
  }

  /** Expands a loaded row that has children. */
  expand({ branch, index }: Spot<Row>): Branch<Row> | undefined {
    const row = this.rowAt(branch, index);
    if (row?.children === undefined) return undefined;
    let child = branch.children.get(row.key);
    if (child === undefined) {
      child = this.createBranch(branch, row.key, row.children, index);
      branch.children.set(row.key, child);
    }
    if (!child.isOpen) {
      child.of = row.children;
      child.row = row;
      child.isOpen = true;
      this.show(child, index);
    }
    return child;
  }

  /** What is expanded below stays so for the next time; its pages go. */
  collapse(spot: Spot<Row>): void {
    const child = this.expandedAt(spot);
    if (child === undefined) return;
    child.isOpen = false;
    child.parent!.shown.splice(child.parent!.shown.indexOf(child), 1);
    this.add(child.parent!, -child.visibleCount);
  }

  /** Rows have come. Any slice is taken whose start is that of a page. */
  put(branch: Branch<Row>, slice: Slice<Row>): void {
    if (branch.isStale || branch.total === undefined || branch.total !== slice.total) {
      // Of another order, or of another list: old rows and places mean nothing now.
      this.empty(branch, slice.total);
    }
    branch.isLimited = slice.isLimited === true;
    if (slice.sums !== undefined) branch.sums = slice.sums;
    branch.problem = undefined;
    branch.progress = undefined;
    for (let from = 0; from < slice.rows.length; from += PAGE_ROWS) {
      const page = pageOf(slice.start + from);
      branch.pages.set(page, slice.rows.slice(from, from + PAGE_ROWS));
      branch.pageProblems.delete(page);
      this.touch(branch, page);
    }
    this.place(branch, slice);
    this.recount(branch);
  }

  /** Some pages did not come; of a branch without rows in this order, then, nothing did. */
  fail(branch: Branch<Row>, problem: string, pages: readonly number[]): void {
    branch.progress = undefined;
    if (branch.total !== undefined && !branch.isStale) {
      for (const page of pages) branch.pageProblems.set(page, problem);
      return;
    }
    branch.problem = problem;
    this.empty(branch, undefined);
    this.recount(branch);
  }

  /** Forgets why rows did not come, so that they are asked for again. */
  forgive(branch: Branch<Row>): void {
    branch.problem = undefined;
    branch.pageProblems.clear();
  }

  /** From now on rows are in another order. The old ones stay until the first new ones of their branch come. */
  reorder(): void {
    const pending: Branch<Row>[] = [this.top];
    for (let branch = pending.pop(); branch !== undefined; branch = pending.pop()) {
      this.forgive(branch);
      if (branch.total !== undefined) branch.isStale = true;
      pending.push(...branch.children.values());
    }
  }

  /** Notes that a page is looked at, and forgets those that were not for longest. */
  touch(branch: Branch<Row>, page: number): void {
    const name = pageName(branch, page);
    this.used.delete(name);
    this.used.set(name, { branch, index: page });
    if (this.used.size <= KEPT_PAGES) return;
    for (const [oldest, { branch, index }] of this.used) {
      branch.pages.delete(index);
      this.used.delete(oldest);
      return;
    }
  }

  private createBranch(parent: Branch<Row> | undefined, key: string, of: string, index: number): Branch<Row> {
    return {
      id: this.nextId++,
      parent,
      level: parent === undefined ? 1 : parent.level + 1,
      key,
      of,
      row: undefined,
      index,
      isOpen: false,
      total: undefined,
      isLimited: false,
      sums: undefined,
      isStale: false,
      problem: undefined,
      pageProblems: new Map(),
      progress: undefined,
      pages: new Map(),
      children: new Map(),
      shown: [],
      visibleCount: 1,
    };
  }

  private empty(branch: Branch<Row>, total: number | undefined): void {
    for (const page of branch.pages.keys()) this.used.delete(pageName(branch, page));
    branch.pages.clear();
    branch.pageProblems.clear();
    for (const child of branch.shown) child.index = -1;
    branch.shown = [];
    branch.isStale = false;
    branch.total = total;
  }

  /** Puts an open child where its row is. */
  private show(child: Branch<Row>, index: number): void {
    const parent = child.parent!;
    child.index = index;
    parent.shown.splice(countBefore(parent, index), 0, child);
    this.add(parent, child.visibleCount);
  }

  /** Finds the children whose rows have come. */
  private place(branch: Branch<Row>, slice: Slice<Row>): void {
    if (branch.children.size === 0) return;
    for (const [offset, row] of slice.rows.entries()) {
      const child = branch.children.get(row.key);
      if (child === undefined || !child.isOpen || child.index === slice.start + offset) continue;
      if (child.index >= 0) branch.shown.splice(branch.shown.indexOf(child), 1);
      if (row.children === undefined) {
        branch.children.delete(row.key);
        continue;
      }
      child.of = row.children;
      child.row = row;
      child.index = slice.start + offset;
      branch.shown.splice(countBefore(branch, child.index), 0, child);
    }
  }

  private recount(branch: Branch<Row>): void {
    let count = hasRows(branch) ? branch.total! : branch.parent === undefined && branch.total === 0 ? 0 : 1;
    for (const child of branch.shown) count += child.visibleCount;
    const difference = count - branch.visibleCount;
    branch.visibleCount = count;
    if (branch.parent !== undefined && branch.isOpen && branch.index >= 0)
      this.add(branch.parent, difference);
  }

  /** Adds to a branch and to all that show it. */
  private add(branch: Branch<Row>, difference: number): void {
    for (let at: Branch<Row> | undefined = branch; at !== undefined; at = at.parent) {
      at.visibleCount += difference;
      if (!at.isOpen || at.index < 0) return;
    }
  }
}

/** Whether a branch shows rows, and not its status. */
export function hasRows<Row extends TableRow>(branch: Branch<Row>): boolean {
  return branch.total !== undefined && branch.total > 0;
}

export function pageOf(index: number): number {
  return Math.floor(index / PAGE_ROWS);
}

/** The first place in `shown` that is at `index` or behind it. */
function countBefore<Row extends TableRow>(branch: Branch<Row>, index: number): number {
  let low = 0;
  let high = branch.shown.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (branch.shown[middle]!.index < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

function findShown<Row extends TableRow>(branch: Branch<Row>, index: number): number {
  const at = countBefore(branch, index);
  return branch.shown[at]?.index === index ? at : -1;
}

function pageName<Row extends TableRow>(branch: Branch<Row>, page: number): string {
  return `${branch.id}:${page}`;
}
