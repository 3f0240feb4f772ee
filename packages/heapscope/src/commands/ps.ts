// `heapscope ps`: the processes of this machine that have a JavaScript heap, and how each of them can be captured. Looks
// from outside only; with `--heap` it asks the processes themselves.

import { setTimeout as sleep } from "node:timers/promises";
import { defineCommand, type Command } from "../command.ts";
import { UsageError } from "../command-error.ts";
import { duration, flag, processPattern } from "../parameters.ts";
import type { SeenElsewhere } from "../look-at-processes.ts";
import type { Processes } from "../schemas/ps.ts";

const USUAL_INTERVAL_MS = 2000;

export const ps: Command = defineCommand({
  name: "ps",
  summary: "running processes, and how to capture them",
  description:
    "Lists the processes of this machine whose heap can be looked at: Node, Deno, Bun, Electron, and\n" +
    "Chromium if it was started with --remote-debugging-port. PATTERN is a process id, or a text that the\n" +
    "command line contains. Routes are the ways to capture a process, the least harmful first:\n\n" +
    "  agent       an @heapscope/agent runs in it, which makes the snapshot\n" +
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
  async run(context, input): Promise<Processes> {
    const { lookAtProcesses } = await import("../look-at-processes.ts");
    return lookAtProcesses(input, context.runOptions.signal);
  },
  watch(context, input) {
    if (!input.watch) return undefined;
    if (context.json)
      throw new UsageError("--json prints one object, and --watch never ends; leave one of them out.");
    if (input.heap)
      throw new UsageError(
        "--heap with --watch would open sessions again and again; leave one of them out, or see: heapscope top --help",
      );
    return lookAgain(input.pattern, input.interval, context.runOptions.signal);
  },
  print: async () => (await import("../print/ps.ts")).printProcesses,
});

/** Ends with an `AbortError` when the signal says so. */
async function* lookAgain(
  pattern: string | undefined,
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<Processes> {
  const { lookAtProcesses } = await import("../look-at-processes.ts");
  const elsewhere: SeenElsewhere = new Map();
  for (;;) {
    yield await lookAtProcesses({ pattern, heap: false }, signal, elsewhere);
    await sleep(intervalMs, undefined, { signal });
  }
}
