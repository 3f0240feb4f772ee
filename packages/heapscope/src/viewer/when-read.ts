// Waits until a desk has read its files, and tells the user meanwhile: progress, and what cannot be read.

import type { FileEntry } from "@heapscope/viewer/protocol";
import type { CommandContext } from "../command.ts";
import { CommandError } from "../command-error.ts";
import type { OpenedFile } from "../schemas/open.ts";
import { formatProgress } from "../spinner-line.ts";

/** Resolves with the files when all of them are read, one way or the other, and tells on the way. Rejects if none can be shown. */
export function whenRead(
  context: CommandContext,
  subscribe: (listener: (entries: readonly FileEntry[]) => void) => void,
  files: readonly string[],
): Promise<readonly FileEntry[]> {
  const told = new Set<number>();
  return new Promise((resolve, reject) => {
    subscribe((entries) => {
      for (const { file, state, progress, problem = "" } of entries) {
        if (state === "reading" && progress !== undefined)
          context.status(formatProgress({ total: undefined, ...progress }, files[file]!));
        if (state !== "failed" || told.has(file)) continue;
        told.add(file);
        if (files.length > 1) context.say(nameFile(problem, files[file]!));
      }
      if (entries.some(({ state }) => state === "waiting" || state === "reading")) return;
      context.status("");
      if (told.size < entries.length) return resolve(entries);
      const [first] = entries;
      reject(
        entries.length === 1
          ? new CommandError("file", nameFile(first?.problem ?? "", files[0]!), { path: files[0] })
          : new CommandError("file", `none of the ${entries.length} files can be shown.`, { paths: files }),
      );
    });
  });
}

/** What is wrong with a file, with its name in it. */
function nameFile(problem: string, file: string): string {
  const name = file === "-" ? "standard input" : file;
  return problem.includes(name) ? problem : `${name}: ${problem.charAt(0).toLowerCase()}${problem.slice(1)}`;
}

/** The file as results have it. */
export function describeFile(file: string, { state, problem, content }: FileEntry): OpenedFile {
  const known: OpenedFile = {
    file,
    state,
    ...(problem === undefined ? {} : { problem: nameFile(problem, file) }),
  };
  if (content?.kind !== "snapshot") return content === undefined ? known : { ...known, kind: content.kind };
  const { kind, nodeCount, edgeCount, totalSize } = content;
  return { ...known, kind, nodeCount, edgeCount, totalSize };
}
