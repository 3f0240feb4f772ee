import { describe, expect, it } from "vitest";
import type { TableRow } from "../protocol/index.ts";
import type { Column, TableSource } from "./column.ts";
import { formatText, formatTsv, gatherRows, MOST_COPIED } from "./copy-rows.ts";
import { RowTree } from "./row-tree.ts";

interface NamedRow extends TableRow {
  readonly name: string;
  readonly size: number;
}

const shared = { hint: "", width: 80, cell: () => null };
const columns: readonly Column<NamedRow>[] = [
  { ...shared, id: "name", title: "Constructor", align: "start", text: ({ name }) => name },
  { ...shared, id: "size", title: "Shallow size", align: "end", text: ({ size }) => String(size) },
];

function named(name: string, size: number): NamedRow {
  return { kind: "row", key: name, name, size, children: name };
}

describe("copied rows", () => {
  it("are aligned and indented as text", () => {
    const rows = [
      { level: 2, row: named("Session", 1_024) },
      { level: 3, row: named("Map", 8) },
    ];
    expect(formatText(rows, columns)).toBe("Session  1024\n  Map       8");
  });

  it("are TSV with a header, in which no text of the heap is a cell, a line or a formula of its own", () => {
    const rows = [
      { level: 1, row: named("a\tb\nc\u202E", 1) },
      { level: 1, row: named("=HYPERLINK(1)", 2) },
      { level: 1, row: named("-5", 3) },
    ];
    expect(formatTsv(rows, columns).split("\n")).toEqual([
      "Constructor\tShallow size",
      "a\\tb\\nc\\u{202e}\t1",
      "'=HYPERLINK(1)\t2",
      "-5\t3",
    ]);
  });

  it("are fetched where they are not loaded, up to the limit", async () => {
    const starts: number[] = [];
    const source: TableSource<NamedRow> = {
      key: "test",
      slice: async (_of, _order, start, count) => {
        starts.push(start);
        const rows = Array.from({ length: count }, (_, at) => named(`row ${start + at}`, start + at));
        return { total: 50_000, start, rows };
      },
    };
    const tree = new RowTree<NamedRow>();
    const options = { signal: new AbortController().signal, onProgress: () => {} };
    tree.put(tree.top, await source.slice("", undefined, 0, 100, options));
    starts.length = 0;
    const some = await gatherRows(tree, source, undefined, { start: 98, end: 103 });
    expect(some.map(({ row }) => row.size)).toEqual([98, 99, 100, 101, 102]);
    expect(starts).toEqual([100]);
    const many = await gatherRows(tree, source, undefined, { start: 0, end: 50_000 });
    expect(many).toHaveLength(MOST_COPIED);
    expect(many.at(-1)!.row.size).toBe(MOST_COPIED - 1);
  });
});
