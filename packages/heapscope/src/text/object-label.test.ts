import { describe, expect, it } from "vitest";
import { objectLabel, referenceLabel } from "./object-label.ts";

describe("objectLabel", () => {
  it("decorates names as DevTools does", () => {
    expect(objectLabel("hello", "string")).toBe('"hello"');
    expect(objectLabel("hello", "concatenated string")).toBe('"hello"');
    expect(objectLabel("a+", "regexp")).toBe("/a+/");
    expect(objectLabel("run", "closure")).toBe("run()");
    expect(objectLabel("", "closure")).toBe("()");
    expect(objectLabel("(object elements)", "array")).toBe("(object elements)[]");
    expect(objectLabel("", "array")).toBe("(internal array)[]");
    expect(objectLabel("Session", "object")).toBe("Session");
  });

  it("names an object without a name by its type", () => {
    expect(objectLabel("", "synthetic")).toBe("(synthetic)");
  });

  it("escapes what the captured program put into a name", () => {
    expect(objectLabel("a\nb", "string")).toBe('"a\\nb"');
    expect(objectLabel("\u001b[2J", "object")).toBe("\\x1b[2J");
  });
});

describe("referenceLabel", () => {
  it("writes properties and elements as in a program", () => {
    expect(referenceLabel("property", "cache")).toBe(".cache");
    expect(referenceLabel("property", "größe")).toBe(".größe");
    expect(referenceLabel("property", "content-type")).toBe('["content-type"]');
    expect(referenceLabel("property", 'a"\n')).toBe('["a\\"\\n"]');
    expect(referenceLabel("element", 3)).toBe("[3]");
  });

  it("names the scope of a variable, and puts the engine's own names into parentheses", () => {
    expect(referenceLabel("context", "handlers")).toBe("(closure scope).handlers");
    expect(referenceLabel("internal", "table")).toBe("(table)");
    expect(referenceLabel("hidden", 7)).toBe("(hidden 7)");
    expect(referenceLabel("weak", "map")).toBe("(weak map)");
  });
});
