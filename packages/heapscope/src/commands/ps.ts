// `heapscope ps`: the processes of this machine that have a JavaScript heap, and how each of them can be captured. Looks
// from outside only; with `--heap` it asks the processes themselves.

import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessFacts, ProcessTarget, createSocketReader } from "@heapscope/capture";
import { defineCommand, type Command } from "../command.ts";
import { UsageError } from "../command-error.ts";
import { duration, flag, processPattern } from "../parameters.ts";
import type { Processes, ProcessLine } from "../schemas/ps.ts";

const USUAL_INTERVAL_MS = 2000;
const HEAP_TIMEOUT_MS = 5000;
// Reaching another network takes a program started there for each question.
const ELSEWHERE_INTERVAL_MS = 30_000;

interface Input {
  readonly pattern: string | undefined;
  readonly heap: boolean;
}

export const ps: Command = defineCommand({
  name: "ps",
  summary: "running processes, and how to capture them",
  description:
    "Lists the processes of this machine whose heap can be looked at: Node, Deno, Bun, Electron, and\n" +
    "Chromium if it was started with --remote-debugging-port. PATTERN is a process id, or a text that the\n" +
    "command line contains. Routes are the ways to capture a process, the least harmful first:\n\n" +
    "  inspector   its inspector is open\n" +
    "  sigusr1     the signal SIGUSR1 opens it\n" +
    "  signal      it writes a snapshot on the signal of --heapsnapshot-signal\n\n" +
    "All this is seen from outside (Linux only), and no process notices. With --heap, processes whose\n" +
    "inspector is open and unused are asked for the size of their heap. That opens a session: the process\n" +
    "prints a line to its standard error, and snapshots that were taken of it before can no longer be\n" +
    "compared object by object with those taken afterwards.",
  group: "Running processes:",
  arguments: { pattern: processPattern("process id, or a part of the command line") },
  options: {
    heap: flag("ask processes with an open inspector for their heap; see above what that costs"),
    watch: flag("look again and again, until Ctrl-C"),
    interval: duration(USUAL_INTERVAL_MS, "with --watch: from one look to the next"),
  },
  examples: [
    { line: "ps", meaning: "all processes that can be captured" },
    { line: "ps server.js", meaning: "those with server.js in their command line" },
    { line: "ps server.js --heap", meaning: "with heap sizes, where their inspectors are open" },
  ],
  run(context, input): Promise<Processes> {
    return look(input, context.runOptions.signal);
  },
  watch(context, input) {
    if (!input.watch) return undefined;
    if (context.json)
      throw new UsageError("--json prints one object, and --watch never ends; leave one of them out.");
    if (input.heap)
      throw new UsageError(
        "--heap with --watch would open sessions again and again; leave one of them out, or see: heapscope top --help",
      );
    return lookAgain(input, input.interval, context.runOptions.signal);
  },
  print: async () => (await import("../print/ps.ts")).printProcesses,
});

/** Ends with an `AbortError` when the signal says so. */
async function* lookAgain(input: Input, intervalMs: number, signal: AbortSignal): AsyncGenerator<Processes> {
  const elsewhere = new Map<string, { readonly at: number; readonly target: ProcessTarget }>();
  for (;;) {
    yield await look(input, signal, elsewhere);
    await sleep(intervalMs, undefined, { signal });
  }
}

/** `elsewhere`: what was seen of processes in other networks. */
async function look(
  { pattern, heap }: Input,
  signal: AbortSignal,
  elsewhere?: Map<string, { readonly at: number; readonly target: ProcessTarget }>,
): Promise<Processes> {
  const { createSocketReader, findProcesses, listProcesses, readProcess } =
    await import("@heapscope/capture");
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
    const target = await inspectProcess(facts, signal, readSocketRows);
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

async function inspectProcess(
  facts: ProcessFacts,
  signal: AbortSignal,
  readSocketRows: ReturnType<typeof createSocketReader>,
): Promise<ProcessTarget> {
  const capture = await import("@heapscope/capture");
  return capture.inspectProcess(facts, { signal, readSocketRows });
}

/** Whether a session would disturb nobody. */
function isIdle({ inspector, routes }: ProcessTarget): boolean {
  return inspector.state === "open" && routes.some(({ route, works }) => route === "inspector" && works);
}

async function askForHeap(
  target: ProcessTarget,
  signal: AbortSignal,
): Promise<Pick<ProcessLine, "heapUsed" | "heapLimit" | "heapError">> {
  const { attach, readTargetFacts } = await import("@heapscope/capture");
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

function describeProcess({ facts, inspector, routes }: ProcessTarget): ProcessLine {
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
    ...(signal === undefined ? {} : { signal: signal.name }),
    routes: routes.filter(({ works }) => works).map(({ route }) => route),
    unavailable: routes.filter(({ works }) => !works).map(({ route, reason }) => ({ route, reason })),
  };
}
