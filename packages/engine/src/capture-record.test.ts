import { captureRecordOf, drawFile, drawFrom, mutate, runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCaptureRecord, type CaptureRecord } from "./capture-record.ts";

const least = captureRecordOf(drawFile("global -a-> a:A(8)"));

/** A record with every field that there is. */
const most: CaptureRecord = {
  ...least,
  pauseMs: 640,
  target: { ...least.target, url: "ws://127.0.0.1:9229/6f9619ff", thread: { id: 1, name: "pool-0" } },
  ids: { space: "6f9619ff", note: "Ids hold until a session ends." },
  heap: {
    usage: { rss: 50_000_000, heapUsed: 12_345_678 },
    statistics: { heap_size_limit: 4_345_298_944 },
    spaces: [{ name: "old_space", size: 10_000_000, used: 9_000_000 }],
  },
  predicted: { extraMemory: 100_000_000, fileSize: 20_000_000, pauseMs: { from: 300, to: 900 } },
  measured: { extraMemory: 70_000_000, fileSize: 18_000_000, pauseMs: 640 },
  scripts: [
    { id: 12, url: "file:///srv/app/server.js", sourceMapUrl: "data:" },
    { id: 13, url: "" },
  ],
  warnings: ["The event loop was blocked for 3 s."],
};

const parse = (value: unknown): CaptureRecord | undefined => parseCaptureRecord(JSON.stringify(value));

/** The ways to every value inside of `value`, as keys from the outside in. */
function waysInto(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...waysInto(inner).map((way) => [key, ...way]),
  ]);
}

/** A copy of `most` with the value at the end of the way replaced; taken out when it is `undefined`. */
function withValueAt(way: readonly string[], value: unknown): unknown {
  const copy = structuredClone(most) as unknown as Record<string, unknown>;
  const parent = way.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, unknown>, copy);
  parent[way.at(-1)!] = value;
  return copy;
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

/** Fields that a record need not have. Positions of lists and names of amounts are optional by their nature. */
const OPTIONAL =
  /^(?:pauseMs|target\.(?:pid|url|command|version|uptimeMs)|ids\.note|heap\.\w+|heap\.(?:usage|statistics)\.\w+|predicted|measured|measured\.(?:extraMemory|pauseMs)|scripts\.\d+\.sourceMapUrl)$/;

describe("a record", () => {
  it("is read as it was written, with all fields and with the necessary ones", () => {
    expect(parse(most)).toEqual(most);
    expect(parse(least)).toEqual(least);
    expect(parseCaptureRecord(JSON.stringify(most, null, 2))).toEqual(most);
  });

  it("may have fields that nobody knows yet, which are left out", () => {
    expect(parse({ ...most, mood: "good", file: { ...most.file, colour: "blue" } })).toEqual(most);
  });

  it.each(waysInto(most).map((way) => [way.join("."), way] as const))(
    "is none when %s is something else",
    (name, way) => {
      const right = way.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], most);
      const wrong = [null, "", true, 1, [[]], { a: "b" }].filter((value) => kindOf(value) !== kindOf(right));
      if (typeof right === "number") wrong.push(-1);
      for (const value of wrong)
        expect([name, value, parse(withValueAt(way, value))]).toEqual([name, value, undefined]);
    },
  );

  it.each(waysInto(most).map((way) => [way.join("."), way] as const))(
    "says whether it needs %s",
    (name, way) => {
      // A hole in a list is written as null.
      if (/\.\d+$/.test(name)) return;
      expect(parse(withValueAt(way, undefined)) !== undefined).toBe(OPTIONAL.test(name));
    },
  );

  it.each([
    ["schema", "heapscope/capture-record@2"],
    ["file.sha256", "abc"],
    ["file.bytes", 1.5],
    ["file.nodeCount", 2 ** 53],
    ["capturedAt", "yesterday"],
    ["capturedAt", "2026-11-23 10:12:03"],
    ["capturedAt", "2026-13-45T10:12:03Z"],
    ["ids.space", ""],
    ["scripts.0.id", 1.5],
  ])("is none when %s is %j", (name, wrong) => {
    expect(parse(withValueAt(name.split("."), wrong))).toBeUndefined();
  });
});

