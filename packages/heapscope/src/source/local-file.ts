// Reads files whose names come from snapshots, scripts and source maps, which anybody may have written: ordinary files on
// local disks up to a size, nothing that could block (pipes, devices) or go over the network (`\\server\share`).

import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import path from "node:path";

/** A file is there, but larger than what is read. */
export class TooLargeError extends Error {
  override readonly name: string = "TooLargeError";
  /** Bytes. */
  readonly size: number;

  constructor(size: number) {
    super(`${size} bytes`);
    this.size = size;
  }
}

/** The bytes of a file; `undefined` if there is no ordinary file to read. Throws `TooLargeError`. */
export function readLocalFile(file: string, largest: number): Buffer | undefined {
  return withFile(file, (descriptor, size) => {
    if (size > largest) throw new TooLargeError(size);
    return readRange(descriptor, 0, size);
  });
}

/** The first bytes of a file, at most so many; `undefined` as above. */
export function readLocalHead(file: string, most: number): Buffer | undefined {
  return withFile(file, (descriptor, size) => readRange(descriptor, 0, Math.min(size, most)));
}

/** The last bytes of a file, at most so many; `undefined` as above. */
export function readLocalTail(file: string, most: number): Buffer | undefined {
  return withFile(file, (descriptor, size) => {
    const from = Math.max(0, size - most);
    return readRange(descriptor, from, size - from);
  });
}

/** Whether a path can be that of a local file here. Relative ones are not: relative to what? */
export function isLocalPath(file: string): boolean {
  return path.isAbsolute(file) && !/^(?:\\\\|\/\/)/.test(file) && !file.includes("\0");
}

/** Whether a file is in a folder or below, links followed. */
export function isWithin(file: string, folder: string): boolean {
  try {
    const relative = path.relative(realpathSync(folder), realpathSync(file));
    return (
      relative !== "" &&
      relative !== ".." &&
      !relative.startsWith(`..${path.sep}`) &&
      !path.isAbsolute(relative)
    );
  } catch {
    return false;
  }
}

function withFile(file: string, read: (descriptor: number, size: number) => Buffer): Buffer | undefined {
  if (!isLocalPath(file)) return undefined;
  let descriptor: number | undefined;
  try {
    // Without NONBLOCK, opening a pipe would wait for a writer.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    return stats.isFile() ? read(descriptor, stats.size) : undefined;
  } catch (error) {
    if (error instanceof TooLargeError) throw error;
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function readRange(descriptor: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(descriptor, bytes, filled, length - filled, from + filled);
    if (count === 0) break; // cut meanwhile
    filled += count;
  }
  return bytes.subarray(0, filled);
}
