// The errors of a conversation with an inspector, in words. Each is one sentence with the fact and the remedy.

import { CaptureError, harmless, reasonOf } from "../capture-error.ts";

/** The error for an address where nothing answers. */
export function unreachable(label: string, error: unknown): CaptureError {
  return new CaptureError(
    label,
    "unreachable",
    `Cannot reach an inspector at ${harmless(label)}: ${reasonOf(error)}; start the process with --inspect=127.0.0.1:PORT and give that port, or give its process id.`,
    error,
  );
}

/** The error for a caller's signal; its reason is the cause. */
export function aborted(label: string, signal: AbortSignal): CaptureError {
  return new CaptureError(label, "aborted", "Stopped as asked; nothing was kept.", signal.reason);
}

/** The session was closed from this side. */
export function closedHere(label: string): CaptureError {
  return new CaptureError(label, "target-lost", `The session with ${harmless(label)} was closed.`);
}

/** The connection ended without our doing. */
export function targetLost(label: string): CaptureError {
  return new CaptureError(
    label,
    "target-lost",
    `${harmless(label)} closed the connection, so it has probably exited; if it died during a capture, look for an out-of-memory kill: a capture needs several times the heap in extra memory.`,
  );
}

/** What arrived is not the inspector protocol. */
export function noProtocol(label: string, cause: unknown): CaptureError {
  return new CaptureError(
    label,
    "not-an-inspector",
    `What answers at ${harmless(label)} does not speak the inspector protocol; is this another WebSocket server?`,
    cause,
  );
}

/** No answer in time. */
export function timedOut(label: string, method: string, timeoutMs: number): CaptureError {
  return new CaptureError(
    label,
    "timeout",
    `${harmless(label)} did not answer ${method} within ${timeoutMs / 1000} s; its event loop may be blocked: try again when it is idle.`,
  );
}

/** The target answered with an error. */
export function refused(label: string, method: string, message: string): CaptureError {
  return new CaptureError(
    label,
    "refused",
    `${harmless(label)} refused ${method}: ${harmless(message)}; it must be a V8 inspector (Node, Deno or Chromium).`,
  );
}
