// What triggers see of the agent: they ask here for a capture, and tell here what happened to them.

import type { AgentEvent, AgentStatus, Capture, CaptureRequest, TriggerName } from "./api.ts";

export interface CaptureDesk {
  /**
   * Captures, or rejects with a `Refusal`. One at a time; limits apply to all triggers but `code` and `control`. The promise is safe
   * to leave alone: what it rejects with was said as an event already.
   */
  capture(request: CaptureRequest, trigger: TriggerName): PendingCapture;
  /** A capture of this process that is under way or among the last twenty. */
  find(id: string): PendingCapture | undefined;
  readonly status: () => AgentStatus;
  /** Never throws. */
  readonly tell: (event: Omit<AgentEvent, "timestamp">) => void;
}

/** A capture that has an id already and will have a result. */
export interface PendingCapture {
  /** Empty if it was refused at once. */
  readonly id: string;
  readonly result: Promise<Capture>;
  /** Set when `result` is fulfilled. */
  readonly capture?: Capture;
  /** Set when it is rejected. */
  readonly error?: Error;
}

/** What was started and can be taken back: a trigger. */
export interface Trigger {
  /** For `status()`. */
  readonly describe: () => { readonly active: boolean; readonly detail: string };
  /** Removes every listener, timer and handle. Idempotent. */
  stop(): void;
}
