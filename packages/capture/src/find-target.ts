// From what a person types to the thing that is to be captured: a process of this machine, or the address of an inspector.
//
//   4242                      a process id
//   server.js                 a part of one process's command line
//   :9229  host:9229  ws://…  an inspector, wherever it is
//
// Touches nothing but /proc and, to see whether an inspector is open, that inspector's list. Called by attach and capture.

import { findAgent, type RunningAgent } from "./agent/find-agent.ts";
import { CaptureError, harmless } from "./capture-error.ts";
import { findInspector, type InspectorState } from "./process/find-inspector.ts";
import { askInspector } from "./process/inspector-http.ts";
import { findProcesses } from "./process/list-processes.ts";
import type { ReadSocketRows } from "./process/net-tables.ts";
import { readProcess, type ProcessFacts } from "./process/read-process.ts";
import { connectInNetworkOf } from "./inspector/namespace-connection.ts";
import type { Connect } from "./inspector/inspector-target.ts";
import { listRoutes, type RouteOffer } from "./route/route-offers.ts";

/** A process of this machine. */
export interface ProcessTarget {
  readonly kind: "process";
  readonly facts: ProcessFacts;
  readonly inspector: InspectorState;
  /** The @heapscope/agent that runs in it. */
  readonly agent: RunningAgent | undefined;
  /** The ways of capturing it, those that do not work too, in the order of least harm. */
  readonly routes: readonly RouteOffer[];
  /** How to reach its network, if that is another than ours. */
  readonly connect: Connect | undefined;
}

/** An inspector that is open somewhere. */
export interface AddressTarget {
  readonly kind: "address";
  readonly address: string;
}

export type Target = ProcessTarget | AddressTarget;

/** Throws `CaptureError`: `no-such-process`, `ambiguous`, `not-permitted`, `unsupported`, `bad-address`. */
export async function findTarget(text: string, options: { signal?: AbortSignal } = {}): Promise<Target> {
  const word = text.trim();
  if (word === "")
    throw new CaptureError(
      text,
      "bad-address",
      "No target is given; give a process id, a part of its command line, or host:port.",
    );
  if (/^\d+$/.test(word)) return inspectProcess(readProcess(Number(word)), options);
  if (/^:\d+$/.test(word)) return { kind: "address", address: `127.0.0.1${word}` };
  if (isAddress(word)) return { kind: "address", address: word };
  const [only, ...others] = findProcesses(word);
  if (only === undefined) {
    throw new CaptureError(
      word,
      "no-such-process",
      `No process that can be captured has “${harmless(word)}” in its command line; “heapscope ps” lists those that have a chance.`,
    );
  }
  if (others.length > 0) {
    const found = [only, ...others];
    const list = found.slice(0, 8).map(({ pid, command }) => `${pid} (${harmless(command, 60)})`);
    const more = found.length > 8 ? ", …" : "";
    throw new CaptureError(
      word,
      "ambiguous",
      `${found.length} processes have “${harmless(word)}” in their command lines; give the id of one: ${list.join(", ")}${more}.`,
    );
  }
  return inspectProcess(only, options);
}

/**
 * Looks at a process: whether its inspector is open, whether an agent runs in it, and by which routes it can be captured. `readSocketRows` saves time
 * where many are looked at.
 */
export async function inspectProcess(
  facts: ProcessFacts,
  { signal, readSocketRows }: { signal?: AbortSignal; readSocketRows?: ReadSocketRows } = {},
): Promise<ProcessTarget> {
  const connect = facts.sameNetwork === false ? connectInNetworkOf(facts.pid) : undefined;
  const inspector = await findInspector(facts, {
    ...(signal && { signal }),
    ...(readSocketRows && { readSocketRows }),
    ...(connect && {
      http: (address: string, path: string) => askInspector(address, path, { signal, connect }),
    }),
  });
  const agent = findAgent(facts);
  return { kind: "process", facts, inspector, agent, routes: listRoutes(facts, inspector, agent), connect };
}

/** `host:port`, or a URL. */
function isAddress(word: string): boolean {
  return /^(?:wss?|https?):\/\//i.test(word) || /^(?:[\w.-]+|\[[\da-f:.]+\]):\d{1,5}$/i.test(word);
}
