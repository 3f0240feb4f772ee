// A Node process that comes to its end waits until every inspector session has ended: whoever stays, keeps it from
// exiting, and its supervisor from starting the next. So we listen for that, and leave. Those who can make something of a
// process in this state (it still answers the heap profiler, not always JavaScript) may stay for that moment.

import { CaptureError, harmless } from "../capture-error.ts";
import type { InspectorSession } from "./inspector-session.ts";

/** Longest wait for a target that is stopped in a system call; it hears the request later. */
const PATIENCE_MS = 1000;

/**
 * A signal that aborts when the target waits for us to leave; at once the session is closed, unless it is to be kept.
 * Never aborts for what is not Node. Throws `CaptureError` when the session has ended.
 */
export async function noticeExit(
  session: InspectorSession,
  { keep = false }: { keep?: boolean } = {},
): Promise<AbortSignal> {
  const exiting = new AbortController();
  const { label } = session.target;
  session.on("NodeRuntime.waitingForDisconnect", () => {
    const reason = new CaptureError(
      label,
      "target-lost",
      `${harmless(label)} came to its end; it was left, since it waits for that.`,
    );
    exiting.abort(reason);
    if (!keep) void session.close(reason);
  });
  try {
    await session.send(
      "NodeRuntime.notifyWhenWaitingForDisconnect",
      { enabled: true },
      { timeoutMs: PATIENCE_MS },
    );
  } catch (error) {
    // Another runtime, or a target that stands still.
    if (!(error instanceof CaptureError) || !["refused", "timeout"].includes(error.code)) throw error;
  }
  return exiting.signal;
}
