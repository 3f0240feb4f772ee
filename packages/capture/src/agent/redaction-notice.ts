// An operator who had the agent of a service redact its snapshots meant all of them. The other ways to a process do not go
// through its agent; whoever takes one of them is told what that gets around.

import { CaptureError } from "../capture-error.ts";
import type { Target } from "../find-target.ts";
import type { ProcessFacts } from "../process/read-process.ts";
import type { AgentStatus } from "./agent-answers.ts";
import { AgentClient } from "./agent-client.ts";

/** An agent answers within milliseconds, unless the main thread of its process is busy. */
const LONGEST_WAIT_MS = 2000;

/**
 * A sentence for whoever goes around the agent of a target, if there is something to say. Throws `CaptureError` only for
 * `signal`.
 */
export async function noticeRedaction(
  target: Target,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<string | undefined> {
  if (target.kind !== "process" || target.agent === undefined) return undefined;
  const label = `process ${target.facts.pid}`;
  const redact = await readRedaction(target.facts, signal);
  if (redact === "off") return undefined;
  if (redact === "unknown")
    return `An agent runs in ${label} and did not say whether it redacts snapshots; on this route nothing is redacted.`;
  const what = redact === "function" ? "with a function of its program" : redact;
  return `The agent of ${label} redacts its snapshots (${what}); on this route nothing is redacted, and the file holds every text as it is.`;
}

async function readRedaction(
  process: ProcessFacts,
  signal: AbortSignal | undefined,
): Promise<AgentStatus["redact"] | "unknown"> {
  let client: AgentClient | undefined;
  try {
    client = AgentClient.open(process);
    return (await client.status({ signal, timeoutMs: LONGEST_WAIT_MS })).redact;
  } catch (error) {
    if (!(error instanceof CaptureError) || error.code === "aborted") throw error;
    return "unknown";
  } finally {
    client?.close();
  }
}
