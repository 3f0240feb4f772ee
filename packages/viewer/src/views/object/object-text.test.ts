import { describe, expect, it } from "vitest";
import { escapeLines } from "./object-text.tsx";

describe("escapeLines", () => {
  it("keeps line breaks and tabs", () => {
    expect(escapeLines("a\n\tb\r\nc")).toBe("a\n\tb\nc");
  });

  it("shows everything else that could hide or turn text", () => {
    expect(escapeLines("a\u202eb\n\u001b[31m\rc")).toBe("a\\u{202e}b\n\\x1b[31m\\rc");
  });
});
