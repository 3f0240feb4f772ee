/**
 * Reading a file with helpers: other threads that read the same file at the same time. This side reads the file from begin to
 * end, and where it comes to rows of integers, it calls the helpers, who read them together (`format/row-blocks.ts`).
 */
import { CancelledError, SnapshotFormatError } from "./errors.ts";
import {
  BlockReader,
  bytesOfRowBlocks,
  closeRowBlocks,
  planRowBlocks,
  resultOfRowBlocks,
  Step,
  stopRowBlocks,
  type ReadAt,
  type RowBlocks,
  type WrittenRows,
} from "./format/row-blocks.ts";
import { rowWriterOf, SnapshotReader, type RowSection, type SnapshotFile } from "./format/snapshot-reader.ts";
import { turnEventLoop, type RunOptions } from "./passes/pass.ts";

/** A message to a helper. Can be cloned; large parts are in shared memory. */
export interface RowsJob {
  readonly blocks: RowBlocks;
  readonly section: Pick<RowSection, "nodeCount" | "layout" | "columns">;
}

/** A file that can be read anywhere, by several threads. */
export interface SharedFile {
  readonly byteLength: number;
  /** Does not return before the bytes are there. */
  readonly readAt: ReadAt;
  /** Calls the helpers, who then call `runRowsJob`, each with a `readAt` of its own. */
  readonly help: (job: RowsJob) => void;
  /** Whether a helper has ended that should not have. */
  readonly isBroken: () => boolean;
}

/** Bytes that are read at a time by one thread alone. */
const CHUNK_SIZE = 1 << 20;
const WAIT_MS = 2;
const PROGRESS_MS = 30;
/** In blocks of rows that are not many, calling helpers takes longer than the work. */
const LEAST_ROWS = 1 << 12;

/** A helper's part of a job: reads blocks until there are none. */
export function runRowsJob({ blocks, section }: RowsJob, readAt: ReadAt): void {
  const reader = new BlockReader(blocks, rowWriterOf(section), readAt);
  for (let step = reader.step(); step !== Step.ended; step = reader.step())
    if (step === Step.waiting) reader.wait(50 * WAIT_MS);
}

/**
 * Reads the file with helpers. Undefined when there is anything that must be looked at by one reader alone, which then says
 * what is wrong; that may also be a helper. Throws `CancelledError` when the signal says so, and what `readAt` throws.
 */
export async function readWithHelpers(
  file: SharedFile,
  { signal, onProgress }: RunOptions,
): Promise<SnapshotFile | undefined> {
  const total = file.byteLength;
  const reader = new SnapshotReader({ byteLength: total, handsOver: true });
  const buffer = new Uint8Array(CHUNK_SIZE);
  let nextReport = Date.now() + PROGRESS_MS;
  /** Lets others have their turn, now and then. */
  const rest = async (done: number): Promise<void> => {
    if (Date.now() < nextReport) return;
    onProgress?.({ stage: "reading", done: Math.min(done, total), total });
    await turnEventLoop();
    nextReport = Date.now() + PROGRESS_MS;
  };

  try {
    while (reader.byteOffset < total) {
      if (signal?.aborted === true) throw new CancelledError();
      const length = file.readAt(buffer, reader.byteOffset);
      if (length === 0) break;
      reader.push(buffer.subarray(0, length));
      await rest(reader.byteOffset);
      const section = reader.handedOver;
      if (section === undefined) continue;
      const written = await readRows(section);
      if (written === undefined) return undefined;
      reader.accept(written);
    }
    onProgress?.({ stage: "reading", done: total, total });
    return reader.finish();
  } catch (error) {
    if (error instanceof SnapshotFormatError) return undefined;
    throw error;
  }

  async function readRows(section: RowSection): Promise<WrittenRows | undefined> {
    const blocks = planRowBlocks(section, total);
    const { nodeCount, layout, columns } = section;
    if (section.rowCount >= LEAST_ROWS) file.help({ blocks, section: { nodeCount, layout, columns } });
    try {
      const own = new BlockReader(blocks, rowWriterOf(section), file.readAt);
      for (let step = own.step(); step !== Step.ended; step = own.step()) {
        if (step === Step.waiting) own.wait(WAIT_MS);
        if (signal?.aborted === true || file.isBroken()) stopRowBlocks(blocks);
        await rest(section.begin + bytesOfRowBlocks(blocks));
      }
    } catch (error) {
      stopRowBlocks(blocks);
      throw error;
    } finally {
      // Nobody may write into the columns, or read the file, any more.
      while (closeRowBlocks(blocks) > 0 && !file.isBroken()) await turnEventLoop();
    }
    if (signal?.aborted === true) throw new CancelledError();
    return file.isBroken() ? undefined : resultOfRowBlocks(blocks);
  }
}
