// The agent: triggers on one side, captures and what sends them on the other. Everything that comes from outside of it,
// callbacks first of all, ends in an event; nothing is thrown into the service, and nothing keeps it alive but a capture that
// its own code waits for.

import type { Agent, TriggerName } from "./api.ts";
import { Refusal } from "./agent-error.ts";
import type { CaptureDesk, Trigger } from "./capture-desk.ts";
import { createCaptures } from "./captures.ts";
import type { Settings } from "./config/settings.ts";
import { startDelivery } from "./delivery.ts";
import { createEvents, fault } from "./events.ts";
import { createGate } from "./gate.ts";
import { examine, readContainer } from "./preflight/preflight.ts";
import type { Beginning } from "./start.ts";
import { createThreadLink } from "./thread-link.ts";
import { openControlSocket } from "./triggers/control-socket.ts";
import { adapt } from "./triggers/frameworks.ts";
import { createApi } from "./triggers/http-api.ts";
import { listen } from "./triggers/http-listener.ts";
import { watchMemory } from "./triggers/memory-pressure.ts";
import { followSchedule } from "./triggers/schedule.ts";
import { listenToSignal } from "./triggers/signal.ts";

declare const HEAPSCOPE_AGENT_VERSION: string;

/** Starts all that `settings` say. */
export function startAgent(settings: Settings, { workers, onSignal, wasSignalled }: Beginning): Agent {
  const version = HEAPSCOPE_AGENT_VERSION;
  const startedAt = new Date().toISOString();
  const { directory, http, memory, schedule, signal, control, redact } = settings;
  const ending = new AbortController();
  const { tell, recent: recentEvents } = createEvents(settings);
  const gate = createGate(settings.limits);
  const thread = createThreadLink({ settings, version, tell, workers });
  const delivery = startDelivery(settings, thread, tell);
  const captures = createCaptures(settings, gate, thread, tell, ending.signal, delivery.deliver);
  const triggers: [TriggerName, Trigger][] = [];

  const desk: CaptureDesk = {
    capture: captures.capture,
    find: (id) => captures.recent.find((capture) => capture.id === id),
    status() {
      const capturing = captures.current();
      return {
        schema: "heapscope/agent-status@1",
        version,
        pid: process.pid,
        runtime: process.version,
        startedAt,
        directory,
        redact: typeof redact === "function" ? "function" : redact || "off",
        triggers: triggers.map(([trigger, { describe }]) => ({ trigger, ...describe() })),
        exporters: settings.exporters.map((exporter) => ({ type: exporter.type, to: targetOf(exporter) })),
        ...(capturing && { capturing }),
        captures: captures.recent.flatMap(({ capture }) => capture ?? []),
        pendingExports: delivery.pending(),
        limits: gate.describe(),
        preflight: examine(directory, settings.numericValues, settings.gzip),
        recentEvents,
      };
    },
    tell,
  };

  const api = http && createApi(http, desk);
  const add = (name: TriggerName, start: () => Trigger): void => {
    try {
      triggers.push([name, start()]);
    } catch (error) {
      tell(fault(error));
    }
  };
  if (signal !== false) add("signal", () => listenToSignal(signal, desk, onSignal, wasSignalled));
  if (http?.listen !== undefined && api) add("http", () => listen(http, desk, api));
  if (memory) add("memory", () => watchMemory(memory, readContainer, desk));
  if (schedule) add("schedule", () => followSchedule(schedule, desk));
  if (control && process.getuid) add("control", () => openControlSocket(desk, version));

  const endTriggers = (): void => {
    api?.stop();
    for (const [, trigger] of triggers) trigger.stop();
  };
  const onExit = (): void => {
    thread.leaveWorkers();
    thread.removePartialFiles();
    endTriggers();
  };
  process.once("exit", onExit);
  tell({
    name: "heapscope.agent.started",
    severity: "info",
    message: `@heapscope/agent ${version} is running`,
    attributes: {
      "process.pid": process.pid,
      "process.runtime.version": process.version,
      "heapscope.directory": directory,
    },
  });

  const needsToken = new Refusal("bad-options", "http.token is missing (HEAPSCOPE_HTTP_TOKEN)");
  return {
    capture: (request = {}) => desk.capture(request, "code").result,
    status: desk.status,
    ...adapt(api, needsToken),
    async stop() {
      if (ending.signal.aborted) return;
      ending.abort();
      process.off("exit", onExit);
      delivery.stop();
      endTriggers();
      await Promise.allSettled(captures.recent.map(({ result }) => result));
      await thread.stop();
      tell({
        name: "heapscope.agent.stopped",
        severity: "info",
        message: "the agent was stopped",
        attributes: {},
      });
    },
  };
}

/** Where an exporter sends to, without what is secret: a url's path and query may be. */
function targetOf(exporter: Settings["exporters"][number]): string {
  if (exporter.type === "stdout") return "standard output";
  if (exporter.type === "http") return new URL(exporter.url).host;
  return `${exporter.bucket}${exporter.endpoint === undefined ? "" : ` at ${new URL(exporter.endpoint).host}`}`;
}
