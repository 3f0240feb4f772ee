// What the target says about itself: which runtime, which process, how much heap. One `Runtime.evaluate`, by value,
// which V8 answers even while the program's own code is busy. Node and Deno tell nearly everything, a page its heap only:
//
//   Node, Electron   `require`, which exists because the command line API is asked for (CommonJS, ESM and workers alike)
//   Deno             `process.getBuiltinModule`, or what `process` has
//   a page           `performance.memory` for the limit, and `Runtime.getHeapUsage`, which needs no JavaScript
//
// A program may have replaced any of these functions, and anything may answer at the other end: what comes back is taken
// only if it has the right type, and each missing piece is `undefined` by itself. Deno is asked nothing that needs a
// permission: it would stop the program to ask the user. Cost: one message, a few milliseconds.

import { setTimeout } from "node:timers/promises";
import { CaptureError, harmless } from "../capture-error.ts";
import type { Runtime } from "../process/executable.ts";
import { noProtocol } from "./errors.ts";
import type { InspectorSession, SendOptions } from "./inspector-session.ts";

/** One of V8's spaces. Sizes are bytes. */
export interface HeapSpace {
  /** V8's name: `old_space`, `large_object_space` … */
  readonly name: string;
  /** Reserved. */
  readonly size: number;
  /** Objects, living or not yet collected. */
  readonly used: number;
}

/** A process behind an inspector. Sizes are bytes; what the target does not tell is `undefined` or empty. */
export interface TargetFacts {
  readonly runtime: Runtime;
  /** As the runtime writes it: `v24.21.0`, `2.9.6`. */
  readonly version: string | undefined;
  /** As the runtime writes it, `v20.20.2`; `undefined` if it is not Node. */
  readonly nodeVersion: string | undefined;
  readonly v8Version: string | undefined;
  /** In the target's own process namespace. */
  readonly pid: number | undefined;
  /** 0 for the main thread. */
  readonly threadId: number | undefined;
  readonly title: string | undefined;
  /** The command line: the executable, its flags, the script, its arguments. Not escaped, and may hold secrets. */
  readonly args: readonly string[];
  /** Seconds since the process started. */
  readonly uptime: number | undefined;
  /** Objects in the heap of this thread. */
  readonly heapUsed: number;
  /** Reserved for the heap of this thread. */
  readonly heapTotal: number;
  /** Where V8 gives up. */
  readonly heapLimit: number | undefined;
  /** Physical memory of the whole process. */
  readonly residentSize: number | undefined;
  /** `process.memoryUsage()`. */
  readonly usage: Readonly<Record<string, number>>;
  /** `v8.getHeapStatistics()`. */
  readonly statistics: Readonly<Record<string, number>>;
  readonly spaces: readonly HeapSpace[];
  /** Memory that the machine has left, as the target sees it. */
  readonly machineFree: number | undefined;
  /** Memory that the process may use altogether; `undefined` where nothing limits it. */
  readonly memoryLimit: number | undefined;
  /** Memory that the process may still take under its limit; Node has it from 20.13 on. */
  readonly memoryFree: number | undefined;
}

/** Asks each thing by itself, so that one that fails takes nothing with it. */
const QUESTIONS = `(() => {
  const ask = (question) => { try { return question(); } catch { return undefined; } };
  const load = (name) => typeof require === "function" ? require(name) : process.getBuiltinModule(name);
  const free = (question) => typeof Deno === "object" ? undefined : question();
  const { versions } = ask(() => process) ?? {};
  return {
    deno: ask(() => Deno.version.deno),
    bun: ask(() => Bun.version),
    electron: versions?.electron,
    node: ask(() => process.release.name === "node" || versions.electron ? process.version : undefined),
    browser: ask(() => navigator.userAgent),
    v8: versions?.v8,
    pid: ask(() => process.pid),
    threadId: ask(() => load("node:worker_threads").threadId),
    title: ask(() => process.title),
    args: ask(() => [process.argv[0], ...process.execArgv, ...process.argv.slice(1)]),
    uptime: ask(() => process.uptime()),
    usage: ask(() => process.memoryUsage()),
    statistics: ask(() => load("node:v8").getHeapStatistics()),
    spaces: ask(() => load("node:v8").getHeapSpaceStatistics()),
    machineFree: ask(() => free(() => load("node:os").freemem())),
    memoryLimit: ask(() => free(() => process.constrainedMemory())),
    memoryFree: ask(() => free(() => process.availableMemory())),
    pageLimit: ask(() => performance.memory.jsHeapSizeLimit),
  };
})()`;

const STARTUP_MS = 200;

/** A process that nothing limits is said to have more than this: 2^63 or 2^64, give or take a page. */
const NO_LIMIT = 2 ** 62;

