// What commands get from their surroundings (command.ts, `CommandContext`): snapshots opened with progress and
// cancellation. This is the one place that loads the engine to read a file.

import type { HeapSnapshot } from "@heapscope/engine";
import type { Command, CommandContext } from "./command.ts";
import type { ProgressLine } from "./progress.ts";

/** The context of one run of a command. */
export function createContext(
  json: boolean,
  commands: readonly Command[],
  signal: AbortSignal,
  progress: ProgressLine,
): CommandContext {
  const runOptions = { signal, onProgress: progress.report.bind(progress) };
  return {
    json,
    commands,
    runOptions,
    async openSnapshot(file: string): Promise<HeapSnapshot> {
      progress.subject(file === "-" ? "standard input" : file);
      const { openFile } = await import("@heapscope/engine/node");
      return openFile(file, runOptions);
    },
  };
}
