// Counts what is in a heap without looking at any object by itself: how many objects, how many references, how long the
// longest array is. V8 keeps these statistics for each type while it collects garbage, if the trace category `v8.gc_stats`
// is on; Node switches trace categories through the inspector, on all versions from 18 to 26.
//
//   NodeTracing.start ─▶ HeapProfiler.collectGarbage ─▶ NodeTracing.stop ─▶ V8.GC_Objects_Stats of the main thread
//
// The cost of a snapshot hangs on these numbers, and sizes do not tell them: 16 MB in large objects may be texts, which
// cost nothing, or one array of two million references, which costs 2.5 GB. Cost: a pause of about 10 ms for each MB of
// small objects, a fifth of the snapshot's own; and what Node needs for tracing stays in the process, a sleeping thread
// and about 25 MB. So a census is for heaps whose sizes leave the decision open. Called by `examine`.

import { CaptureError } from "../capture-error.ts";
import type { InspectorSession, SendOptions } from "../inspector/inspector-session.ts";
import { rejectionOf } from "../rejection-of.ts";

/** The numbers that the cost of a snapshot hangs on. */
export interface HeapCensus {
  /** Live objects of all kinds: the snapshot's nodes. */
  readonly objects: number;
  /** At most this many references between them: its edges. */
  readonly references: number;
  /** How many of the objects are texts. */
  readonly strings: number;
  /** Bytes of the texts' characters. */
  readonly characters: number;
  /** At most this many properties and boxes hold a number. */
  readonly numbers: number;
  /** At most this many elements are in the longest array, table or dictionary that holds references. */
  readonly longestArray: number;
  /** At most this many entries are in all weak maps and sets together. */
  readonly weakEntries: number;
}

const CATEGORY = "disabled-by-default-v8.gc_stats";
/** Longest wait for the statistics after tracing has stopped. They are on their way then. */
const ARRIVAL_MS = 1000;

/**
 * Counts the heap of a session's main thread; `undefined` where the target cannot (Deno, a page, a worker, a Node that
 * traces already). Throws `CaptureError` when the session fails.
 */
export async function takeHeapCensus(
  session: InspectorSession,
  options: SendOptions = {},
): Promise<HeapCensus | undefined> {
  const events: unknown[] = [];
  let found = (): void => {};
  const arrived = new Promise<void>((resolve) => (found = resolve));
  const release = session.on("NodeTracing.dataCollected", ({ value }) => {
    for (const event of value) events.push(event);
    if (value.some((event) => liveStatistics(event).length > 0)) found();
  });
  try {
    await session.send("NodeTracing.start", { traceConfig: { includedCategories: [CATEGORY] } }, options);
    try {
      await session.send("HeapProfiler.collectGarbage", undefined, options);
    } finally {
      await session.send("NodeTracing.stop", undefined, options);
    }
    // The events come from a thread of their own, and the one that says that tracing is complete may come before them.
    const timer = setTimeout(found, ARRIVAL_MS);
    await Promise.race([arrived, rejectionOf(session.ended)]);
    clearTimeout(timer);
  } catch (error) {
    if (error instanceof CaptureError && error.code === "refused") return undefined;
    throw error;
  } finally {
    release();
  }
  return parseHeapCensus(events);
}

/** What V8 says about one type. Only numbers that were checked. */
interface TypeStatistics {
  readonly name: string;
  readonly bytes: number;
  readonly count: number;
  /** Objects by size: up to 32 B, 64 B, 128 B … doubling each time; the last one has no end. */
  readonly histogram: readonly number[];
}

