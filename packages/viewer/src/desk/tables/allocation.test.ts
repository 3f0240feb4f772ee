import { openFile } from "@heapscope/engine/node";
import { drawHeap } from "@heapscope/testkit";
import { expect, it } from "vitest";
import { deskOf, readRows } from "../test-desk.ts";

const FIELDS = ["count", "size", "liveCount", "liveSize"] as const;

it("has the engine's sites of a real recording, and callers that add up", async () => {
  const snapshot = await openFile(
    new URL("../../../../../fixtures/snapshots/node-24-timeline.heaptimeline.gz", import.meta.url).pathname,
  );
  const desk = deskOf(snapshot);
  const { sites } = snapshot.allocations!;
  const { rows } = await readRows(desk, "allocation", { file: 0 });
  expect(rows.length).toBeGreaterThan(3);
  expect(rows.map(({ functionName, size, liveCount }) => [functionName, size, liveCount])).toEqual(
    sites.map(({ name, size, liveCount }) => [name, size, liveCount]),
  );
  for (const by of FIELDS)
    for (const descending of [true, false]) {
      const sorted = (await readRows(desk, "allocation", { file: 0 }, { order: { by, descending } })).rows;
      const values = sorted.map((row) => row[by]);
      expect(values).toEqual(values.toSorted((a, b) => (descending ? b - a : a - b)));
    }
  // Every call has a caller, up to the root of the recording.
  let steps = 0;
  let [row] = rows;
  while (row?.children !== undefined) {
    const callers: typeof rows = (await readRows(desk, "allocation", { file: 0 }, { of: row.children })).rows;
    for (const field of FIELDS)
      expect(callers.reduce((sum, caller) => sum + caller[field], 0)).toBe(row[field]);
    row = callers[0];
    steps++;
  }
  expect(steps).toBeGreaterThan(1);
});

it("leads by its paths to the row alone, and to what is alive of it in the Summary", async () => {
  const desk = deskOf(
    await openFile(
      new URL("../../../../../fixtures/snapshots/node-26-timeline.heaptimeline.gz", import.meta.url).pathname,
    ),
  );
  let alive = 0;
  let callers = 0;
  const expectBelow = async (of: string): Promise<void> => {
    const { rows } = await readRows(desk, "allocation", { file: 0 }, { of });
    for (const row of rows) {
      const { path } = row;
      expect((await readRows(desk, "allocation", { file: 0, path })).rows).toEqual([row]);
      const only = { kind: "allocatedBy", path } as const;
      const groups = await readRows(desk, "summary", { file: 0, only });
      // Parts whose bytes count to their owner are in no group.
      expect(groups.sums!.shallowSize).toBe(row.liveSize);
      expect(groups.sums!.count).toBeLessThanOrEqual(row.liveCount);
      alive += row.liveCount;
      if (of !== "") callers++;
      if (row.children !== undefined) await expectBelow(row.children);
    }
  };
  await expectBelow("");
  expect(alive).toBeGreaterThan(2501);
  expect(callers).toBeGreaterThan(20);
  for (const path of [[], [9999], [0, 1, 2]]) {
    expect((await readRows(desk, "allocation", { file: 0, path })).rows).toEqual([]);
    const only = { kind: "allocatedBy", path } as const;
    expect((await readRows(desk, "summary", { file: 0, only })).rows).toEqual([]);
  }
});

it("refuses paths that are none", async () => {
  const { snapshot } = await drawHeap("global -a-> b");
  const desk = deskOf(snapshot);
  for (const path of ["3.7", [-1], [1.5], ["1"], undefined]) {
    const only = { kind: "allocatedBy", path } as never;
    await expect(readRows(desk, "summary", { file: 0, only })).rejects.toMatchObject({
      code: "bad-question",
    });
  }
  const nothing = await readRows(desk, "summary", { file: 0, only: { kind: "allocatedBy", path: [1] } });
  expect(nothing.total).toBe(0);
});

it("has no rows without a recording", async () => {
  const { snapshot } = await drawHeap("global -a-> b");
  expect((await readRows(deskOf(snapshot), "allocation", { file: 0 })).total).toBe(0);
});

it("refuses a handle that is none", async () => {
  const { snapshot } = await drawHeap("global -a-> b", {
    timeline: true,
    runtime: "node-24",
    rest: {
      traceFunctions: [{ functionId: 0, name: "(root)", scriptName: "", scriptId: 0, line: 0, column: 0 }],
      traceTree: { id: 1, functionIndex: 0, count: 0, size: 0, children: [] },
    },
  });
  const rows = readRows(deskOf(snapshot), "allocation", { file: 0 }, { of: "1.x" });
  await expect(rows).rejects.toMatchObject({ code: "bad-question" });
});
