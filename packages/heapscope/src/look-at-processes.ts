// The result of `heapscope ps`: what can be seen of processes from outside, and how each of them can be captured; on request
// also what they say about their heaps. Loaded when it is needed.

import {
  attach,
  createSocketReader,
  findProcesses,
  inspectProcess,
  listProcesses,
  readProcess,
  readTargetFacts,
  type ProcessFacts,
  type ProcessTarget,
} from "@heapscope/capture";
import type { Processes, ProcessLine } from "./schemas/ps.ts";

const HEAP_TIMEOUT_MS = 5000;
// Reaching another network takes a program started there for each question.
const ELSEWHERE_INTERVAL_MS = 30_000;

interface Input {
  readonly pattern: string | undefined;
  readonly heap: boolean;
}

/** What was seen of processes in other networks, by process. */
export type SeenElsewhere = Map<string, { readonly at: number; readonly target: ProcessTarget }>;

/** Looks at all processes, or at those with the pattern in their command lines. Throws `CaptureError`. */
export async function lookAtProcesses(
  { pattern, heap }: Input,
  signal: AbortSignal,
  elsewhere?: SeenElsewhere,
): Promise<Processes> {
  const found =
    pattern === undefined
      ? listProcesses()
      : /^\d+$/.test(pattern)
        ? [readProcess(Number(pattern))]
        : findProcesses(pattern);
  const readSocketRows = createSocketReader();
  const inspect = async (facts: ProcessFacts): Promise<ProcessTarget> => {
    const key = `${facts.pid} ${facts.startTicks}`;
    const seen = elsewhere?.get(key);
    if (seen !== undefined && Date.now() - seen.at < ELSEWHERE_INTERVAL_MS) return { ...seen.target, facts };
    const target = await inspectProcess(facts, { signal, readSocketRows });
    if (facts.sameNetwork === false) elsewhere?.set(key, { at: Date.now(), target });
    return target;
  };
  const targets = await Promise.all(found.map(inspect));
  const lines = await Promise.all(
    targets.map(async (target) => ({
      ...describeProcess(target),
      ...(heap && isIdle(target) ? await askForHeap(target, signal) : {}),
    })),
  );
  return {
    schema: "heapscope/ps@1",
    at: new Date().toISOString(),
    ...(pattern === undefined ? {} : { pattern }),
    processes: lines.sort((a, b) => b.rss - a.rss || a.pid - b.pid),
  };
}

/** Whether a session would disturb nobody. */
function isIdle({ inspector, routes }: ProcessTarget): boolean {
  return inspector.state === "open" && routes.some(({ route, works }) => route === "inspector" && works);
}

async function askForHeap(
  target: ProcessTarget,
  signal: AbortSignal,
): Promise<Pick<ProcessLine, "heapUsed" | "heapLimit" | "heapError">> {
  const timeout = AbortSignal.timeout(HEAP_TIMEOUT_MS);
  try {
    const attachment = await attach(target, {
      signal: AbortSignal.any([signal, timeout]),
      route: "inspector",
    });
    try {
      const { heapUsed, heapLimit } = await readTargetFacts(attachment.session, {
        signal,
        timeoutMs: HEAP_TIMEOUT_MS,
      });
      return { heapUsed, ...(heapLimit === undefined ? {} : { heapLimit }) };
    } finally {
      await attachment.close();
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error;
    return { heapError: timeout.aborted ? "it did not answer in time" : error.message };
  }
}

function describeProcess({ facts, inspector, agent, routes }: ProcessTarget): ProcessLine {
  const { pid, innerPid, container, heapSnapshotSignal: signal, sameNetwork, workingFolder } = facts;
  const { url, socket } = inspector;
  return {
    pid,
    ...(innerPid === pid ? {} : { innerPid }),
    command: facts.command,
    runtime: facts.runtime,
    ...(facts.version === undefined ? {} : { version: facts.version }),
    userId: facts.userId,
    state: facts.state,
    startedAt: facts.startedAt.toISOString(),
    uptimeMs: facts.uptimeMs,
    rss: facts.residentSize,
    ...(facts.heapLimit === undefined ? {} : { heapLimit: facts.heapLimit }),
    ...(workingFolder === undefined ? {} : { workingFolder }),
    ...(container === undefined ? {} : { container }),
    ...(sameNetwork === undefined ? {} : { sameNetwork }),
    inspector: {
      state: inspector.state,
      ...(url === undefined ? {} : { url }),
      ...(socket === undefined ? {} : { address: socket.address, port: socket.port }),
      clients: [...inspector.clients],
    },
    ...(agent === undefined ? {} : { agent: { version: agent.version, startedAt: agent.startedAt } }),
    ...(signal === undefined ? {} : { signal: signal.name }),
    routes: routes.filter(({ works }) => works).map(({ route }) => route),
    unavailable: routes.filter(({ works }) => !works).map(({ route, reason }) => ({ route, reason })),
  };
}
