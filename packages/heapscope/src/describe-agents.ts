// The results of `heapscope agent status`. Finding agents and asking them is @heapscope/capture's. Loaded when it is needed.

import { findTarget, listAgents, readAgentStatus, type ProcessFacts } from "@heapscope/capture";
import { UsageError } from "./command-error.ts";
import type { AgentHost, AgentLine, Agents, AgentStatus } from "./schemas/agent-status.ts";

/** An agent answers within milliseconds; one that is silent must not hide the others. */
const LONGEST_WAIT_MS = 3000;

/** The agent of the one process that the pattern names. Throws `CaptureError` and `UsageError`. */
export async function describeAgent(pattern: string, signal: AbortSignal): Promise<AgentStatus> {
  const target = await findTarget(pattern, { signal });
  if (target.kind === "address")
    throw new UsageError(
      "an agent is asked by its process; give a process id or a part of its command line.",
    );
  const status = await readAgentStatus(target, { signal });
  return { ...status, at: new Date().toISOString(), process: describeHost(target.facts) } as AgentStatus;
}

/** A line for each agent; one that does not answer has an error in it. */
export async function describeAgents(signal: AbortSignal): Promise<Agents> {
  const agents = await Promise.all(
    listAgents().map(async ({ facts, agent }): Promise<AgentLine> => {
      const known = { process: describeHost(facts), version: agent.version, startedAt: agent.startedAt };
      try {
        const status = await readAgentStatus({ facts }, { signal, timeoutMs: LONGEST_WAIT_MS });
        const { redact, triggers, capturing, captures, pendingExports, preflight } = status;
        return {
          ...known,
          redact,
          triggers: triggers.filter(({ active }) => active).map(({ trigger }) => trigger),
          ...(capturing === undefined ? {} : { capturing: capturing.recorder }),
          captures: captures.length,
          pendingExports,
          fits: preflight.fits,
        };
      } catch (error) {
        if (signal.aborted || !(error instanceof Error)) throw error;
        return { ...known, error: error.message };
      }
    }),
  );
  return {
    schema: "heapscope/agents@1",
    at: new Date().toISOString(),
    agents: agents.sort((a, b) => a.process.pid - b.process.pid),
  };
}

function describeHost({ pid, innerPid, command, userId, container }: ProcessFacts): AgentHost {
  return {
    pid,
    ...(innerPid === pid ? {} : { innerPid }),
    command,
    userId,
    ...(container === undefined ? {} : { container }),
  };
}
