/**
 * What users of `@heapscope/agent` see: options, requests, results, events. Types only, and all in this file, so that its
 * declarations are the package's declarations.
 *
 * Sizes are bytes, durations milliseconds. Where a person writes them, both may be text: `"512 MB"`, `"1.5GB"`, `"90s"`,
 * `"10m"`, `"36h"`.
 */

import type { IncomingMessage, ServerResponse } from "node:http";

/** Bytes, or text such as `"512 MB"`. */
export type Size = number | string;
/** Milliseconds, or text such as `"10m"`. */
export type Duration = number | string;

/** What a capture makes. A `memory-record` always fits; the others are refused when they would not. */
export type RecorderName = "heap-snapshot" | "heap-profile" | "timeline" | "cpu-profile" | "memory-record";

/** What asked for a capture. */
export type TriggerName = "code" | "signal" | "http" | "control" | "memory" | "schedule";

/**
 * What becomes of string values before they reach the disk. `strings`: all are replaced; `secrets`: what looks like one is;
 * a function: what it returns, cut or filled to the same length. Class and property names stay, unless they look like a
 * secret; sizes, ids and edges stay always.
 */
export type Redaction = false | "strings" | "secrets" | ((text: string) => string);

/** What a trigger, a request or a call of `capture()` may say. */
export interface CaptureRequest {
  /** Default: heap-snapshot. */
  readonly recorder?: RecorderName;
  /** How long a profile or timeline runs. Default: 30 s. */
  readonly duration?: Duration;
  /** `all`: worker threads, too, one file each. Default: the agent's option. */
  readonly threads?: "all" | "main";
  /** Numbers become objects, as DevTools has it: a third more of everything. Default: the agent's option. */
  readonly numericValues?: boolean;
  /** Capture although it may not fit. */
  readonly force?: boolean;
  /** Goes into the record and the events, for people. At most 200 characters. */
  readonly label?: string;
}

/** A file that was written whole. */
export interface CapturedFile {
  readonly path: string;
  readonly recorder: RecorderName;
  /** On disk: compressed, if the file is. */
  readonly bytes: number;
  /** Of these bytes, hexadecimal. */
  readonly sha256: string;
  readonly thread: { readonly id: number; readonly name: string };
  /** How long this thread stood still; of snapshots only. */
  readonly pauseMs?: number;
  readonly nodeCount?: number;
  readonly edgeCount?: number;
  /** What was replaced, by name of pattern. */
  readonly redacted?: RedactionReport;
}

/** What redaction replaced. */
export interface RedactionReport {
  /** Strings of the table, and how many of them were changed. */
  readonly strings: number;
  readonly changed: number;
  /** Characters that were replaced. */
  readonly characters: number;
  /** Name of pattern → occurrences replaced: `{ jwt: 3, email: 120 }`; `value` counts strings replaced as a whole. */
  readonly byPattern: Readonly<Record<string, number>>;
}

/** A finished capture. */
export interface Capture {
  /** Unique in this process and hard to guess, safe in URLs and file names. */
  readonly id: string;
  readonly trigger: TriggerName;
  readonly recorder: RecorderName;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Main thread first. */
  readonly files: readonly CapturedFile[];
  /** Why it is another recorder than what was asked for: the snapshot would not have fitted. */
  readonly insteadOf?: { readonly recorder: RecorderName; readonly reason: string };
  readonly warnings: readonly string[];
}

/** Why nothing was captured. `code` is for programs, `message` a sentence with the remedy. */
export interface AgentError extends Error {
  readonly code:
    | "busy" // another capture is under way
    | "cooldown" // the last one was too short a time ago
    | "rate-limit" // the day's number is used up
    | "quiet-hours"
    | "would-not-fit" // of the control socket only: the others get the memory record instead
    | "stopped" // the agent is not running, or ends
    | "unsupported" // this runtime cannot do it
    | "bad-options"
    | "failed"; // disk full, folder gone, …
  /** When to try again, if waiting helps. */
  readonly retryAfterMs?: number;
}

/** Files that stay in the folder: the newest ones within all three. What is still to be sent away stays longer. */
export interface Retention {
  /** Default: 10. */
  readonly count?: number;
  /** Default: 7 days. */
  readonly age?: Duration;
  /** All together. Default: 5 GB. */
  readonly bytes?: Size;
}

