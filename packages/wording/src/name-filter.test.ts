import { describe, expect, it } from "vitest";
import { exactNameFilter, NameFilterError, parseNameFilter } from "./name-filter.ts";

describe("parseNameFilter", () => {
  it("finds a text anywhere in a name, in any case", () => {
    const filter = parseNameFilter("session");
    expect(filter.matches("UserSession")).toBe(true);
    expect(filter.matches("Sess")).toBe(false);
  });

  it("takes a text with special characters as it is", () => {
    expect(parseNameFilter("(string)").matches("(string)")).toBe(true);
    expect(parseNameFilter("a.c").matches("abc")).toBe(false);
  });

  it("reads text between slashes as a regular expression with flags", () => {
    const filter = parseNameFilter("/^user/i");
    expect(filter.matches("UserSession")).toBe(true);
    expect(filter.matches("SuperUser")).toBe(false);
  });

  it("gives the same answer when asked again, also with the flags g and y", () => {
    const filter = parseNameFilter("/a/gy");
    expect([filter.matches("ba"), filter.matches("ba")]).toEqual([true, true]);
  });

  it("refuses a broken regular expression with a sentence", () => {
    expect(() => parseNameFilter("/(/")).toThrow(/'\/\(\/' is not a regular expression/);
  });

  it("gives the reason by itself, without the expression", () => {
    const reasonOf = (text: string): unknown => {
      try {
        return parseNameFilter(text);
      } catch (error) {
        return error instanceof NameFilterError && error.reason;
      }
    };
    expect(["/(/", "/a: (/i", "/[/"].map(reasonOf)).toEqual([
      "Unterminated group",
      "Unterminated group",
      "Unterminated character class",
    ]);
    expect(reasonOf("/a/q")).toMatch(/flags/);
  });

  it("makes a filter of a name, whose end may have been cut", () => {
    const whole = parseNameFilter(exactNameFilter("a+b"));
    expect(["a+b", "a+bc"].map((name) => whole.matches(name))).toEqual([true, false]);
    const cut = parseNameFilter(exactNameFilter("a+b", true));
    expect(["a+bc", "aab"].map((name) => cut.matches(name))).toEqual([true, false]);
  });
});
