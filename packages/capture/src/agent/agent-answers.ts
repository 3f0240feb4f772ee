// What an agent answers: its status, a capture, a refusal. The types are those of @heapscope/agent's api.ts, which a test
// holds together; the process may have another version of it, or be hostile, so nothing is believed before its type is
// checked. All texts are the process's: escape them where they are shown.

import {
  amount,
  fields,
  flag,
  instant,
  list,
  MismatchError,
  object,
  oneOf,
  optional,
  sha256,
  text,
  whole,
} from "./json-value.ts";

type AgentRecorder = "heap-snapshot" | "heap-profile" | "timeline" | "cpu-profile" | "memory-record";
type AgentTrigger = "code" | "signal" | "http" | "control" | "memory" | "schedule";

const recorderName: (value: unknown) => AgentRecorder = oneOf(
  "heap-snapshot",
  "heap-profile",
  "timeline",
  "cpu-profile",
  "memory-record",
);
const triggerName: (value: unknown) => AgentTrigger = oneOf(
  "code",
  "signal",
  "http",
  "control",
  "memory",
  "schedule",
);

/** What an agent says about itself. Sizes are bytes. */
export interface AgentStatus {
  readonly schema: "heapscope/agent-status@1";
  readonly version: string;
  /** As the process knows it. */
  readonly pid: number;
  readonly runtime: string;
  readonly startedAt: string;
  readonly directory: string;
  readonly redact: "off" | "strings" | "secrets" | "function";
  readonly triggers: readonly {
    readonly trigger: AgentTrigger;
    readonly active: boolean;
    readonly detail: string;
  }[];
  readonly exporters: readonly { readonly type: "s3" | "http" | "stdout"; readonly to: string }[];
  readonly capturing?: {
    readonly id: string;
    readonly recorder: AgentRecorder;
    readonly trigger: AgentTrigger;
    readonly startedAt: string;
  };
  /** Newest first. */
  readonly captures: readonly AgentCapture[];
  readonly pendingExports: number;
  readonly limits: {
    readonly usedToday: number;
    readonly perDay: number;
    readonly nextAllowedAt?: string;
  };
  /** What a snapshot would cost now. */
  readonly preflight: AgentPreflight;
  /** Newest last. */
  readonly recentEvents: readonly AgentEvent[];
}

/** A finished capture. */
export interface AgentCapture {
  readonly id: string;
  readonly trigger: AgentTrigger;
  readonly recorder: AgentRecorder;
  readonly startedAt: string;
  readonly durationMs: number;
  /** Main thread first. */
  readonly files: readonly AgentFile[];
  readonly insteadOf?: { readonly recorder: AgentRecorder; readonly reason: string };
  readonly warnings: readonly string[];
}

/** A file in the agent's folder. */
export interface AgentFile {
  /** As the process sees it. */
  readonly path: string;
  readonly recorder: AgentRecorder;
  readonly bytes: number;
  readonly sha256: string;
  readonly thread: { readonly id: number; readonly name: string };
  readonly pauseMs?: number;
  readonly nodeCount?: number;
  readonly edgeCount?: number;
  readonly redacted?: AgentRedaction;
}

/** What the agent's redaction replaced in a file. */
export interface AgentRedaction {
  /** Strings of the file, and how many of them were changed. */
  readonly strings: number;
  readonly changed: number;
  readonly characters: number;
  readonly byPattern: Readonly<Record<string, number>>;
}

export interface AgentPreflight {
  readonly fits: boolean;
  readonly reason: string;
  readonly extraMemory: number;
  readonly freeMemory?: number;
  readonly fileSize: number;
  readonly freeDisk?: number;
  readonly pauseMs: { readonly from: number; readonly to: number };
}

