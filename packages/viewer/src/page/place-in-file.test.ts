import { describe, expect, it } from "vitest";
import type { FileEntry } from "../protocol/index.ts";
import { placeInFile } from "./place-in-file.ts";

const content = {
  kind: "snapshot",
  nodeCount: 1,
  edgeCount: 0,
  totalSize: 1,
  hasAllocations: false,
  hasTimeline: false,
} as const;
const snapshot = (file: number): FileEntry => ({ file, name: `${file + 1}`, state: "ready", content });
const profile = (file: number): FileEntry => ({
  file,
  name: `${file + 1}`,
  state: "ready",
  content: { kind: "profile", unit: "bytes", total: 1 },
});
const files = [snapshot(0), snapshot(1), profile(2), profile(3)];

describe("the place in another file", () => {
  it("is the same view with the same filter, without what is of one file alone", () => {
    expect(
      placeInFile(
        { view: "summary", file: 0, text: "a", id: 5, only: { kind: "duplicatedStrings" } },
        1,
        files,
      ),
    ).toEqual({
      view: "summary",
      file: 1,
      text: "a",
      only: { kind: "duplicatedStrings" },
    });
    expect(
      placeInFile({ view: "summary", file: 0, only: { kind: "ids", after: 1, upTo: 2 } }, 1, files),
    ).toEqual({
      view: "summary",
      file: 1,
    });
    const path = [3, 1];
    expect(placeInFile({ view: "summary", file: 0, only: { kind: "allocatedBy", path } }, 1, files)).toEqual({
      view: "summary",
      file: 1,
    });
    expect(placeInFile({ view: "allocation", file: 0, path }, 1, files)).toEqual({
      view: "allocation",
      file: 1,
    });
    expect(placeInFile({ view: "dominators", file: 0, as: "treemap", id: 9 }, 1, files)).toEqual({
      view: "dominators",
      file: 1,
      as: "treemap",
    });
    expect(placeInFile({ view: "object", file: 0, id: 9 }, 1, files)).toEqual({ view: "overview", file: 1 });
  });

  it("turns a comparison round, rather than compare a file with itself", () => {
    expect(placeInFile({ view: "comparison", base: 0, file: 1 }, 0, files)).toEqual({
      view: "comparison",
      base: 1,
      file: 0,
    });
  });

  it("is a view that the file has", () => {
    expect(placeInFile({ view: "summary", file: 0 }, 2, files)).toEqual({
      view: "profile",
      file: 2,
      as: "chart",
    });
    expect(placeInFile({ view: "profile", file: 2, as: "up", text: "f" }, 3, files)).toEqual({
      view: "profile",
      file: 3,
      as: "up",
      text: "f",
    });
    expect(placeInFile({ view: "profile", file: 2, as: "up" }, 0, files)).toEqual({
      view: "overview",
      file: 0,
    });
  });
});
