import { expect, it } from "vitest";
import type { TableRow } from "../protocol/index.ts";
import type { TableSource } from "./column.ts";
import { createTableMemory } from "./table-memory.ts";
import { ROW_HEIGHT, TableState } from "./table-state.ts";

const descending = { by: "count", descending: true };

function sourceOf(key: string): TableSource<TableRow> {
  return {
    key,
    slice: async (of, _order, start) => ({
      total: 3,
      start,
      rows: ["a", "b", "c"].map((name) => ({
        kind: "row",
        key: `${of}${name}`,
        ...(of === "" && { children: `${name}/` }),
        ...(of !== "" && { id: 7 }),
      })),
    }),
  };
}

async function fetchAll(state: TableState<TableRow>): Promise<void> {
  for (let drawing = 0; drawing < 5; drawing++) {
    state.fetch();
    await new Promise((done) => setTimeout(done));
  }
}

async function leaveTable() {
  const memory = createTableMemory();
  const state = new TableState<TableRow>(sourceOf("summary"), descending, () => {});
  state.resizeView(10 * ROW_HEIGHT);
  await fetchAll(state);
  state.expand({ branch: state.tree.top, index: 1 });
  await fetchAll(state);
  state.select(3);
  state.end();
  memory.keep(state);
  return memory;
}

it("gives a table back as it was left: its order, what is expanded and what is selected", async () => {
  const memory = await leaveTable();
  expect(memory.orderOf("summary")).toEqual(descending);
  let drawn = 0;
  const state = memory.take<TableRow>("summary")!;
  state.resume(() => drawn++, true);
  expect(state.lines.map(({ row }) => row?.key)).toEqual(["a", "b", "b/a", "b/b", "b/c", "c"]);
  expect(state.selectedRow?.key).toBe("b/b");
  state.expand({ branch: state.tree.top, index: 0 });
  await fetchAll(state);
  expect(state.lines.map(({ row }) => row?.key)).toContain("a/c");
  expect(drawn).toBeGreaterThan(0);
});

it("selects no object that the page does not ask for", async () => {
  const memory = await leaveTable();
  const state = memory.take<TableRow>("summary")!;
  state.resume(() => {}, false);
  expect(state.selectedRow).toBeUndefined();
});

it("gives a table once, and forgets those that were left long ago", () => {
  const memory = createTableMemory(2);
  for (const key of ["one", "two", "three"])
    memory.keep(new TableState<TableRow>(sourceOf(key), descending, () => {}));
  expect(memory.orderOf("one")).toBeUndefined();
  expect(memory.take("three")).toBeDefined();
  expect(memory.take("three")).toBeUndefined();
  expect(memory.take("two")).toBeDefined();
});
