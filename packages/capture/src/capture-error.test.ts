import { expect, test } from "vitest";
import { harmless } from "./capture-error.ts";

test("what a terminal obeys, hides or turns around is shown, and letters of every script are left alone", () => {
  expect(harmless("Größe 名前 😀\u001b[2J\n\u009b\u2028")).toBe(
    "Größe 名前 😀\\u{1b}[2J\\u{a}\\u{9b}\\u{2028}",
  );
  expect(harmless("a\u200e\u200f\u061c\ufeff\u202e\u{e0041}")).toBe(
    "a\\u{200e}\\u{200f}\\u{61c}\\u{feff}\\u{202e}\\u{e0041}",
  );
});

test("a long text is cut, where an emoji may be taken apart but not hidden", () => {
  expect(harmless("a".repeat(300))).toBe(`${"a".repeat(200)}…`);
  expect(harmless("a😀", 2)).toBe("a\\u{d83d}…");
});