/** The census in a list of trace events; `undefined` if there is none. The events may hold anything. */
export function parseHeapCensus(events: readonly unknown[]): HeapCensus | undefined {
  const text = events.flatMap(liveStatistics).at(-1); // of one of the rounds that a collection has
  if (text === undefined) return undefined;
  const { field_data: fields, type_data: types } = objectOf(parseJson(text));
  const statistics = Object.entries(objectOf(types)).flatMap(([name, type]) => typeStatistics(name, type));
  const objects = sum(statistics, ({ count }) => count);
  if (objects === 0) return undefined;
  const ofType = (pattern: RegExp): TypeStatistics[] => statistics.filter(({ name }) => pattern.test(name));
  const strings = ofType(/STRING_TYPE$/);
  const tables = statistics.filter(({ name }) => HOLDS_REFERENCES.test(name) && !HOLDS_NONE.test(name));
  const bytesIn = (field: string): number => numberOf(objectOf(fields)[field]);
  const words = bytesIn("tagged_fields") / WORD;
  // The elements of an array are edges twice: of the array and of what holds them for it.
  const elements = sum(ofType(/ELEMENTS_TYPE$/), ({ bytes }) => bytes) / WORD;
  return {
    objects,
    references: Math.round(words + elements),
    strings: sum(strings, ({ count }) => count),
    characters: sum(strings, ({ bytes }) => bytes),
    numbers: Math.round((bytesIn("inobject_smi_fields") + bytesIn("boxed_double_fields")) / WORD),
    longestArray: Math.round(Math.min(words, longestIn(tables))),
    // An entry is two words, and a table is at most two thirds full.
    weakEntries: Math.round((sum(ofType(WEAK_TABLE), ({ bytes }) => bytes) / (2 * WORD)) * (2 / 3)),
  };
}

/** Of a reference, bytes. No Node compresses pointers; what does (Electron, pages) cannot be counted this way. */
const WORD = 8;
const HOLDS_REFERENCES = /ARRAY|LIST|TABLE|DICTIONARY|ELEMENTS|CONTEXT|HASH|POOL/;
/** Bytes and numbers; and arrays of V8's own that have names or bounds. */
const HOLDS_NONE = /BYTE|DOUBLE|TYPED_ARRAY|SOURCE_POSITION|JS_ARRAY|CONSTRUCTOR|PROTOTYPE_TYPE|BUFFER/;
const WEAK_TABLE = /EPHEMERON_HASH_TABLE|WEAK_COLLECTION_TABLE/;
/** Tables with three words an entry of which one never is a reference. */
const THREE_WORD_TABLE = /COLLECTION_TABLE|DICTIONARY/;

/** The number of words of the longest object; of tables, the words that may be references. */
function longestIn(types: readonly TypeStatistics[]): number {
  return types.reduce((longest, type) => Math.max(longest, longestOf(type)), 0);
}

function longestOf({ name, bytes, histogram }: TypeStatistics): number {
  const top = histogram.findLastIndex((count) => count > 0);
  if (top === -1) return 0;
  const others = histogram.reduce((rest, count, bucket) => rest + count * smallest(bucket), -smallest(top));
  const largest = Math.max(smallest(top), bytes - others);
  const isOpen = top === histogram.length - 1;
  const words = (isOpen ? largest : Math.min(largest, 2 * smallest(top))) / WORD;
  // Where one table is far longer than all others of its kind, every third of its words is no reference.
  const isAlone = isOpen && histogram[top] === 1 && THREE_WORD_TABLE.test(name);
  return isAlone ? Math.min(words, (words * 2) / 3 + smallest(top) / WORD) : words;
}

/** Of an object in that place of the histogram, bytes. */
function smallest(bucket: number): number {
  return bucket === 0 ? 0 : 2 ** (bucket + 4);
}

/** The text with the statistics of living objects, if this is the event of a main thread: there thread and process have one number. */
function liveStatistics(event: unknown): string[] {
  const { name, pid, tid, args } = objectOf(event);
  const { live } = objectOf(args);
  return name === "V8.GC_Objects_Stats" && pid === tid && typeof live === "string" ? [live] : [];
}

function typeStatistics(name: string, type: unknown): TypeStatistics[] {
  const { overall, count, histogram } = objectOf(type);
  return numberOf(count) === 0 || !Array.isArray(histogram)
    ? []
    : [{ name, bytes: numberOf(overall), count: numberOf(count), histogram: histogram.map(numberOf) }];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

function sum<Item>(items: readonly Item[], number: (item: Item) => number): number {
  return items.reduce((total, item) => total + number(item), 0);
}
