import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import type { HeapSnapshot } from "@heapscope/engine";
import { captureRecordOf, drawFile, runParameters } from "@heapscope/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openFile } from "../index.ts";
import { identifyFile } from "./file-identity.ts";
import { SnapshotCache, summarize, type SnapshotCacheOptions, type SnapshotSummary } from "./index.ts";
import { decodeSummary, encodeSummary } from "./snapshot-summary.ts";

const fixtures = fileURLToPath(new URL("../../../../../fixtures/snapshots/", import.meta.url));
const fixtureNames = fs.readdirSync(fixtures).filter((name) => name.endsWith(".gz"));

let root: string;
let folder: string;
let count = 0;

beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-cache-"));
});
afterAll(() => fs.rmSync(root, { recursive: true }));
beforeEach(() => {
  folder = path.join(root, `cache-${count++}`);
});

const makeCache = (options: Partial<SnapshotCacheOptions> = {}): SnapshotCache =>
  new SnapshotCache({ folder, maxBytes: 1e9, build: "test", leastBytes: 0, ...options });

const small = drawFile("global -a-> a:A(8) -b-> b:B(16)\nglobal -c-> c:A(24)");

/** Writes a snapshot that was there for a while. */
async function writeSnapshot(text: string = small): Promise<string> {
  const file = path.join(root, `${count++}.heapsnapshot`);
  fs.writeFileSync(file, text);
  await settle();
  return file;
}

/** Until a change can be told by the file's times. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 80));

/** Opens a snapshot and computes what a summary needs, as a command does. */
async function open(file: string, cache: SnapshotCache = makeCache()): Promise<HeapSnapshot> {
  const snapshot = await openFile(file, { cache });
  await snapshot.prepare(["groups", "statistics", "allocations"]);
  return snapshot;
}

async function fill(file: string, cache: SnapshotCache = makeCache()): Promise<HeapSnapshot> {
  const snapshot = await open(file, cache);
  expect(cache.keep(snapshot)).toBe(true);
  return snapshot;
}

/** The one index of a kind. */
function indexFile(kind: "summary" | "tables"): string {
  const [name, ...others] = fs.readdirSync(folder).filter((each) => each.endsWith(`.${kind}`));
  expect(others).toEqual([]);
  return path.join(folder, name!);
}

const ran = (snapshot: HeapSnapshot): string[] => snapshot.timings.map(({ pass }) => pass);

describe("what is kept", () => {
  it.each(fixtureNames)("of %s is what was computed", async (name) => {
    const file = path.join(fixtures, name);
    const first = await fill(file);
    const { captureRecord, captureRecordProblem } = first;
    const known = await makeCache().findSummary(file);
    const expected = { ...summarize(first), captureRecord, captureRecordProblem };
    expect(known).toEqual(expected);
    // Results are printed as JSON: the order of fields is part of them.
    expect(JSON.stringify(known)).toBe(JSON.stringify(expected));

    const second = await open(file);
    expect(ran(first)).toContain("computing dominators");
    expect(ran(second)).not.toContain("computing dominators");
    expect(ran(second)).not.toContain("computing distances");
    expect(second.dominatorTree).toEqual(first.dominatorTree);
    expect(second.distance).toEqual(first.distance);
    expect(summarize(second)).toEqual(summarize(first));
    expect(second.retainedSize).toEqual(first.retainedSize);
  });

  it("is for the owner's eyes only", async () => {
    await fill(await writeSnapshot());
    expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
    const names = fs.readdirSync(folder).sort();
    expect(names).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}\.summary$/),
      expect.stringMatching(/^[0-9a-f]{32}\.tables$/),
    ]);
    for (const name of names) expect(fs.statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it("is found by every path to the file, and by that of no copy", async () => {
    const file = await writeSnapshot();
    await fill(file);
    const link = `${file}.link`;
    fs.symlinkSync(file, link);
    expect(await makeCache().findSummary(link)).toBeDefined();
    const copy = `${file}.copy`;
    fs.copyFileSync(file, copy);
    expect(await makeCache().findSummary(copy)).toBeUndefined();
  });

  it("has the record of the capture as it is now", async () => {
    const file = await writeSnapshot();
    await fill(file);
    expect((await makeCache().findSummary(file))?.captureRecord).toBeUndefined();
    const record = captureRecordOf(small, {});
    fs.writeFileSync(`${file}.json`, JSON.stringify(record));
    expect((await makeCache().findSummary(file))?.captureRecord).toEqual(record);
    fs.writeFileSync(`${file}.json`, JSON.stringify({ ...record, file: { ...record.file, nodeCount: 1 } }));
    const known = await makeCache().findSummary(file);
    expect(known?.captureRecord).toBeUndefined();
    expect(known?.captureRecordProblem).toBe((await openFile(file)).captureRecordProblem);
  });

  it("is nothing of small files, unless that is asked for", async () => {
    const cache = new SnapshotCache({ folder, maxBytes: 1e9, build: "test" });
    expect(cache.keep(await open(await writeSnapshot(), cache))).toBe(true);
    expect(fs.existsSync(folder)).toBe(false);
  });

  it("is nothing before it is computed, and is kept once it is", async () => {
    const cache = makeCache();
    const snapshot = await openFile(await writeSnapshot(), { cache });
    expect(cache.keep(snapshot)).toBe(false);
    expect(fs.existsSync(folder)).toBe(false);
    await snapshot.prepare(["dominatorTree", "distance"]);
    expect(cache.keep(snapshot)).toBe(false);
    expect(fs.readdirSync(folder)).toEqual([expect.stringMatching(/tables$/)]);
    await snapshot.prepare(["groups", "statistics", "allocations"]);
    expect(cache.keep(snapshot)).toBe(true);
    expect(fs.readdirSync(folder)).toHaveLength(2);
  });

  it("is nothing of a pipe", async () => {
    const pipe = path.join(root, "pipe");
    execFileSync("mkfifo", [pipe]);
    const cache = makeCache();
    expect(await cache.findSummary(pipe)).toBeUndefined();
    const [snapshot] = await Promise.all([
      open(pipe, cache),
      fs.promises.writeFile(pipe, small + " ".repeat(1 << 20)),
    ]);
    expect(cache.keep(snapshot)).toBe(true);
    expect(fs.existsSync(folder)).toBe(false);
  });
});

