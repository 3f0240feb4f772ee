// What the agents of this machine say about themselves. Called by `heapscope agent status`.

import { CaptureError } from "../capture-error.ts";
import type { ProcessTarget } from "../find-target.ts";
import { listProcesses } from "../process/list-processes.ts";
import type { ProcessFacts } from "../process/read-process.ts";
import type { AgentStatus } from "./agent-answers.ts";
import { AgentClient, type AskOptions } from "./agent-client.ts";
import { findAgent, type RunningAgent } from "./find-agent.ts";

/** The status of the agent of a process. Throws `CaptureError`: `no-route` with the remedy if there is no agent. */
export async function readAgentStatus(
  { facts, routes = [] }: Pick<ProcessTarget, "facts"> & Partial<Pick<ProcessTarget, "routes">>,
  options: AskOptions = {},
): Promise<AgentStatus> {
  const offer = routes.find(({ route }) => route === "agent");
  if (offer?.works === false) {
    const label = `process ${facts.pid}`;
    throw new CaptureError(label, "no-route", `There is no agent to ask in ${label}: ${offer.reason}.`);
  }
  const client = AgentClient.open(facts);
  try {
    return await client.status(options);
  } finally {
    client.close();
  }
}

/** A process with its agent, as seen from outside. */
export interface AgentProcess {
  readonly facts: ProcessFacts;
  readonly agent: RunningAgent;
}

/** The agents of this machine that this user may talk to. Cost: as `listProcesses`. Throws `CaptureError`: `unsupported`. */
export function listAgents(): AgentProcess[] {
  return listProcesses().flatMap((facts) => {
    const agent = findAgent(facts);
    return agent === undefined ? [] : [{ facts, agent }];
  });
}
