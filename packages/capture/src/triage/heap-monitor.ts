// Live numbers of a heap: sizes, spaces and garbage collections, read again and again while the process works on. For a
// process that is too big to stop.
//
//   startHeapMonitor ─▶ a small object in the target, held by the session alone ─▶ sample(), sample() … ─▶ stop()
//
// Collections are counted by `v8.GCProfiler` in the target. What the other ways did on Node 18 to 26:
//   NodeTracing          tells nothing before it is stopped, and its thread stays in the process for good
//   PerformanceObserver  tells nothing while the program does not return to its event loop, and stays if we die
//   v8.GCProfiler        tells everything at once, with the heap's size after each collection
// No difference of any of them in the throughput of a program that does nothing but allocate. The profiler ends with its
// object, and the object with the session: whatever becomes of us, the target's next full collection clears all of it away.
// Each collection costs 1.5 kB until it is read, so what is read seldom is folded once a second meanwhile.
//
// Cost for the target: one call per sample, some tenths of a millisecond. Without `process` (a page), V8's own figures.

import { setTimeout as sleep } from "node:timers/promises";
import { CaptureError, harmless } from "../capture-error.ts";
import type { InspectorSession, SendOptions } from "../inspector/inspector-session.ts";
import type { HeapSpace } from "../inspector/target-facts.ts";

/** Collections of one kind in a period. */
export interface CollectionCount {
  readonly count: number;
  /** How long the program stood still for them, together. */
  readonly timeMs: number;
}

/** The garbage collections since the sample before. */
export interface Collections {
  /** Of young objects; short and frequent. */
  readonly scavenge: CollectionCount;
  /** Of everything. */
  readonly markCompact: CollectionCount;
  /** Steps that prepare or finish one: the start of incremental marking, weak callbacks. */
  readonly other: CollectionCount;
  /** The longest single pause, milliseconds. */
  readonly longestMs: number;
}

/** A heap at one moment. Sizes are bytes; what the target does not tell is missing. */
export interface HeapSample {
  /** Since the monitor started, by this machine's clock. */
  readonly elapsedMs: number;
  /** Objects, and garbage that was not collected yet. */
  readonly heapUsed: number;
  readonly heapTotal: number;
  /** Where V8 gives up. */
  readonly heapLimit?: number;
  /** Objects right after the last full collection since the sample before: no garbage in it. */
  readonly usedAfterFull?: number;
  /** Memory outside of the heap that objects hold, buffers included. */
  readonly external?: number;
  /** Buffers. */
  readonly arrayBuffers?: number;
  /** What V8 allocated for its own work. */
  readonly malloced?: number;
  /** C++ objects of a page: its DOM. */
  readonly embedderUsed?: number;
  /** Physical memory of the whole process, all threads. */
  readonly residentSize?: number;
  /** All that was ever allocated in the heap (Node >= 26). */
  readonly allocatedTotal?: number;
  readonly nativeContexts?: number;
  /** Contexts that were given up and are still there. */
  readonly detachedContexts?: number;
  readonly spaces: readonly HeapSpace[];
  readonly collections?: Collections;
}

/** A monitor at work. */
export interface HeapMonitor {
  /** Throws `CaptureError`. Waits as long as the session lasts: a target that is stopped in a system call answers later. */
  sample(options?: SendOptions): Promise<HeapSample>;
  /** Folds what is known about collections in the target, so that it does not pile up there before the next sample. */
  fold(options?: SendOptions): Promise<void>;
  /** Leaves the target as it was. Never throws: the end of the session does the same. */
  stop(): Promise<void>;
}

const FOLD_MS = 1000;

/** How long a target that stands still may keep us from leaving. */
const FAREWELL_MS = 1000;