/** How often triggers (all but `capture()` in code and the control socket) may capture. */
export interface Limits {
  /** From the end of one capture to the start of the next. Default: 60 s. */
  readonly cooldown?: Duration;
  /** In any 24 hours. Default: 24. */
  readonly perDay?: number;
  /** Nothing is captured then, local time: `"02:00-05:30"`. */
  readonly quietHours?: string;
}

/** When memory is short. Each bound is a trigger of its own; it fires again only after falling below it by a tenth. */
export interface MemoryOptions {
  /** Share of V8's heap limit in use after which the process is near its end. Default: 0.7. 0 switches off. */
  readonly heap?: number;
  /** Of the resident set: bytes, or a share of the container's limit below 1. */
  readonly rss?: Size;
  /** Bytes of buffers and other memory outside V8's heap. */
  readonly external?: Size;
  /** Share of the container's memory limit in use. Default: 0.9, if there is one. 0 switches off. */
  readonly container?: number;
  /** Lowest heap use within each half of the window are compared, so that garbage between collections does not count. */
  readonly growth?: { readonly by: Size; readonly within: Duration };
  /** How often is looked. Default: 250 ms. */
  readonly every?: Duration;
  /** How many captures pressure may cause in the life of the process. Default: 2. */
  readonly times?: number;
  /** What is recorded. Default: heap-snapshot, with the memory record where that does not fit. */
  readonly recorder?: RecorderName;
}

export interface ScheduleOptions extends CaptureRequest {
  /** From the start of the agent. Default: 10 min. */
  readonly after?: Duration;
  /** Default: 10 min. */
  readonly every?: Duration;
  /** Default: 2. */
  readonly count?: number;
}

/** Requests are answered only with this token, as `Authorization: Bearer TOKEN`, and only as POST. */
export interface HttpOptions {
  /** At least 128 bits of entropy by a cautious estimate: `openssl rand -hex 32`. */
  readonly token: string;
  /** An own listener: a port on 127.0.0.1, `host:port`, or the path of a Unix socket. Without it: only `handler()`. */
  readonly listen?: number | string;
  /** Another address than loopback is refused unless this says `"public"`: told twice. */
  readonly expose?: "public";
  /** Prefix of the paths. Default: `/heapscope`. */
  readonly path?: string;
  /** Requests without the right token in a minute after which the event is an error. Default: 20. The right token is always heard. */
  readonly attempts?: number;
}

export type ExporterOptions =
  | {
      readonly type: "s3";
      /** `https://s3.eu-central-1.amazonaws.com`, or of any compatible store. Default: AWS in the region. */
      readonly endpoint?: string;
      readonly bucket: string;
      /** May have `{host} {pid} {date} {id}`. Default: `heapscope/{host}/`. */
      readonly prefix?: string;
      /** Default: AWS_REGION, or us-east-1. */
      readonly region?: string;
      /** Default: AWS_ACCESS_KEY_ID and so on. */
      readonly credentials?: {
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly sessionToken?: string;
      };
      /** `bucket.host/key` instead of `host/bucket/key`. Default: false with an endpoint, true without. */
      readonly virtualHost?: boolean;
      /** Of a part in a multipart upload. Default: 16 MB. */
      readonly partSize?: Size;
    }
  | {
      /** PUT of the file; `{name}` in the url is replaced by the file's name. A presigned url works. */
      readonly type: "http";
      readonly url: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      /** Each event as one line of JSON on standard output. */
      readonly type: "stdout";
    };

export interface AgentOptions {
  /** Gets the files, mode 0700 if it is made. Default: `heapscope-agent-UID/captures` in the system's folder for temporary files. */
  readonly directory?: string;
  readonly retention?: Retention;
  /** Default: true. */
  readonly gzip?: boolean;
  /** Default: false. */
  readonly redact?: Redaction;
  /** Added to the patterns of `secrets`; what they match is replaced in labels, too. */
  readonly redactPatterns?: Readonly<Record<string, RegExp | string>>;
  /** Default: all. */
  readonly threads?: "all" | "main";
  /** Default: false. */
  readonly numericValues?: boolean;
  /** Default: SIGUSR2, unless somebody else in the process listens to it. Given explicitly, both run. */
  readonly signal?: NodeJS.Signals | false;
  readonly http?: HttpOptions;
  /** Default: off. `true`: its defaults. */
  readonly memory?: MemoryOptions | boolean;
  readonly schedule?: ScheduleOptions;
  readonly limits?: Limits;
  readonly exporters?: readonly ExporterOptions[];
  /** A Unix socket for `heapscope capture` and `heapscope agent status`, for the same user of this machine only. Default: true. */
  readonly control?: boolean;
  /** Hears everything. What it throws is caught, and said in the next event. */
  readonly onEvent?: (event: AgentEvent) => void;
}

