import { describe, expect, it } from "vitest";
import { LinkError, type Order, type Slice, type TableRow } from "../protocol/index.ts";
import type { TableSource } from "./column.ts";
import { RowLoader } from "./row-loader.ts";
import { RowTree } from "./row-tree.ts";

interface Pending {
  readonly of: string;
  readonly order: Order | undefined;
  readonly start: number;
  readonly count: number;
  readonly signal: AbortSignal;
  answer(): Promise<void>;
  fail(message: string): Promise<void>;
}

/** A source whose questions are answered when the test wants: 10,000 rows below everything. */
function setUp() {
  const asked: Pending[] = [];
  const source: TableSource<TableRow> = {
    key: "test",
    slice: (of, order, start, count, { signal }) =>
      new Promise<Slice<TableRow>>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(new LinkError("cancelled", "Cancelled.")));
        const rows = Array.from({ length: count }, (_, at): TableRow => {
          const key = String(start + at);
          return { kind: "row", key, children: `${of}/${key}` };
        });
        const settle = () => new Promise<void>((done) => setTimeout(done));
        asked.push({
          of,
          order,
          start,
          count,
          signal,
          answer: () => (resolve({ total: 10_000, start, rows }), settle()),
          fail: (message) => (reject(new LinkError("internal", message)), settle()),
        });
      }),
  };
  const tree = new RowTree<TableRow>();
  const events = { changes: 0, changed: () => void events.changes++, describe: (stage: string) => stage };
  const loader = new RowLoader(tree, source, undefined, events);
  return { asked, tree, loader, events };
}

describe("RowLoader", () => {
  it("asks for the list once, then for the pages in view and around it", async () => {
    const { asked, loader, tree } = setUp();
    loader.show(0, 40);
    loader.show(0, 40);
    expect(asked).toMatchObject([{ of: "", start: 0, count: 100 }]);
    await asked[0]!.answer();
    expect(tree.count).toBe(10_000);
    loader.show(80, 40);
    expect(asked.slice(1)).toMatchObject([{ start: 100, count: 100 }]);
  });

  it("cancels what was scrolled past, and never has many questions at once", async () => {
    const { asked, loader } = setUp();
    loader.show(0, 40);
    await asked[0]!.answer();
    for (let first = 1_000; first <= 9_000; first += 1_000) loader.show(first, 40);
    const open = asked.slice(1).filter(({ signal }) => !signal.aborted);
    expect(open.length).toBeLessThanOrEqual(3);
    expect(open[0]!.start).toBe(9_000);
    expect(asked[1]!.signal.aborted).toBe(true);
  });

  it("does not cancel the making of a list when the view moves on", async () => {
    const { asked, loader, tree } = setUp();
    loader.show(0, 40);
    await asked[0]!.answer();
    tree.expand({ branch: tree.top, index: 5 });
    loader.show(0, 40);
    expect(asked[1]).toMatchObject({ of: "/5", start: 0 });
    loader.show(5_000, 40);
    expect(asked[1]!.signal.aborted).toBe(false);
    tree.collapse({ branch: tree.top, index: 5 });
    loader.show(5_000, 40);
    expect(asked[1]!.signal.aborted).toBe(true);
  });

  it("asks anew in another order, and keeps the old rows meanwhile", async () => {
    const { asked, loader, tree } = setUp();
    loader.show(0, 40);
    await asked[0]!.answer();
    loader.reorder({ by: "name", descending: false });
    expect(asked[1]).toMatchObject({ order: { by: "name" }, start: 0 });
    expect(tree.rowAt(tree.top, 3)?.key).toBe("3");
    loader.reorder({ by: "name", descending: true });
    expect(asked[1]!.signal.aborted).toBe(true);
    await asked[2]!.answer();
    expect(tree.top.isStale).toBe(false);
  });

  it("shows why rows did not come, and asks again when told to", async () => {
    const { asked, loader, tree, events } = setUp();
    loader.show(0, 40);
    await asked[0]!.fail("The server has ended.");
    expect(tree.top.problem).toBe("The server has ended.");
    expect(events.changes).toBe(1);
    loader.show(0, 40);
    expect(asked).toHaveLength(1);
    loader.retry(tree.top);
    expect(asked).toHaveLength(2);
    await asked[1]!.answer();
    expect(tree.top.problem).toBeUndefined();
  });

  it("ends a long question when told to, and asks again when told that", async () => {
    const { asked, loader, tree } = setUp();
    loader.show(0, 40);
    loader.stop(tree.top);
    expect(asked[0]!.signal.aborted).toBe(true);
    expect(tree.top.problem).toBe("Cancelled.");
    loader.show(0, 40);
    expect(asked).toHaveLength(1);
    loader.retry(tree.top);
    await asked[1]!.answer();
    expect(tree.top.problem).toBeUndefined();
    // Of another order, the old rows go: they are not in the order that the titles say.
    loader.reorder({ by: "name", descending: false });
    loader.stop(tree.top);
    expect(asked[2]!.signal.aborted).toBe(true);
    expect(tree.top).toMatchObject({ problem: "Cancelled.", total: undefined, isStale: false });
  });

  it("asks for nothing after its end", async () => {
    const { asked, loader, tree } = setUp();
    loader.show(0, 40);
    loader.end();
    expect(asked[0]!.signal.aborted).toBe(true);
    loader.show(0, 40);
    expect(asked).toHaveLength(1);
    expect(tree.top.total).toBeUndefined();
  });
});
