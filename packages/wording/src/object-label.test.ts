import { describe, expect, it } from "vitest";
import { objectLabel } from "./object-label.ts";

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
    expect(objectLabel("global / ", "object")).toBe("global /");
  });

  it("names an object without a name by its type, and the root by what it is", () => {
    expect(objectLabel("", "native")).toBe("(native)");
    expect(objectLabel("", "synthetic")).toBe("(root)");
  });

  it("escapes what the captured program put into a name", () => {
    expect(objectLabel("a\nb", "string")).toBe('"a\\nb"');
    expect(objectLabel("\u001b[2J", "object")).toBe("\\x1b[2J");
  });
});
