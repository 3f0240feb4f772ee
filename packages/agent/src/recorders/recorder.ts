// What all recorders have in common: what they are given, and what they give back.

import type { CapturedFile, CaptureRequest, Preflight, RecorderName } from "../api.ts";
import type { ThreadLink } from "../thread-link.ts";

/** One capture, as a recorder sees it. */
export interface RecordContext {
  readonly id: string;
  readonly recorder: RecorderName;
  readonly request: CaptureRequest;
  readonly durationMs: number;
  readonly threads: "all" | "main";
  readonly numericValues: boolean;
  readonly preflight: Preflight;
  readonly trigger: string;
  /** The process may be killed at any moment: each file is to be whole before it runs on. */
  readonly isUrgent: boolean;
  /** Names, folders, redaction and compression are decided by whoever made it. */
  readonly thread: ThreadLink;
  /** Aborted by `stop()`: end at once, leave nothing. */
  readonly signal: AbortSignal;
  /** For the result and the record. */
  warn(message: string): void;
}

/** Records, and resolves when all files are whole. Rejects with a `Refusal`. */
export type Recorder = (context: RecordContext) => Promise<CapturedFile[]>;
