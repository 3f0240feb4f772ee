/** Opens a heap snapshot from any source of bytes. */
import { checkCaptureRecord, type FoundRecord } from "./capture-record.ts";
import { CancelledError } from "./errors.ts";
import { SnapshotReader, type SnapshotFile } from "./format/snapshot-reader.ts";
import { HeapSnapshot } from "./heap-snapshot.ts";
import { turnEventLoop, type RunOptions } from "./passes/pass.ts";
import { readWithHelpers, type SharedFile } from "./rows-job.ts";
import type { TableThread } from "./table-job.ts";

/**
 * The bytes of a snapshot: all at once, or in chunks of any size. A source may use the same buffer for each chunk: a chunk
 * is done with when the next one is asked for.
 */
export type ByteSource = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What is known of the capture is not used when it has other counts of nodes and edges than the snapshot. */
export interface OpenOptions extends RunOptions, FoundRecord {
  /** How many bytes will come, when that is known: saves copies while columns grow, and gives progress an end. */
  readonly byteLength?: number | undefined;
  /** Takes the longest piece of work off the caller's thread; see `openFile` of `@heapscope/engine/node`. */
  readonly thread?: TableThread | undefined;
}

/** Larger chunks are read in parts, so that progress and cancellation have their turn. */
const LARGEST_PART = 1 << 22;
const PROGRESS_MS = 30;

/**
 * Reads a `.heapsnapshot` or `.heaptimeline` (not compressed). Throws `SnapshotFormatError` when the bytes are no whole
 * snapshot, `CancelledError` when the signal says so, and whatever the source throws.
 *
 * A signal is looked at when a chunk arrives, so whoever cancels a source that has stalled must stop the source too.
 *
 * **Cost**: about 2 ns a byte; memory for the columns (21 bytes a node, 9 bytes an edge) and the bytes of the strings.
 */
export async function openSnapshot(source: ByteSource, options: OpenOptions = {}): Promise<HeapSnapshot> {
  const { signal, onProgress } = options;
  const byteLength = source instanceof Uint8Array ? source.length : options.byteLength;
  const chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array> =
    source instanceof Uint8Array ? [source] : source;
  const reader = new SnapshotReader({ byteLength });
  const report = (): void => onProgress?.({ stage: "reading", done: reader.byteOffset, total: byteLength });

  let nextReport = Date.now() + PROGRESS_MS;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += LARGEST_PART) {
      if (signal?.aborted === true) throw new CancelledError();
      reader.push(
        chunk.length <= LARGEST_PART
          ? chunk
          : chunk.subarray(from, Math.min(from + LARGEST_PART, chunk.length)),
      );
      const now = Date.now();
      if (now < nextReport) continue;
      report();
      await turnEventLoop();
      nextReport = now + PROGRESS_MS;
    }
  }
  if (signal?.aborted === true) throw new CancelledError();
  report();
  return snapshotOf(reader.finish(), options);
}

/**
 * Reads a file with the help of other threads. Undefined when it must be read by `openSnapshot`, which then says what is wrong
 * with it, or reads what helpers cannot. Otherwise the result is the same.
 */
export async function openSharedFile(
  file: SharedFile,
  options: OpenOptions,
): Promise<HeapSnapshot | undefined> {
  const read = await readWithHelpers(file, options);
  return read === undefined ? undefined : snapshotOf(read, options);
}

function snapshotOf(file: SnapshotFile, options: OpenOptions): HeapSnapshot {
  return new HeapSnapshot(file, { ...checkCaptureRecord(options, file.header), thread: options.thread });
}
