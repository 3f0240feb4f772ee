// The agent: what asks for captures on one side, what records and sends on the other, and in between one desk that lets in one
// at a time, within limits, and only what fits. Everything that comes from outside of it, callbacks first of all, ends here
// in an event; nothing is thrown into the service, and nothing keeps it alive but a capture that its own code waits for.

import fs from "node:fs";
import type { Agent, AgentError, AgentStatus, Capture, CaptureRequest, TriggerName } from "./api.ts";
import { Refusal } from "./agent-error.ts";
import type { CaptureDesk, PendingCapture, Trigger } from "./capture-desk.ts";
import { parseRequest, type Settings } from "./config/settings.ts";
import { createEvents } from "./events.ts";
import { createGate } from "./gate.ts";
import { loadModule } from "./load-module.ts";
import { examine, readContainer } from "./preflight/preflight.ts";
import type { Beginning } from "./program.ts";
import { makePrivateFolder, privateFolder } from "./private-folder.ts";
import { recorders } from "./recorders/recorders.ts";
import { createThreadLink } from "./thread-link.ts";
import { openControlSocket } from "./triggers/control-socket.ts";
import { createApi } from "./triggers/http-api.ts";
import { listen } from "./triggers/http-listener.ts";
import { adapt } from "./triggers/frameworks.ts";
import { watchMemory } from "./triggers/memory-pressure.ts";
import { followSchedule } from "./triggers/schedule.ts";
import { listenToSignal } from "./triggers/signal.ts";

declare const HEAPSCOPE_AGENT_VERSION: string;

const REMEMBERED = 20;
const USUAL_PROFILE_MS = 30_000;
/** After the start: files of an earlier life are sent, and old ones removed, when the service has other things behind it. */
const FIRST_DELIVERY_MS = 5000;
/** Of one kind and code, among the refusals of triggers: a storm of signals is one event a second. */
const REFUSAL_EVENT_MS = 1000;

type Doing = NonNullable<AgentStatus["capturing"]>;

