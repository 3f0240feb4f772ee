// The captures of a process: lets in one at a time and within limits, records what fits, or the memory record where a snapshot
// would not fit, and says what became of it. What was asked for wrongly, too early or in vain is a refusal, and never thrown
// but to code that asked itself.

import { randomBytes } from "node:crypto";
import type { AgentError, AgentStatus, Capture, CaptureRequest, TriggerName } from "./api.ts";
import { Refusal } from "./agent-error.ts";
import type { PendingCapture } from "./capture-desk.ts";
import { parseRequest, type Settings } from "./config/settings.ts";
import { sentence, type Tell } from "./events.ts";
import type { Gate } from "./gate.ts";
import { examine } from "./preflight/preflight.ts";
import { secure } from "./private-folder.ts";
import { recorders } from "./recorders/recorders.ts";
import type { ThreadLink } from "./thread-link.ts";

const REMEMBERED = 20;
const USUAL_PROFILE_MS = 30_000;
/** Of one kind and code, among the refusals of triggers: a storm of signals is one event a second. */
const REFUSAL_EVENT_MS = 1000;

export interface Captures {
  /** As `CaptureDesk.capture`. */
  readonly capture: (request: CaptureRequest, trigger: TriggerName) => PendingCapture;
  /** The last twenty, newest first. */
  readonly recent: readonly PendingCapture[];
  readonly current: () => AgentStatus["capturing"];
}

/** `signal` ends them all. `onWritten` is called after each that was not a person's at the terminal, which is theirs. */
export function createCaptures(
  settings: Settings,
  gate: Gate,
  thread: ThreadLink,
  tell: Tell,
  signal: AbortSignal,
  onWritten: () => void,
): Captures {
  const recent: PendingCapture[] = [];
  const refusedAt = new Map<string, number>();
  let current: AgentStatus["capturing"];

  const record = async (id: string, request: CaptureRequest, trigger: TriggerName): Promise<Capture> => {
    const began = performance.now();
    const warnings: string[] = [];
    const { recorder: asked = "heap-snapshot", numericValues = settings.numericValues, label } = request;
    const startedAt = new Date().toISOString();
    current = { id, recorder: asked, trigger, startedAt };
    const say = (what: string, recorder: string, message: string, more: object = {}): void =>
      tell({
        name: `heapscope.capture.${what}` as "heapscope.capture.started",
        severity: recorder === asked ? "info" : "warn",
        message,
        attributes: {
          "heapscope.capture.id": id,
          "heapscope.trigger": trigger,
          "heapscope.recorder": recorder,
          ...(label !== undefined && { "heapscope.label": label }),
          ...more,
        },
      });
    say("started", asked, `${asked} by ${trigger}`);
    // Whoever asked is answered before the process stands still.
    await new Promise((resolve) => setImmediate(resolve));
    secure(settings.directory);
    const preflight = examine(settings.directory, numericValues, settings.gzip);
    const { fits, reason } = preflight;
    const isTooLarge = !fits && request.force !== true && /^(heap-snapshot|timeline)$/.test(asked);
    if (isTooLarge && trigger === "control") throw new Refusal("would-not-fit", reason);
    const recorder = isTooLarge ? "memory-record" : asked;
    const files = await recorders[recorder]({
      id,
      recorder,
      request,
      trigger,
      // It may be the end of the process.
      isUrgent: trigger === "memory",
      preflight,
      thread,
      durationMs: Number(request.duration ?? USUAL_PROFILE_MS),
      threads: request.threads ?? settings.threads,
      numericValues,
      signal,
      warn: (message) => warnings.push(message),
    });
    const durationMs = Math.round(performance.now() - began);
    for (const { path, bytes, thread: of, pauseMs } of files) {
      say("written", recorder, `${path} is written`, {
        "file.path": path,
        "file.size": bytes,
        "thread.id": of.id,
        "thread.name": of.name,
        ...(pauseMs !== undefined && { "heapscope.pause_ms": pauseMs }),
      });
    }
    say(
      "finished",
      recorder,
      isTooLarge ? `${recorder} instead of ${asked}: ${reason}` : `${recorder} by ${trigger} is done`,
      {
        "heapscope.duration_ms": durationMs,
      },
    );
    return {
      id,
      trigger,
      recorder,
      startedAt,
      durationMs,
      files,
      ...(isTooLarge && { insteadOf: { recorder: asked, reason } }),
      warnings,
    };
  };

  const tellOfFailure = ({ code, message }: AgentError, trigger: TriggerName, id?: string): void => {
    const isRefused = id === undefined || code === "would-not-fit";
    tell({
      name: isRefused ? "heapscope.capture.refused" : "heapscope.capture.failed",
      severity: isRefused ? "warn" : "error",
      message,
      attributes: {
        "heapscope.trigger": trigger,
        "error.type": code,
        ...(id !== undefined && { "heapscope.capture.id": id }),
      },
    });
  };

  const refuse = (error: AgentError, trigger: TriggerName): PendingCapture => {
    const kind = trigger + error.code;
    const now = performance.now();
    if (now - (refusedAt.get(kind) ?? -Infinity) >= REFUSAL_EVENT_MS) {
      refusedAt.set(kind, now);
      tellOfFailure(error, trigger);
    }
    const result = Promise.reject(error);
    result.catch(() => {});
    return { id: "", result, error };
  };

  return {
    recent,
    current: () => current,
    capture(asked, trigger) {
      let request: CaptureRequest;
      try {
        request = parse(asked);
        if (signal.aborted) throw new Refusal("stopped", "the agent was stopped");
        gate.enter(trigger);
      } catch (error) {
        return refuse(error as AgentError, trigger);
      }
      const id = randomBytes(16).toString("hex");
      // The service's own code may have nothing else to wait for.
      const alive = trigger === "code" ? setInterval(() => {}, 2 ** 30) : undefined;
      const pending: { -readonly [Key in keyof PendingCapture]: PendingCapture[Key] } = {
        id,
        result: record(id, request, trigger)
          .then((capture) => (pending.capture = capture))
          .catch((error: unknown) => {
            const failure = error instanceof Refusal ? error : new Refusal("failed", sentence(error));
            pending.error = failure;
            tellOfFailure(failure, trigger, id);
            throw failure;
          })
          .finally(() => {
            current = undefined;
            gate.leave(trigger);
            clearInterval(alive);
            if (trigger !== "control") onWritten();
          }),
      };
      pending.result.catch(() => {});
      recent.unshift(pending);
      recent.length = Math.min(recent.length, REMEMBERED);
      return pending;
    },
  };
}

function parse(request: CaptureRequest): CaptureRequest {
  try {
    return parseRequest(request);
  } catch (error) {
    throw new Refusal("bad-options", sentence(error));
  }
}
