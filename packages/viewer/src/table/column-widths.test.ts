import { describe, expect, it } from "vitest";
import { gridTemplate, moveLine, recallWidths, resetLine, usualWidths, widen } from "./column-widths.ts";

const columns = [
  { id: "name", width: 200 },
  { id: "count", width: 80 },
  { id: "size", width: 100 },
];
const usual = usualWidths(columns);

describe("column widths", () => {
  it("move the line between two columns with the mouse, and no other line", () => {
    expect(moveLine(usual, 2, 10)).toEqual([200, 90, 90]);
    expect(moveLine(usual, 1, -30)).toEqual([200, 110, 100]);
  });
  it("leave every column readable", () => {
    expect(moveLine(usual, 2, 1_000)).toEqual([200, 136, 44]);
    expect(moveLine(usual, 2, -1_000)).toEqual([200, 44, 136]);
    expect(widen(usual, 1, -500)).toEqual([200, 44, 100]);
  });
  it("widen a column by keys, the first one at the cost of the second", () => {
    expect(widen(usual, 2, 8)).toEqual([200, 80, 108]);
    expect(widen(usual, 0, 8)).toEqual([200, 72, 100]);
  });
  it("come back by a double click", () => {
    expect(resetLine([200, 130, 50], columns, 2)).toEqual(usual);
  });
  it("are the grid's columns, and the usual ones where nothing is remembered", () => {
    expect(gridTemplate(usual)).toBe("minmax(200px, 1fr) 80px 100px");
    expect(recallWidths(columns)).toEqual(usual);
  });
});
