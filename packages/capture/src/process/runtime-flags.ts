// What the flags of a runtime say that matters to a capture: where the inspector listens, which signal writes a snapshot
// and where to, how large the heap may get, what is forbidden. Node reads NODE_OPTIONS first and the command line
// after it, and the last one wins. Flags in a `.env` or a configuration file are not seen here.
// Called by readProcess.

import { constants } from "node:os";
import type { Runtime } from "./executable.ts";

/** A signal by its name and its number on this system. */
export interface Signal {
  readonly name: string;
  readonly number: number;
}

export interface InspectorFlags {
  /** Host, as given; `undefined`: not given. */
  readonly address: string | undefined;
  /** 0: any free one. `undefined`: not given, which is 9229. */
  readonly port: number | undefined;
  /** SIGUSR1 does not open the inspector. */
  readonly disabledSigusr1: boolean;
  /** Node's permission model is on: no inspector, unless it is allowed, and files only where they are allowed. */
  readonly permission: boolean;
  /** Its address can be asked over HTTP. `false`: it stands in the standard error of the process alone. */
  readonly publishesHttp: boolean;
}

export interface RuntimeFlags {
  readonly inspector: InspectorFlags;
  /** With `permission`: paths below which files may be written, `*` for all. */
  readonly writablePaths: readonly string[];
  /** Bytes. */
  readonly heapLimit: number | undefined;
  /** On it, Node writes a snapshot. */
  readonly heapSnapshotSignal: Signal | undefined;
  /** On it, Node writes a report. */
  readonly reportSignal: Signal | undefined;
  /** As given. */
  readonly diagnosticFolder: string | undefined;
}

const MEBIBYTE = 1024 * 1024;

/** `options` in the order in which they count, as `splitArguments` writes them. */
export function readRuntimeFlags(runtime: Runtime, options: readonly string[]): RuntimeFlags {
  const given = new Map<string, string>();
  const writablePaths: string[] = [];
  let address: string | undefined;
  let port: number | undefined;
  for (const option of options) {
    const [, name = option, value = ""] = /^(-[^=]*)=?(.*)$/s.exec(option) ?? [];
    given.set(name, value);
    if (name === "--allow-fs-write") writablePaths.push(...value.split(","));
    if (!ADDRESS_FLAGS.has(name)) continue;
    const place = parseAddress(value);
    address = place.host ?? address;
    port = place.port ?? port;
  }
  if (runtime === "chromium") {
    address = given.get("--remote-debugging-address");
    port = parsePort(given.get("--remote-debugging-port") ?? "");
  }
  const v8Flags = runtime === "deno" ? (given.get("--v8-flags") ?? "").split(",") : options;
  return {
    inspector: {
      address,
      port,
      disabledSigusr1: given.has("--disable-sigusr1"),
      permission: given.has("--permission") || given.has("--experimental-permission"),
      publishesHttp: (given.get("--inspect-publish-uid") ?? "http").split(",").includes("http"),
    },
    writablePaths,
    heapLimit: parseHeapLimit(v8Flags),
    heapSnapshotSignal: signalOf(given.get("--heapsnapshot-signal")),
    reportSignal: given.has("--report-on-signal")
      ? signalOf(given.get("--report-signal") ?? "SIGUSR2")
      : undefined,
    diagnosticFolder: given.get("--diagnostic-dir") || undefined,
  };
}

const ADDRESS_FLAGS = new Set([
  "--inspect",
  "--inspect-brk",
  "--inspect-wait",
  "--inspect-port",
  "--debug-port",
]);

/** `9300`, `host:9300`, `host`, `[::1]:9300`, `[::1]`. */
function parseAddress(text: string): { host: string | undefined; port: number | undefined } {
  if (text === "") return { host: undefined, port: undefined };
  const [, bracketed] = /^\[(.*)\]$/.exec(text) ?? [];
  if (bracketed !== undefined) return { host: bracketed, port: undefined };
  if (/^\d+$/.test(text)) return { host: undefined, port: parsePort(text) };
  const colon = text.lastIndexOf(":");
  if (colon < 0) return { host: text, port: undefined };
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port: parsePort(text.slice(colon + 1)) };
}

function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : undefined;
}

function parseHeapLimit(options: readonly string[]): number | undefined {
  const [, megabytes] =
    /^--max[-_]old[-_]space[-_]size=(\d+)/.exec(options.findLast(isHeapLimit) ?? "") ?? [];
  const limit = Number(megabytes ?? 0) * MEBIBYTE;
  return limit > 0 ? limit : undefined; // 0: as V8 likes
}

function isHeapLimit(option: string): boolean {
  return /^--max[-_]old[-_]space[-_]size=/.test(option);
}

function signalOf(name: string | undefined): Signal | undefined {
  const number = constants.signals[name as NodeJS.Signals] as number | undefined;
  return name === undefined || number === undefined ? undefined : { name, number };
}
