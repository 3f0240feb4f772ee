import { describe, expect, it } from "vitest";
import { escapeJson, escapeText } from "./escape-text.ts";

describe("escapeText", () => {
  it("leaves letters of every script, emoji and punctuation alone", () => {
    expect(escapeText("Größe 名前 😀 a\\b 'c' {d}")).toBe("Größe 名前 😀 a\\b 'c' {d}");
  });

  it("shows control characters and escape sequences instead of obeying them", () => {
    expect(escapeText("a\nb\r\tc\0")).toBe("a\\nb\\r\\tc\\x00");
    expect(escapeText("\u001b[31mred\u009b0m\u007f")).toBe("\\x1b[31mred\\x9b0m\\x7f");
  });

  it("shows what turns or hides text: bidirectional marks, zero-width characters, tags, line separators", () => {
    expect(escapeText("a\u202eb\u2066c\u200bd\ufeff")).toBe("a\\u{202e}b\\u{2066}c\\u{200b}d\\u{feff}");
    expect(escapeText("\u{e0041}\u2028\u2029")).toBe("\\u{e0041}\\u{2028}\\u{2029}");
  });

  it("shows halves of surrogate pairs, which no terminal can draw", () => {
    expect(escapeText("\ud83d")).toBe("\\u{d83d}");
  });
});

describe("escapeJson", () => {
  it("keeps the value while no unsafe character is left in the text", () => {
    const value = { name: "\u001b[31m\u202e\u{e0041}\u2028\u009b\ud800 é 😀" };
    const json = escapeJson(JSON.stringify(value));
    expect(json).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(json).toContain("é 😀");
    expect(JSON.parse(json)).toEqual(value);
  });
});
