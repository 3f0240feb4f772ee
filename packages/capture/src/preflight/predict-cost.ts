// What a snapshot of a heap will cost: memory of the target, size of the file, time that the target stands still. V8 makes
// a record of every object and every reference, and a text of 1 kB for every position in the longest array (it calls the
// references "0", "1", "2" …, formats each name into a buffer of 1024 bytes and keeps the buffer). So what counts is the
// number of objects, not their bytes:
//
//   texts and buffers       nothing
//   ordinary objects        4 to 10 times their size
//   an array of a million   1.3 GB if it holds references, once for the longest one; a Map twice, a WeakMap four times that
//
// There are three degrees of knowledge, each with a rule of its own: a census (counted), sizes of V8's spaces (objects
// below 128 KB, and large ones, which may be texts or arrays), and the size of the process. Every rule was fitted to stay
// above 180 measured captures of Node 18, 20, 22, 24 and 26 (test/measured-captures.txt), but for those heaps that its
// comment names. Cost: arithmetic.

import { formatCount, formatSize } from "./format-size.ts";
import type { HeapCensus } from "./heap-census.ts";
import type { HeapFacts } from "./heap-facts.ts";

export interface CostOptions {
  /** Numbers are recorded, each as an object with a text. */
  readonly numericValues?: boolean;
  /** The file is compressed while it is written. */
  readonly gzip?: boolean;
  /** Heaps of further threads of the process that are captured, too, one after the other. */
  readonly threads?: readonly HeapFacts[];
  /** How many snapshots are taken of each heap; default 1. */
  readonly snapshots?: number;
}

/** Sizes are bytes, durations milliseconds. */
export interface CostPrediction {
  /** Objects in all heaps, without those of 128 KB and more. */
  readonly smallObjects: number;
  /** The process will not grow by more. It keeps most of that afterwards, and a further snapshot takes no more. */
  readonly extraMemory: number;
  /** Of all files together, at most. */
  readonly fileSize: number;
  /** How long the thread stands still that stands still longest. */
  readonly pauseMs: { readonly from: number; readonly to: number };
  /** What most heaps of these sizes take, within a factor of two; `undefined` where the sizes are not known. */
  readonly likely: { readonly extraMemory: number; readonly fileSize: number } | undefined;
  /** `extraMemory` is what it would be at worst, since too little is known of the heap; it may be far less. */
  readonly isUpperBound: boolean;
  /** Where each number comes from, one sentence each. */
  readonly rules: { readonly memory: string; readonly file: string; readonly pause: string };
}

/** What one heap costs. */
interface Cost {
  readonly memory: number;
  readonly file: number;
  readonly from: number;
  readonly to: number;
  readonly isUpperBound: boolean;
  readonly rules: CostPrediction["rules"];
}

const MB = 1e6;

/** What capturing an empty heap takes, with the objects that every program has. */
const BASE_MEMORY = 60 * MB;
const BASE_FILE = 1 * MB;
const BASE_PAUSE_MS = 400;
/** Every heap has one large object, V8's cache of numbers as texts. */
const EMPTY_LARGE_OBJECTS = 300_000;

/** Of one name of 1024 bytes, with its place in V8's table of names. */
const NAME = 1300;
const NAME_PAUSE_MS = 0.003;
/** Two names with the ids of key and value. */
const WEAK_ENTRY_NAMES = 2;

/** The same for a runtime that is no Node: Deno's allocator gives each name a page of 4 kB. */
const OTHER_BASE_MEMORY = 160 * MB;
const OTHER_NAME = 4500;
const OTHER_NAME_PAUSE_MS = 0.008;

/** Milliseconds, at best and at worst. */
type Range = readonly [from: number, to: number];

