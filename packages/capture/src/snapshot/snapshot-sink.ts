// Where the bytes of a snapshot go, and what is done with them on the way:
//
//   chunks ─▶ check (whole?) ─▶ gzip, if wanted ─▶ SHA-256 ─▶ file or stream
//
// Compression runs on another thread of this process; when it, or the stream, is slower than the target, `write` says so
// and the caller stops reading. Memory: what is on the way, some megabytes.

import { createHash } from "node:crypto";
import fs from "node:fs";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { createGzip, type Gzip } from "node:zlib";
import { CaptureError, harmless, reasonOf } from "../capture-error.ts";
import { SnapshotCheck, type SnapshotCounts } from "./snapshot-check.ts";
import { WholeFile } from "./whole-file.ts";

/** Bytes that may wait for compression, so that it and reading overlap. */
const GZIP_QUEUE = 1 << 23;

export interface SinkOptions {
  /** Replace the file if it exists. */
  overwrite?: boolean;
  /** Compress; the fastest level, since the target keeps in memory what is not taken. */
  gzip?: boolean;
  /** After a failure, keep what arrived as `FILE.partial`. */
  keepPartial?: boolean;
}

/** What has been written. */
export interface SinkReceipt extends SnapshotCounts {
  /** The file, absolute; `undefined` if the destination was a stream. */
  readonly path: string | undefined;
  /** Bytes written, compressed if they were to be. */
  readonly byteLength: number;
  /** Of the bytes written, in hexadecimal: what `sha256sum` says about the file. */
  readonly sha256: string;
}

/** One snapshot on its way. End it with `finish` or `discard`. Everything but `discard` fails with `CaptureError`. */
export class SnapshotSink {
  readonly #check = new SnapshotCheck();
  readonly #hash = createHash("sha256");
  readonly #destination: Destination;
  readonly #gzip: Gzip | undefined;
  readonly #label: string;
  readonly #keepPartial: boolean;
  /** Aborts when the bytes can no longer be written; its reason says why. */
  readonly #broken = new AbortController();
  #byteLength = 0;

  /** Throws at once when the destination cannot be written. `label` names the target in messages. */
  constructor(destination: string | Writable, label: string, options: SinkOptions = {}) {
    this.#label = label;
    this.#keepPartial = options.keepPartial === true;
    const fail = (error: unknown): void => this.#broken.abort(error);
    this.#destination =
      typeof destination === "string"
        ? new FileDestination(destination, options.overwrite === true)
        : new StreamDestination(destination, label, fail);
    if (options.gzip === true) this.#gzip = this.#compress(fail);
  }

  /** Bytes of the snapshot so far, before compression. */
  get snapshotLength(): number {
    return this.#check.length;
  }

