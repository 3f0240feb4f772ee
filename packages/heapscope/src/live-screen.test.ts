import { expect, test } from "vitest";
import { fitHeight } from "./live-screen.ts";

const lines = ["one", "two", "three", "four"];

test("lines that fit are all shown, above the cursor's row", () => {
  expect(fitHeight(lines, 80, 5)).toEqual(lines);
});

test("what does not fit is left out at the end, with a word about it", () => {
  expect(fitHeight(lines, 80, 4)).toEqual(["one", "two", "… 2 more lines"]);
  expect(fitHeight(["a", "b"], 80, 2)).toEqual(["… 2 more lines"]);
});

test("a line that is wider than the window takes several rows", () => {
  expect(fitHeight(["x".repeat(25), "two", "three"], 10, 5)).toEqual(["x".repeat(25), "… 2 more lines"]);
  expect(fitHeight(["x".repeat(25), "two"], 10, 5)).toEqual(["x".repeat(25), "two"]);
});

test("colours take no room", () => {
  expect(fitHeight(["\u001b[1mbold text\u001b[22m", "two"], 9, 3)).toHaveLength(2);
});