export interface AgentEvent {
  readonly timestamp: string;
  readonly name: string;
  readonly severity: "info" | "warn" | "error";
  readonly message: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** Why the agent did not do it. */
export interface AgentRefusal {
  readonly code: string;
  readonly message: string;
}

/** How far a capture is. */
export type AgentProgress =
  | { readonly state: "running" }
  | { readonly state: "done"; readonly capture: AgentCapture }
  | { readonly state: "failed"; readonly error: AgentRefusal };

/** Throws `MismatchError`, as the others. */
export function readStatus(value: unknown): AgentStatus {
  const { schema, version, pid, runtime, startedAt, directory, redact, triggers, ...rest } = object(value);
  const { exporters, capturing, captures, pendingExports, limits, preflight, recentEvents } = rest;
  return {
    schema: oneOf("heapscope/agent-status@1")(schema),
    version: text(version),
    pid: whole(pid),
    runtime: text(runtime),
    startedAt: instant(startedAt),
    directory: text(directory),
    redact: oneOf("off", "strings", "secrets", "function")(redact),
    triggers: list(triggers, (each) => {
      const { trigger, active, detail } = object(each);
      return { trigger: triggerName(trigger), active: flag(active), detail: text(detail) };
    }),
    exporters: list(exporters, (each) => {
      const { type, to } = object(each);
      return { type: oneOf("s3", "http", "stdout")(type), to: text(to) };
    }),
    ...optional("capturing", capturing, (each) => {
      const { id, recorder, trigger, startedAt } = object(each);
      return {
        id: text(id),
        recorder: recorderName(recorder),
        trigger: triggerName(trigger),
        startedAt: instant(startedAt),
      };
    }),
    captures: list(captures, readCapture),
    pendingExports: whole(pendingExports),
    limits: readLimits(limits),
    preflight: readPreflight(preflight),
    recentEvents: list(recentEvents, readEvent),
  };
}

function readLimits(value: unknown): AgentStatus["limits"] {
  const { usedToday, perDay, nextAllowedAt } = object(value);
  return {
    usedToday: whole(usedToday),
    perDay: whole(perDay),
    ...optional("nextAllowedAt", nextAllowedAt, instant),
  };
}

function readPreflight(value: unknown): AgentPreflight {
  const { fits, reason, extraMemory, freeMemory, fileSize, freeDisk, pauseMs } = object(value);
  const { from, to } = object(pauseMs);
  return {
    fits: flag(fits),
    reason: text(reason),
    extraMemory: amount(extraMemory),
    ...optional("freeMemory", freeMemory, amount),
    fileSize: amount(fileSize),
    ...optional("freeDisk", freeDisk, amount),
    pauseMs: { from: amount(from), to: amount(to) },
  };
}

function readEvent(value: unknown): AgentEvent {
  const { timestamp, name, severity, message, attributes } = object(value);
  return {
    timestamp: instant(timestamp),
    name: text(name),
    severity: oneOf("info", "warn", "error")(severity),
    message: text(message),
    attributes: fields(attributes, (each) => {
      if (typeof each === "string" || typeof each === "boolean" || Number.isFinite(each))
        return each as string | number | boolean;
      throw new MismatchError();
    }),
  };
}

export function readCapture(value: unknown): AgentCapture {
  const { id, trigger, recorder, startedAt, durationMs, files, insteadOf, warnings } = object(value);
  return {
    id: readId(id),
    trigger: triggerName(trigger),
    recorder: recorderName(recorder),
    startedAt: instant(startedAt),
    durationMs: amount(durationMs),
    files: list(files, readFile),
    ...optional("insteadOf", insteadOf, (each) => {
      const { recorder, reason } = object(each);
      return { recorder: recorderName(recorder), reason: text(reason) };
    }),
    warnings: list(warnings, text),
  };
}

/** It becomes a part of a path of HTTP. */
export function readId(value: unknown): string {
  const id = text(value);
  if (/^[\w-]{1,100}$/.test(id)) return id;
  throw new MismatchError();
}

function readFile(value: unknown): AgentFile {
  const {
    path,
    recorder,
    bytes,
    sha256: sum,
    thread,
    pauseMs,
    nodeCount,
    edgeCount,
    redacted,
  } = object(value);
  const { id, name } = object(thread);
  return {
    path: text(path),
    recorder: recorderName(recorder),
    bytes: whole(bytes),
    sha256: sha256(sum),
    thread: { id: whole(id), name: text(name) },
    ...optional("pauseMs", pauseMs, amount),
    ...optional("nodeCount", nodeCount, whole),
    ...optional("edgeCount", edgeCount, whole),
    ...optional("redacted", redacted, readRedaction),
  };
}

function readRedaction(value: unknown): AgentRedaction {
  const { strings, changed, characters, byPattern } = object(value);
  return {
    strings: whole(strings),
    changed: whole(changed),
    characters: whole(characters),
    byPattern: fields(byPattern, whole),
  };
}

export function readProgress(value: unknown): AgentProgress {
  const { state, capture, error } = object(value);
  switch (state) {
    case "running":
      return { state };
    case "done":
      return { state, capture: readCapture(capture) };
    case "failed":
      return { state, error: readRefusal(error) };
    default:
      throw new MismatchError();
  }
}

export function readRefusal(value: unknown): AgentRefusal {
  const { code, message } = object(value);
  return { code: text(code), message: text(message) };
}
