import { describe, expect, it } from "vitest";
import { edgeLabel, rowLabel, typeClass } from "./object-name.tsx";

describe("edgeLabel", () => {
  it("writes references as DevTools does", () => {
    expect(edgeLabel({ name: "3", type: "element" })).toBe("[3]");
    expect(edgeLabel({ name: "cache", type: "property" })).toBe("cache");
    expect(edgeLabel({ name: "", type: "property" })).toBe("(empty)");
  });

  it("escapes hostile names", () => {
    expect(edgeLabel({ name: "\u202ea", type: "property" })).toBe("\\u{202e}a");
  });
});

describe("rowLabel", () => {
  it("decorates, and says when a name has been cut", () => {
    expect(rowLabel({ name: "run", type: "closure" })).toBe("run()");
    expect(rowLabel({ name: "abc", type: "string", isCut: true })).toBe('"abc…"');
  });
});

describe("typeClass", () => {
  it("takes no class of CSS from a type that a file has invented", () => {
    expect(typeClass("constructor")).toBe("hs-type-object");
    expect(typeClass("x hs-problem")).toBe("hs-type-object");
  });
});
