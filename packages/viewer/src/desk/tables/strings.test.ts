import { NodeType, type HeapSnapshot } from "@heapscope/engine";
import { openFile } from "@heapscope/engine/node";
import { drawHeap } from "@heapscope/testkit";
import { describe, expect, it } from "vitest";
import type { ObjectRow, StringRow } from "../../protocol/index.ts";
import { deskOf, readRows } from "../test-desk.ts";

const STRING_TYPES: readonly number[] = [NodeType.string, NodeType.consString, NodeType.slicedString];

describe("a real snapshot", async () => {
  const snapshot = await openFile(
    new URL("../../../../../fixtures/snapshots/node-24-default.heapsnapshot.gz", import.meta.url).pathname,
  );
  const desk = deskOf(snapshot);
  const rowsOf = async (params: object, options = {}) =>
    (await readRows(desk, "strings", { file: 0, list: "duplicates", ...params }, options)) as {
      rows: StringRow[];
      sums?: { count: number; shallowSize: number };
      isLimited?: true;
    };

  it("has the engine's duplicates", async () => {
    const groups = snapshot.duplicateStrings;
    const { rows, sums } = await rowsOf({}, { order: { by: "retainedSize", descending: true } });
    expect(rows.map(({ id, count, retainedSize }) => ({ id, count, retainedSize }))).toEqual(
      groups.map(({ nodes, count, retainedSize }) => ({
        id: snapshot.graph.nodeId[nodes[0]!],
        count,
        retainedSize,
      })),
    );
    for (const [index, { value, nodes, shallowSize }] of groups.entries()) {
      expect(rows[index]!.length).toBe(value.length);
      expect(value.startsWith(rows[index]!.value)).toBe(true);
      const smallest = Math.min(...nodes.map((node) => snapshot.shallowSize[node]!));
      expect(rows[index]!.wastedSize).toBe(shallowSize - smallest);
    }
    expect(sums!.count).toBe(groups.reduce((sum, { count }) => sum + count, 0));
  });

  it.each(["duplicates", "largest"])("sorts %s by every field", async (list) => {
    for (const by of ["count", "length", "shallowSize", "retainedSize", "wastedSize"] as const)
      for (const descending of [true, false]) {
        const { rows } = await rowsOf({ list }, { order: { by, descending } });
        const values = rows.map((row) => row[by]);
        expect(values).toEqual(values.toSorted((a, b) => (descending ? b - a : a - b)));
      }
    const { rows } = await rowsOf({ list }, { order: { by: "value", descending: false } });
    // Shown texts may be cut, and then equal.
    const values = rows.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });

  it("has the largest of all strings", async () => {
    const { rows, sums, isLimited } = await rowsOf(
      { list: "largest" },
      { order: { by: "shallowSize", descending: true } },
    );
    const sizes = allStrings(snapshot).map((node) => snapshot.shallowSize[node]!);
    expect(isLimited).toBe(true);
    expect(rows).toHaveLength(10_000);
    expect(rows.map(({ shallowSize }) => shallowSize)).toEqual(
      sizes.toSorted((a, b) => b - a).slice(0, 10_000),
    );
    expect(sums).toEqual({ count: sizes.length, shallowSize: sizes.reduce((sum, size) => sum + size, 0) });
  });

  it.each(["error", "/^node:[a-z]+$/"])("finds %s in the texts of all strings", async (text) => {
    const { rows } = await rowsOf({ list: "largest", text });
    const matches = text.startsWith("/")
      ? (name: string) => /^node:[a-z]+$/.test(name)
      : (name: string) => name.toLowerCase().includes(text);
    const expected = allStrings(snapshot).filter((node) => matches(snapshot.object(node).name));
    expect(expected.length).toBeGreaterThan(10);
    expect(new Set(rows.map(({ id }) => id))).toEqual(
      new Set(expected.map((node) => snapshot.graph.nodeId[node])),
    );
  });
});

function allStrings({ graph, shallowSize }: HeapSnapshot): number[] {
  return Array.from(graph.nodeType, (type, node) =>
    STRING_TYPES.includes(type) && shallowSize[node] !== 0 ? node : -1,
  ).filter((node) => node !== -1);
}

it("opens a text into its strings, and a string into its references", async () => {
  const { snapshot } = await drawHeap(`
    global -a-> one:string:hello(24)@11
    global -b-> two:string:hello(32)@13
    global -c-> rope:cons:"(concatenated string)"(40)@15 =first=> left:string:left(20)@17
    rope =second=> right:string:right(21)@19`);
  const desk = deskOf(snapshot);
  const params = { file: 0, list: "duplicates" } as const;
  const { rows } = await readRows(desk, "strings", params);
  expect(rows).toMatchObject([{ value: "hello", count: 2, shallowSize: 56, wastedSize: 32, length: 5 }]);
  const holders = await readRows(desk, "strings", params, { of: rows[0]!.children! });
  expect(holders.rows.map((row) => (row as ObjectRow).id).toSorted((a, b) => a - b)).toEqual([11, 13]);

  const where = await desk.answer("locate", { table: "strings", params, id: 13 });
  expect(where.map(({ key }) => key)).toEqual([rows[0]!.key, "o13"]);

  const largest = await readRows(desk, "strings", { file: 0, list: "largest", text: "leftright" });
  expect(largest.rows).toMatchObject([{ value: "leftright", id: 15, count: 1, wastedSize: 0 }]);
  const parts = await readRows(desk, "strings", params, { of: largest.rows[0]!.children! });
  expect(parts.rows.map((row) => (row as ObjectRow).name).toSorted()).toEqual(["left", "right"]);
});
