/**
 * The snapshots of a session in the order in which they were taken, which need not be that of opening: growth, and what was
 * allocated between two, mean nothing the other way round. The desk knows the order where records or ids tell (`age`).
 */
import type { FileEntry, FileIndex } from "../protocol/index.ts";

export function isSnapshot({ content }: FileEntry): boolean {
  return content?.kind === "snapshot";
}

/** The oldest first. */
export function snapshotsByAge(files: readonly FileEntry[]): readonly FileEntry[] {
  return files.filter(isSnapshot).sort((a, b) => (a.age ?? a.file) - (b.age ?? b.file));
}

/** What is looked at when no address says otherwise: the newest snapshot, since what leaks is in it; else what there is. */
export function firstFile(files: readonly FileEntry[]): FileIndex {
  const { file } = snapshotsByAge(files).at(-1) ??
    files.findLast(({ state }) => state === "ready") ??
    files.find(({ state }) => state === "reading" || state === "waiting") ??
    files[0] ?? { file: 0 };
  return file;
}

/** With what a snapshot is compared at first: the one before it; the first of all with the second. */
export function baseFor(file: FileIndex, files: readonly FileEntry[]): FileIndex {
  const snapshots = snapshotsByAge(files).map((entry) => entry.file);
  const position = snapshots.indexOf(file);
  return snapshots[position - 1] ?? snapshots[position + 1] ?? file;
}
