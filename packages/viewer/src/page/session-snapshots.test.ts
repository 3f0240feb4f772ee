import { describe, expect, it } from "vitest";
import type { FileEntry } from "../protocol/index.ts";
import { baseFor, firstFile, snapshotsByAge } from "./session-snapshots.ts";

const content = {
  kind: "snapshot",
  nodeCount: 1,
  edgeCount: 0,
  totalSize: 8,
  hasAllocations: false,
  hasTimeline: false,
} as const;

function ready(file: number, age?: number): FileEntry {
  return { file, name: `${file}`, state: "ready", content, ...(age === undefined ? {} : { age }) };
}
const profile: FileEntry = {
  file: 3,
  name: "cpu",
  state: "ready",
  content: { kind: "profile", unit: "bytes", total: 1 },
};

describe("snapshots that were opened newest first", () => {
  const files = [ready(0, 2), ready(1, 1), ready(2, 0), profile];

  it("stand in the order in which they were taken", () => {
    expect(snapshotsByAge(files).map(({ file }) => file)).toEqual([2, 1, 0]);
  });

  it("are looked at from the newest on", () => {
    expect(firstFile(files)).toBe(0);
  });

  it("are compared with the one taken before", () => {
    expect([0, 1, 2].map((file) => baseFor(file, files))).toEqual([1, 2, 1]);
  });
});

it("keeps the order of opening where nothing tells", () => {
  expect(snapshotsByAge([ready(0), ready(1)]).map(({ file }) => file)).toEqual([0, 1]);
});

describe("the first file to look at", () => {
  it("is one that can be looked at, while others are read or have failed", () => {
    const failed: FileEntry = { file: 2, name: "x", state: "failed", problem: "It is no snapshot." };
    const waiting: FileEntry = { file: 1, name: "w", state: "waiting" };
    expect(firstFile([ready(0), waiting, failed])).toBe(0);
    expect(firstFile([{ ...ready(0), state: "reading", content: undefined! }, waiting])).toBe(0);
    expect(firstFile([profile])).toBe(3);
    expect(firstFile([])).toBe(0);
  });
});
