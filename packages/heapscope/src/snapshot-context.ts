// What commands get from their surroundings (command.ts, `CommandContext`): snapshots opened with progress and
// cancellation. This is the one place that loads the engine to read a file.

import type { HeapSnapshot, SnapshotFormatError } from "@heapscope/engine";
import type { CommandContext } from "./command.ts";
import { CommandError } from "./command-error.ts";
import type { ProgressLine } from "./progress.ts";
import type { SourceResolver } from "./source/source-resolver.ts";

/** What cli.ts knows of the surroundings. */
export interface Surroundings extends Pick<
  CommandContext,
  "json" | "commands" | "enough" | "output" | "wantsColour" | "say" | "ask"
> {
  readonly signal: AbortSignal;
  readonly progress: ProgressLine;
}

/** The context of one run of a command. */
export function createContext({ signal, progress, ...surroundings }: Surroundings): CommandContext {
  const runOptions = { signal, onProgress: progress.report.bind(progress) };
  return {
    ...surroundings,
    runOptions,
    status: progress.status.bind(progress),
    async openSnapshot(file, options): Promise<HeapSnapshot> {
      progress.subject(file === "-" ? "standard input" : file);
      const { openFile } = await import("@heapscope/engine/node");
      try {
        return await openFile(file, { ...runOptions, ...options });
      } catch (error) {
        throw nameFile(error, file);
      }
    },
    async openReduced(file, reduce) {
      progress.subject(file === "-" ? "standard input" : file);
      const { openReduced } = await import("@heapscope/engine/node");
      try {
        return await openReduced(file, reduce, runOptions);
      } catch (error) {
        throw nameFile(error, file);
      }
    },
    async openSources(snapshots, folders): Promise<SourceResolver> {
      const { SourceResolver } = await import("./source/source-resolver.ts");
      const scripts = snapshots.flatMap(({ captureRecord }) => captureRecord?.scripts ?? []);
      return new SourceResolver({
        folders,
        scripts,
        onNote: (sentence) => surroundings.say(`Note: ${sentence}`),
      });
    },
  };
}

/** The engine sees bytes, not files: of two snapshots, the words must tell which one is broken. */
function nameFile(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error.name !== "SnapshotFormatError") return error;
  const { message, section, byteOffset } = error as SnapshotFormatError;
  const sentence = message.charAt(0).toLowerCase() + message.slice(1);
  return new CommandError("snapshot-format", `${file === "-" ? "standard input" : file}: ${sentence}`, {
    path: file,
    section,
    byteOffset,
  });
}
