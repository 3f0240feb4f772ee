// What whoever gets a snapshot by an agent should know: what the agent does besides, and what it does not do as it was asked.

import { harmless } from "../capture-error.ts";
import type { AgentFile, AgentStatus } from "./agent-answers.ts";

/** What was asked for here. */
interface Wanted {
  readonly threads?: string;
  readonly collectGarbage?: boolean;
  readonly exposeInternals?: boolean;
}

/** In sentences; before the capture. */
export function notesOnAgent({ redact, exporters }: AgentStatus, label: string, wanted: Wanted): string[] {
  const { collectGarbage = false, exposeInternals = false, threads = "all" } = wanted;
  const notes: string[] = [];
  if (redact !== "off") {
    const what = redact === "function" ? "with a function of the program" : redact;
    notes.push(`The agent of ${label} redacts (${what}): the snapshot has other texts in those places.`);
  }
  const away = exporters.filter(({ type }) => type !== "stdout");
  if (away.length > 0) {
    const list = away.map(({ type, to }) => `${type}: ${harmless(to, 100)}`).join("; ");
    notes.push(
      `The agent of ${label} sends what it captures away (${list}), but not this snapshot, which is only yours.`,
    );
  }
  if (collectGarbage || exposeInternals) {
    notes.push(
      "The agent knows neither --collect-garbage nor --expose-internals; V8 collects garbage once by itself.",
    );
  }
  if (threads !== "all" && threads !== "main") {
    notes.push(
      "The agent captures all threads or the main one: the others' snapshots are made, too, and thrown away.",
    );
  }
  return notes;
}

/** As the inspector calls a worker thread: by its number, and its name if it has one. */
export function agentThreadName({ id, name }: AgentFile["thread"]): string {
  if (id === 0) return "main";
  return name === "" || name === "WorkerThread" || name === `worker ${id}`
    ? `worker ${id}`
    : `worker ${id} ${name}`;
}
