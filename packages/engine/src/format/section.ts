/**
 * A section of the file is read by a `SectionParser`: it is given the bytes from the first one of its value on, chunk
 * by chunk, and says where the value ended. There are few kinds of value in a heap snapshot, so there are few parsers:
 * flat arrays of integers (`IntegerSection`), strings (`string-section.ts`), the nested allocation tree
 * (`trace-tree-section.ts`), and any other JSON value, which is kept as text or skipped (`json-section.ts`).
 */
import { SnapshotFormatError } from "../errors.ts";
import { MOST_GATHERED_ROWS, PlainGather, type Gather } from "../kernels/gather.ts";
import type { IntegerKernel, IntegerKernels } from "../kernels/integer-kernel.ts";
import { IntegerScanner, ScanResult } from "./integer-scanner.ts";

export interface SectionParser {
  /**
   * Reads on at `position`. Returns the position after the value when it ended in this chunk, otherwise -1.
   *
   * @param chunkOffset offset in the file of the chunk's first byte, for messages
   */
  parse(bytes: Uint8Array, position: number, end: number, chunkOffset: number): number;
}

export const DAMAGED = "The file is damaged or was not written by V8; capture the snapshot again.";

/** Rows of integers in one flat array. Subclass-free: what to do with the rows is a function. */
export interface IntegerRows {
  /** Integers in a row. */
  readonly fieldCount: number;
  /**
   * Takes `rowCount` whole rows from `values`, row r at `r * fieldCount`. `wide` lists the values that do not fit 32
   * bits. Throws `RowError` when a value cannot be.
   *
   * @param gather splits rows that lie in `values`, at most `MOST_GATHERED_ROWS` of them
   */
  readonly take: (values: Uint32Array, rowCount: number, wide: WideValues, gather: Gather) => void;
  /** Called after the closing bracket with the number of whole rows; throws `SnapshotFormatError` when it is wrong. */
  readonly end: (byteOffset: number) => void;
}

/** Writes rows into columns, at any position. */
export interface RowWriter {
  readonly fieldCount: number;
  /** The greatest string that a row so far has as a name. */
  readonly greatestName: number;
  /** Whether a row so far has a mark that few files have (nodes: a state of detachedness). */
  readonly isMarked: boolean;
  /** As `IntegerRows.take`, for the rows from number `first` on. */
  write(first: number, values: Uint32Array, rowCount: number, wide: WideValues, gather: Gather): void;
}

/** Integers outside 0 … 2^32-1, by their position among the staged values. */
export interface WideValues {
  readonly positions: readonly number[];
  readonly values: readonly number[];
}

/** Says that value number `position` of the staged values is wrong; the section adds the byte offset. */
export class RowError extends Error {
  readonly position: number;

  constructor(fact: string, position: number) {
    super(fact);
    this.position = position;
  }
}

/** The most rows that are staged at a time; small enough to stay in the processor's second-level cache. */
const STAGED_ROWS = MOST_GATHERED_ROWS;

/** An array of integers: `[1,2,3,…]`. */
export class IntegerSection implements SectionParser {
  readonly #name: string;
  readonly #rows: IntegerRows;
  readonly #kernel: IntegerKernel | undefined;
  readonly #scanner: IntegerScanner;
  readonly #kernels: IntegerKernels;
  readonly #gather: Gather;
  #opened = false;

  constructor(name: string, rows: IntegerRows, kernels: IntegerKernels) {
    this.#name = name;
    this.#kernels = kernels;
    this.#rows = rows;
    const capacity = rows.fieldCount * STAGED_ROWS;
    this.#kernel = kernels.borrow(capacity);
    this.#scanner = new IntegerScanner(capacity, this.#kernel);
    this.#gather = this.#kernel?.gather ?? new PlainGather();
  }

  parse(bytes: Uint8Array, position: number, end: number, chunkOffset: number): number {
    const scanner = this.#scanner;
    if (!this.#opened) {
      if (bytes[position] !== 0x5b)
        throw new SnapshotFormatError(
          "An array is expected here",
          this.#name,
          chunkOffset + position,
          DAMAGED,
        );
      this.#opened = true;
      position++;
    }
    for (;;) {
      // Where the staged values begin that were read from this chunk; the ones before it came from the last chunk.
      const stagedFrom = scanner.count;
      const scannedFrom = position;
      const result = scanner.scan(bytes, position, end);
      position = scanner.position;
      this.#takeRows(bytes, scannedFrom, position, stagedFrom, chunkOffset);
      switch (result) {
        case ScanResult.full:
          continue;
        case ScanResult.chunkEnd:
          return -1;
        case ScanResult.arrayEnd:
          if (scanner.count !== 0)
            throw new SnapshotFormatError(
              `The last row has ${scanner.count} of ${this.#rows.fieldCount} values`,
              this.#name,
              chunkOffset + position - 1,
              DAMAGED,
            );
          this.#rows.end(chunkOffset + position - 1);
          this.#kernels.giveBack(this.#kernel);
          return position;
        case ScanResult.overlongInteger:
          throw new SnapshotFormatError(
            "An integer has more than 20 digits",
            this.#name,
            chunkOffset + position,
            DAMAGED,
          );
        case ScanResult.unexpectedByte:
          throw new SnapshotFormatError(
            `An integer, a comma or "]" is expected here, not ${showByte(bytes[position])}`,
            this.#name,
            chunkOffset + position,
            DAMAGED,
          );
      }
    }
  }

  #takeRows(bytes: Uint8Array, from: number, to: number, stagedFrom: number, chunkOffset: number): void {
    const scanner = this.#scanner;
    const { fieldCount } = this.#rows;
    const rowCount = Math.floor(scanner.count / fieldCount);
    if (rowCount === 0) return;
    try {
      const wide = { positions: scanner.widePositions, values: scanner.wideValues };
      this.#rows.take(scanner.values, rowCount, wide, this.#gather);
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      const skip = error.position - stagedFrom;
      const at = skip < 0 ? from : findInteger(bytes, from, to, skip);
      throw new SnapshotFormatError(error.message, this.#name, chunkOffset + at, DAMAGED);
    }
    scanner.drain(scanner.count - rowCount * fieldCount);
  }
}

/** Position of the integer number `skip` that ends between `from` and `to`. Only used to place an error. */
function findInteger(bytes: Uint8Array, from: number, to: number, skip: number): number {
  let start = from;
  for (let p = from; p < to; p++) {
    const isPart = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || byte === 0x2d;
    if (!isPart(bytes[p])) continue;
    start = p;
    while (p + 1 < to && isPart(bytes[p + 1])) p++;
    if (skip-- === 0) return start;
  }
  return start;
}

/** A table of 256 codes, as `Gather.codes` wants it. */
export function codeTable(codes: Uint8Array): Uint8Array {
  const table = new Uint8Array(256);
  table.set(codes.subarray(0, 256));
  return table;
}

/** A byte as a person would name it in a message. */
export function showByte(byte: number): string {
  return byte > 0x20 && byte < 0x7f
    ? `"${String.fromCharCode(byte)}"`
    : `byte 0x${byte.toString(16).padStart(2, "0")}`;
}

/** Whether a value is a whole number that is exact and not negative. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
