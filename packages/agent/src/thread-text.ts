// The program of the agent's own thread, as text. The build puts it here (scripts/agent-thread.mjs): a string costs nothing
// to load until the thread starts, and stays whole under any bundler, which a second file would not.

import { loadModule } from "./load-module.ts";
import type { createRedactor } from "./redact/index.ts";
import type { FileWriter } from "./thread/write-file.ts";

declare const HEAPSCOPE_AGENT_THREAD: string;

/** CommonJS, for `new Worker(text, { eval: true })`. */
export function threadText(): string {
  return HEAPSCOPE_AGENT_THREAD;
}

/** What the thread's program has for this realm: for a redactor that is the service's function, and for who cannot wait. */
interface Parts {
  readonly createRedactor: typeof createRedactor;
  readonly FileWriter: typeof FileWriter;
}

export function evaluateThread(): Parts {
  const { Script } = loadModule<typeof import("node:vm")>("vm");
  const run = new Script(`(function(require,heapscopeParts){${threadText()}\n})`).runInThisContext() as (
    ...parts: unknown[]
  ) => void;
  const parts = {} as Parts;
  run((name: string) => loadModule(name.replace("node:", "")), parts);
  return parts;
}
