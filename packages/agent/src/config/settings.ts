// All options, once: their names, what they accept, their defaults. The same table checks what code gives, what the file
// `heapscope.config.json` says and what the environment says, where `memory.heap` is HEAPSCOPE_MEMORY_HEAP. Code outdoes the
// environment, and the environment the file.
//
// A service must not fail because of its agent, and an agent must not guess: a wrong option is one sentence, and no agent.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type {
  AgentOptions,
  CaptureRequest,
  ExporterOptions,
  HttpOptions,
  RecorderName,
  Redaction,
} from "../api.ts";
import type { RedactionPattern } from "../thread/messages.ts";
import { parseToken } from "../triggers/token.ts";
import { privateFolder } from "../private-folder.ts";
import { duration, flag, number, oneOf, size, text, type Parse } from "./parse-value.ts";

/** Options with all defaults; sizes are bytes, durations milliseconds. */
export interface Settings {
  readonly directory: string;
  readonly retention: { readonly count: number; readonly age: number; readonly bytes: number };
  readonly gzip: boolean;
  readonly redact: Redaction;
  readonly redactPatterns: readonly RedactionPattern[];
  readonly threads: "all" | "main";
  readonly numericValues: boolean;
  /** `undefined`: SIGUSR2, unless somebody has it. */
  readonly signal?: NodeJS.Signals | false;
  readonly http?: HttpOptions;
  readonly memory?: MemorySettings;
  readonly schedule?: ScheduleSettings;
  readonly limits: LimitSettings;
  readonly exporters: readonly ExporterOptions[];
  readonly control: boolean;
  readonly onEvent?: NonNullable<AgentOptions["onEvent"]>;
}

export interface MemorySettings {
  readonly heap: number;
  readonly rss: number;
  readonly external: number;
  readonly container: number;
  readonly growth?: { readonly by: number; readonly within: number };
  readonly every: number;
  readonly times: number;
  readonly recorder: RecorderName;
}

export interface ScheduleSettings extends CaptureRequest {
  readonly after: number;
  readonly every: number;
  readonly count: number;
}

export interface LimitSettings {
  readonly cooldown: number;
  readonly perDay: number;
  /** Minutes of the day. */
  readonly quietHours?: { readonly from: number; readonly to: number };
}

/** How a value is understood, and what it is without one; a table is a group, which is there if it has a default or is given. */
type Rule = Parse<unknown> | Table | readonly [Parse<unknown> | Table, unknown];
interface Table {
  readonly [name: string]: Rule;
}
type Values = Record<string, unknown>;

const MINUTE = 60_000;
const LONGEST_LABEL = 200;

const share = number(0, 1);
const count = number(1, 1e6);
const threads = oneOf("all", "main");
const recorder = oneOf("heap-snapshot", "heap-profile", "timeline", "cpu-profile", "memory-record");

const requestTable: Table = {
  recorder,
  duration: (value) => number(0, 10 * MINUTE)(duration(value)),
  threads,
  numericValues: flag,
  force: flag,
  label: (value) =>
    text(value)
      .replace(/[\p{Cc}\u2028\u2029]/gu, " ")
      .slice(0, LONGEST_LABEL),
};

const settingsTable: Table = {
  directory: [text, path.join(privateFolder(), nameOfService())],
  retention: [{ count: [count, 10], age: [duration, "7d"], bytes: [size, "5GB"] }, {}],
  gzip: [flag, true],
  redact: [
    (value) => (typeof value === "function" ? value : oneOf("strings", "secrets", false, "off")(value)),
    false,
  ],
  redactPatterns: [json((value) => Object.entries(value as object).map(parsePattern)), {}],
  threads: [threads, "all"],
  numericValues: [flag, false],
  signal: oneOf(false, "off", ...(Object.keys(os.constants.signals) as NodeJS.Signals[])),
  http: { token: [parseToken, ""], listen: text, expose: oneOf("public"), path: urlPath, attempts: count },
  memory: {
    heap: [share, 0.7],
    rss: [size, 0],
    external: [size, 0],
    container: [share, 0.9],
    growth: { by: [size, ""], within: [duration, ""] },
    every: [(value) => Math.max(100, duration(value)), 250],
    times: [count, 2],
    recorder: [recorder, "heap-snapshot"],
  },
  schedule: { after: [duration, "10m"], every: [duration, "10m"], count: [count, 2], ...requestTable },
  limits: [{ cooldown: [duration, MINUTE], perDay: [count, 24], quietHours: hours }, {}],
  exporters: [
    json((value) => (Array.isArray(value) ? value.map(parseExporter) : fail("must be a list"))),
    [],
  ],
  control: [flag, true],
  onEvent: (value) => (typeof value === "function" ? value : fail("must be a function")),
};

const exporterTables: Table = {
  s3: {
    type: text,
    endpoint: url,
    bucket: [text, ""],
    prefix: String,
    region: text,
    credentials: { accessKeyId: [text, ""], secretAccessKey: [text, ""], sessionToken: text },
    virtualHost: flag,
    partSize: size,
  },
  http: { type: text, url: [url, ""], headers: (value) => value },
  stdout: { type: text },
};

