import { compareSeries } from "@heapscope/engine";
import { openFile } from "@heapscope/engine/node";
import { drawHeap } from "@heapscope/testkit";
import { expect, it } from "vitest";
import type { GrowthRow, ObjectRow } from "../../protocol/index.ts";
import { deskOf, readRows } from "../test-desk.ts";

/** Snapshots of a server with `counts` sessions; ids go on from snapshot to snapshot. */
async function drawSeries(counts: readonly number[], firstId = 1001) {
  const drawings = counts.map((count) => {
    const residents = Array.from(
      { length: 20 },
      (_, i) => `global -r${i}-> r${i}:Resident(16)@${501 + 2 * i}`,
    );
    const sessions = Array.from(
      { length: count },
      (_, i) =>
        `global -s${i}-> s${i}:Session(48)@${firstId + 4 * i} -data-> d${i}:Data(10)@${firstId + 2 + 4 * i}`,
    );
    return drawHeap([...residents, ...sessions].join("\n"));
  });
  return (await Promise.all(drawings)).map(({ snapshot }) => snapshot);
}

it("has counts and sizes of each snapshot, and the objects that came since the first", async () => {
  const desk = deskOf(...(await drawSeries([2, 3, 7])));
  const params = { files: [0, 1, 2] };
  const { rows, note } = await readRows(desk, "growth", params);
  expect(note).toBeUndefined();
  const session = (rows as GrowthRow[]).find(({ className }) => className === "Session")!;
  expect(session).toMatchObject({
    counts: [2, 3, 7],
    shallowSizes: [96, 144, 336],
    retainedSizes: [116, 174, 406],
    countDelta: 5,
    sizeDelta: 240,
    retainedDelta: 290,
    growsAlways: true,
  });
  expect(rows[0]).toEqual(session);
  const resident = (rows as GrowthRow[]).find(({ className }) => className === "Resident")!;
  expect(resident).toMatchObject({ counts: [20, 20, 20], countDelta: 0, growsAlways: false });

  const below = await readRows(desk, "growth", params, {
    of: session.children!,
    order: { by: "id", descending: false },
  });
  expect(below.rows.map((row) => (row as ObjectRow).id)).toEqual([1009, 1013, 1017, 1021, 1025]);
  const references = await readRows(desk, "growth", params, { of: below.rows[0]!.children! });
  expect(references.rows).toMatchObject([{ id: 1011, className: "Data" }]);
  expect((await readRows(desk, "growth", params, { of: resident.children! })).total).toBe(0);
});

it("follows groups by their names where ids mean nothing, and then has all objects", async () => {
  const [first] = await drawSeries([2]);
  const other = await drawHeap(
    Array.from(
      { length: 20 },
      (_, i) => `global -s${i}-> s${i}:${i < 4 ? "Session" : `Other${i}`}(48)@${501 + 2 * i}`,
    ).join("\n"),
  );
  const desk = deskOf(first!, other.snapshot);
  const { rows, note } = await readRows(desk, "growth", { files: [0, 1], text: "Session" });
  expect(note).toMatch(/^Object ids do not mean the same/);
  expect(rows).toMatchObject([{ counts: [2, 4] }]);
  const below = await readRows(desk, "growth", { files: [0, 1] }, { of: rows[0]!.children! });
  expect(below.total).toBe(4);
});

it("has the engine's rows of real snapshots, in every order", async () => {
  const fixture = (name: string) =>
    openFile(new URL(`../../../../../fixtures/snapshots/${name}.heapsnapshot.gz`, import.meta.url).pathname);
  const snapshots = [await fixture("node-26-pair-1"), await fixture("node-26-pair-2")];
  const desk = deskOf(...snapshots);
  const { groups } = compareSeries(snapshots);
  const params = { files: [0, 1] };
  const order = { by: "retainedDelta", descending: true };
  const { rows } = (await readRows(desk, "growth", params, { order })) as { rows: GrowthRow[] };
  expect(rows.map(({ className, counts, retainedSizes }) => ({ className, counts, retainedSizes }))).toEqual(
    groups.map(({ className, counts, retainedSizes }) => ({ className, counts, retainedSizes })),
  );
  for (const by of ["countDelta", "sizeDelta", "retainedDelta"] as const)
    for (const descending of [true, false]) {
      const sorted = (await readRows(desk, "growth", params, { order: { by, descending } }))
        .rows as GrowthRow[];
      const values = sorted.map((row) => row[by]);
      expect(values).toEqual(values.toSorted((a, b) => (descending ? b - a : a - b)));
    }
});

it("finds an object in its group, with the files in order", async () => {
  const desk = deskOf(...(await drawSeries([1, 2, 3])));
  const params = { files: [0, 1, 2] };
  const { rows } = await readRows(desk, "growth", params, {
    order: { by: "retainedDelta", descending: true },
  });
  const group = rows.findIndex((row) => row.children !== undefined);
  const below = await readRows(desk, "growth", params, {
    of: rows[group]!.children!,
    order: { by: "retainedDelta", descending: true },
  });
  const { id } = below.rows.at(-1) as ObjectRow;
  const where = await desk.answer("locate", {
    table: "growth",
    params,
    id,
    order: { by: "retainedDelta", descending: true },
  });
  expect(where.map(({ index }) => index)).toEqual([group, below.rows.length - 1]);
});

it("needs two snapshots", async () => {
  const desk = deskOf(...(await drawSeries([1])));
  await expect(readRows(desk, "growth", { files: [0] })).rejects.toMatchObject({ code: "bad-question" });
});

it("begins with what grows in every snapshot, not with what holds it", async () => {
  const heaps = [1, 2, 3].map((count) => {
    const sessions = Array.from(
      { length: count },
      (_, i) => `keeper -s${i}-> s${i}:Session(48)@${901 + 2 * i}`,
    );
    return drawHeap(["global -k-> keeper:Keeper(32)@801", ...sessions].join("\n"));
  });
  const desk = deskOf(...(await Promise.all(heaps)).map(({ snapshot }) => snapshot));
  const { rows } = (await readRows(desk, "growth", { files: [0, 1, 2] })) as { rows: GrowthRow[] };
  expect(rows.map(({ className, growsAlways }) => [className, growsAlways]).slice(0, 2)).toEqual([
    ["Session", true],
    ["Keeper", false],
  ]);
});
