import { describe, expect, it } from "vitest";
import { parseNameFilter } from "./name-filter.ts";

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
});