  /** Takes the next bytes. Returns false when it would rather have no more before `ready`. */
  write(bytes: Uint8Array): boolean {
    this.#broken.signal.throwIfAborted();
    this.#check.add(bytes);
    if (this.#gzip === undefined) return this.#emit(bytes);
    this.#gzip.write(bytes);
    return this.#gzip.writableLength < GZIP_QUEUE;
  }

  /** Resolves when it takes more; fails when it never will, and with the signal's reason. */
  async ready(signal: AbortSignal): Promise<void> {
    const end = AbortSignal.any([this.#broken.signal, signal]);
    // `once` rejects for the signal, and `end` knows the reason.
    if (this.#gzip?.writableNeedDrain === true)
      await once(this.#gzip, "drain", { signal: end }).catch(() => {});
    end.throwIfAborted();
    await this.#destination.ready(end);
    end.throwIfAborted();
  }

  /** Checks that the snapshot is whole, waits until everything is written, and gives the file its name. */
  async finish(signal: AbortSignal): Promise<SinkReceipt> {
    const verdict = this.#check.verdict();
    if (typeof verdict === "string") throw incomplete(this.#label, verdict);
    if (this.#gzip !== undefined) {
      const end = AbortSignal.any([this.#broken.signal, signal]);
      this.#gzip.end();
      if (!this.#gzip.readableEnded) await once(this.#gzip, "end", { signal: end }).catch(() => {});
      end.throwIfAborted();
    }
    await this.ready(signal);
    this.#destination.commit();
    return {
      ...verdict,
      path: this.#destination.path,
      byteLength: this.#byteLength,
      sha256: this.#hash.digest("hex"),
    };
  }

  /** Gives up. Returns where the part that arrived has been kept, if it has. */
  discard(): string | undefined {
    this.#gzip?.destroy();
    return this.#destination.discard(this.#keepPartial);
  }

  #emit(bytes: Uint8Array): boolean {
    this.#hash.update(bytes);
    this.#byteLength += bytes.length;
    return this.#destination.write(bytes);
  }

  #compress(fail: (error: unknown) => void): Gzip {
    const gzip = createGzip({ level: 1, chunkSize: 1 << 18 });
    gzip.on("error", fail);
    gzip.on("data", (bytes: Buffer) => {
      if (this.#broken.signal.aborted) return;
      try {
        if (this.#emit(bytes)) return;
        gzip.pause();
        this.#destination.ready(this.#broken.signal).then(() => gzip.resume(), fail);
      } catch (error) {
        fail(error);
      }
    });
    return gzip;
  }
}

/** The end of the way. */
interface Destination {
  readonly path: string | undefined;
  write(bytes: Uint8Array): boolean;
  ready(signal: AbortSignal): Promise<void>;
  /** Makes what was written final. */
  commit(): void;
  discard(keep: boolean): string | undefined;
}

class FileDestination implements Destination {
  readonly #file: WholeFile;

  constructor(destination: string, overwrite: boolean) {
    this.#file = new WholeFile(destination, { overwrite });
  }

  get path(): string {
    return this.#file.path;
  }

  write(bytes: Uint8Array): boolean {
    this.#file.write(bytes);
    return true;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  commit(): void {
    this.#file.commit();
  }

  discard(keep: boolean): string | undefined {
    return this.#file.discard({ keep });
  }
}

/** To a stream that stays open, at the pace that it sets. One that closes meanwhile has failed. */
class StreamDestination implements Destination {
  readonly path = undefined;
  readonly #stream: Writable;
  readonly #onError: (error: unknown) => void;
  readonly #onClose: () => void;
  /** Where standard output is a file: Node's stream overlooks what did not fit on the disk any more. */
  readonly #file: number | undefined;

  constructor(stream: Writable, label: string, fail: (error: unknown) => void) {
    this.#stream = stream;
    const explain = (error: unknown): CaptureError =>
      new CaptureError(
        label,
        "write-failed",
        `Cannot write the snapshot to the stream: ${reasonOf(error)}.`,
        error,
      );
    this.#onError = (error) => fail(explain(error));
    this.#onClose = () => this.#onError(stream.errored ?? new Error("it was closed"));
    if (stream.destroyed) throw explain(stream.errored ?? new Error("it was closed"));
    stream.on("error", this.#onError);
    stream.on("close", this.#onClose);
    const { fd } = stream as { fd?: unknown };
    if (stream === process.stdout && typeof fd === "number" && fs.fstatSync(fd).isFile()) this.#file = fd;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#stream.destroyed) this.#onClose(); // it says so by an event only later, or never again
    if (this.#file === undefined) return this.#stream.write(bytes);
    for (let written = 0; written < bytes.length;) {
      try {
        written += fs.writeSync(this.#file, bytes, written);
      } catch (error) {
        this.#onError(error);
        break;
      }
    }
    return true;
  }

  async ready(signal: AbortSignal): Promise<void> {
    if (this.#stream.writableNeedDrain) await once(this.#stream, "drain", { signal }).catch(() => {});
    if (this.#stream.destroyed) this.#onClose();
  }

  commit(): void {
    this.#stream.off("error", this.#onError);
    this.#stream.off("close", this.#onClose);
  }

  discard(): undefined {
    this.commit();
  }
}

function incomplete(label: string, why: string): CaptureError {
  return new CaptureError(
    label,
    "incomplete",
    `What ${harmless(label)} sent is no whole snapshot: ${why}; try again, or use v8.writeHeapSnapshot() in the process.`,
  );
}