/** Evaluated in the target; `require` is there only while this runs. */
const PROBE = `(() => {
  const host = typeof process === "object" && process !== null ? process : {};
  const v8 = typeof require === "function" ? require("v8") : host.getBuiltinModule?.("v8");
  let profiler;
  let collections = {};
  let usedAfterFull;
  const fold = () => {
    if (profiler === undefined) return;
    const next = new v8.GCProfiler();
    next.start(); // before the other stops: none is missed
    const { statistics } = profiler.stop();
    profiler = next;
    for (const { gcType, cost, afterGC } of statistics) {
      const kind = (collections[gcType] ??= { count: 0, us: 0, longestUs: 0 });
      kind.count++;
      kind.us += cost;
      kind.longestUs = Math.max(kind.longestUs, cost);
      if (gcType === "MarkSweepCompact") usedAfterFull = afterGC.heapStatistics.usedHeapSize;
    }
  };
  // Deno has one, too, but tells other times.
  if (host.release?.name === "node" && host.versions.deno === undefined && v8?.GCProfiler !== undefined) {
    profiler = new v8.GCProfiler();
    profiler.start();
  }
  return {
    fold,
    read() {
      fold();
      const seen = profiler === undefined ? undefined : collections;
      const reading = {
        memory: host.memoryUsage?.(),
        heap: v8?.getHeapStatistics?.(),
        spaces: v8?.getHeapSpaceStatistics?.(),
        collections: seen,
        usedAfterFull,
      };
      collections = {};
      usedAfterFull = undefined;
      return reading;
    },
    stop() {
      profiler?.stop();
      profiler = undefined;
    },
  };
})()`;

/** Starts to monitor the thread of this session. Throws `CaptureError`. */
export async function startHeapMonitor(
  session: InspectorSession,
  options: SendOptions = {},
): Promise<HeapMonitor> {
  const { result, exceptionDetails } = await session.send(
    "Runtime.evaluate",
    { expression: PROBE, includeCommandLineAPI: true, silent: true },
    options,
  );
  const { objectId } = result;
  if (objectId === undefined || exceptionDetails !== undefined) throw failed(session, exceptionDetails);
  const startedAt = performance.now();
  const call = async (method: string, limits: SendOptions): Promise<unknown> => {
    const answer = await session.send(
      "Runtime.callFunctionOn",
      {
        objectId,
        functionDeclaration: `function () { return this.${method}(); }`,
        returnByValue: true,
        silent: true,
      },
      limits,
    );
    if (answer.exceptionDetails !== undefined) throw failed(session, answer.exceptionDetails);
    return answer.result.value;
  };
  return {
    async sample(limits = {}) {
      const patient = { timeoutMs: Infinity, ...limits };
      const reading = await call("read", patient);
      const usage = hasHeap(reading)
        ? undefined
        : await session.send("Runtime.getHeapUsage", undefined, patient);
      return describeReading(performance.now() - startedAt, reading, usage);
    },
    async fold(limits = {}) {
      await call("fold", { timeoutMs: Infinity, ...limits });
    },
    async stop() {
      if (session.ended.aborted) return;
      try {
        await call("stop", { timeoutMs: FAREWELL_MS });
        await session.send("Runtime.releaseObject", { objectId }, { timeoutMs: FAREWELL_MS });
      } catch {
        // It does not answer, or is gone: the end of the session releases the object.
      }
    },
  };
}

export interface WatchOptions {
  /** From one sample to the next. */
  intervalMs: number;
  /** Samples; default: no limit. */
  count?: number;
  /** How long; default: no limit. */
  durationMs?: number;
  /** Ends the watch as if it had come to its end. */
  until?: AbortSignal;
  /** The target has owed an answer for so long; called once a second. */
  onLate?: (lateMs: number) => void;
}

/**
 * Samples at once, then again and again; a sample that comes late is not made up for. Leaves the target as it was, also
 * when the loop over it is left. Throws `CaptureError`, with code `target-lost` when the target ends meanwhile.
 */
export async function* watchHeap(
  session: InspectorSession,
  options: WatchOptions,
): AsyncGenerator<HeapSample, void, undefined> {
  const { intervalMs, count = Infinity, durationMs = Infinity, onLate } = options;
  const { until = new AbortController().signal } = options;
  const over = AbortSignal.any([until, session.ended]);
  const monitor = await startHeapMonitor(session);
  try {
    let due = performance.now();
    const end = due + durationMs;
    for (let made = 1; ; made++) {
      const sample = await noticing(unless(until, monitor.sample()), onLate);
      if (sample === undefined) return;
      yield sample;
      if (made >= count || due >= end) return;
      due = Math.min(Math.max(due + intervalMs, performance.now()), end);
      for (let left = due - performance.now(); left > 0; left = due - performance.now()) {
        await sleep(Math.min(left, FOLD_MS), undefined, { signal: over }).catch(() => {});
        if (until.aborted) return;
        session.ended.throwIfAborted();
        if (due - performance.now() > FOLD_MS / 2) await unless(until, monitor.fold());
      }
    }
  } finally {
    await monitor.stop();
  }
}