it("is no record when a number has no end", () => {
  const text = JSON.stringify(most);
  expect(parseCaptureRecord(text.replace('"durationMs":812.5', '"durationMs":812.50'))).toEqual(most);
  expect(parseCaptureRecord(text.replace('"durationMs":812.5', '"durationMs":1e999'))).toBeUndefined();
});

describe("a text that is no record", () => {
  it.each(["", " ", "null", "[]", "{}", '"heapscope/capture-record@1"', "{", "[1,2"])("%j", (text) => {
    expect(parseCaptureRecord(text)).toBeUndefined();
  });

  it("has everything in its prototype, as far as it goes", () => {
    const text = `{"__proto__":${JSON.stringify(most)}}`;
    expect(parseCaptureRecord(text)).toBeUndefined();
  });

  it("nests millions deep", () => {
    for (const bracket of ["[", '{"a":']) {
      const deep = bracket.repeat(3_000_000);
      expect(parseCaptureRecord(deep)).toBeUndefined();
      expect(parseCaptureRecord(`${JSON.stringify(most).slice(0, -1)},"more":${deep}`)).toBeUndefined();
    }
    // What is nobody's business may nest, too, but not without end.
    const nested = (depth: number) => `,"more":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    expect(parseCaptureRecord(JSON.stringify(most).replace(/\}$/, nested(15)))).toEqual(most);
    expect(parseCaptureRecord(JSON.stringify(most).replace(/\}$/, nested(16)))).toBeUndefined();
  });
});

it("takes brackets, quotes and backslashes in texts for what they are", () => {
  const warnings = [
    "[".repeat(100),
    '"{{{{{{{{{{{{{{{{{{{{{"',
    "\\",
    '\\"[[[[[[[[[[[[[[[[[[[[[[',
    "}".repeat(9),
  ];
  expect(parse({ ...most, warnings })?.warnings).toEqual(warnings);
});

it("keeps amounts of any name as properties of their own, and changes no prototype", () => {
  const text = JSON.stringify(most).replace('"rss"', '"__proto__":7,"constructor":8,"rss"');
  const usage = parseCaptureRecord(text)!.heap.usage!;
  expect(Object.entries(usage)).toEqual([
    ["__proto__", 7],
    ["constructor", 8],
    ...Object.entries(most.heap.usage!),
  ]);
  expect(Object.getPrototypeOf(usage)).toBe(Object.prototype);
  expect({}).not.toHaveProperty("rss");
});

describe("whatever the text", () => {
  /** Nothing that is returned may surprise who uses it: read again, it is the same. */
  const check = (text: string): boolean => {
    const record = parseCaptureRecord(text);
    if (record === undefined) return false;
    expect(parse(record)).toEqual(record);
    return true;
  };

  it("reads a record or nothing from any JSON, and from any text", () => {
    fc.assert(
      fc.property(fc.json(), (text) => void check(text)),
      runParameters(500),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => void check(text)),
      runParameters(500),
    );
  });

  it("reads a record or nothing when values are exchanged for others", () => {
    const ways = waysInto(most);
    const property = fc.property(
      fc.constantFrom(...ways),
      fc.jsonValue(),
      (way, value) => void check(JSON.stringify(withValueAt(way, value))),
    );
    fc.assert(property, runParameters(2000));
  });

  it("reads a record or nothing from a damaged file", () => {
    const bytes = new TextEncoder().encode(JSON.stringify(most));
    let good = 0;
    const property = fc.property(fc.nat(), (seed) => {
      const damaged = mutate(bytes, drawFrom(seed));
      good += Number(check(new TextDecoder().decode(damaged)));
    });
    fc.assert(property, runParameters(2000));
    // Letters of a text may change; brackets may not.
    expect(good).toBeGreaterThan(100);
  });
});
