import { describe, expect, it } from "vitest";
import { authorFile, baseName, parts, scriptUrl } from "./author-file.ts";

describe("a source in a map", () => {
  it.each([
    ["file:///app/src/x.ts", "/app/src/x.ts"],
    ["file:///my%20app/src/x.ts", "/my app/src/x.ts"],
    ["file:///app/src/my file 100%.ts", "/app/src/my file 100%.ts"],
    ["file:///C:/app/src/x.ts", "C:\\app\\src\\x.ts"],
    ["/app/src/x.ts", "/app/src/x.ts"],
    ["../src/x.ts", "../src/x.ts"],
    ["C:\\app\\src\\x.ts", "C:\\app\\src\\x.ts"],
    ["webpack://app/./src/x.ts", "src/x.ts"],
    ["webpack://@scope/app/./src/x.ts", "src/x.ts"],
    ["webpack:///./src/x.ts?1a2b", "src/x.ts"],
    ["webpack:///src/x.ts", "src/x.ts"],
    ["webpack://app/../lib/x.ts", "../lib/x.ts"],
    ["webpack-internal:///./src/x.ts", "src/x.ts"],
    ["turbopack:///[project]/src/x.ts", "src/x.ts"],
    ["webpack://", "webpack://"],
    ["https://host/src/x.ts", "https://host/src/x.ts"],
    ["node:internal/timers", "node:internal/timers"],
  ])("%s is the file %s", (source, file) => {
    expect(authorFile(source)).toBe(file);
  });
});

it("names scripts by urls that relative paths can be resolved against", () => {
  expect(scriptUrl("/my app/100%/a#b?.js")).toBe("file:///my app/100%25/a%23b%3F.js");
  expect(scriptUrl("C:\\app\\dist\\x.js")).toBe("file:///C:/app/dist/x.js");
  expect(scriptUrl("\\\\server\\share\\x.js")).toBe("file://server/share/x.js");
  expect(scriptUrl("https://host/x.js")).toBe("https://host/x.js");
});

it("knows the parts of paths and urls of all systems", () => {
  expect(parts("C:\\app\\dist\\x.js")).toEqual(["C:", "app", "dist", "x.js"]);
  expect(parts("https://host/a/x.js?v=1")).toEqual(["host", "a", "x.js"]);
  expect(baseName("/app/dist/")).toBe("dist");
  expect(baseName("")).toBe("");
});