/** What `work` comes to, or `undefined` as soon as the signal aborts; then nobody hears about its failure. */
async function unless<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value | undefined> {
  work.catch(() => {});
  if (signal.aborted) return undefined;
  let onAbort = (): void => {};
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** The same promise; `onLate` hears about it as long as it is not kept. */
async function noticing<Value>(promise: Promise<Value>, onLate: WatchOptions["onLate"]): Promise<Value> {
  const askedAt = performance.now();
  const timer = setInterval(() => onLate?.(performance.now() - askedAt), 1000);
  try {
    return await promise;
  } finally {
    clearInterval(timer);
  }
}

type Table = Readonly<Record<string, unknown>>;

function table(value: unknown): Table {
  return typeof value === "object" && value !== null ? (value as Table) : {};
}

/** A size or a count, if it is one: the target may say anything. */
function amount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function hasHeap(reading: unknown): boolean {
  const { heap, memory } = table(reading);
  return (
    amount(table(heap)["used_heap_size"]) !== undefined || amount(table(memory)["heapUsed"]) !== undefined
  );
}

function describeReading(elapsedMs: number, reading: unknown, usage: Table | undefined): HeapSample {
  const { memory: memoryValue, heap: heapValue, spaces, collections, usedAfterFull } = table(reading);
  const memory = table(memoryValue);
  const heap = table(heapValue);
  const known = {
    heapLimit: amount(heap["heap_size_limit"]),
    usedAfterFull: amount(usedAfterFull),
    external: amount(memory["external"]),
    arrayBuffers: amount(memory["arrayBuffers"]) ?? amount(usage?.["backingStorageSize"]),
    malloced: amount(heap["malloced_memory"]),
    embedderUsed: amount(usage?.["embedderHeapUsedSize"]),
    residentSize: amount(memory["rss"]),
    allocatedTotal: amount(heap["total_allocated_bytes"]),
    nativeContexts: amount(heap["number_of_native_contexts"]),
    detachedContexts: amount(heap["number_of_detached_contexts"]),
  };
  return {
    elapsedMs,
    heapUsed:
      amount(heap["used_heap_size"]) ?? amount(memory["heapUsed"]) ?? amount(usage?.["usedSize"]) ?? 0,
    heapTotal:
      amount(heap["total_heap_size"]) ?? amount(memory["heapTotal"]) ?? amount(usage?.["totalSize"]) ?? 0,
    ...onlyKnown(known),
    spaces: describeSpaces(spaces),
    ...(collections === undefined ? {} : { collections: describeCollections(table(collections)) }),
  };
}

/** Without the fields that are `undefined`. */
function onlyKnown<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: NonNullable<Fields[Name]>;
  };
}

function describeSpaces(spaces: unknown): HeapSpace[] {
  if (!Array.isArray(spaces)) return [];
  return spaces.map(table).map((space) => ({
    name: String(space["space_name"]),
    used: amount(space["space_used_size"]) ?? 0,
    size: amount(space["space_size"]) ?? 0,
  }));
}

function describeCollections(kinds: Table): Collections {
  const sum = { scavenge: none(), markCompact: none(), other: none() };
  let longestMs = 0;
  for (const [name, value] of Object.entries(kinds)) {
    const { count, us, longestUs } = table(value);
    const kind =
      name === "Scavenge" || name.startsWith("Minor")
        ? sum.scavenge
        : name === "MarkSweepCompact"
          ? sum.markCompact
          : sum.other;
    kind.count += amount(count) ?? 0;
    kind.timeMs += (amount(us) ?? 0) / 1000;
    longestMs = Math.max(longestMs, (amount(longestUs) ?? 0) / 1000);
  }
  return { ...sum, longestMs };
}

function none(): { count: number; timeMs: number } {
  return { count: 0, timeMs: 0 };
}

function failed(
  session: InspectorSession,
  details: { text: string; exception?: { description?: string } } | undefined,
): CaptureError {
  const { label } = session.target;
  const said = details?.exception?.description ?? details?.text ?? "it returned nothing";
  return new CaptureError(
    label,
    "refused",
    `${harmless(label)} does not tell its heap's size: ${harmless(said.split("\n", 1)[0] ?? "")}.`,
  );
}