/** How fast V8 is here: on a machine of 2026, not the fastest, when nothing else is running. */
interface Speed {
  /** For a megabyte of small objects, and the worst with all their numbers recorded. */
  readonly perMegabyte: Range;
  readonly perMegabyteWithNumbers: number;
  /** For an object, with a few references. */
  readonly perObject: Range;
  /** V8 10 looks for each text in ever longer lists. */
  readonly isSlowWithTexts?: boolean;
}

const PER_REFERENCE_MS = 0.0002;

/** From the newest to the oldest. What is no Node (Deno, Chromium) has a V8 that is newer still. */
const SPEEDS: readonly (Speed & { readonly since: number })[] = [
  {
    since: 24,
    perMegabyte: [12, 90],
    perMegabyteWithNumbers: 220,
    perObject: [0.0007, 0.0026],
  },
  {
    since: 22,
    perMegabyte: [15, 110],
    perMegabyteWithNumbers: 230,
    perObject: [0.0009, 0.0034],
  },
  {
    since: 20,
    perMegabyte: [20, 150],
    perMegabyteWithNumbers: 240,
    perObject: [0.0011, 0.0045],
  },
  {
    since: 0,
    perMegabyte: [25, 200],
    perMegabyteWithNumbers: 320,
    perObject: [0.0015, 0.006],
    isSlowWithTexts: true,
  },
];

function speedOf(nodeMajor = Infinity): Speed {
  return SPEEDS.find(({ since }) => nodeMajor >= since)!;
}

/** Predicts what snapshots of `heap`, and of the heaps of further threads, will cost. */
export function predictCost(heap: HeapFacts, options: CostOptions = {}): CostPrediction {
  const heaps = [heap, ...(options.threads ?? [])];
  const costs = heaps.map((each) => costOf(each, options));
  const [first] = costs as [Cost];
  const total = (number: (cost: Cost) => number): number =>
    costs.reduce((amount, cost) => amount + number(cost), 0);
  const plain = total(({ file }) => file);
  const packed = options.gzip === true ? plain * PACKED_SHARE : plain;
  const snapshots = options.snapshots ?? 1;
  const others = costs.length === 1 ? "" : ` Heaps of ${costs.length} threads: the sum of all.`;
  const longest =
    costs.length === 1 ? "" : ` Threads stand still one after the other: the longest of ${costs.length}.`;
  const packing =
    options.gzip === true ? ` Compressed to ${Math.round(PACKED_SHARE * 100)} % of it or less.` : "";
  const backlog =
    options.gzip === true ? ` 1.2 × the file on top, which waits in the process while it is compressed.` : "";
  const series = snapshots === 1 ? "" : ` Times ${snapshots} snapshots.`;
  return {
    smallObjects: heaps.reduce((size, each) => size + smallObjectsOf(each), 0),
    // What a thread has freed is not given to another, and a slow reader leaves the file in the target's memory.
    extraMemory: total(({ memory }) => memory) + (options.gzip === true ? 1.2 * plain : 0),
    fileSize: packed * snapshots,
    pauseMs: {
      from: Math.max(...costs.map(({ from }) => from)),
      to: Math.max(...costs.map(({ to }) => to)),
    },
    likely: likelyCost(heaps, costs, options),
    isUpperBound: costs.some(({ isUpperBound }) => isUpperBound),
    rules: {
      memory: first.rules.memory + others + backlog,
      file: first.rules.file + others + packing + series,
      pause: first.rules.pause + longest,
    },
  };
}

/** Of small objects, with numbers recorded and without: the median of all captures measured. */
const LIKELY_MEMORY = [12, 9.5] as const;
const LIKELY_FILE = [2.9, 2.3] as const;
/** How far the counted bounds are above what was measured, in the middle. */
const COUNTED_MARGIN = 1.6;

