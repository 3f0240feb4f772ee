/**
 * Fetches the rows that are looked at into a `RowTree`: the pages in view, then those around it. Few questions are under way
 * at once; those for pages that are no longer wanted are cancelled, but for the first of a branch in an order: for that one the
 * desk makes the list (and perhaps sorts a million rows), from which all others are cut.
 */
import { LinkError, MOST_ROWS, type Order, type TableRow } from "../protocol/index.ts";
import type { TableSource } from "./column.ts";
import { type Branch, PAGE_ROWS, pageOf, type RowTree } from "./row-tree.ts";

/** Questions under way at once. */
const MOST_QUESTIONS = 3;

/** Progress of faster questions is not shown. */
const SLOW_MS = 300;

/** What stands in place of rows that the user did not want to wait for. */
const CANCELLED = "Cancelled.";

interface Question<Row extends TableRow> {
  readonly branch: Branch<Row>;
  /** From this page to the one before `end`. */
  readonly start: number;
  readonly end: number;
  /** Makes the list: without it the branch has no rows of this order. */
  readonly isFirst: boolean;
  readonly controller: AbortController;
}

/** What the loader tells. */
export interface LoaderEvents<Row extends TableRow> {
  /** Rows, progress or problems have come. */
  changed(): void;
  /** The first rows of a branch in this order have come. */
  began?(branch: Branch<Row>): void;
  /** A stage with a fraction in words: `computing dominators 40 %`. */
  describe(stage: string, fraction: number | undefined): string;
}

export class RowLoader<Row extends TableRow> {
  private readonly questions = new Set<Question<Row>>();
  private wanted: { branch: Branch<Row>; page: number }[] = [];
  private order: Order | undefined;
  private readonly tree: RowTree<Row>;
  private readonly source: TableSource<Row>;
  private readonly events: LoaderEvents<Row>;
  private isEnded = false;

  constructor(
    tree: RowTree<Row>,
    source: TableSource<Row>,
    order: Order | undefined,
    events: LoaderEvents<Row>,
  ) {
    this.tree = tree;
    this.source = source;
    this.order = order;
    this.events = events;
  }

  /** Wants the lines in view, and after them as many on both sides. */
  show(first: number, count: number): void {
    const wanted = new Map<string, { branch: Branch<Row>; page: number }>();
    this.collect(first, count, wanted);
    this.collect(first + count, count, wanted);
    this.collect(Math.max(0, first - count), Math.min(first, count), wanted);
    this.wanted = [...wanted.values()];
    this.proceed();
  }

  reorder(order: Order | undefined): void {
    this.order = order;
    for (const question of this.questions) this.cancel(question);
    this.tree.reorder();
    this.proceed();
  }

  /** Asks again for what did not come. */
  retry(branch: Branch<Row>): void {
    this.tree.forgive(branch);
    this.events.changed();
    this.proceed();
  }

  /** Ends the long question for a branch: what would come stands as cancelled until it is asked for again. */
  stop(branch: Branch<Row>): void {
    for (const question of this.questions) {
      if (question.branch !== branch || !question.isFirst) continue;
      this.cancel(question);
      this.tree.fail(branch, CANCELLED, []);
    }
    this.events.changed();
    this.proceed();
  }

  /** Fetches the page with a row, whether it is in view or not. False if that is not possible, or not wanted any more. */
  async load(branch: Branch<Row>, index: number, signal: AbortSignal): Promise<boolean> {
    const page = pageOf(index);
    if (!branch.isStale && branch.pages.has(page)) return true;
    try {
      const slice = await this.source.slice(branch.of, this.order, page * PAGE_ROWS, PAGE_ROWS, {
        signal,
        onProgress: () => {},
      });
      if (signal.aborted || this.isEnded) return false;
      this.tree.put(branch, slice);
      this.events.changed();
      return index < slice.total;
    } catch {
      return false;
    }
  }

  end(): void {
    this.isEnded = true;
    for (const question of this.questions) this.cancel(question);
  }

  /** Fetches again after `end`, from the next `show` on. */
  resume(): void {
    this.isEnded = false;
  }

  private collect(
    first: number,
    count: number,
    into: Map<string, { branch: Branch<Row>; page: number }>,
  ): void {
    for (const { branch, index } of this.tree.lines(first, count)) {
      const page = pageOf(Math.max(index, 0));
      const name = `${branch.id}:${page}`;
      if (into.has(name)) continue;
      into.set(name, { branch, page });
      if (branch.pages.has(page)) this.tree.touch(branch, page);
    }
  }

  /** Cancels what is not wanted, and asks for what is. */
  private proceed(): void {
    if (this.isEnded) return;
    for (const question of this.questions) if (!this.isWanted(question)) this.cancel(question);
    for (const { branch, page } of this.wanted) {
      if (this.questions.size >= MOST_QUESTIONS) return;
      if (!this.isMissing(branch, page)) continue;
      const isFirst = branch.total === undefined || branch.isStale;
      let end = page + 1;
      while (end < page + MOST_ROWS / PAGE_ROWS && this.isWantedPage(branch, end)) end++;
      void this.ask({ branch, start: page, end, isFirst, controller: new AbortController() });
    }
  }

  private isMissing(branch: Branch<Row>, page: number): boolean {
    if (branch.problem !== undefined || branch.pageProblems.has(page)) return false;
    if (branch.total === 0 && !branch.isStale) return false;
    if (!branch.isStale && branch.pages.has(page)) return false;
    for (const question of this.questions) {
      if (question.branch !== branch) continue;
      if (question.isFirst || (page >= question.start && page < question.end)) return false;
    }
    return true;
  }

  private isWantedPage(branch: Branch<Row>, page: number): boolean {
    return (
      this.wanted.some((wanted) => wanted.branch === branch && wanted.page === page) &&
      (branch.isStale || !branch.pages.has(page))
    );
  }

  private isWanted(question: Question<Row>): boolean {
    const { branch, start, end, isFirst } = question;
    if (isFirst) return isInTable(branch);
    return this.wanted.some(({ branch: of, page }) => of === branch && page >= start && page < end);
  }

  private async ask(question: Question<Row>): Promise<void> {
    const { branch, start, end, isFirst, controller } = question;
    this.questions.add(question);
    const began = performance.now();
    const onProgress = (stage: string, fraction: number | undefined): void => {
      if (!this.questions.has(question) || !isFirst || performance.now() - began < SLOW_MS) return;
      branch.progress = this.events.describe(stage, fraction);
      this.events.changed();
    };
    try {
      const count = (end - start) * PAGE_ROWS;
      const options = { signal: controller.signal, onProgress };
      const slice = await this.source.slice(branch.of, this.order, start * PAGE_ROWS, count, options);
      if (!this.questions.delete(question)) return;
      this.tree.put(branch, slice);
      if (isFirst) this.events.began?.(branch);
    } catch (error) {
      // A cancelled question is not there any more.
      if (!this.questions.delete(question)) return;
      const pages = Array.from({ length: end - start }, (_, offset) => start + offset);
      this.tree.fail(branch, problemOf(error), pages);
    }
    this.events.changed();
    this.proceed();
  }

  private cancel(question: Question<Row>): void {
    this.questions.delete(question);
    question.branch.progress = undefined;
    question.controller.abort();
  }
}

function isInTable<Row extends TableRow>(branch: Branch<Row>): boolean {
  for (let at: Branch<Row> | undefined = branch; at !== undefined; at = at.parent)
    if (!at.isOpen || at.index < 0) return false;
  return true;
}

function problemOf(error: unknown): string {
  return error instanceof LinkError || error instanceof Error ? error.message : String(error);
}
