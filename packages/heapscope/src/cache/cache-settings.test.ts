import path from "node:path";
import { describe, expect, it } from "vitest";
import { readCacheSettings } from "./cache-settings.ts";

describe.skipIf(process.platform === "win32")("the folder of the cache", () => {
  const folderOf = (environment: Record<string, string>, platform: NodeJS.Platform = "linux") =>
    readCacheSettings(environment, platform)?.folder;

  it("is where the system keeps caches of this user", () => {
    expect(folderOf({ HOME: "/home/anna" })).toBe("/home/anna/.cache/heapscope");
    expect(folderOf({ HOME: "/home/anna", XDG_CACHE_HOME: "/fast" })).toBe("/fast/heapscope");
    expect(folderOf({ HOME: "/Users/anna" }, "darwin")).toBe("/Users/anna/Library/Caches/heapscope");
    expect(folderOf({ LOCALAPPDATA: "/anna/local" }, "win32")).toBe("/anna/local/heapscope/cache");
  });

  it("is the one that is named", () => {
    expect(folderOf({ HOME: "/home/anna", HEAPSCOPE_CACHE_DIR: "/own" })).toBe("/own");
    expect(folderOf({ HEAPSCOPE_CACHE_DIR: "own" })).toBe(path.resolve("own"));
    expect(folderOf({ HOME: "/home/anna", HEAPSCOPE_CACHE_DIR: "" })).toBe("/home/anna/.cache/heapscope");
  });

  it("is nowhere without a home, or with one that is no absolute path", () => {
    expect(folderOf({})).toBeUndefined();
    expect(folderOf({ HOME: "" })).toBeUndefined();
    expect(folderOf({ HOME: "home" })).toBeUndefined();
    expect(folderOf({ HOME: "/home/anna", XDG_CACHE_HOME: "fast" })).toBe("/home/anna/.cache/heapscope");
    expect(folderOf({ HOME: "/home/anna" }, "win32")).toBeUndefined();
  });
});

describe("the size of the cache", () => {
  const sizeOf = (size: string | undefined) =>
    readCacheSettings({ HEAPSCOPE_CACHE_DIR: "/own", HEAPSCOPE_CACHE_SIZE: size }, "linux")?.maxBytes;

  it("is a gigabyte, or what is said", () => {
    expect(sizeOf(undefined)).toBe(1e9);
    expect(sizeOf("")).toBe(1e9);
    expect(sizeOf("500MB")).toBe(5e8);
  });

  it("can be none", () => {
    expect(readCacheSettings({ HOME: "/home/anna", HEAPSCOPE_CACHE_SIZE: "0" }, "linux")).toBeUndefined();
  });

  it("must be one", () => {
    expect(() => sizeOf("much")).toThrow(/^HEAPSCOPE_CACHE_SIZE is 'much', which is no size; /);
  });
});
