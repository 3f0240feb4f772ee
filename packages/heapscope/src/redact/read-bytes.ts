// The bytes of a snapshot file as they are, decompressed where they are gzipped, for what passes them on without an opinion
// of its own. `openFile` of the engine reads for the engine.

import { createReadStream, type ReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { CommandError } from "../command-error.ts";

/** What was read so far, and how much there is, if that is known. In bytes of the file, compressed if it is. */
export interface Reading {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly total: number | undefined;
  readonly done: () => number;
  /** Ends it, also while it waits for a pipe. */
  readonly stop: () => void;
}

/** Opens a file; `-` is standard input. Throws `CommandError`, also out of the chunks. */
export async function readBytes(path: string): Promise<Reading> {
  const name = path === "-" ? "standard input" : path;
  let total: number | undefined;
  let done = 0;
  try {
    if (path !== "-") {
      const stats = await stat(path);
      if (stats.isDirectory()) throw Object.assign(new Error("it is a directory"), { code: "EISDIR" });
      if (stats.isFile()) total = stats.size;
    }
  } catch (error) {
    throw failure(name, error);
  }
  const source: ReadStream | typeof process.stdin =
    path === "-" ? process.stdin : createReadStream(path, { highWaterMark: 1 << 18 });
  const chunks = (async function* (): AsyncGenerator<Uint8Array> {
    try {
      const read: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
      let head = Buffer.alloc(0);
      // The first two bytes tell; from a pipe they may come one by one.
      while (head.length < 2) {
        const next = await read.next();
        if (next.done === true) break;
        head = Buffer.concat([head, next.value]);
      }
      const all = async function* (): AsyncGenerator<Buffer> {
        done += head.length;
        yield head;
        for (let next = await read.next(); next.done !== true; next = await read.next()) {
          done += next.value.length;
          yield next.value;
        }
      };
      if (head[0] !== 0x1f || head[1] !== 0x8b) yield* all();
      else {
        const raw = Readable.from(all(), { objectMode: false });
        const inflated = createGunzip({ chunkSize: 1 << 18 });
        raw.on("error", (error) => inflated.destroy(error));
        raw.pipe(inflated);
        yield* inflated as AsyncIterable<Buffer>;
      }
    } catch (error) {
      throw failure(name, error);
    } finally {
      source.destroy();
    }
  })();
  return { chunks, total, done: () => done, stop: () => void source.destroy() };
}

function failure(name: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const why =
    code === "ENOENT"
      ? "does not exist; check the path"
      : code === "EISDIR"
        ? "is a directory; name a heap snapshot file in it"
        : code.startsWith("Z_")
          ? "holds damaged gzip data; copy the file again, or capture it again"
          : `could not be read: ${message}`;
  return new CommandError("file", `${name} ${why}.`, { path: name, cause: code });
}
