// Tells what happens: to the service's hook, to standard output if it is wanted, to the status, and, if nobody else listens,
// warnings as Node's own. Nothing that a listener does gets out of here.

import fs from "node:fs";
import type { AgentEvent } from "./api.ts";
import type { Settings } from "./config/settings.ts";

const KEPT = 50;

export interface Events {
  /** Newest last. */
  readonly recent: readonly AgentEvent[];
  readonly tell: (event: Omit<AgentEvent, "timestamp">) => void;
}

export function createEvents({ onEvent, exporters }: Pick<Settings, "onEvent" | "exporters">): Events {
  const recent: AgentEvent[] = [];
  const toStdout = exporters.some(({ type }) => type === "stdout");

  const keep = (said: Omit<AgentEvent, "timestamp">): AgentEvent => {
    const event = { timestamp: new Date().toISOString(), ...said };
    recent.push(event);
    if (recent.length > KEPT) recent.shift();
    if (toStdout) writeLine(event);
    return event;
  };
  const complain = (error: unknown): void => {
    const said = keep(warning(`onEvent threw: ${String((error as Error | undefined)?.message ?? error)}`));
    process.emitWarning(said.message, "HeapscopeWarning");
  };

  return {
    recent,
    tell(said) {
      const event = keep(said);
      if (onEvent === undefined) {
        if (event.severity !== "info" && !toStdout) process.emitWarning(event.message, "HeapscopeWarning");
        return;
      }
      try {
        // An async hook rejects later, which would end the service.
        Promise.resolve(onEvent(event) as unknown).catch(complain);
      } catch (error) {
        complain(error);
      }
    },
  };
}

export function warning(message: string): Omit<AgentEvent, "timestamp"> {
  return { name: "heapscope.agent.warning", severity: "warn", message, attributes: {} };
}

/** Not through `process.stdout`: a closed pipe would be an error event there, which ends the process if nobody listens. */
function writeLine(event: AgentEvent): void {
  try {
    fs.writeSync(1, `${JSON.stringify(event)}\n`);
  } catch {
    // Nobody reads it.
  }
}