describe("an index is not used", () => {
  const other = small.replace('"A"', '"Z"');

  it("when the file was written again, with the same size and time", async () => {
    const file = await writeSnapshot();
    const time = new Date("2026-11-23");
    fs.utimesSync(file, time, time);
    await settle();
    await fill(file);
    expect(await makeCache().findSummary(file)).toBeDefined();
    expect(other).toHaveLength(small.length);
    fs.writeFileSync(file, other);
    fs.utimesSync(file, time, time);
    expect(await makeCache().findSummary(file)).toBeUndefined();
    const snapshot = await open(file);
    expect(ran(snapshot)).toContain("computing dominators");
    expect(summarize(snapshot).groups.map(({ className }) => className)).toContain("Z");
  });

  it("when another file has taken its place", async () => {
    const file = await writeSnapshot();
    await fill(file);
    const next = await writeSnapshot(other);
    fs.renameSync(next, file);
    expect(await makeCache().findSummary(file)).toBeUndefined();
  });

  it("when bytes differ that are part of the sample", async () => {
    const length = 3_000_000;
    const bytes = Buffer.alloc(length, "a");
    const file = path.join(root, "sampled");
    const sampleOf = (change: number): string | undefined => {
      const changed = Buffer.from(bytes);
      changed[change] = 0x62;
      fs.writeFileSync(file, changed);
      return identifyFile(file)?.sample;
    };
    const seen = new Set([0, 1, 4095, length - 1, length - 4096, 1_500_000].map(sampleOf));
    // The last one is between two samples: that is what a sample cannot see.
    expect(seen.size).toBe(6);
    fs.writeFileSync(file, bytes);
    expect([...seen]).toContain(identifyFile(file)?.sample);
  });

  it("when another build has made it", async () => {
    const file = await writeSnapshot();
    await fill(file);
    expect(await makeCache({ build: "other" }).findSummary(file)).toBeUndefined();
    expect(ran(await open(file, makeCache({ build: "other" })))).toContain("computing dominators");
    await fill(file, makeCache({ build: "other" }));
    expect(await makeCache({ build: "other" }).findSummary(file)).toBeDefined();
    expect(await makeCache().findSummary(file)).toBeUndefined();
  });

  it.skipIf(process.platform === "win32")("when others could have written it", async () => {
    const file = await writeSnapshot();
    await fill(file);
    fs.chmodSync(indexFile("summary"), 0o620);
    expect(await makeCache().findSummary(file)).toBeUndefined();
    fs.chmodSync(indexFile("summary"), 0o600);
    fs.chmodSync(folder, 0o777);
    expect(await makeCache().findSummary(file)).toBeUndefined();
    fs.chmodSync(folder, 0o700);
    expect(await makeCache().findSummary(file)).toBeDefined();
  });

  it("when it is a link, a pipe or a folder", async () => {
    const file = await writeSnapshot();
    await fill(file);
    const index = indexFile("summary");
    const moved = path.join(root, "moved");
    fs.renameSync(index, moved);
    fs.symlinkSync(moved, index);
    expect(await makeCache().findSummary(file)).toBeUndefined();
    fs.rmSync(index);
    execFileSync("mkfifo", [index]);
    expect(await makeCache().findSummary(file)).toBeUndefined();
    fs.rmSync(index);
    fs.mkdirSync(index);
    expect(await makeCache().findSummary(file)).toBeUndefined();
    // It cannot be replaced, and nobody is told.
    await fill(file);
  });
});

