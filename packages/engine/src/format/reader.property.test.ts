import { openSnapshot, SnapshotFormatError } from "@heapscope/engine";
import {
  arbitraryFileText,
  chunksOf,
  compareReaders,
  drawFile,
  firstDifference,
  fuzz,
  parseWithJson,
  runParameters,
  splitAt,
  tablesOf,
} from "@heapscope/testkit";
import * as fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Fails the test when reading takes longer than any of these small files may. */
const TOO_LONG_MS = 5000;

describe("a valid file", () => {
  it("gives the tables that JSON.parse gives, however it is spelled", async () => {
    const property = fc.asyncProperty(arbitraryFileText(), async (text) => {
      expect((await compareReaders(encode(text))).kind).toBe("equal");
    });
    await fc.assert(property, runParameters(1000));
  });

  it("gives the same tables in chunks of 1, 2, 3 and 7 bytes that share one buffer", async () => {
    const property = fc.asyncProperty(
      arbitraryFileText(),
      fc.constantFrom(1, 2, 3, 7),
      async (text, size) => {
        const bytes = encode(text);
        expect((await compareReaders(bytes, chunksOf(bytes, size))).kind).toBe("equal");
      },
    );
    await fc.assert(property, runParameters(500));
  });

  it("gives the same tables when it is cut in two anywhere", async () => {
    const [text] = fc.sample(
      arbitraryFileText().filter((sample) => sample.length > 3000),
      runParameters(1),
    );
    const bytes = encode(text!);
    const expected = parseWithJson(text!);
    for (let position = 0; position <= bytes.length; position++) {
      const tables = tablesOf(await openSnapshot(splitAt(bytes, position)));
      const difference = firstDifference(tables, expected);
      if (difference !== undefined) throw new Error(`cut at ${position}: ${difference}`);
    }
  });
});

describe("a damaged file", () => {
  it("gives the tables that JSON.parse gives, or an error that says where; nothing else, and at once", async () => {
    const { seed, numRuns } = runParameters(2000);
    const report = await fuzz({ from: seed, cases: numRuns });
    for (const { number, error } of report.failures.values()) console.error(`case ${number}:`, error);
    expect([...report.failures.keys()]).toEqual([]);
    // Damage that JSON takes, and damage that it does not, both in good number.
    expect(report.equal).toBeGreaterThan(numRuns / 50);
    expect(report.refused).toBeGreaterThan(numRuns / 2);
    expect(report.slowest.ms, `case ${report.slowest.number}`).toBeLessThan(TOO_LONG_MS);
  });

  it("is refused wherever it is cut off", async () => {
    const bytes = encode(
      drawFile("global -a-> A:Map(8)<1:2:3> -[0]-> B:string(16)", { runtime: "chromium-156" }),
    );
    for (let length = 0; length < bytes.length; length++) {
      const opened = openSnapshot(bytes.slice(0, length));
      await expect(opened, `cut off at ${length}`).rejects.toThrow(SnapshotFormatError);
    }
  });

  it("cannot make the reader allocate for rows that it only announces", async () => {
    const claim = (text: string) =>
      encode(
        text
          .replace(/"node_count":\d+/, '"node_count":4000000000')
          .replace(/"edge_count":\d+/, '"edge_count":4000000000'),
      );
    const files = [claim(drawFile("global -> A")), claim(drawFile("global -> A", { runtime: "node-20" }))];
    for (const bytes of files) {
      for (const chunks of [bytes, chunksOf(bytes, 64)]) {
        const before = process.memoryUsage().arrayBuffers;
        await expect(openSnapshot(chunks)).rejects.toThrow(SnapshotFormatError);
        // First columns hold 65,536 rows: 1.7 MB of nodes and 0.6 MB of edges.
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4e6);
      }
    }
  });

  it("costs a bounded multiple of its length when its rows go on and on", async () => {
    const head = drawFile("global -> A").replace(/"node_count":\d+/, '"node_count":4000000000');
    const rows = "0,0,0,0,0,0,".repeat(500_000);
    const bytes = encode(head.slice(0, head.indexOf('"nodes":[') + 9) + rows);
    const before = process.memoryUsage().arrayBuffers;
    await expect(openSnapshot(chunksOf(bytes, 65_536))).rejects.toThrow(SnapshotFormatError);
    // A row of 12 bytes takes 25 in columns, which may be twice as long as needed, and are copied when they grow.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4e6 + 12 * bytes.length);
  });
});

describe("real files", () => {
  const folder = new URL("../../../../fixtures/snapshots/", import.meta.url);
  const names = readdirSync(folder).filter((name) => /\.(heapsnapshot|heaptimeline)\.gz$/.test(name));
  const read = (name: string) => gunzipSync(readFileSync(new URL(name, folder)));
  const readBoth = async (bytes: Uint8Array, chunks: Uint8Array | Iterable<Uint8Array>) =>
    firstDifference(tablesOf(await openSnapshot(chunks)), parseWithJson(new TextDecoder().decode(bytes)));

  // One of each runtime and kind; the others differ in their heaps, not in their form.
  const forms = names.filter((name) => /bun|chromium|default|timeline/.test(name));
  it.each(forms)("%s gives the tables that JSON.parse gives", async (name) => {
    const bytes = read(name);
    expect(await readBoth(bytes, bytes)).toBeUndefined();
  });

  // One of each kind of layout: rows with and without line breaks, scopes, stacks.
  const kinds = ["bun-v8-format", "chromium-worker", "node-18-default", "node-24-timeline"];
  it.each(kinds)("%s gives the same tables in chunks of 7, 100 and 65,536 bytes", async (kind) => {
    const bytes = read(names.find((name) => name.startsWith(kind))!);
    for (const size of [7, 100, 65_536]) expect(await readBoth(bytes, chunksOf(bytes, size))).toBeUndefined();
  });

  it("give the same tables byte by byte (the smallest of them)", async () => {
    const bytes = names
      .map(read)
      .reduce((smallest, file) => (file.length < smallest.length ? file : smallest));
    expect(await readBoth(bytes, chunksOf(bytes, 1))).toBeUndefined();
  });
});
