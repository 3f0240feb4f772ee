// A folder for the snapshots of one measurement. They hold every string of the process: only the owner may read it, and it
// is removed unless it is to be kept, also when the test runner ends the process.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** Where snapshots go until they are read. */
export interface SnapshotFolder {
  readonly path: string;
  remove(): void;
  /** From now on it stays. */
  keep(): void;
}

const PREFIX = "heapscope-";

/**
 * Makes a new folder in `chosen`, which is made if need be, or else in the system's folder for temporary files. Throws a
 * plain `Error` where nothing can be written.
 */
export function createSnapshotFolder(chosen?: string): SnapshotFolder {
  const parent = chosen ?? os.tmpdir();
  let folder: string;
  try {
    if (chosen !== undefined) fs.mkdirSync(chosen, { recursive: true });
    folder = fs.mkdtempSync(path.join(path.resolve(parent), PREFIX)); // mode 0700
  } catch (error) {
    throw explainWriteError(parent, error);
  }
  const remove = (): void => {
    process.off("exit", remove);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  process.on("exit", remove);
  return { path: folder, remove, keep: () => void process.off("exit", remove) };
}

/** The error of a snapshot or folder that could not be written, with the remedy. */
export function explainWriteError(place: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  return new Error(
    `heapscope/testing cannot write snapshots to ${place} (${code ?? message}); ` +
      "make room there, or choose another folder with TMPDIR, or with keepSnapshots.",
    { cause: error },
  );
}
