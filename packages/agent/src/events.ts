// Tells what happens: to the service's hook, to standard output if it is wanted, to the status, and, if nobody else listens,
// warnings as Node's own. Nothing that a listener does gets out of here.

import fs from "node:fs";
import type { AgentEvent } from "./api.ts";
import type { Settings } from "./config/settings.ts";

const KEPT = 50;
const MOST_WAITING = 1e6;

/** Never throws. */
export type Tell = (event: Omit<AgentEvent, "timestamp">) => void;

export interface Events {
  /** Newest last. */
  readonly recent: readonly AgentEvent[];
  readonly tell: Tell;
}

export function createEvents({ onEvent, exporters }: Pick<Settings, "onEvent" | "exporters">): Events {
  const recent: AgentEvent[] = [];
  const toStdout = exporters.some(({ type }) => type === "stdout") ? createLineWriter() : undefined;

  const keep = (said: Omit<AgentEvent, "timestamp">): AgentEvent => {
    const event = { timestamp: new Date().toISOString(), ...said };
    recent.push(event);
    if (recent.length > KEPT) recent.shift();
    toStdout?.(`${JSON.stringify(event)}\n`);
    return event;
  };
  const complain = (error: unknown): void => {
    const said = keep(warning(`onEvent threw: ${sentence(error)}`));
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

/** What went wrong inside of the agent. */
export function fault(error: unknown): Omit<AgentEvent, "timestamp"> {
  return { ...warning(sentence(error)), severity: "error" };
}

/** The message of whatever was thrown. */
export function sentence(error: unknown): string {
  return String((error as Error | undefined)?.message ?? error);
}

export function warning(message: string): Omit<AgentEvent, "timestamp"> {
  return { name: "heapscope.agent.warning", severity: "warn", message, attributes: {} };
}

/**
 * Lines to standard output. Not through `process.stdout`: a closed pipe would be an error event there, which ends the process if nobody
 * listens. A pipe that is full is tried again; what would wait in masses is dropped.
 */
function createLineWriter(): (line: string) => void {
  let waiting = Buffer.alloc(0);
  const write = (): void => {
    try {
      while (waiting.length > 0) waiting = waiting.subarray(fs.writeSync(1, waiting));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") setTimeout(write, 100).unref();
      else waiting = Buffer.alloc(0);
    }
  };
  return (line) => {
    const isWaiting = waiting.length > 0;
    if (waiting.length < MOST_WAITING) waiting = Buffer.concat([waiting, Buffer.from(line)]);
    if (!isWaiting) write();
  };
}
