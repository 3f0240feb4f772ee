import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Slice, TableRow } from "../protocol/index.ts";
import { type Branch, hasRows, PAGE_ROWS, RowTree } from "./row-tree.ts";

/** A tree with all its rows: the handle of a row is its path; the order is that of the numbers, or the opposite one. */
class WholeTree {
  readonly expanded = new Set<string>();
  isReversed = false;
  private readonly totalOf: (of: string) => number;

  constructor(totalOf: (of: string) => number) {
    this.totalOf = totalOf;
  }

  slice(of: string, start: number, count: number): Slice<TableRow> {
    const total = this.totalOf(of);
    const rows: TableRow[] = [];
    for (let index = start; index < Math.min(total, start + count); index++) {
      const key = String(this.isReversed ? total - 1 - index : index);
      const path = of === "" ? key : `${of}.${key}`;
      rows.push({ kind: "row", key, ...(this.totalOf(path) >= 0 && { children: path }) });
    }
    return { total, start, rows };
  }

  /** Paths of all visible rows, in order; a branch without rows has a status row. */
  flatten(of = ""): string[] {
    const { rows } = this.slice(of, 0, Infinity);
    if (rows.length === 0) return of === "" ? [] : [`${of}.status`];
    return rows.flatMap(({ key, children }) => {
      const path = of === "" ? key : `${of}.${key}`;
      return children !== undefined && this.expanded.has(path) ? [path, ...this.flatten(path)] : [path];
    });
  }
}

/** Loads until every visible row is there. */
function loadAll(tree: RowTree<TableRow>, whole: WholeTree): void {
  for (;;) {
    const missing = tree
      .lines(0, tree.count)
      .find(
        ({ branch, index, row }) => (row === undefined && !isEmpty(branch)) || branch.isStale || index < -1,
      );
    if (missing === undefined) return;
    const start = Math.floor(Math.max(missing.index, 0) / PAGE_ROWS) * PAGE_ROWS;
    tree.put(missing.branch, whole.slice(missing.branch.of, start, PAGE_ROWS));
  }
}

function isEmpty(branch: Branch<TableRow>): boolean {
  return branch.total === 0 && !branch.isStale;
}

function pathsOf(tree: RowTree<TableRow>): string[] {
  return tree
    .lines(0, tree.count)
    .map(({ branch, row }) => [...(branch.of === "" ? [] : [branch.of]), row?.key ?? "status"].join("."));
}

/** The top has `top` rows; below them are 0, 1, 3 or 120, and these have 2 or none. */
function totals(top: number): (of: string) => number {
  return (of) => {
    if (of === "") return top;
    const path = of.split(".").map(Number);
    if (path.length === 1) return [0, 1, 3, 120, -1][path[0]! % 5]!;
    return path.length === 2 && path[1]! % 2 === 0 ? 2 : -1;
  };
}

