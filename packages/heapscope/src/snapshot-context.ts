// What commands get from their surroundings (command.ts, `CommandContext`): snapshots opened with progress and
// cancellation, and with what is kept of them from earlier runs. This is the one place that loads the engine to read a file.

import type { HeapSnapshot, SnapshotFormatError } from "@heapscope/engine";
import type { KnownSummary, SnapshotCache } from "@heapscope/engine/cache";
import type { CommandContext } from "./command.ts";
import { CommandError } from "./command-error.ts";
import type { ProgressLine } from "./progress.ts";
import type { SourceResolver } from "./source/source-resolver.ts";

/** What cli.ts knows of the surroundings. */
export interface Surroundings extends Pick<
  CommandContext,
  "json" | "commands" | "enough" | "output" | "wantsColour" | "say" | "ask" | "cacheSettings"
> {
  readonly signal: AbortSignal;
  readonly progress: ProgressLine;
}

/** A context, and what is to be done once the result is written. */
export interface RunContext extends CommandContext {
  /** Keeps what was computed of the snapshots for the next time. Never throws. */
  keepComputed(): void;
}

type NodeEngine = typeof import("@heapscope/engine/node");

/** The context of one run of a command. */
export function createContext({ signal, progress, ...surroundings }: Surroundings): RunContext {
  const opened: HeapSnapshot[] = [];
  let cache: SnapshotCache | undefined;
  const findCache = async (): Promise<SnapshotCache | undefined> => {
    const { cacheSettings } = surroundings;
    if (cacheSettings === undefined) return undefined;
    const { openCache } = await import("./cache/open-cache.ts");
    return (cache ??= openCache(cacheSettings));
  };
  /** Reads a file with the engine, and names it when that fails. */
  const reading = async <T>(file: string, read: (engine: NodeEngine) => Promise<T>): Promise<T> => {
    progress.subject(file === "-" ? "standard input" : file);
    const engine = await import("@heapscope/engine/node");
    try {
      return await read(engine);
    } catch (error) {
      throw nameFile(error, file);
    }
  };
  const runOptions = { signal, onProgress: progress.report.bind(progress) };
  return {
    ...surroundings,
    runOptions,
    status: progress.status.bind(progress),
    openSnapshot: (file, options) =>
      reading(file, async ({ openFile }) => {
        const snapshot = await openFile(file, { ...runOptions, ...options, cache: await findCache() });
        opened.push(snapshot);
        return snapshot;
      }),
    openReduced: (file, reduce, options) =>
      reading(file, ({ openReduced }) => openReduced(file, reduce, { ...runOptions, ...options })),
    async findSummary(file: string): Promise<KnownSummary | undefined> {
      return file === "-" ? undefined : await (await findCache())?.findSummary(file);
    },
    keepComputed(): void {
      for (const snapshot of opened) cache?.keep(snapshot);
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
