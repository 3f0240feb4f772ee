import { describe, expect, it } from "vitest";
import type { FileEntry } from "../../protocol/index.ts";
import { allocationChoices, unlistedText } from "./filter-select.tsx";

function entry(file: number, kind: "snapshot" | "profile"): FileEntry {
  return {
    file,
    name: `file ${file}`,
    state: "ready",
    content:
      kind === "profile"
        ? { kind, unit: "bytes", total: 1 }
        : { kind, nodeCount: 1, edgeCount: 1, totalSize: 1, hasAllocations: false, hasTimeline: false },
  };
}

describe("allocationChoices", () => {
  const files = [entry(0, "snapshot"), entry(1, "profile"), entry(2, "snapshot"), entry(3, "snapshot")];

  it("goes from snapshot to snapshot, over other files, up to the one that is shown", () => {
    expect(allocationChoices(files, 2)).toEqual([
      { filter: { kind: "allocated", upTo: 0 }, text: "Allocated before snapshot 1" },
      {
        filter: { kind: "allocated", after: 0, upTo: 2 },
        text: "Allocated between snapshot 1 and snapshot 3",
      },
    ]);
  });

  it("offers nothing where there is one snapshot only", () => {
    expect(allocationChoices(files.slice(0, 2), 0)).toEqual([]);
  });
});

it("says in words what a filter is that the file does not offer", () => {
  expect(unlistedText({ kind: "nativeContext", id: 7 })).toBe("Native context @7");
  expect(unlistedText({ kind: "sharedNativeContexts" })).toBe("Shared by several contexts");
  expect(unlistedText({ kind: "noNativeContext" })).toBe("Of no context");
});
