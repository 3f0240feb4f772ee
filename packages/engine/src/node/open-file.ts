/**
 * Opens a snapshot file, plain or gzipped, or standard input. Compression is recognised by content, not by name. Of a
 * regular file the record of its capture is read too, where there is one beside it.
 *
 * Plain files are read into two buffers in turn: while one is parsed, the next bytes are on their way into the other.
 */
import { constants, openSync, readSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { Socket } from "node:net";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import {
  openSharedFile,
  openSnapshot,
  SnapshotFormatError,
  type HeapSnapshot,
  type OpenOptions,
  type RunOptions,
} from "@heapscope/engine";
import type { SnapshotCache } from "./cache/snapshot-cache.ts";
import { readCaptureRecord } from "./read-capture-record.ts";
import { startThreads, usualThreads, type ThreadTeam } from "./thread-team.ts";

/** The file could not be read: it is missing, not a file, or not ours to read. */
export class SnapshotFileError extends Error {
  override readonly name = "SnapshotFileError";
  /** As the caller gave it. */
  readonly path: string;
  /** Node's code of the failure: `ENOENT`, `EACCES`, `EISDIR`, … */
  readonly code: string;

  constructor(message: string, path: string, code: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
    this.code = code;
  }
}

const BUFFER_SIZE = 1 << 20;

export interface OpenFileOptions extends RunOptions {
  /**
   * How many threads read the file and compute, this one included. As many as there are processors, at most 4, for files of
   * 48 MB and more; otherwise 1. The results are the same.
   */
  readonly threads?: number | undefined;
  /** Where to look for tables that were computed earlier. Whoever has computed some tells it to `keep` them. */
  readonly cache?: SnapshotCache | undefined;
  /**
   * Whether a thread is held ready for what takes longest after reading: the dominator tree, or what a search for leaks needs.
   * When missing, it is, unless the cache has the dominator tree.
   */
  readonly keepsThread?: boolean | undefined;
}

/**
 * Opens the snapshot in the file at `path`; `-` is standard input. Throws `SnapshotFileError` when the file cannot be
 * read, `SnapshotFormatError` when it holds no whole snapshot, `CancelledError` when `options.signal` says so.
 *
 * The file `PATH.json` is read when it is a capture record of this very file (`HeapSnapshot.captureRecord`). When it means
 * to be one and is not, the snapshot opens all the same, and `HeapSnapshot.captureRecordProblem` says why.
 *
 * **Cost**: as `openSnapshot`. A gzipped file costs its decompression too, and its columns grow while they are read.
 */
export async function openFile(path: string, options: OpenFileOptions = {}): Promise<HeapSnapshot> {
  if (path === "-") return openStream(process.stdin, "standard input", options);
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    throw explain(error, path);
  }
  try {
    const stats = await file.stat();
    if (stats.isDirectory())
      throw new SnapshotFileError(`${path} is a directory; name a heap snapshot file in it.`, path, "EISDIR");
    if (stats.isFIFO()) return await openStream(openPipe(file), path, options);
    // A device has no size, and cannot be read from the start again.
    if (!stats.isFile()) return await openStream(file.createReadStream({ autoClose: false }), path, options);
    const reading = options.cache?.startReading(path, file.fd);
    const keepsThread = options.keepsThread ?? reading?.hasTables !== true;
    const snapshot = await openRegularFile(file, path, stats.size, options, keepsThread);
    reading?.finish(snapshot);
    return snapshot;
  } catch (error) {
    throw explain(error, path);
  } finally {
    await file.close();
  }
}

async function openRegularFile(
  file: FileHandle,
  path: string,
  size: number,
  { signal, onProgress, threads = usualThreads(size) }: OpenFileOptions,
  keepsThread: boolean,
): Promise<HeapSnapshot> {
  const known = { signal, onProgress, ...(await readCaptureRecord(path, size)) };
  const magic = new Uint8Array(2);
  await file.read(magic, 0, 2, 0);
  if (isGzip(magic))
    return await openStream(file.createReadStream({ autoClose: false, start: 0 }), path, known);
  const team = startThreads(threads - 1);
  const whole = { ...known, byteLength: size, thread: keepsThread ? team : undefined };
  try {
    const shared = team === undefined ? undefined : await openWithTeam(file, size, team, whole);
    const snapshot = shared ?? (await openSnapshot(readChunks(file, path), whole));
    if (keepsThread) team?.endReading();
    else team?.end();
    return snapshot;
  } catch (error) {
    team?.end();
    throw error;
  }
}

