import { compareSnapshots } from "@heapscope/engine";
import { openFile } from "@heapscope/engine/node";
import { drawHeap } from "@heapscope/testkit";
import { describe, expect, it } from "vitest";
import type { DiffRow, ObjectRow, Order } from "../../protocol/index.ts";
import { deskOf, readRows } from "../test-desk.ts";

const fixture = (name: string) =>
  openFile(new URL(`../../../../../fixtures/snapshots/${name}.heapsnapshot.gz`, import.meta.url).pathname);

const NUMBERS = [
  "added",
  "removed",
  "countDelta",
  "addedSize",
  "removedSize",
  "sizeDelta",
  "addedRetainedSize",
] as const;
const PARAMS = { base: 0, target: 1 };
/** As the engine has the groups, and DevTools. */
const NEW_FIRST: Order = { by: "addedSize", descending: true };

describe("a pair of real snapshots", async () => {
  const [base, target] = [await fixture("node-24-pair-1"), await fixture("node-24-pair-2")];
  const desk = deskOf(base, target);
  const { groups } = compareSnapshots(base, target);
  const whole = await readRows(desk, "comparison", PARAMS, { order: NEW_FIRST });
  const rows = whole.rows as DiffRow[];

  it("has the engine's rows", () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(whole.total).toBe(groups.length);
    expect(whole.note).toBeUndefined();
    for (const [index, group] of groups.entries()) {
      const row = rows[index]!;
      expect(row.className).toBe(group.className);
      for (const field of NUMBERS) expect(row[field]).toBe(group[field]);
    }
  });

  it.each(NUMBERS)("is sorted by %s in both directions", async (by) => {
    for (const descending of [true, false]) {
      const { rows: sorted } = await readRows(desk, "comparison", PARAMS, { order: { by, descending } });
      const values = (sorted as DiffRow[]).map((row) => row[by] ?? 0);
      expect(values).toEqual(values.toSorted((a, b) => (descending ? b - a : a - b)));
      expect(new Set(sorted.map(({ key }) => key)).size).toBe(rows.length);
    }
  });

  it("has the added objects of each group, then the removed ones", async () => {
    for (const row of rows.slice(0, 30)) {
      const group = groups.find((each) => each.className === row.className && each.added === row.added)!;
      const below = await readRows(desk, "comparison", PARAMS, { of: row.children! });
      const ids = (change: string) =>
        (below.rows as ObjectRow[]).flatMap((each) => (each.change === change ? [each.id] : []));
      expect(below.rows.map((each) => (each as ObjectRow).change)).toEqual([
        ...Array.from({ length: group.added }, () => "added"),
        ...Array.from({ length: group.removed }, () => "removed"),
      ]);
      const idsOf = (snapshot: typeof base, nodes: Uint32Array) =>
        Array.from(nodes, (node) => snapshot.graph.nodeId[node]!);
      expect(ids("added").sort((a, b) => a - b)).toEqual(idsOf(target, group.addedNodes));
      expect(ids("removed").sort((a, b) => a - b)).toEqual(idsOf(base, group.removedNodes));
    }
  });

  it("filters classes by text and regular expression", async () => {
    const names = async (text: string) =>
      (await readRows(desk, "comparison", { ...PARAMS, text }, { order: NEW_FIRST })).rows.map(
        (row) => row.className,
      );
    expect(await names("/^Array/")).toEqual(
      groups.map(({ className }) => className).filter((name) => name.startsWith("Array")),
    );
    expect(await names("aRRaY")).toEqual(
      groups.map(({ className }) => className).filter((name) => name.toLowerCase().includes("array")),
    );
    await expect(names("/(/")).rejects.toMatchObject({ code: "bad-filter" });
  });
});

describe("drawings", () => {
  const resident = Array.from(
    { length: 20 },
    (_, i) => `global -r${i}-> r${i}:Resident(16)@${501 + 2 * i}`,
  ).join("\n");

  it("opens an object in the snapshot that has it, and tells what the other one has not", async () => {
    const base = await drawHeap(`${resident}
      global -a-> gone:Session(48)@7 -data-> goneData:Data(10)@9
      gone -home-> r0`);
    const target = await drawHeap(`${resident}
      global -b-> come:Session(56)@907 -data-> comeData:Data(12)@909`);
    const desk = deskOf(base.snapshot, target.snapshot);
    const { rows } = await readRows(desk, "comparison", { ...PARAMS, text: "Session" });
    expect(rows).toMatchObject([
      { added: 1, removed: 1, addedSize: 56, removedSize: 48, addedRetainedSize: 68 },
    ]);
    const objects = await readRows(desk, "comparison", PARAMS, { of: rows[0]!.children! });
    expect(objects.rows).toMatchObject([
      { id: 907, change: "added", retainedSize: 68 },
      { id: 7, change: "removed", retainedSize: 58 },
    ]);
    const where = async (id: number) => desk.answer("locate", { table: "comparison", params: PARAMS, id });
    expect((await where(907)).map(({ index }) => index)).toEqual([0, 0]);
    expect((await where(7)).map(({ index }) => index)).toEqual([0, 1]);
    expect(await where(501)).toEqual([]);
    const [come, gone] = objects.rows;
    const below = async (row: typeof come) =>
      (await readRows(desk, "comparison", PARAMS, { of: row!.children! })).rows as ObjectRow[];
    expect(await below(come)).toMatchObject([{ id: 909, shallowSize: 12, change: "added" }]);
    const references = await below(gone);
    expect(references.find(({ id }) => id === 9)).toMatchObject({ shallowSize: 10, change: "removed" });
    expect(references.find(({ id }) => id === 501)!.change).toBeUndefined();
  });

  it("says so where ids mean nothing, and then has no objects", async () => {
    const [base, target] = await Promise.all(
      ["Cat", "Dog"].map((name) =>
        drawHeap(
          Array.from({ length: 20 }, (_, i) => `global -x${i}-> x${i}:${name}${i}(16)@${501 + 2 * i}`).join(
            "\n",
          ),
        ),
      ),
    );
    const desk = deskOf(base!.snapshot, target!.snapshot);
    const { rows, note } = await readRows(desk, "comparison", PARAMS);
    expect(note).toMatch(/^Object ids do not mean the same/);
    expect(rows).toHaveLength(40);
    expect(rows.every((row) => row.children === undefined)).toBe(true);
  });
});
