// A file that holds what is in a heap (a redacted snapshot, a report): written whole or not there. Bytes go to a temporary name in the same folder, readable by its
// owner only, compressed if the name says so; then they are flushed, and the file gets its name. A link, unlike a rename, never
// replaces what somebody else made meanwhile.

import { createHash, randomBytes, type Hash } from "node:crypto";
import { linkSync, lstatSync, renameSync, rmSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { once } from "node:events";
import { createGzip, type Gzip } from "node:zlib";
import { CommandError } from "./command-error.ts";

/** A file in the making. End it with `commit` or `discard`; the first one counts. */
export class WholeFile {
  readonly path: string;
  readonly #overwrite: boolean;
  readonly #partial: string;
  readonly #file: FileHandle;
  readonly #hash: Hash = createHash("sha256");
  readonly #gzip: Gzip | undefined;
  /** Where compressed bytes go, one after the other. */
  #writing: Promise<void> = Promise.resolve();
  #bytes = 0;
  #settled = false;
  /** Also when the process is ended in the middle. */
  readonly #remove = (): void => rmSync(this.#partial, { force: true });

  private constructor(path: string, overwrite: boolean, partial: string, file: FileHandle) {
    this.path = path;
    this.#overwrite = overwrite;
    this.#partial = partial;
    this.#file = file;
    process.once("exit", this.#remove);
    if (!path.endsWith(".gz")) return;
    this.#gzip = createGzip();
    this.#gzip.on("data", (piece: Buffer) => {
      this.#writing = this.#writing.then(() => this.#append(piece));
      this.#writing.catch(() => undefined);
    });
  }

  /** Throws `CommandError` if the name is taken or cannot be written, before anything is read. */
  static async create(destination: string, overwrite: boolean): Promise<WholeFile> {
    const path = resolve(destination);
    refuseExisting(path, overwrite);
    const partial = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.partial`);
    try {
      return new WholeFile(path, overwrite, partial, await open(partial, "wx", 0o600));
    } catch (error) {
      throw failure(path, error);
    }
  }

  async write(piece: Uint8Array): Promise<void> {
    if (this.#gzip === undefined) return this.#append(piece);
    if (!this.#gzip.write(piece)) await once(this.#gzip, "drain");
    await this.#writing;
  }

  /** Flushes, and gives the file its name. Returns what the file then is. */
  async commit(): Promise<{ readonly bytes: number; readonly sha256: string }> {
    if (this.#gzip !== undefined) {
      const ended = once(this.#gzip, "end");
      this.#gzip.end();
      await ended;
      await this.#writing;
    }
    try {
      await this.#file.sync();
      await this.#file.close();
      if (this.#overwrite) renameSync(this.#partial, this.path);
      else this.#giveNewName();
      this.#settled = true;
      process.off("exit", this.#remove);
    } catch (error) {
      throw failure(this.path, error);
    }
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Leaves nothing behind. Never throws. */
  async discard(): Promise<void> {
    if (this.#settled) return;
    this.#settled = true;
    this.#gzip?.destroy();
    await this.#writing.catch(() => undefined);
    await this.#file.close().catch(() => undefined);
    this.#remove();
    process.off("exit", this.#remove);
  }

  #giveNewName(): void {
    try {
      linkSync(this.#partial, this.path);
    } catch {
      // It exists, or the file system has no links.
      refuseExisting(this.path, false);
      renameSync(this.#partial, this.path);
      return;
    }
    this.#remove();
  }

  async #append(piece: Uint8Array): Promise<void> {
    this.#hash.update(piece);
    this.#bytes += piece.length;
    try {
      for (let from = 0; from < piece.length;) from += (await this.#file.write(piece, from)).bytesWritten;
    } catch (error) {
      throw failure(this.path, error);
    }
  }
}

/** What is there may be replaced only if that was asked for, and if it is a file: no folder, pipe, device or link. */
export function refuseExisting(path: string, overwrite: boolean): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || (overwrite && stats.isFile())) return;
  const why = stats.isFile()
    ? "choose another name, or say --overwrite"
    : "and is no ordinary file; choose another name";
  throw new CommandError("file-exists", `${path} exists already; ${why}.`, { path });
}

function failure(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || error instanceof CommandError) return error;
  return new CommandError("write-failed", `cannot write ${path}: ${message}; choose another place.`, {
    path,
    cause: code,
  });
}