/** Reads with a team; undefined when the file must be read without. */
async function openWithTeam(
  { fd }: FileHandle,
  byteLength: number,
  team: ThreadTeam,
  options: OpenOptions,
): Promise<HeapSnapshot | undefined> {
  return await openSharedFile(
    {
      byteLength,
      readAt: (into, offset) => readSync(fd, into, 0, into.length, offset),
      help: (job) => team.help(job, fd),
      isBroken: () => team.isBroken,
    },
    options,
  );
}

/**
 * A named pipe as a stream that can be given up while nobody writes to it. A read through the file system would occupy a
 * thread until somebody does, and even the end of the process waits for that thread.
 */
function openPipe(file: FileHandle): Readable {
  const fd = openSync(`/dev/fd/${file.fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

async function openStream(stream: Readable, path: string, options: OpenOptions): Promise<HeapSnapshot> {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  // The first two bytes tell whether the stream is compressed; they may come one by one.
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await nextChunk(chunks, path);
    if (next === undefined) break;
    head = Buffer.concat([head, next]);
  }
  const whole = async function* (): AsyncGenerator<Buffer> {
    yield head;
    for (let next = await nextChunk(chunks, path); next !== undefined; next = await nextChunk(chunks, path))
      yield next;
  };
  try {
    return await openSnapshot(isGzip(head) ? gunzip(whole()) : whole(), options);
  } finally {
    // Whoever writes to a pipe must not keep us waiting once it is clear that this is no snapshot.
    stream.destroy();
  }
}

async function nextChunk(chunks: AsyncIterator<Buffer>, path: string): Promise<Buffer | undefined> {
  try {
    const next = await chunks.next();
    return next.done === true ? undefined : next.value;
  } catch (error) {
    throw explain(error, path);
  }
}

async function* gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks, { objectMode: false });
  const inflated = createGunzip({ chunkSize: 1 << 18 });
  source.on("error", (error) => inflated.destroy(error));
  source.pipe(inflated);
  let byteOffset = 0;
  try {
    for await (const chunk of inflated as AsyncIterable<Buffer>) {
      byteOffset += chunk.length;
      yield chunk;
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!code.startsWith("Z_")) throw error;
    throw new SnapshotFormatError(
      code === "Z_BUF_ERROR"
        ? "The gzip data breaks off"
        : "The gzip data is damaged, or other bytes follow it",
      "file",
      byteOffset,
      "Copy the file again, or capture it again.",
    );
  } finally {
    source.destroy();
    inflated.destroy();
  }
}

/** The bytes of a file, in two buffers that take turns. */
async function* readChunks(file: FileHandle, path: string): AsyncGenerator<Uint8Array> {
  let filling = new Uint8Array(BUFFER_SIZE);
  let ready = new Uint8Array(BUFFER_SIZE);
  let position = 0;
  const read = (into: Uint8Array): Promise<{ bytesRead: number }> =>
    file.read(into, 0, BUFFER_SIZE, position);
  let pending = read(filling);
  try {
    for (;;) {
      const { bytesRead } = await pending;
      if (bytesRead === 0) return;
      [filling, ready] = [ready, filling];
      position += bytesRead;
      pending = read(filling);
      // It may fail while the last bytes are looked at; it is awaited, and explained, in the next round.
      pending.catch(() => undefined);
      yield ready.subarray(0, bytesRead);
    }
  } catch (error) {
    throw explain(error, path);
  } finally {
    // Whoever stops early must not close the file under the read that is on its way.
    await pending.catch(() => undefined);
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function explain(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || error instanceof SnapshotFileError) return error;
  return new SnapshotFileError(sentenceFor(code, path, message), path, code, { cause: error });
}

function sentenceFor(code: string, path: string, message: string): string {
  switch (code) {
    case "ENOENT":
      return `${path} does not exist; check the path.`;
    case "EACCES":
    case "EPERM":
      return `${path} may not be read by this user; snapshots are written for their owner only (mode 0600), so read it as that user or change its owner.`;
    case "EISDIR":
      return `${path} is a directory; name a heap snapshot file in it.`;
    default:
      return `${path} could not be read: ${message}.`;
  }
}
