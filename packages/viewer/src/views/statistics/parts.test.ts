import { gunzipSync } from "node:zlib";
import fs from "node:fs";
import path from "node:path";
import { openSnapshot } from "@heapscope/engine";
import { describe, expect, it } from "vitest";
import { largestPart, partsOf } from "./parts.ts";

const fixtures = path.join(import.meta.dirname, "../../../../../fixtures/snapshots");

describe("the parts of a heap", () => {
  it.each(["node-24-default", "node-26-internals", "chromium-page"])(
    "of %s add up to the whole",
    async (name) => {
      const bytes = gunzipSync(fs.readFileSync(path.join(fixtures, `${name}.heapsnapshot.gz`)));
      const { statistics } = await openSnapshot(bytes);
      const parts = partsOf(statistics);
      expect(parts.every(({ size }) => size >= 0)).toBe(true);
      expect(parts.reduce((sum, { size }) => sum + size, 0)).toBe(statistics.total);
      expect(largestPart(parts).size).toBe(Math.max(...parts.map(({ size }) => size)));
    },
  );
});
