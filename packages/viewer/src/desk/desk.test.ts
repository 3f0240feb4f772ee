/** Tables against the engine, on real files: all rows, all orders. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { openSnapshot, type HeapSnapshot } from "@heapscope/engine";
import { beforeAll, describe, expect, it } from "vitest";
import { MOST_ROWS, type GroupRow, type ObjectRow, type Order, type TableName } from "../protocol/index.ts";
import { createDesk, type Desk } from "./desk.ts";

const FILES = ["node-20-default", "node-26-numeric", "chromium-page"];

/** Any order, the same for both sides. */
function compare(a: number | string | undefined, b: number | string | undefined): number {
  return String(a) < String(b) ? -1 : 1;
}

function open(name: string): Promise<HeapSnapshot> {
  const path = new URL(`../../../../fixtures/snapshots/${name}.heapsnapshot.gz`, import.meta.url);
  return openSnapshot(gunzipSync(readFileSync(path)));
}

async function allRows<Row>(
  desk: Desk,
  table: TableName,
  params: object,
  of = "",
  order?: Order,
): Promise<Row[]> {
  const rows: unknown[] = [];
  for (;;) {
    const slice = await desk.answer("rows", {
      table,
      params,
      of,
      order,
      start: rows.length,
      count: MOST_ROWS,
    });
    rows.push(...slice.rows);
    if (slice.rows.length === 0 || rows.length >= slice.total) {
      expect(rows).toHaveLength(slice.total);
      return rows as Row[];
    }
  }
}

/** Whether the rows are in an order, by numbers or texts. */
function isOrdered(values: readonly (number | string)[], descending: boolean): boolean {
  return values.every(
    (value, i) => i === 0 || (descending ? values[i - 1]! >= value : values[i - 1]! <= value),
  );
}

describe.each(FILES)("tables of %s", (name) => {
  let snapshot: HeapSnapshot;
  let desk: Desk;
  let groups: GroupRow[];
  beforeAll(async () => {
    snapshot = await open(name);
    desk = createDesk();
    desk.add({ name, open: () => Promise.resolve(snapshot) });
    groups = await allRows<GroupRow>(desk, "summary", { file: 0 });
  });

  it("has the engine's groups, and below each its objects by retained size, equal ones by id", async () => {
    expect(new Set(groups.map(({ key }) => key)).size).toBe(groups.length);
    const expected = [...snapshot.groups].sort(
      (a, b) =>
        b.retainedSize - a.retainedSize ||
        (a.className < b.className ? -1 : a.className > b.className ? 1 : 0),
    );
    expect(
      groups.map(({ count, shallowSize, retainedSize, distance }) => [
        count,
        shallowSize,
        retainedSize,
        distance,
      ]),
    ).toEqual(
      expected.map(({ count, shallowSize, retainedSize, distance }) => [
        count,
        shallowSize,
        retainedSize,
        distance,
      ]),
    );
    for (const [i, group] of expected.entries()) {
      const rows = await allRows<ObjectRow>(desk, "summary", { file: 0 }, groups[i]!.children);
      const { retainedSize, graph } = snapshot;
      const nodes = Array.from(group.nodes).sort(
        (a, b) => retainedSize[b]! - retainedSize[a]! || graph.nodeId[a]! - graph.nodeId[b]!,
      );
      expect(rows.map(({ id }) => id)).toEqual(nodes.map((node) => graph.nodeId[node]));
      for (const [j, row] of rows.entries()) {
        const object = snapshot.object(nodes[j]!);
        expect(row.retainedSize).toBe(object.retainedSize);
        if (row.name !== object.name) expect(object.name.startsWith(row.name) && row.isCut).toBe(true);
      }
    }
  });

  it("sorts groups and objects by every field, in both directions, and loses none", async () => {
    const largest = groups.toSorted((a, b) => b.count - a.count).slice(0, 3);
    for (const by of ["className", "count", "distance", "shallowSize", "retainedSize"] as const)
      for (const descending of [true, false]) {
        const rows = await allRows<GroupRow>(desk, "summary", { file: 0 }, "", { by, descending });
        expect(
          isOrdered(
            rows.map((row) => row[by]),
            descending,
          ),
        ).toBe(true);
        expect(rows.map(({ key }) => key).sort(compare)).toEqual(groups.map(({ key }) => key).sort(compare));
      }
    for (const group of largest)
      for (const by of ["name", "id", "distance", "shallowSize", "retainedSize"] as const)
        for (const descending of [true, false]) {
          const rows = await allRows<ObjectRow>(desk, "summary", { file: 0 }, group.children, {
            by,
            descending,
          });
          expect(
            isOrdered(
              rows.map((row) => row[by]),
              descending,
            ),
          ).toBe(true);
          expect(new Set(rows.map(({ id }) => id)).size).toBe(group.count);
        }
  });

  it("finds every kind of object again where locate says", async () => {
    for (let node = 0; node < snapshot.graph.nodeCount; node += 997) {
      const { id, shallowSize } = snapshot.object(node);
      for (const table of ["summary", "dominators", "containment"] as const) {
        const steps = await desk.answer("locate", { table, params: { file: 0 }, id });
        if (table === "summary") expect(steps).toHaveLength(shallowSize === 0 ? 0 : 2);
        let of = "";
        let last: unknown;
        for (const step of steps) {
          const { rows } = await desk.answer("rows", {
            table,
            params: { file: 0 },
            of,
            start: step.index,
            count: 1,
          });
          expect(rows[0]).toMatchObject({ key: step.key });
          last = rows[0];
          of = step.children ?? "";
        }
        if (steps.length > 0) expect(last).toMatchObject({ id });
      }
    }
  });

  it("has all references, dominated objects and retainers", async () => {
    for (let node = 0; node < snapshot.graph.nodeCount; node += 499) {
      const object = snapshot.object(node);
      const params = { file: 0, id: object.id };
      const references = await allRows<ObjectRow>(desk, "containment", params);
      const targets = object.edges().map((edge) => edge.to.id);
      expect(references.map(({ id }) => id).sort(compare)).toEqual(targets.sort(compare));
      expect(
        isOrdered(
          references.map((row) => row.retainedSize),
          true,
        ),
      ).toBe(true);
      const dominated = await allRows<ObjectRow>(desk, "dominators", params);
      expect(dominated.map(({ retainedSize }) => retainedSize)).toEqual(
        object.dominated().map((below) => below.retainedSize),
      );
      const retainers = await allRows<ObjectRow>(desk, "retainers", params);
      expect(retainers.map((row) => row.id)).toEqual(object.retainers().map((edge) => edge.from.id));
    }
  });

  it("answers about objects of every group", async () => {
    for (const group of snapshot.groups) {
      const object = snapshot.object(group.nodes[0]!);
      const answer = await desk.answer("object", { file: 0, id: object.id });
      expect(answer.title).not.toBe("");
      expect(answer.preview.length).toBeLessThanOrEqual(400);
      expect(groups.some(({ key }) => key === answer.group)).toBe(true);
      expect(answer.path.at(-1)?.id ?? object.id).toBe(object.id);
    }
  });
});