function likelyCost(
  heaps: readonly HeapFacts[],
  costs: readonly Cost[],
  { numericValues = false, gzip = false, snapshots = 1 }: CostOptions,
): CostPrediction["likely"] {
  let extraMemory = 0;
  let fileSize = 0;
  for (const [index, heap] of heaps.entries()) {
    const { memory, file } = costs[index]!;
    if (heap.census !== undefined) {
      extraMemory += memory / COUNTED_MARGIN;
      fileSize += file / COUNTED_MARGIN;
    } else if (heap.largeObjects === undefined) {
      return undefined;
    } else {
      const small = smallObjectsOf(heap);
      extraMemory += BASE_MEMORY / 2 + LIKELY_MEMORY[numericValues ? 0 : 1] * small;
      fileSize += BASE_FILE + LIKELY_FILE[numericValues ? 0 : 1] * small;
    }
  }
  return { extraMemory, fileSize: fileSize * snapshots * (gzip ? LIKELY_PACKED_SHARE : 1) };
}

const LIKELY_PACKED_SHARE = 0.2;

/** Real heaps compress to 0.13 to 0.25 at level 1. */
const PACKED_SHARE = 0.3;

/** Objects below 128 KB, bytes. */
function smallObjectsOf({ used, largeObjects = 0 }: HeapFacts): number {
  return Math.max(0, used - largeObjects);
}

function costOf(heap: HeapFacts, options: CostOptions): Cost {
  if (heap.census !== undefined) return costOfCensus(heap, heap.census, options);
  const { largeObjects } = heap;
  if (largeObjects === undefined) return costOfWhole(heap, options);
  return costOfSizes(heap, largeObjects > EMPTY_LARGE_OBJECTS ? largeObjects : 0, options);
}

/** Counted: within a factor of two. */
function costOfCensus(
  { nodeMajor }: HeapFacts,
  census: HeapCensus,
  { numericValues = false }: CostOptions,
): Cost {
  const { references, strings, characters, longestArray, weakEntries } = census;
  const numbers = numericValues ? census.numbers : 0;
  const objects = census.objects + 2 * numbers;
  const edges = references + 2 * numbers;
  const names = longestArray + WEAK_ENTRY_NAMES * weakEntries;
  const speed = speedOf(nodeMajor);
  // A text is cut at 1024 characters; one that is not ASCII takes more room in the file than in the heap.
  const texts = Math.min(characters, 1024 * strings);
  const written = `${formatCount(objects)} objects and ${formatCount(edges)} references`;
  const named = `${formatCount(names)} names of array positions`;
  return {
    memory: BASE_MEMORY + 260 * objects + 37 * edges + 60 * (strings + numbers) + texts + NAME * names,
    file:
      BASE_FILE +
      34 * objects +
      21 * edges +
      1.6 * texts +
      24 * numbers +
      12 * longestArray +
      250 * weakEntries,
    from: speed.perObject[0] * census.objects,
    to:
      BASE_PAUSE_MS +
      speed.perObject[1] * objects +
      PER_REFERENCE_MS * edges +
      NAME_PAUSE_MS * names +
      (speed.isSlowWithTexts === true ? pairsOfTextsMs(census, numbers) : 0),
    isUpperBound: false,
    rules: {
      memory: `Counted ${written}, 260 B and 37 B each, ${named} of 1.3 kB, and 60 MB.`,
      file: `Counted ${written}, 34 B and 21 B each, and the texts.`,
      pause: `Counted ${written}, ${microseconds(speed.perObject)} and 0.2 µs each, and ${named}, 3 µs each.`,
    },
  };
}

/** For a text and each one before it, on V8 10. How many of them collide depends on what they look like. */
function pairsOfTextsMs({ strings, weakEntries, longestArray }: HeapCensus, numbers: number): number {
  const names = WEAK_ENTRY_NAMES * weakEntries;
  return 7e-7 * strings ** 2 + 2.5e-7 * names ** 2 + 4e-8 * numbers ** 2 + 1e-8 * longestArray ** 2;
}

