/**
 * The folder with index files: `HASH.summary` and `HASH.tables`, where HASH is that of the snapshot's path. Folder and
 * files are for their owner only, and what others could have written is not read: an index has names of the heap in it.
 *
 * All of this is a help, never a condition. A folder that cannot be made, a full disk, a file that somebody else removes
 * meanwhile: whatever goes wrong, there is just no index. A file is written under another name and renamed when it is
 * whole, so that two processes may write the same one.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import {
  decodeLabel,
  encodeLabel,
  labelLength,
  PREFIX_SIZE,
  type IndexLabel,
  type Section,
  type SectionPlace,
} from "./index-format.ts";

/** Names of our files; the last one is that of a file in the making. */
const INDEX_NAME = /^[0-9a-f]{32}\.(?:summary|tables)$/;
const PARTIAL_NAME = /^[0-9a-f]{32}\.(?:summary|tables)\.[0-9a-f]{8}\.partial$/;

/** Bytes that are read or written at once: a checksum is then computed while they are in the processor's cache. */
const PIECE_SIZE = 1 << 20;

/** Bytes of the disk that are left to others. */
const LEAST_FREE = 256e6;

const HOUR_MS = 3_600_000;
/** After this time without use, an index goes. Its snapshot has most likely gone before. */
const LONGEST_IDLE_MS = 30 * 24 * HOUR_MS;

export interface IndexStoreOptions {
  /** Made when it is first needed. */
  readonly folder: string;
  /** Bytes of all index files together. */
  readonly maxBytes: number;
}

/** An index that is open for reading. */
export interface OpenIndex {
  /** Bytes of each section. */
  readonly sizes: readonly number[];
  /** Fills `into` with a section. `false` when that is not as long, or not what was written. */
  read(section: number, into: Uint8Array): boolean;
  close(): void;
}

export class IndexStore {
  readonly #folder: string;
  readonly #maxBytes: number;

  constructor({ folder, maxBytes }: IndexStoreOptions) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** Opens the index of the snapshot at `path` if it is there and is what `label` says. Counts as a use of it. */
  open(path: string, label: IndexLabel): OpenIndex | undefined {
    let fd: number | undefined;
    try {
      if (!isOurs(statSync(this.#folder))) return undefined;
      // No link, and no pipe that would keep us waiting.
      const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
      fd = openSync(this.#fileOf(path, label), flags);
      const sections = readLabel(fd, label);
      if (sections !== undefined) {
        const opened = fd;
        fd = undefined;
        markAsUsed(opened);
        return {
          sizes: sections.map(({ bytes }) => bytes),
          read: (section, into) => readSection(opened, sections[section], into),
          close: () => closeSync(opened),
        };
      }
    } catch {
      // As good as none.
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
    return undefined;
  }

  /**
   * Writes the index of the snapshot at `path`, in place of one that is there. `false` when that is not possible.
   *
   * @param isStillSo asked when all is written, before it gets its name
   */
  write(
    path: string,
    label: IndexLabel,
    sections: readonly Section[],
    isStillSo: () => boolean = () => true,
  ): boolean {
    let partial: string | undefined;
    let fd: number | undefined;
    try {
      const encodedLabel = encodeLabel(label, sections);
      const pieces = [encodedLabel, ...sections.flat()];
      const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      if (!isOurs(statSync(this.#folder)) || bytes > this.#maxBytes || !this.#hasRoomFor(bytes)) return false;
      const file = this.#fileOf(path, label);
      partial = `${file}.${randomBytes(4).toString("hex")}.partial`;
      fd = openSync(partial, "wx", 0o600);
      for (const piece of pieces) writeAll(fd, piece);
      closeSync(fd);
      fd = undefined;
      if (!isStillSo()) return false;
      renameSync(partial, file);
      partial = undefined;
      this.#evict();
      return true;
    } catch {
      return false;
    } finally {
      if (fd !== undefined) closeSync(fd);
      if (partial !== undefined) rmSync(partial, { force: true });
    }
  }

  /** Throws when the snapshot is not there. */
  #fileOf(path: string, { kind }: IndexLabel): string {
    const hash = createHash("sha256").update(realpathSync(path)).digest("hex").slice(0, 32);
    return join(this.#folder, `${hash}.${kind}`);
  }

  #hasRoomFor(bytes: number): boolean {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize - bytes >= LEAST_FREE;
  }

  /**
   * Removes what has not been used for long, and then what was used least recently, until the rest is small enough. What
   * is small may stay though something larger goes that was used after it: summaries outlive tables.
   */
  #evict(): void {
    const now = Date.now();
    const files = readdirSync(this.#folder).flatMap((name) => {
      const stats = lstatSync(join(this.#folder, name), { throwIfNoEntry: false });
      return stats === undefined ? [] : [{ name, bytes: stats.size, idleMs: now - stats.mtimeMs }];
    });
    const indexes = files.filter(({ name }) => INDEX_NAME.test(name)).sort((a, b) => a.idleMs - b.idleMs);
    let sum = 0;
    const surplus = indexes.filter(({ bytes, idleMs }) => {
      const stays = idleMs <= LONGEST_IDLE_MS && sum + bytes <= this.#maxBytes;
      if (stays) sum += bytes;
      return !stays;
    });
    // Left by processes that were killed; an hour is more than any takes.
    const abandoned = files.filter(({ name, idleMs }) => PARTIAL_NAME.test(name) && idleMs > HOUR_MS);
    for (const { name } of [...surplus, ...abandoned]) rmSync(join(this.#folder, name), { force: true });
  }
}

/** Whether nobody but this user, and the administrator, can have written it. */
function isOurs({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean {
  // Windows has no such numbers; there, the folder is in the user's own.
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

function readLabel(fd: number, label: IndexLabel): readonly SectionPlace[] | undefined {
  const stats = fstatSync(fd);
  if (!stats.isFile() || !isOurs(stats)) return undefined;
  const prefix = Buffer.alloc(PREFIX_SIZE);
  if (!readAll(fd, prefix, 0)) return undefined;
  const length = labelLength(prefix);
  if (length === undefined) return undefined;
  const text = Buffer.alloc(length);
  return readAll(fd, text, PREFIX_SIZE) ? decodeLabel(prefix, text, label, stats.size) : undefined;
}

/** The time of the last use is that of the last change. */
function markAsUsed(fd: number): void {
  try {
    const now = new Date();
    futimesSync(fd, now, now);
  } catch {
    // A folder that can only be read, perhaps: then nothing is evicted from it either.
  }
}

function readSection(fd: number, section: SectionPlace | undefined, into: Uint8Array): boolean {
  if (section === undefined || into.length !== section.bytes) return false;
  const { offset, bytes, crc } = section;
  let sum = 0;
  try {
    for (let from = 0; from < bytes; from += PIECE_SIZE) {
      const piece = into.subarray(from, Math.min(from + PIECE_SIZE, bytes));
      if (!readAll(fd, piece, offset + from)) return false;
      sum = crc32(piece, sum);
    }
  } catch {
    return false;
  }
  return sum === crc;
}

/** `false` when the file ends before. */
function readAll(fd: number, into: Uint8Array, position: number): boolean {
  for (let done = 0; done < into.length;) {
    const count = readSync(fd, into, done, into.length - done, position + done);
    if (count === 0) return false;
    done += count;
  }
  return true;
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(fd, bytes, done, Math.min(PIECE_SIZE, bytes.length - done));
}