describe("RowTree", () => {
  it("shows its status before the first rows, and nothing when there are none", () => {
    const tree = new RowTree<TableRow>();
    expect(tree.count).toBe(1);
    expect(tree.lines(0, 10)).toMatchObject([{ index: -1, row: undefined }]);
    tree.put(tree.top, { total: 0, start: 0, rows: [] });
    expect(tree.count).toBe(0);
    expect(tree.lines(0, 10)).toEqual([]);
  });

  it("finds rows among a hundred million without having them", () => {
    const whole = new WholeTree((of) => (of === "" ? 100_000_000 : 1_000));
    const tree = new RowTree<TableRow>();
    tree.put(tree.top, whole.slice("", 0, PAGE_ROWS));
    tree.put(tree.top, whole.slice("", 50_000_000, PAGE_ROWS));
    const child = tree.expand({ branch: tree.top, index: 50_000_007 })!;
    tree.put(child, whole.slice(child.of, 900, PAGE_ROWS));
    expect(tree.count).toBe(100_001_000);
    expect(tree.spotAt(50_000_008 + 950)).toEqual({ branch: child, index: 950 });
    expect(tree.spotAt(99_999_999 + 1_000)).toEqual({ branch: tree.top, index: 99_999_999 });
    expect(tree.visibleAt({ branch: tree.top, index: 50_000_008 })).toBe(50_001_008);
  });

  it("is what the whole tree is, through any expanding, collapsing and sorting", () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant("toggle" as const), at: fc.nat(10_000) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("sort" as const), at: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 230 }), fc.array(step, { maxLength: 12 }), (top, steps) => {
        const whole = new WholeTree(totals(top));
        const tree = new RowTree<TableRow>();
        loadAll(tree, whole);
        for (const { kind, at } of steps) {
          if (kind === "sort") {
            whole.isReversed = !whole.isReversed;
            tree.reorder();
          } else {
            const line = tree.lines(at % tree.count, 1)[0]!;
            if (line.row?.children !== undefined) {
              const path = line.row.children;
              if (line.expanded === undefined) {
                tree.expand(line);
                whole.expanded.add(path);
              } else {
                tree.collapse(line);
                whole.expanded.delete(path);
              }
            }
          }
          loadAll(tree, whole);
          const expected = whole.flatten();
          expect(tree.count).toBe(expected.length);
          expect(pathsOf(tree)).toEqual(expected);
          for (let visible = 0; visible < tree.count; visible += 7) {
            const spot = tree.spotAt(visible);
            expect(tree.visibleAt(spot)).toBe(visible);
            expect(tree.lines(visible, 1)[0]).toMatchObject(spot);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the old rows until the first new ones come, and finds what was expanded", () => {
    const whole = new WholeTree(totals(150));
    const tree = new RowTree<TableRow>();
    tree.put(tree.top, whole.slice("", 0, PAGE_ROWS));
    const child = tree.expand({ branch: tree.top, index: 2 })!;
    tree.put(child, whole.slice(child.of, 0, PAGE_ROWS));
    whole.isReversed = true;
    tree.reorder();
    expect(pathsOf(tree).slice(0, 6)).toEqual(["0", "1", "2", "2.0", "2.1", "2.2"]);
    tree.put(tree.top, whole.slice("", 0, PAGE_ROWS));
    expect(pathsOf(tree).slice(0, 3)).toEqual(["149", "148", "147"]);
    expect(tree.count, "the place of the expanded row is not known yet").toBe(150);
    tree.put(tree.top, whole.slice("", 100, PAGE_ROWS));
    expect(tree.count).toBe(153);
    expect(tree.visibleAt({ branch: child, index: 0 })).toBe(148);
  });

  it("keeps what is expanded inside of a collapsed row", () => {
    const whole = new WholeTree(totals(5));
    const tree = new RowTree<TableRow>();
    loadAll(tree, whole);
    tree.expand({ branch: tree.top, index: 2 });
    loadAll(tree, whole);
    tree.expand(tree.lines(3, 1)[0]!);
    loadAll(tree, whole);
    const before = pathsOf(tree);
    expect(before).toHaveLength(10);
    tree.collapse({ branch: tree.top, index: 2 });
    expect(tree.count).toBe(5);
    tree.expand({ branch: tree.top, index: 2 });
    loadAll(tree, whole);
    expect(pathsOf(tree)).toEqual(before);
  });

  it("forgets the pages that were not looked at for longest", () => {
    const whole = new WholeTree(() => 1_000_000);
    const tree = new RowTree<TableRow>();
    for (let page = 0; page < 300; page++) tree.put(tree.top, whole.slice("", page * PAGE_ROWS, PAGE_ROWS));
    expect(tree.top.pages.size).toBeLessThan(150);
    expect(tree.rowAt(tree.top, 0)).toBeUndefined();
    expect(tree.rowAt(tree.top, 29_999)?.key).toBe("29999");
  });

  it("tells why rows did not come, and forgets it when they come", () => {
    const whole = new WholeTree(() => 1_000);
    const tree = new RowTree<TableRow>();
    tree.fail(tree.top, "The server has ended.", [0]);
    expect(tree.top.problem).toBe("The server has ended.");
    tree.put(tree.top, whole.slice("", 0, PAGE_ROWS));
    expect(tree.top.problem).toBeUndefined();
    tree.fail(tree.top, "The server has ended.", [3]);
    expect(tree.top.pageProblems.get(3)).toBe("The server has ended.");
    expect(hasRows(tree.top)).toBe(true);
    tree.reorder();
    tree.fail(tree.top, "The server has ended.", [0]);
    expect(tree.count, "no rows of a former order under the title of the new one").toBe(1);
  });
});
