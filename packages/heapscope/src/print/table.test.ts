import { describe, expect, it } from "vitest";
import { textWidth } from "../text/text-width.ts";
import { fitCell, formatTable, type Column, type Segment } from "./table.ts";

interface Row {
  readonly name: string;
  readonly size: string;
}

const columns: readonly Column<Row>[] = [
  { title: "Constructor", align: "left", gives: true, cell: ({ name }) => [{ text: name, cut: "middle" }] },
  { title: "Size", align: "right", cell: ({ size }) => size },
];

const rows: readonly Row[] = [
  { name: "Session", size: "12.3 MB" },
  { name: "A".repeat(60) + "Z".repeat(60), size: "64 B" },
];

const plain = (text: string): string => text;

describe("formatTable", () => {
  it("aligns names to the left and sizes to the right", () => {
    expect(formatTable(columns, rows.slice(0, 1), 80, plain)).toEqual([
      "Constructor     Size",
      "Session      12.3 MB",
    ]);
  });

  it.each([40, 80, 200])("fits a terminal of %d columns, cutting names in the middle", (width) => {
    const lines = formatTable(columns, rows, width, plain);
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
    const long = lines.at(-1)!;
    expect(long.startsWith("AAAA")).toBe(true);
    expect(long.endsWith("64 B")).toBe(true);
    expect(long.includes("…")).toBe(width < 129);
  });

  it("cuts nothing where lines have no width, and does not pad all rows to the longest name", () => {
    const lines = formatTable(columns, rows, undefined, plain);
    expect(lines.at(-1)).toContain("A".repeat(60) + "Z".repeat(60));
    expect(lines[1]!.length).toBeLessThan(80);
  });

  it("keeps names readable where the numbers alone fill the terminal", () => {
    const lines = formatTable(columns, [{ name: "OrderHistory", size: "x".repeat(40) }], 30, plain);
    expect(lines.at(-1)).toContain("OrderHistory");
  });

  it("styles the text and not the padding, so that widths stay right", () => {
    const style = (text: string): string => `<${text}>`;
    const [, line] = formatTable(
      [{ title: "Constructor", align: "right", cell: () => [{ text: "a", style }] }],
      [0],
      80,
      plain,
    );
    expect(line).toBe(`${" ".repeat(10)}<a>`);
  });
});

describe("fitCell", () => {
  const cell: readonly Segment[] = [
    { text: ".aVeryLongPropertyName", cut: "middle" },
    { text: " in " },
    { text: "AnotherVeryLongName", cut: "middle" },
    { text: " @123" },
  ];

  it("keeps what must not be cut", () => {
    const text = fitCell(cell, 30)
      .map((segment) => segment.text)
      .join("");
    expect(textWidth(text)).toBe(30);
    expect(text).toMatch(/ in .*… ?.* @123$/);
  });

  it("shares the loss between two long names", () => {
    const [first, , second] = fitCell(cell, 30);
    expect(Math.abs(textWidth(first!.text) - textWidth(second!.text))).toBeLessThanOrEqual(1);
  });

  it("gives up without an end where nothing more can be cut", () => {
    expect(fitCell([{ text: "fixed and long" }, { text: "abcdef", cut: "middle" }], 2)).toEqual([
      { text: "fixed and long" },
      { text: "a…f", cut: "middle" },
    ]);
  });
});

describe("a table that is too wide", () => {
  const wide: readonly Column<Row>[] = [
    { title: "Reference", align: "left", gives: true, cell: () => [{ text: "x".repeat(20), cut: "middle" }] },
    { title: "Source", align: "left", gives: true, cell: () => [{ text: "/".repeat(80), cut: "start" }] },
    { title: "Retained size", align: "right", cell: ({ size }) => size },
    { title: "# New", align: "right", cell: () => "1" },
  ];

  it("sets its titles in two lines before it cuts names, but not the sign from its word", () => {
    const [first, second] = formatTable(wide, rows, 70, plain);
    expect(first!.trim()).toBe("Retained");
    expect(second).toMatch(/^Reference +Source +size +# New$/);
  });

  it("takes from its widest column first", () => {
    const [, , line] = formatTable(wide, rows, 70, plain);
    expect(line!.startsWith(`${"x".repeat(20)} `)).toBe(true);
    expect(line).toMatch(/ …\/+ /);
    expect(textWidth(line!)).toBe(70);
  });
});
