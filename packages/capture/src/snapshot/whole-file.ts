// A file that is whole or not there: written under a temporary name in the same folder, readable by its owner only
// (a snapshot holds every string of the process), flushed to the disk and only then given its name.
// Synchronous writes: they come from a socket's message handler, and the order of chunks is the content.

import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { CaptureError, harmless, reasonOf } from "../capture-error.ts";

/** A file in the making. End it with `commit` or `discard`; both may be called in any order, the first one counts. */
export class WholeFile {
  /** Where it will be. */
  readonly path: string;
  readonly #partialPath: string;
  readonly #overwrite: boolean;
  readonly #descriptor: number;
  #byteLength = 0;
  #open = true;
  #settled = false;

  /** Throws `CaptureError` with code `file-exists` or `write-failed`, before anything expensive is done. */
  constructor(destination: string, options: { overwrite?: boolean } = {}) {
    this.path = path.resolve(destination);
    this.#overwrite = options.overwrite === true;
    this.#refuseExisting();
    const { dir, base } = path.parse(this.path);
    this.#partialPath = path.join(dir, `.${base}.${randomBytes(4).toString("hex")}.partial`);
    try {
      this.#descriptor = fs.openSync(this.#partialPath, "wx", 0o600);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Bytes written so far. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Appends; text as UTF-8. Throws `CaptureError` with code `write-failed`; the caller then calls `discard`. */
  write(content: string | Uint8Array): void {
    if (this.#settled) return;
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    try {
      for (let written = 0; written < bytes.length;)
        written += fs.writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      throw this.#failed(error);
    }
    this.#byteLength += bytes.length;
  }

  /** Flushes and gives the file its name. Throws like `write`. */
  commit(): void {
    if (this.#settled) return;
    try {
      fs.fsyncSync(this.#descriptor);
      this.#close();
      if (this.#overwrite) fs.renameSync(this.#partialPath, this.path);
      else this.#giveNewName();
      this.#settled = true;
      syncFolder(path.dirname(this.path));
    } catch (error) {
      throw error instanceof CaptureError ? error : this.#failed(error);
    }
  }

  /**
   * Removes what was written, or, if it is to be kept, calls it `FILE.partial` and returns that path; an earlier one is
   * replaced. Never throws.
   */
  discard(options: { keep?: boolean } = {}): string | undefined {
    if (this.#settled) return undefined;
    this.#settled = true;
    try {
      this.#close();
    } catch {
      // The disk that failed the write may fail this too.
    }
    if (options.keep === true && this.#byteLength > 0) {
      try {
        fs.renameSync(this.#partialPath, `${this.path}.partial`);
        return `${this.path}.partial`;
      } catch {
        // Then it goes like all others.
      }
    }
    this.#removePartial();
    return undefined;
  }

  /** A link, unlike a rename, never replaces a file that somebody else made meanwhile. */
  #giveNewName(): void {
    try {
      fs.linkSync(this.#partialPath, this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") throw this.#exists();
      // The file system has no links (FAT); whatever else it was, the rename says it again.
      this.#refuseExisting();
      fs.renameSync(this.#partialPath, this.path);
    }
    this.#removePartial();
  }

  #removePartial(): void {
    try {
      fs.rmSync(this.#partialPath, { force: true });
    } catch {
      // Nothing to be done; the name says that the file is partial.
    }
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    fs.closeSync(this.#descriptor);
  }

  /** What is there may be replaced only if it was asked for, and if it is a file: no folder, pipe, device or link. */
  #refuseExisting(): void {
    let stats: fs.Stats | undefined;
    try {
      stats = fs.lstatSync(this.path, { throwIfNoEntry: false });
    } catch (error) {
      throw this.#failed(error);
    }
    if (stats === undefined) return;
    if (!stats.isFile()) {
      throw new CaptureError(
        this.path,
        "file-exists",
        `${harmless(this.path)} exists already and is no ordinary file; choose another name.`,
      );
    }
    if (!this.#overwrite) throw this.#exists();
  }

  #exists(): CaptureError {
    return new CaptureError(
      this.path,
      "file-exists",
      `${harmless(this.path)} exists already; choose another name or remove it first.`,
    );
  }

  #failed(error: unknown): CaptureError {
    return new CaptureError(
      this.path,
      "write-failed",
      `Cannot write ${harmless(this.path)}: ${reasonOf(error)}; choose another place.`,
      error,
    );
  }
}

/** Makes a new name outlast a power failure. Not every system can (Windows), and the file is whole in any case. */
function syncFolder(folder: string): void {
  try {
    const descriptor = fs.openSync(folder, "r");
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    // See above.
  }
}