/** From V8's spaces: not enough for many small WeakMaps, which need three times that, and for the texts of Node 18. */
function costOfSizes(heap: HeapFacts, largeObjects: number, { numericValues = false }: CostOptions): Cost {
  const { base, small, large } = ratesOf(heap, numericValues);
  const size = smallObjectsOf(heap);
  const ofSmall = `${formatSize(size)} of small objects`;
  const ofLarge = (rate: string): string =>
    largeObjects === 0
      ? ""
      : `, and ${rate} × ${formatSize(largeObjects)} of large ones, should they be arrays`;
  return {
    memory: base + small.memory * size + large.memory * largeObjects,
    file: BASE_FILE + small.file * size + large.file * largeObjects,
    from: (small.pause[0] * size) / MB,
    to: BASE_PAUSE_MS + (small.pause[1] * size + large.pause * largeObjects) / MB,
    isUpperBound: large.memory * largeObjects > small.memory * size,
    rules: {
      memory: `${small.memory} × ${ofSmall}${ofLarge(String(large.memory))}, and ${formatSize(base)}.`,
      file: `Up to ${small.file} × ${ofSmall}${ofLarge(String(large.file))}.`,
      pause: `${small.pause.join("–")} ms/MB × ${ofSmall}${ofLarge(`${large.pause} ms/MB`)}.`,
    },
  };
}

/** From one size: not enough for a heap that is nothing but one huge collection, and for the texts of Node 18. */
function costOfWhole(heap: HeapFacts, { numericValues = false }: CostOptions): Cost {
  const { base, small } = ratesOf(heap, numericValues);
  const [perByte, perMegabyteMs] = [Math.max(20, small.memory), 1.5 * small.pause[1]];
  const of = heap.isUpperBound
    ? `${formatSize(heap.used)} of private memory, as if all of it were objects: an upper bound, since the heap itself cannot be asked`
    : `${formatSize(heap.used)} of heap, as if all of it were small objects: an upper bound, since its spaces are not known`;
  return {
    memory: base + perByte * heap.used,
    file: BASE_FILE + small.file * heap.used,
    from: heap.isUpperBound ? BASE_PAUSE_MS / 4 : (small.pause[0] * heap.used) / MB,
    to: BASE_PAUSE_MS + (perMegabyteMs * heap.used) / MB,
    isUpperBound: true,
    rules: {
      memory: `${perByte} × ${of}.`,
      file: `Up to ${small.file} × ${of}.`,
      pause: `Up to ${perMegabyteMs} ms/MB × ${of}.`,
    },
  };
}

/** Memory and file for each byte of heap, milliseconds for each megabyte. */
interface Rates {
  readonly base: number;
  readonly small: { readonly memory: number; readonly file: number; readonly pause: Range };
  /** Should it be an array: a reference is a name in memory, and two edges in the file. */
  readonly large: { readonly memory: number; readonly file: number; readonly pause: number };
}

function ratesOf({ nodeMajor, isCompressed = false }: HeapFacts, numericValues: boolean): Rates {
  const { perMegabyte, perMegabyteWithNumbers } = speedOf(nodeMajor);
  const [from, to] = perMegabyte;
  const scale = isCompressed ? 2 : 1;
  const isNode = nodeMajor !== undefined;
  const perReference = scale / 8;
  return {
    base: isNode ? BASE_MEMORY : OTHER_BASE_MEMORY,
    small: {
      memory: scale * (numericValues ? 32 : 12),
      file: scale * (numericValues ? 7.5 : 3.6),
      pause: [scale * from, scale * (numericValues ? perMegabyteWithNumbers : to)],
    },
    large: {
      memory: Math.ceil(perReference * (isNode ? NAME : OTHER_NAME)),
      file: scale * 6,
      pause: Math.round(perReference * MB * (isNode ? NAME_PAUSE_MS : OTHER_NAME_PAUSE_MS)),
    },
  };
}

function microseconds([from, to]: Range): string {
  return `${(from * 1000).toFixed(1)}–${(to * 1000).toFixed(1)} µs`;
}
