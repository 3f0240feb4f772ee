/**
 * What tells that a file is still the one it was: its size, its times, and a sample of its bytes.
 *
 * The time of the last change to the file's entry (ctime) is one of them because programs can set the other one
 * (`touch -r`, `cp -p`, archives) but not this one. The sample finds changes where clocks are coarse or not to be trusted.
 * What cannot be found is a change that leaves the size, both times and all samples as they were.
 *
 * Cost: 66 reads of 4 kB, well below a millisecond when the file is in memory.
 */
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

export interface FileIdentity {
  /** In bytes. */
  readonly size: number;
  /** Nanoseconds since 1970, in decimal digits. */
  readonly modified: string;
  /** The same of the file's entry: renamed, owned by another, … */
  readonly changed: string;
  /** Hash of bytes from all over the file, in hexadecimal. */
  readonly sample: string;
}

const SAMPLE_SIZE = 4096;
/** The first and the last ones are the head and the tail. */
const SAMPLE_COUNT = 66;

/** The identity of an open file; `undefined` when it is no regular file. Throws what reading throws. */
export function identifyOpenFile(fd: number): FileIdentity | undefined {
  const stats = fstatSync(fd, { bigint: true });
  if (!stats.isFile()) return undefined;
  const size = Number(stats.size);
  const bytes = new Uint8Array(Math.min(size, SAMPLE_COUNT * SAMPLE_SIZE));
  if (bytes.length === size) readSync(fd, bytes, 0, size, 0);
  else {
    const step = (size - SAMPLE_SIZE) / (SAMPLE_COUNT - 1);
    for (let index = 0; index < SAMPLE_COUNT; index++)
      readSync(fd, bytes, index * SAMPLE_SIZE, SAMPLE_SIZE, Math.floor(index * step));
  }
  return {
    size,
    modified: String(stats.mtimeNs),
    changed: String(stats.ctimeNs),
    sample: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** The identity of the file at `path`; `undefined` when there is none, or it cannot be read. Never throws, never waits. */
export function identifyFile(path: string): FileIdentity | undefined {
  let fd: number | undefined;
  try {
    // Without O_NONBLOCK, a named pipe would keep us waiting for somebody to write to it.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return identifyOpenFile(fd);
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.size === b.size && a.modified === b.modified && a.changed === b.changed && a.sample === b.sample;
}
