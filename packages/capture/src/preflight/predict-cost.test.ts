import fs from "node:fs";
import { describe, expect, test } from "vitest";
import type { HeapFacts } from "./heap-facts.ts";
import { predictCost } from "./predict-cost.ts";
import type { CostOptions, CostPrediction } from "./predict-cost.ts";

const MB = 1e6;
const GB = 1e9;

/** A capture that was measured: test/measured-captures.txt explains the columns. */
interface Measured {
  readonly label: string;
  readonly kind: string;
  readonly node: number;
  readonly options: CostOptions;
  readonly sizes: HeapFacts;
  readonly counted: HeapFacts | undefined;
  readonly process: HeapFacts | undefined;
  readonly extra: number;
  readonly file: number;
  readonly pause: number;
}

const measured: readonly Measured[] = fs
  .readFileSync(new URL("../../test/measured-captures.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [node = 0, kind = "", numbers, ...columns] = line.trim().split(/\s+/);
    const [small, large, anonymous, ...rest] = columns.map(Number);
    const [objects, references, strings, characters, numeric, longestArray, weakEntries, ...result] = rest;
    const [extra, file, pause] = result as [number, number, number];
    const known = { nodeMajor: Number(node), isUpperBound: false };
    const sizes = { ...known, used: (small! + large!) * MB, largeObjects: large! * MB };
    const census = {
      objects: objects!,
      references: references!,
      strings: strings!,
      characters: characters!,
      numbers: numeric!,
      longestArray: longestArray!,
      weakEntries: weakEntries!,
    };
    return {
      label: `Node ${node}, ${kind} of ${Math.round(small! + large!)} MB${numbers === "numbers" ? ", with numbers" : ""}`,
      kind,
      node: Number(node),
      options: { numericValues: numbers === "numbers" },
      sizes,
      counted: Number.isNaN(objects) ? undefined : { ...sizes, census },
      process: Number.isNaN(anonymous)
        ? undefined
        : { ...known, used: anonymous! * MB, largeObjects: undefined, isUpperBound: true },
      extra: extra * MB,
      file: file * MB,
      pause,
    };
  });

function expectSafe(prediction: CostPrediction, { extra, file, pause }: Measured): void {
  expect(prediction.extraMemory).toBeGreaterThanOrEqual(extra);
  expect(prediction.fileSize).toBeGreaterThanOrEqual(file);
  expect(prediction.pauseMs.to).toBeGreaterThanOrEqual(pause);
  expect(prediction.pauseMs.from).toBeLessThanOrEqual(pause);
}

describe("a counted heap", () => {
  const counted = measured.filter((each) => each.counted !== undefined);

  test.each(counted)("is predicted on the safe side: $label", (each) => {
    expectSafe(predictCost(each.counted!, each.options), each);
  });

  // That all of many numbers are the same few is not known before.
  const plain = counted.filter(({ kind }) => kind !== "smallsmis");

  test.each(plain)("is not predicted absurdly: $label", (each) => {
    const { extraMemory, fileSize } = predictCost(each.counted!, each.options);
    expect(extraMemory).toBeLessThan(3.5 * each.extra + 100 * MB);
    expect(fileSize).toBeLessThan(3.5 * each.file + 25 * MB);
  });
});

describe("a heap whose sizes are known", () => {
  // Small WeakMaps, and on Node 18 texts: what a census is taken for.
  const rows = measured.filter(({ kind, node }) => kind !== "weakmaps" && node >= 20);

  test.each(rows)("is predicted on the safe side: $label", (each) => {
    expectSafe(predictCost(each.sizes, each.options), each);
  });
});

describe("a process of which nothing more is known", () => {
  // The heaps that are one huge collection of next to nothing.
  const extremes = ["bigmap", "weakmap", "weakmaps", "dictionary", "symbols", "pointers"];
  const rows = measured.filter(
    ({ process, kind, node }) => process !== undefined && !extremes.includes(kind) && node >= 20,
  );

  test.each(rows)("is predicted on the safe side: $label", (each) => {
    const prediction = predictCost(each.process!, each.options);
    expectSafe(prediction, each);
    expect(prediction.isUpperBound).toBe(true);
  });
});

const heap: HeapFacts = { used: 110 * MB, largeObjects: 10 * MB, isUpperBound: false, nodeMajor: 24 };
const census = {
  objects: 1e6,
  references: 4e6,
  strings: 2e5,
  characters: 4e6,
  numbers: 5e5,
  longestArray: 1e6,
  weakEntries: 0,
};