/** Starts all that `settings` say. */
export function startAgent(settings: Settings, { workers, onSignal, wasSignalled }: Beginning): Agent {
  const startedAt = new Date().toISOString();
  const events = createEvents(settings);
  const gate = createGate(settings.limits);
  const ending = new AbortController();
  const captures: PendingCapture[] = [];
  const refusedAt = new Map<string, number>();
  let doing: Doing | undefined;
  let pendingExports = 0;
  let deliveryTimer: NodeJS.Timeout | undefined;

  const thread = createThreadLink({ settings, version: HEAPSCOPE_AGENT_VERSION, tell: events.tell, workers });

  const deliver = async (): Promise<void> => {
    clearTimeout(deliveryTimer);
    const {
      exporters,
      retention: { age: ageMs, ...retention },
    } = settings;
    const { pendingExports: pending, retryAt } = await thread.deliver({
      exporters,
      retention: { ...retention, ageMs },
    });
    pendingExports = pending;
    if (retryAt !== undefined && !ending.signal.aborted) deliverIn(Math.max(1000, retryAt - Date.now()));
  };
  const deliverIn = (ms: number): void => {
    deliveryTimer = setTimeout(() => deliver().catch(fault), Math.min(ms, 900_000)).unref();
  };
  const fault = (error: unknown): void => {
    events.tell({
      name: "heapscope.agent.warning",
      severity: "error",
      message: sentence(error),
      attributes: {},
    });
  };

  const record = async (id: string, request: CaptureRequest, trigger: TriggerName): Promise<Capture> => {
    const began = performance.now();
    const warnings: string[] = [];
    const asked = request.recorder ?? "heap-snapshot";
    doing = { id, recorder: asked, trigger, startedAt: new Date().toISOString() };
    const about = (recorder: string): Record<string, string> => ({
      "heapscope.capture.id": id,
      "heapscope.trigger": trigger,
      "heapscope.recorder": recorder,
      ...(request.label === undefined ? {} : { "heapscope.label": request.label }),
    });
    events.tell({
      name: "heapscope.capture.started",
      severity: "info",
      message: `${asked} by ${trigger}`,
      attributes: about(asked),
    });
    // Whoever asked is answered before the process stands still.
    await new Promise((resolve) => setImmediate(resolve));
    if (settings.directory.startsWith(privateFolder())) makePrivateFolder();
    const numericValues = request.numericValues ?? settings.numericValues;
    const preflight = examine(settings.directory, numericValues, settings.gzip);
    const isLarge = asked === "heap-snapshot" || asked === "timeline";
    const insteadOf =
      isLarge && !preflight.fits && request.force !== true
        ? { recorder: asked, reason: preflight.reason }
        : undefined;
    if (insteadOf !== undefined && trigger === "control")
      throw new Refusal("would-not-fit", preflight.reason);
    const recorder = insteadOf === undefined ? asked : "memory-record";
    const files = await recorders[recorder]({
      id,
      recorder,
      request,
      trigger,
      isUrgent: trigger === "memory",
      preflight,
      thread,
      durationMs: Number(request.duration ?? USUAL_PROFILE_MS),
      threads: request.threads ?? settings.threads,
      numericValues,
      signal: ending.signal,
      warn: (message) => warnings.push(message),
    });
    const capture: Capture = {
      id,
      trigger,
      recorder,
      startedAt: doing.startedAt,
      durationMs: Math.round(performance.now() - began),
      files,
      ...(insteadOf === undefined ? {} : { insteadOf }),
      warnings,
    };
    for (const { path, bytes, thread: of, pauseMs } of files) {
      events.tell({
        name: "heapscope.capture.written",
        severity: "info",
        message: `${path} is written`,
        attributes: {
          ...about(recorder),
          "file.path": path,
          "file.size": bytes,
          "thread.id": of.id,
          "thread.name": of.name,
          ...(pauseMs === undefined ? {} : { "heapscope.pause_ms": pauseMs }),
        },
      });
    }
    events.tell({
      name: "heapscope.capture.finished",
      severity: insteadOf === undefined ? "info" : "warn",
      message:
        insteadOf === undefined
          ? `${recorder} by ${trigger} is done`
          : `a memory record instead of a ${asked}: ${insteadOf.reason}`,
      attributes: { ...about(recorder), "heapscope.duration_ms": capture.durationMs },
    });
    return capture;
  };

  const refuse = (error: AgentError, trigger: TriggerName): PendingCapture => {
    const kind = `${trigger} ${error.code}`;
    const now = performance.now();
    if (now - (refusedAt.get(kind) ?? -Infinity) >= REFUSAL_EVENT_MS) {
      refusedAt.set(kind, now);
      events.tell({
        name: "heapscope.capture.refused",
        severity: "warn",
        message: error.message,
        attributes: { "heapscope.trigger": trigger, "error.type": error.code },
      });
    }
    const result = Promise.reject(error);
    result.catch(() => {});
    return { id: "", result, error };
  };

  const desk: CaptureDesk = {
    capture(asked, trigger) {
      let request: CaptureRequest;
      try {
        request = parse(asked);
        if (ending.signal.aborted) throw new Refusal("stopped", "the agent was stopped");
        gate.enter(trigger);
      } catch (error) {
        return refuse(error as AgentError, trigger);
      }
      const id = loadModule<typeof import("node:crypto")>("crypto").randomBytes(16).toString("hex");
      // The service's own code may have nothing else to wait for.
      const alive = trigger === "code" ? setInterval(() => {}, 2 ** 30) : undefined;
      const pending: { -readonly [Key in keyof PendingCapture]: PendingCapture[Key] } = {
        id,
        result: record(id, request, trigger)
          .then((capture) => (pending.capture = capture))
          .catch((error: unknown) => {
            const failure = error instanceof Refusal ? error : new Refusal("failed", sentence(error));
            pending.error = failure;
            const isRefused = failure.code === "would-not-fit";
            events.tell({
              name: isRefused ? "heapscope.capture.refused" : "heapscope.capture.failed",
              severity: isRefused ? "warn" : "error",
              message: failure.message,
              attributes: {
                "heapscope.capture.id": id,
                "heapscope.trigger": trigger,
                "error.type": failure.code,
              },
            });
            throw failure;
          })
          .finally(() => {
            doing = undefined;
            gate.leave(trigger);
            clearInterval(alive);
            // What a person fetches is theirs: it is not sent, and nothing makes room for it.
            if (!ending.signal.aborted && trigger !== "control") deliver().catch(fault);
          }),
      };
      pending.result.catch(() => {});
      captures.unshift(pending);
      captures.length = Math.min(captures.length, REMEMBERED);
      return pending;
    },
    find: (id) => captures.find((capture) => capture.id === id),
    status: () => ({
      schema: "heapscope/agent-status@1",
      version: HEAPSCOPE_AGENT_VERSION,
      pid: process.pid,
      runtime: process.version,
      startedAt,
      directory: settings.directory,
      redact: typeof settings.redact === "function" ? "function" : settings.redact || "off",
      triggers: triggers.map(([trigger, { describe }]) => ({ trigger, ...describe() })),
      exporters: settings.exporters.map((exporter) => ({ type: exporter.type, to: targetOf(exporter) })),
      ...(doing === undefined ? {} : { capturing: doing }),
      captures: captures.flatMap(({ capture }) => capture ?? []),
      pendingExports,
      limits: gate.describe(),
      preflight: examine(settings.directory, settings.numericValues, settings.gzip),
      recentEvents: events.recent,
    }),
    tell: events.tell,
  };

  const { http, memory, schedule, signal, control } = settings;
  const api = http && createApi(http, desk);
  const triggers: [TriggerName, Trigger][] = [];
  const add = (name: TriggerName, trigger: () => Trigger): void => {
    try {
      triggers.push([name, trigger()]);
    } catch (error) {
      fault(error);
    }
  };
  if (signal !== false) add("signal", () => listenToSignal(signal, desk, onSignal, wasSignalled));
  if (http?.listen !== undefined && api !== undefined) add("http", () => listen(http, desk, api));
  if (memory !== undefined) add("memory", () => watchMemory(memory, readContainer, desk));
  if (schedule !== undefined) add("schedule", () => followSchedule(schedule, desk));
  if (control && process.getuid) add("control", () => openControlSocket(desk, HEAPSCOPE_AGENT_VERSION));

  const onExit = (): void => {
    thread.removePartialFiles();
    api?.stop();
    for (const [, trigger] of triggers) trigger.stop();
  };
  process.once("exit", onExit);
  deliveryTimer = setTimeout(() => {
    // Without a folder there is nothing to do, and no thread is needed to see that.
    if (fs.existsSync(settings.directory)) deliver().catch(fault);
  }, FIRST_DELIVERY_MS).unref();
  events.tell({
    name: "heapscope.agent.started",
    severity: "info",
    message: `@heapscope/agent ${HEAPSCOPE_AGENT_VERSION} is running`,
    attributes: {
      "process.pid": process.pid,
      "process.runtime.version": process.version,
      "heapscope.directory": settings.directory,
    },
  });

  const needsToken = new Refusal(
    "bad-options",
    "no request is answered without http.token (HEAPSCOPE_HTTP_TOKEN)",
  );
  return {
    capture: (request = {}) => desk.capture(request, "code").result,
    status: desk.status,
    ...adapt(api, needsToken),
    async stop() {
      if (ending.signal.aborted) return;
      ending.abort();
      clearTimeout(deliveryTimer);
      process.off("exit", onExit);
      api?.stop();
      for (const [, trigger] of triggers) trigger.stop();
      await Promise.allSettled(captures.map(({ result }) => result));
      await thread.stop();
      events.tell({
        name: "heapscope.agent.stopped",
        severity: "info",
        message: "the agent was stopped",
        attributes: {},
      });
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

/** Where an exporter sends to, without what is secret: a url's path and query may be. */
function targetOf(exporter: Settings["exporters"][number]): string {
  if (exporter.type === "stdout") return "standard output";
  if (exporter.type === "http") return new URL(exporter.url).host;
  return `${exporter.bucket}${exporter.endpoint === undefined ? "" : ` at ${new URL(exporter.endpoint).host}`}`;
}

function sentence(error: unknown): string {
  return String((error as Error | undefined)?.message ?? error);
}