/** What people said, to settings. Throws an `Error` with one sentence that names the option. */
export function readSettings(
  options: AgentOptions,
  environment: NodeJS.ProcessEnv,
  folder: string,
): Settings {
  const { HEAPSCOPE_CONFIG: asked } = environment as { HEAPSCOPE_CONFIG?: string };
  const file = readFile(asked ?? path.join(folder, "heapscope.config.json"), asked !== undefined);
  const said = merge(
    merge(file, fromEnvironment(settingsTable, environment, "HEAPSCOPE")),
    options as Values,
  );
  // Groups that may be switched on and off as a whole.
  for (const name of ["memory", "schedule"]) {
    if (said[name] === true) said[name] = {};
    if (said[name] === false) delete said[name];
  }
  const settings = parseTable(settingsTable, said, "") as unknown as Settings;
  const { redact, signal } = settings as unknown as Values;
  return {
    ...settings,
    directory: path.resolve(folder, settings.directory),
    redactPatterns: [...settings.redactPatterns, ...ownSecrets(settings.exporters)],
    redact: redact === "off" ? false : settings.redact,
    ...(signal === "off" && { signal: false }),
  };
}

/** What is in the headers of exporters is in the heap, too, and may look like anything. */
function ownSecrets(exporters: readonly ExporterOptions[]): RedactionPattern[] {
  return exporters
    .flatMap((exporter) => Object.values((exporter.type === "http" && exporter.headers) || {}))
    .map((header) => ({ name: "own", source: String(header as unknown).replace(/\W/g, "\\$&"), flags: "" }));
}

/** A request of a stranger or a friend, checked. Throws as `readSettings`. */
export function parseRequest(request: unknown): CaptureRequest {
  return parseTable(requestTable, request, "");
}

/** Services of one user must not send each other's files. */
function nameOfService(): string {
  return (process.argv[1] ?? "node").replace(/[^\w.]+/g, "-").slice(-80);
}

function parseTable(table: Table, values: unknown, prefix: string): Values {
  if (!isPlain(values)) fail(`${prefix.slice(0, -1) || "it"} must be an object`);
  for (const name of Object.keys(values))
    if (!Object.hasOwn(table, name)) fail(`there is no option ${prefix}${name}`);
  const result: Values = {};
  for (const [name, rule] of Object.entries(table)) {
    const [parse, usual] = Array.isArray(rule)
      ? (rule as [Parse<unknown> | Table, unknown])
      : [rule as Parse<unknown> | Table];
    const value = values[name] ?? usual;
    if (value === undefined) continue;
    if (typeof parse === "object") {
      result[name] = parseTable(parse, value, `${prefix}${name}.`);
      continue;
    }
    try {
      result[name] = parse(value);
    } catch (error) {
      fail(`${prefix}${name} ${(error as Error).message}`);
    }
  }
  return result;
}

function fromEnvironment(table: Table, environment: NodeJS.ProcessEnv, prefix: string): Values {
  const result: Values = {};
  for (const [name, rule] of Object.entries(table)) {
    const parse = Array.isArray(rule) ? (rule as unknown[])[0] : rule;
    const variable = `${prefix}_${name.replace(/[A-Z]/g, "_$&").toUpperCase()}`;
    const value = environment[variable];
    if (typeof parse === "object") {
      const inner = fromEnvironment(parse as Table, environment, variable);
      if (Object.keys(inner).length > 0) result[name] = inner;
      else if (value) result[name] = flag(value);
    } else if (value) {
      result[name] = value;
    }
  }
  return result;
}

function readFile(file: string, isAskedFor: boolean): Values {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as Values;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !isAskedFor) return {};
    fail(`${file} ${code === undefined ? "is not JSON" : "cannot be read"}`);
  }
}

/** What is in both is the second's; objects are merged. */
function merge(first: Values, second: Values): Values {
  const result = { ...first };
  for (const [name, value] of Object.entries(second)) {
    const before = result[name];
    if (value !== undefined) result[name] = isPlain(before) && isPlain(value) ? merge(before, value) : value;
  }
  return result;
}

/** Of another realm, too, as in jest. */
function isPlain(value: unknown): value is Values {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** In the environment a list or an object is JSON. */
function json<Value>(parse: Parse<Value>): Parse<Value> {
  return (value) => {
    if (typeof value !== "string") return parse(value);
    let read: unknown;
    try {
      read = JSON.parse(value);
    } catch {
      // What the error would quote may be a credential.
      fail("must be JSON");
    }
    return parse(read);
  };
}

function parsePattern([name, pattern]: [string, unknown]): RedactionPattern {
  const { source, flags } = pattern instanceof RegExp ? pattern : new RegExp(text(pattern));
  return { name, source, flags };
}

function parseExporter(exporter: unknown): ExporterOptions {
  const type = oneOf("s3", "http", "stdout")((exporter as Values | null)?.["type"]);
  return parseTable(exporterTables[type] as Table, exporter, "") as unknown as ExporterOptions;
}

function url(value: unknown): string {
  if (!/^https?:$/.test(new URL(text(value)).protocol)) fail("must be an http or https url");
  return value as string;
}

function urlPath(value: unknown): string {
  if (!/^(\/[\w.-]+)+$/.test(String(value))) fail("must be like /heapscope");
  return String(value);
}

/** `"22:00-05:30"`, as minutes of the day. */
function hours(value: unknown): { from: number; to: number } {
  const [, fromHour, fromMinute, toHour, toMinute] =
    /^([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)$/.exec(String(value))?.map(Number) ?? [];
  if (toMinute === undefined) fail('must be like "02:00-05:30"');
  return { from: fromHour! * 60 + fromMinute!, to: toHour! * 60 + toMinute };
}

function fail(message: string): never {
  throw new Error(message);
}