/** One thing that happened. Attributes are flat, with OpenTelemetry's names where it has one. */
export interface AgentEvent {
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly name: AgentEventName;
  readonly severity: "info" | "warn" | "error";
  /** A sentence for people. */
  readonly message: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export type AgentEventName =
  | "heapscope.agent.started"
  | "heapscope.agent.stopped"
  | "heapscope.agent.warning" // a signal that is taken, a hook that threw, a port in use …
  | "heapscope.capture.started"
  | "heapscope.capture.written" // one for each file
  | "heapscope.capture.finished"
  | "heapscope.capture.refused"
  | "heapscope.capture.failed"
  | "heapscope.capture.discarded" // by retention
  | "heapscope.export.finished"
  | "heapscope.export.failed" // will be tried again, or not: attribute `heapscope.export.final`
  | "heapscope.http.denied";

/** What `status()` and `heapscope agent status` say. */
export interface AgentStatus {
  readonly schema: "heapscope/agent-status@1";
  readonly version: string;
  readonly pid: number;
  readonly runtime: string;
  readonly startedAt: string;
  readonly directory: string;
  readonly redact: "off" | "strings" | "secrets" | "function";
  readonly triggers: readonly {
    readonly trigger: TriggerName;
    readonly active: boolean;
    /** `SIGUSR2`; `127.0.0.1:7070`; why it is not active. */
    readonly detail: string;
  }[];
  readonly exporters: readonly { readonly type: ExporterOptions["type"]; readonly to: string }[];
  readonly capturing?: {
    readonly id: string;
    readonly recorder: RecorderName;
    readonly trigger: TriggerName;
    readonly startedAt: string;
  };
  /** Newest first, at most 20. */
  readonly captures: readonly Capture[];
  /** Files that wait to be sent. */
  readonly pendingExports: number;
  readonly limits: { readonly usedToday: number; readonly perDay: number; readonly nextAllowedAt?: string };
  /** What a snapshot would cost now. */
  readonly preflight: Preflight;
  /** Newest last, at most 50. */
  readonly recentEvents: readonly AgentEvent[];
}

/** What a heap snapshot of this process would take. */
export interface Preflight {
  readonly fits: boolean;
  /** A sentence: why it does not fit, or what it will take. */
  readonly reason: string;
  /** On top of the resident set, at most. */
  readonly extraMemory: number;
  /** What is free: the least of machine and container. `undefined`: unknown. */
  readonly freeMemory?: number;
  readonly fileSize: number;
  readonly freeDisk?: number;
  readonly pauseMs: { readonly from: number; readonly to: number };
}

/** Answers a request, or calls `next` if the path is not the agent's. Never throws. */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/** A running agent. */
export interface Agent {
  /** Rejects with an `AgentError`. */
  capture(request?: CaptureRequest): Promise<Capture>;
  status(): AgentStatus;
  /** For Express, Connect and `http.createServer`; needs `options.http.token`. */
  handler(): RequestHandler;
  /** For Koa: `app.use(agent.koa())`. */
  koa(): (
    context: { req: IncomingMessage; res: ServerResponse; respond?: boolean },
    next: () => Promise<unknown>,
  ) => Promise<unknown>;
  /** For Fastify: `fastify.register(agent.fastify())`. */
  fastify(): (instance: unknown, options: unknown, done: (error?: Error) => void) => void;
  /** Removes every hook; a capture under way is ended, half a file removed. Later calls do nothing. */
  stop(): Promise<void>;
}

/** Starts the agent of this process; one that runs already is stopped and replaced. Never throws: what is wrong is said as a warning, and nothing is captured then. */
export declare function start(options?: AgentOptions): Agent;
/** Of the agent that was started, as `Agent.capture`. Without one: starts one without triggers, configured as `register` would. */
export declare function capture(request?: CaptureRequest): Promise<Capture>;
/** Stops the agent that runs, if one does. */
export declare function stop(): Promise<void>;
/**
 * A heap snapshot now: returns when `file` is whole, and throws an `AgentError` if it cannot be. Redacted as the agent's options say.
 * The service stands still until then; `capture()` keeps it waiting for half of that.
 */
export declare function writeSnapshot(file: string): string;
