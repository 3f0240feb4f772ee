// Writes one file as its pieces arrive: redact → check → gzip → sum → disk. The file is whole or it is not there: written as
// `.NAME.partial`, readable by its owner only, checked, flushed, renamed; beside it `NAME.json` says how it was captured.
//
// Everything is synchronous. The thread has nothing else to do, the order of the pieces is the content, and the pool of
// threads that Node would compress with belongs to the service. So each block is compressed by itself, in such a way that one
// continues the other (a sync flush), which costs 0.1 % of size; memory is one block, whatever the file's size. Head, end and
// checksum of the gzip file are ours, since browsers refuse files of several parts.
//
// Cost: 400 MB/s at gzip's level 1, which makes snapshots six times smaller; level 6 makes them seven times smaller at a
// third of the speed, slower than V8 writes. Called by thread.ts.

import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import type { RedactionReport } from "../api.ts";
import { createRedactor } from "../redact/index.ts";
import { SnapshotCheck } from "./check-snapshot.ts";
import { finalPath, partialsOf, recordOf } from "./file-names.ts";
import type { FileOrder, FromThread } from "./messages.ts";

export type WrittenFile = Extract<FromThread, { type: "written" }>["file"];

const BLOCK = 1 << 20;
const { Z_SYNC_FLUSH, Z_FINISH } = zlib.constants;

/** What a record says before its file is there. */
interface UnfinishedRecord {
  readonly capturedAt: string;
  readonly measured?: object;
}

/** A file in the making; end it with `close` or `abort`. What throws leaves it to the caller to abort. */
export class FileWriter {
  readonly #order: FileOrder;
  readonly #path: string;
  readonly #partial: string;
  readonly #recordPartial: string;
  readonly #file: number;
  readonly #hash = createHash("sha256");
  readonly #check: SnapshotCheck | undefined;
  readonly #redactor: ReturnType<typeof createRedactor> | undefined;
  readonly #block = Buffer.allocUnsafeSlow(BLOCK);
  #used = 0;
  #bytes = 0;
  #plainBytes = 0;
  #sum = 0;

  /** Makes the folder, if need be, for its owner only. */
  constructor(order: FileOrder) {
    const { directory, recorder, redact } = order;
    this.#order = order;
    this.#path = finalPath(order);
    [this.#partial, this.#recordPartial] = partialsOf(order);
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#file = fs.openSync(this.#partial, "wx", 0o600);
    if (recorder === "heap-snapshot" || recorder === "timeline") {
      this.#check = new SnapshotCheck();
      if (redact) this.#redactor = createRedactor(redact, (bytes) => this.#add(bytes));
    }
  }

  write(piece: Uint8Array | string): void {
    const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
    if (this.#redactor) this.#redactor.write(bytes);
    else this.#add(bytes);
  }

  close(record?: object, redactedBefore?: RedactionReport): WrittenFile {
    const { recorder } = this.#order;
    const redacted = this.#redactor?.end() ?? redactedBefore;
    const counts = this.#check?.verdict();
    this.#flush(true);
    fs.fsyncSync(this.#file);
    fs.closeSync(this.#file);
    const file = { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
    // A memory record needs no other to explain it.
    const unfinished = recorder === "memory-record" ? undefined : (record as UnfinishedRecord | undefined);
    if (unfinished) {
      fs.writeFileSync(
        this.#recordPartial,
        JSON.stringify({
          ...unfinished,
          file: { name: path.basename(this.#path), ...file, nodeCount: 0, edgeCount: 0, ...counts },
          durationMs: Math.max(0, Date.now() - Date.parse(unfinished.capturedAt)),
          measured: { ...unfinished.measured, fileSize: file.bytes },
          ...(redacted && { redacted }),
        }),
        { flag: "wx", mode: 0o600 },
      );
    }
    // The record first: who finds the file, finds it with its record.
    if (unfinished) fs.renameSync(this.#recordPartial, recordOf(this.#path));
    fs.renameSync(this.#partial, this.#path);
    return { path: this.#path, recorder, ...file, ...counts, ...(redacted && { redacted }) };
  }

  abort(): void {
    try {
      fs.closeSync(this.#file);
    } catch {
      // Closed before what failed.
    }
    for (const partial of partialsOf(this.#order)) fs.rmSync(partial, { force: true });
  }

  /** Copies: whoever has the bytes may use them again. */
  #add(bytes: Uint8Array): void {
    this.#check?.add(bytes);
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + BLOCK - this.#used);
      this.#block.set(part, this.#used);
      this.#used += part.length;
      at += part.length;
      if (this.#used === BLOCK) this.#flush(false);
    }
  }

  #flush(isLast: boolean): void {
    const bytes = this.#block.subarray(0, this.#used);
    this.#used = 0;
    if (!this.#order.gzip) return this.#put(bytes);
    if (this.#bytes === 0) this.#put(Buffer.from("1f8b0800000000000003", "hex"));
    this.#sum = crc32(bytes, this.#sum);
    this.#plainBytes += bytes.length;
    this.#put(
      zlib.deflateRawSync(bytes, {
        level: 1,
        chunkSize: BLOCK,
        finishFlush: isLast ? Z_FINISH : Z_SYNC_FLUSH,
      }),
    );
    if (isLast) this.#put(new Uint8Array(Uint32Array.of(this.#sum, this.#plainBytes).buffer));
  }

  #put(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length;) at += fs.writeSync(this.#file, bytes, at);
  }
}

/** Node has it since 20.15 and 22.2; before, bit by bit, 40 MB a second. */
const crc32: (bytes: Uint8Array, start: number) => number =
  (zlib as { crc32?: typeof crc32 }).crc32 ??
  ((bytes, start) => {
    let sum = ~start;
    for (const byte of bytes) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 && 0xedb88320);
    }
    return ~sum;
  });
