// What the process and the agent's own thread say to each other. The thread writes files and sends them away, so that
// neither compression nor a slow disk nor a slow network ever costs the service's thread a millisecond. It is started for
// a piece of work and ends when there is none.

import type { AgentEvent, CapturedFile, ExporterOptions, RecorderName, RedactionReport } from "../api.ts";

/** What the thread is started with. */
export interface ThreadData {
  /** Of `FLOW`. */
  readonly heapscopeFlow: Int32Array;
}

/** A file to be written, as pieces arrive. */
export interface FileOrder {
  readonly directory: string;
  /** Final name, without `.gz`. */
  readonly name: string;
  readonly recorder: RecorderName;
  readonly gzip: boolean;
  /** Of snapshots and timelines. Functions are applied before the pieces are sent. */
  readonly redact?: {
    readonly mode: "strings" | "secrets";
    readonly patterns: readonly RedactionPattern[];
    /** Of the process, so that its captures can be compared. */
    readonly key: Uint8Array;
  };
}

/** A pattern of the user: source and flags, since the thread has another realm. */
export interface RedactionPattern {
  readonly name: string;
  readonly source: string;
  readonly flags: string;
}

/** Numbers in the shared array that keep memory bounded: whoever sends waits while too much is under way. */
export const FLOW = { pendingBytes: 0, isDead: 1, length: 2 } as const;

export type ToThread =
  | { readonly type: "open"; readonly job: number; readonly order: FileOrder }
  | { readonly type: "piece"; readonly job: number; readonly piece: Uint8Array }
  /** No more pieces: check, flush, rename. `record` becomes `FILE.json`; the thread adds `file` and what it measured. */
  | {
      readonly type: "close";
      readonly job: number;
      readonly record: object;
      readonly redacted?: RedactionReport;
    }
  | { readonly type: "abort"; readonly job: number }
  /** Apply retention, and send what is pending in the folder. */
  | { readonly type: "deliver"; readonly directory: string; readonly delivery: Delivery }
  /** Ask the inspector of the main thread, in one session; without a method, end it, which counts as one byte. */
  | { readonly type: "inspect"; readonly method?: string; readonly params?: object | undefined };

/** What the inspector says, as far as anybody here listens. */
export interface Heard {
  /** What was asked, or what happened. */
  readonly method: string;
  readonly error?: string | undefined;
  readonly params?: {
    readonly sessionId: string;
    readonly message?: string;
    readonly workerInfo: { readonly title: string };
  };
}

/** Where files go after they are written. */
export interface Delivery {
  readonly exporters: readonly ExporterOptions[];
  readonly retention: { readonly count: number; readonly ageMs: number; readonly bytes: number };
}

export type FromThread =
  /** The file is there to be written: the service may stand still now. */
  | { readonly type: "opened"; readonly job: number }
  | {
      readonly type: "written";
      readonly job: number;
      readonly file: Omit<CapturedFile, "thread" | "pauseMs">;
    }
  | { readonly type: "failed"; readonly job: number; readonly message: string }
  /** Nothing left to do now. `retryAt`: when to call again (epoch ms), if something waits for its next try. */
  | {
      readonly type: "idle";
      readonly pendingExports: number;
      readonly retryAt?: number;
      /** Why nothing could be done. */
      readonly problem?: string;
    }
  | { readonly type: "event"; readonly event: Omit<AgentEvent, "timestamp"> }
  | ({ readonly type: "heard" } & Heard);