describe("a damaged index", () => {
  /** Calls back with each damage in the place of the index. */
  async function damage(index: string, check: (what: string) => unknown): Promise<void> {
    const whole = fs.readFileSync(index);
    for (let length = 0; length < whole.length; length++) {
      fs.writeFileSync(index, whole.subarray(0, length));
      await check(`the first ${length} bytes`);
    }
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1 << (at % 8);
      fs.writeFileSync(index, changed);
      await check(`byte ${at} changed`);
    }
    fs.writeFileSync(index, Buffer.concat([whole, Buffer.from([0])]));
    await check("a byte more");
    fs.writeFileSync(index, whole);
  }

  it("has no summary, wherever it breaks off and whichever bit is another", async () => {
    const file = await writeSnapshot();
    await fill(file);
    const cache = makeCache();
    await damage(indexFile("summary"), async (what) => {
      if ((await cache.findSummary(file)) !== undefined) expect.fail(what);
    });
    expect(await cache.findSummary(file)).toBeDefined();
  });

  it("has no tables: they are computed, and kept in its place", async () => {
    const file = await writeSnapshot();
    const { dominatorTree, distance } = await fill(file);
    const index = indexFile("tables");
    const whole = fs.readFileSync(index);
    await damage(index, async () => {
      const snapshot = await openFile(file, { cache: makeCache() });
      expect(snapshot.dominatorTree).toEqual(dominatorTree);
      expect(snapshot.distance).toEqual(distance);
    });
    const damaged = Buffer.from(whole);
    damaged[whole.length - 1]! ^= 1;
    fs.writeFileSync(index, damaged);
    await fill(file);
    expect(fs.readFileSync(index)).toEqual(whole);
  });
});

describe("a summary as bytes", () => {
  const amount = fc.oneof(fc.maxSafeNat(), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }));
  const text = fc.string({ unit: "binary" });
  const hostile = fc.oneof(text, fc.constantFrom("\ud800", "a\udfff", "__proto__", "", "\u0000"));
  const group = fc.record({
    className: hostile,
    key: hostile,
    count: amount,
    shallowSize: amount,
    retainedSize: amount,
    distance: fc.integer(),
  });
  const site = fc.record({
    name: hostile,
    scriptName: hostile,
    scriptId: fc.integer(),
    line: fc.nat(),
    column: fc.nat(),
    count: amount,
    size: amount,
    liveCount: amount,
    liveSize: amount,
  });
  const summary: fc.Arbitrary<SnapshotSummary> = fc.record(
    {
      nodeCount: fc.nat(),
      edgeCount: fc.nat(),
      stringCount: fc.nat(),
      totalSize: amount,
      extraNativeBytes: amount,
      statistics: fc.record(
        {
          total: amount,
          native: fc.record({ total: amount, typedArrays: amount }, { noNullPrototype: true }),
          v8heap: fc.record(
            { total: amount, code: amount, strings: amount, jsArrays: amount, system: amount },
            { noNullPrototype: true },
          ),
        },
        { noNullPrototype: true },
      ),
      groups: fc.array(group),
      sites: fc.array(site, { maxLength: 3 }),
    },
    { noNullPrototype: true },
  );

  it("comes back as it was", () => {
    fc.assert(
      fc.property(summary, (each) => {
        const back = decodeSummary(encodeSummary(each));
        expect(JSON.stringify(back)).toBe(JSON.stringify(each));
        expect(back?.groups.map(({ className }) => className)).toEqual(
          each.groups.map(({ className }) => className),
        );
      }),
      { ...runParameters(500) },
    );
  });

  it("with another value anywhere is a summary of the right types, or none", () => {
    const strange = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, null, [], {}));
    fc.assert(
      fc.property(summary, fc.nat(), strange, (each, seed, value) => {
        const places: [object, string][] = [];
        const collect = (within: object): void => {
          for (const [key, inner] of Object.entries(within)) {
            places.push([within, key]);
            if (typeof inner === "object" && inner !== null) collect(inner as object);
          }
        };
        const changed = structuredClone(each);
        collect(changed);
        const [within, key] = places[seed % places.length]!;
        Object.assign(within, { [key]: value });
        const decoded = decodeSummary(Buffer.from(JSON.stringify(changed)));
        if (decoded === undefined) return;
        for (const { className, count, shallowSize } of decoded.groups) {
          expect(typeof className).toBe("string");
          expect(Math.min(count, shallowSize)).toBeGreaterThanOrEqual(0);
        }
        expect(Number.isFinite(decoded.statistics.total + decoded.totalSize)).toBe(true);
      }),
      { ...runParameters(500) },
    );
  });

  it.each(["", "{", "null", "[]", "7", '"text"', "[".repeat(100_000)])("is none: %.20s", (text) => {
    expect(decodeSummary(Buffer.from(text))).toBeUndefined();
  });
});

