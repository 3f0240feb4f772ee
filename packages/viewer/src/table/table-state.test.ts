import { describe, expect, it } from "vitest";
import type { Order, TableRow } from "../protocol/index.ts";
import type { TableSource, TreeTableProps } from "./column.ts";
import { ROW_HEIGHT, TableState } from "./table-state.ts";

/** Every row has 1,000 below it, down to the fourth level; the descending order is the opposite one. */
const source: TableSource<TableRow> = {
  key: "test",
  slice: async (of, order, start, count) => {
    const rows = Array.from({ length: count }, (_, at): TableRow => {
      const key = String(order?.descending === true ? 999 - start - at : start + at);
      return { kind: "row", key, ...(of.split("/").length < 5 && { children: `${of}/${key}` }) };
    });
    return { total: 1_000, start, rows: rows.slice(0, 1_000 - start) };
  },
  locate: async (id) =>
    id === 1_002
      ? [
          { index: 500, key: "500" },
          { index: 2, key: "2" },
        ]
      : [],
};

async function openTable(expandFirst?: TreeTableProps<TableRow>["expandFirst"]) {
  const state = new TableState<TableRow>(source, undefined, () => {}, expandFirst);
  state.resizeView(10 * ROW_HEIGHT);
  await fetchAll(state);
  return state;
}

/** As the component does: each drawing asks for what it shows. */
async function fetchAll(state: TableState<TableRow>): Promise<void> {
  for (let drawing = 0; drawing < 10; drawing++) {
    state.fetch();
    await new Promise((done) => setTimeout(done));
  }
}

function keysInView(state: TableState<TableRow>): (string | undefined)[] {
  return state.lines.map(({ row }) => row?.key);
}

describe("TableState", () => {
  it("does not move what is in view when rows come above it", async () => {
    const state = await openTable();
    state.scrollTo(300 * ROW_HEIGHT + 7);
    await fetchAll(state);
    state.expand({ branch: state.tree.top, index: 299 });
    await fetchAll(state);
    expect(state.tree.count).toBe(2_000);
    expect(keysInView(state)[0]).toBe("300");
    expect(state.top).toBe(1_300 * ROW_HEIGHT + 7);
    state.collapse({ branch: state.tree.top, index: 299 });
    expect(state.top).toBe(300 * ROW_HEIGHT + 7);
  });

  it("begins at the top in another order, and knows the selected row there", async () => {
    const state = await openTable();
    state.select(3);
    state.scrollTo(400 * ROW_HEIGHT);
    const order: Order = { by: "name", descending: true };
    state.reorder(order);
    await fetchAll(state);
    expect(state.top).toBe(0);
    expect(keysInView(state).slice(0, 2)).toEqual(["999", "998"]);
    expect(state.selectedRow?.key).toBe("3");
    expect(state.activeVisible, "its page has not come").toBe(-1);
    state.scrollTo(Infinity);
    await fetchAll(state);
    expect(state.activeVisible).toBe(996);
  });

  it("gives the focus of a row that is collapsed away to its parent", async () => {
    const state = await openTable();
    state.expand({ branch: state.tree.top, index: 1 });
    await fetchAll(state);
    state.select(5);
    state.collapse({ branch: state.tree.top, index: 1 });
    expect(state.activeVisible).toBe(1);
    expect(state.selectedRow?.key).toBe("1");
  });

  it("reveals an object below rows that were never in view", async () => {
    const state = await openTable();
    await state.reveal(1_002);
    expect(state.selectedRow?.key).toBe("2");
    expect(state.activeVisible).toBe(503);
    expect(keysInView(state)).toContain("500");
    await state.reveal(7);
    expect(state.notice).toBe("Object @7 is not in this table.");
    expect(state.selectedRow?.key).toBe("2");
  });

  it("expands along the first children as far as it is told, once", async () => {
    const state = await openTable({ levels: 3, until: () => false });
    await fetchAll(state);
    expect(state.lines.slice(0, 5).map(({ branch }) => branch.level)).toEqual([1, 2, 3, 4, 4]);
    const other = await openTable({ levels: 3, until: ({ children }) => children === "/0/0" });
    await fetchAll(other);
    expect(other.lines.slice(0, 4).map(({ branch }) => branch.level)).toEqual([1, 2, 2, 2]);
  });

  it("keeps at most three parents in view, those above what is shown", async () => {
    const state = await openTable({ levels: 3, until: () => false });
    expect(state.ancestors).toEqual([]);
    state.scrollTo(100 * ROW_HEIGHT);
    expect(state.ancestors.map(({ branch, visible }) => [branch.level, visible])).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ]);
    state.scrollTo(1_500 * ROW_HEIGHT);
    expect(state.ancestors.map(({ visible }) => visible)).toEqual([0, 1]);
  });

  it("selects a range from where the selection began", async () => {
    const state = await openTable();
    state.select(5);
    state.select(8, true);
    expect(state.selection).toEqual({ start: 5, end: 9 });
    state.select(2, true);
    expect(state.selection).toEqual({ start: 2, end: 6 });
    state.toggleSelection();
    expect(state.selection).toEqual({ start: 2, end: 3 });
    state.toggleSelection();
    expect(state.selectedRow).toBeUndefined();
  });
});