/** Asks the target. Throws `CaptureError`. */
export async function readTargetFacts(
  session: InspectorSession,
  options: SendOptions = {},
): Promise<TargetFacts> {
  let said = objectOf(await evaluate(session, QUESTIONS, options));
  if (textOf(said["node"]) !== undefined && said["statistics"] === undefined) {
    // The question came while Node itself was loading its modules, which is over in a moment.
    await setTimeout(STARTUP_MS, undefined, { signal: session.ended }).catch(() => {});
    said = objectOf(await evaluate(session, QUESTIONS, options));
  }
  const usage = numbersOf(said["usage"]);
  const statistics = numbersOf(said["statistics"]);
  let heapUsed = statistics["used_heap_size"] ?? usage["heapUsed"];
  let heapTotal = statistics["total_heap_size"] ?? usage["heapTotal"];
  if (heapUsed === undefined || heapTotal === undefined) {
    const heap = await session.send("Runtime.getHeapUsage", undefined, options);
    heapUsed ??= sizeOf(heap.usedSize) ?? 0;
    heapTotal ??= sizeOf(heap.totalSize) ?? heapUsed;
  }
  const runtime = runtimeOf(said);
  const nodeVersion = runtime === "node" || runtime === "electron" ? textOf(said["node"]) : undefined;
  return {
    runtime,
    version: versionOf(runtime, said),
    nodeVersion,
    v8Version: textOf(said["v8"]),
    pid: sizeOf(said["pid"]),
    threadId: sizeOf(said["threadId"]),
    title: textOf(said["title"]),
    args: listOf(said["args"])
      .map(textOf)
      .filter((text) => text !== undefined),
    uptime: sizeOf(said["uptime"]),
    heapUsed,
    heapTotal,
    heapLimit: statistics["heap_size_limit"] ?? sizeOf(said["pageLimit"]),
    residentSize: usage["rss"],
    usage,
    statistics,
    spaces: listOf(said["spaces"]).flatMap(spaceOf),
    machineFree: sizeOf(said["machineFree"]),
    memoryLimit: limitOf(said["memoryLimit"]),
    memoryFree: limitOf(said["memoryFree"]),
  };
}

/** Node's version in the target; `undefined` if it is another runtime. Throws `CaptureError`. */
export async function readNodeVersion(
  session: InspectorSession,
  options: SendOptions = {},
): Promise<{ major: number; minor: number } | undefined> {
  const expression = `typeof process === "object" && process?.release?.name === "node" && !process.versions.deno && !process.versions.bun ? process.version : ""`;
  const version = /^v(\d+)\.(\d+)/.exec(String(await evaluate(session, expression, options)));
  return version === null ? undefined : { major: Number(version[1]), minor: Number(version[2]) };
}

/**
 * Runs `expression` in the target and returns its value, which must survive JSON. `require` works in Node targets, but
 * only until the expression returns. Throws `CaptureError`, with code `refused` if the expression threw.
 */
export async function evaluate(
  session: InspectorSession,
  expression: string,
  options: SendOptions = {},
): Promise<unknown> {
  const { label } = session.target;
  const answer = await session.send(
    "Runtime.evaluate",
    { expression, returnByValue: true, includeCommandLineAPI: true, awaitPromise: false, silent: true },
    options,
  );
  const result: unknown = answer.result;
  if (typeof result !== "object" || result === null) {
    throw noProtocol(label, new TypeError("The answer to Runtime.evaluate has no result."));
  }
  if (answer.exceptionDetails !== undefined || answer.wasThrown === true) {
    const { exception = result, text } = objectOf(answer.exceptionDetails);
    const said = textOf(objectOf(exception)["description"]) ?? textOf(text) ?? "it does not say why";
    throw new CaptureError(
      label,
      "refused",
      `An expression failed in ${harmless(label)}: ${harmless(said.split("\n", 1)[0] ?? "")}.`,
    );
  }
  return answer.result.value;
}

function runtimeOf(said: Readonly<Record<string, unknown>>): Runtime {
  if (textOf(said["bun"]) !== undefined) return "bun";
  if (textOf(said["deno"]) !== undefined) return "deno";
  if (textOf(said["electron"]) !== undefined) return "electron";
  if (textOf(said["node"]) !== undefined) return "node";
  return chromiumVersion(said) === undefined ? "other" : "chromium";
}

function versionOf(runtime: Runtime, said: Readonly<Record<string, unknown>>): string | undefined {
  switch (runtime) {
    case "node":
      return textOf(said["node"]);
    case "deno":
      return textOf(said["deno"]);
    case "electron":
      return textOf(said["electron"]);
    case "chromium":
      return chromiumVersion(said);
    case "bun":
      return textOf(said["bun"]);
    case "other":
      return undefined;
  }
}

function chromiumVersion(said: Readonly<Record<string, unknown>>): string | undefined {
  return /Chrom(?:e|ium)\/([\d.]+)/.exec(textOf(said["browser"]) ?? "")?.[1];
}

function spaceOf(space: unknown): HeapSpace[] {
  const { space_name: name, space_size: size, space_used_size: used } = objectOf(space);
  const [text, total, taken] = [textOf(name), sizeOf(size), sizeOf(used)];
  return text === undefined || total === undefined || taken === undefined
    ? []
    : [{ name: text, size: total, used: taken }];
}

/** As in a genuine answer, and with an end: more entries than any runtime has are cut off. */
const MAX_ENTRIES = 1000;

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, 10_000) : undefined;
}

function sizeOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function limitOf(value: unknown): number | undefined {
  const size = sizeOf(value);
  return size === undefined || size === 0 || size > NO_LIMIT ? undefined : size;
}

function numbersOf(value: unknown): Record<string, number> {
  const entries = Object.entries(objectOf(value)).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.flatMap(([name, number]) => {
      const size = sizeOf(number);
      return size === undefined ? [] : [[name.slice(0, 100), size]];
    }),
  );
}
