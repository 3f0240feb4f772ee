import { describe, expect, it } from "vitest";
import { formatProgress } from "./spinner-line.ts";

describe("formatProgress", () => {
  it("counts bytes while reading", () => {
    expect(formatProgress({ stage: "reading", done: 312e6, total: 935e6 }, "app.heapsnapshot")).toBe(
      "app.heapsnapshot: reading  312 MB of 935 MB  33 %",
    );
  });

  it("tells what was read so far where the end is unknown", () => {
    expect(formatProgress({ stage: "reading", done: 5e6, total: undefined }, "standard input")).toBe(
      "standard input: reading  5.0 MB",
    );
  });

  it("gives the part of other work that is done", () => {
    expect(formatProgress({ stage: "computing dominators", done: 0.48, total: 1 }, "")).toBe(
      "computing dominators  48 %",
    );
  });
});