test("each number says where it comes from", () => {
  expect(predictCost(heap).rules).toEqual({
    memory:
      "12 × 100 MB of small objects, and 163 × 10.0 MB of large ones, should they be arrays, and 60.0 MB.",
    file: "Up to 3.6 × 100 MB of small objects, and 6 × 10.0 MB of large ones, should they be arrays.",
    pause:
      "12–90 ms/MB × 100 MB of small objects, and 375 ms/MB × 10.0 MB of large ones, should they be arrays.",
  });
  expect(predictCost({ ...heap, census }).rules).toEqual({
    memory:
      "Counted 1,000,000 objects and 4,000,000 references, 260 B and 37 B each, 1,000,000 names of array positions of 1.3 kB, and 60 MB.",
    file: "Counted 1,000,000 objects and 4,000,000 references, 34 B and 21 B each, and the texts.",
    pause:
      "Counted 1,000,000 objects and 4,000,000 references, 0.7–2.6 µs and 0.2 µs each, and 1,000,000 names of array positions, 3 µs each.",
  });
  const process: HeapFacts = { used: 50 * MB, largeObjects: undefined, isUpperBound: true, nodeMajor: 24 };
  expect(predictCost(process).rules.memory).toBe(
    "20 × 50.0 MB of private memory, as if all of it were objects: an upper bound, since the heap itself cannot be asked.",
  );
  expect(predictCost({ ...process, isUpperBound: false }).rules.memory).toBe(
    "20 × 50.0 MB of heap, as if all of it were small objects: an upper bound, since its spaces are not known.",
  );
});

test("it is an upper bound when most of it hangs on what large objects are", () => {
  expect(predictCost({ ...heap, largeObjects: 1 * MB }).isUpperBound).toBe(false);
  expect(predictCost(heap).isUpperBound).toBe(true);
  expect(predictCost({ ...heap, census }).isUpperBound).toBe(false);
});

test("the one large object that every heap has is no large object", () => {
  const { rules } = predictCost({ ...heap, largeObjects: 262_160 });
  expect(rules.memory).toBe("12 × 110 MB of small objects, and 60.0 MB.");
});

test("compressing makes the file small, and takes memory for what waits", () => {
  const [plain, packed] = [predictCost(heap), predictCost(heap, { gzip: true })];
  expect(packed.fileSize).toBeCloseTo(0.3 * plain.fileSize);
  expect(packed.extraMemory).toBeCloseTo(plain.extraMemory + 1.2 * plain.fileSize);
  expect(packed.rules.file).toMatch(/Compressed to 30 % of it or less\.$/);
  expect(packed.rules.memory).toMatch(/1\.2 × the file on top/);
});

test("threads add up in memory and file, but stand still one by one", () => {
  const main = predictCost(heap);
  const worker: HeapFacts = { ...heap, used: 30 * MB };
  const both = predictCost(heap, { threads: [worker] });
  expect(both.extraMemory).toBe(main.extraMemory + predictCost(worker).extraMemory);
  expect(both.fileSize).toBe(main.fileSize + predictCost(worker).fileSize);
  expect(both.smallObjects).toBe(120 * MB);
  expect(both.pauseMs).toEqual(main.pauseMs);
  expect(both.rules.memory).toMatch(/Heaps of 2 threads: the sum of all\.$/);
});

test("a series takes more disk, but no more memory", () => {
  const [one, three] = [predictCost(heap), predictCost(heap, { snapshots: 3 })];
  expect(three.fileSize).toBe(3 * one.fileSize);
  expect(three.extraMemory).toBe(one.extraMemory);
  expect(three.rules.file).toMatch(/Times 3 snapshots\.$/);
});

test("recorded numbers are objects", () => {
  const [without, recorded] = [predictCost(heap), predictCost(heap, { numericValues: true })];
  expect(recorded.extraMemory).toBeGreaterThan(2 * without.extraMemory * 0.8);
  const counted = predictCost({ ...heap, census }, { numericValues: true });
  expect(counted.rules.memory).toMatch(/^Counted 2,000,000 objects/);
  expect(counted.extraMemory).toBeGreaterThan(predictCost({ ...heap, census }).extraMemory + 250 * MB);
});

test("references of four bytes are twice as many in the same size", () => {
  const page = predictCost({ ...heap, isCompressed: true });
  expect(page.pauseMs.to).toBeGreaterThan(1.9 * predictCost(heap).pauseMs.to);
  expect(page.extraMemory).toBeGreaterThan(1.9 * predictCost(heap).extraMemory);
});

test("what is no Node needs more for an array", () => {
  const { nodeMajor: _, ...deno } = { ...heap, used: 13 * MB, largeObjects: 8 * MB };
  expect(predictCost(deno).extraMemory).toBeGreaterThan(4420 * MB); // measured with Deno 2.9.6
});

test("Node 18 takes ever longer for more texts", () => {
  const texts = (strings: number): number =>
    predictCost({ ...heap, nodeMajor: 18, census: { ...census, longestArray: 0, strings } }).pauseMs.to;
  expect(texts(4e5) - texts(0)).toBeGreaterThan(3.9 * (texts(2e5) - texts(0)));
});

test("nonsense gives no nonsense", () => {
  const { extraMemory, pauseMs } = predictCost({ ...heap, used: 0, largeObjects: 5 * GB });
  expect(extraMemory).toBeGreaterThan(0);
  expect(pauseMs.from).toBe(0);
});