describe("keeping", () => {
  it("leaves a file out that has changed since it was read", async () => {
    const file = await writeSnapshot();
    const cache = makeCache();
    const snapshot = await open(file, cache);
    fs.appendFileSync(file, " ");
    await settle();
    expect(cache.keep(snapshot)).toBe(true);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("leaves a file out that has just been written, which may go on", async () => {
    const file = path.join(root, `${count++}.heapsnapshot`);
    const cache = makeCache();
    fs.writeFileSync(file, small);
    const later = new Date(Date.now() + 60_000);
    fs.utimesSync(file, later, later);
    cache.keep(await open(file, cache));
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("lets go what was used least recently, and what nobody has used for long", async () => {
    const files = [await writeSnapshot(), await writeSnapshot(), await writeSnapshot()];
    for (const file of files) await fill(file);
    const names = fs.readdirSync(folder);
    expect(names).toHaveLength(6);
    const sizes = names.map((name) => fs.statSync(path.join(folder, name)).size);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const age = (days: number): void => {
      const time = new Date(Date.now() - days * 24 * 3_600_000);
      for (const name of fs.readdirSync(folder)) fs.utimesSync(path.join(folder, name), time, time);
    };
    age(20);
    // A use.
    expect(await makeCache().findSummary(files[0]!)).toBeDefined();
    await fill(files[2]!, makeCache({ build: "new", maxBytes: total * 0.7 }));
    expect(await makeCache().findSummary(files[0]!)).toBeDefined();
    expect(await makeCache().findSummary(files[1]!)).toBeUndefined();
    const left = fs.readdirSync(folder).map((name) => fs.statSync(path.join(folder, name)).size);
    expect(left.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(total * 0.7);

    age(31);
    await fill(files[1]!);
    expect(fs.readdirSync(folder)).toHaveLength(2);
    expect(await makeCache().findSummary(files[1]!)).toBeDefined();
  });

  it("removes what killed processes have left, and nothing that is not its own", async () => {
    fs.mkdirSync(folder, { mode: 0o700 });
    const write = (name: string, hoursAgo: number): void => {
      const file = path.join(folder, name);
      fs.writeFileSync(file, "x");
      fs.utimesSync(file, new Date(), new Date(Date.now() - hoursAgo * 3_600_000));
    };
    const hash = "0".repeat(32);
    write(`${hash}.tables.01234567.partial`, 2);
    write(`${hash}.summary.01234567.partial`, 0);
    write("notes.txt", 10_000);
    await fill(await writeSnapshot(), makeCache({ maxBytes: 1 << 20 }));
    const names = fs.readdirSync(folder);
    expect(names).toHaveLength(4);
    expect(names).toContain("notes.txt");
    expect(names).toContain(`${hash}.summary.01234567.partial`);
  });

  it("writes nothing that is larger than all may be", async () => {
    await fill(await writeSnapshot(), makeCache({ maxBytes: 100 }));
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("does without a folder that cannot be made", async () => {
    const blocked = path.join(root, "file");
    fs.writeFileSync(blocked, "");
    const cache = makeCache({ folder: path.join(blocked, "cache") });
    const file = await writeSnapshot();
    await fill(file, cache);
    expect(await cache.findSummary(file)).toBeUndefined();
    expect(ran(await open(file, cache))).toContain("computing dominators");
  });

  it.skipIf(process.getuid?.() === 0)("does without a folder that cannot be written", async () => {
    fs.mkdirSync(folder, { mode: 0o500 });
    const file = await writeSnapshot();
    await fill(file);
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});
