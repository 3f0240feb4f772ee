/**
 * Splitting staged rows into columns: takes one field of each row and writes it as a column. `PlainGather` is the reference;
 * `GatherKernel` does the same in WebAssembly (`column-gather.assemblyscript`), for rows that are staged in its memory.
 *
 * Cost: about 0.5 ns a value with the kernel, 2 to 5 ns without.
 */
import type { ExactDivider } from "../format/exact-divider.ts";

/** A field of staged rows. */
export interface StagedField {
  /** Holds the rows one behind the other. */
  readonly values: Uint32Array;
  /** Position of the field in the first row. */
  readonly at: number;
  /** Integers in a row. */
  readonly fieldCount: number;
  readonly rowCount: number;
}

/** All methods write `rowCount` entries of `column` from `first` on. */
export interface Gather {
  /** Copies values as they are. Returns the greatest. */
  words(field: StagedField, column: Uint32Array, first: number): number;
  /** Copies values as floating-point numbers. */
  floats(field: StagedField, column: Float64Array, first: number): void;
  /**
   * Writes `table[value]`. Returns the greatest value: from 256 on, what was written means nothing.
   *
   * @param table 256 entries
   */
  codes(field: StagedField, table: Uint8Array, column: Uint8Array, first: number): number;
  /** The greatest of the values whose code (in `column` from `first` on) has an entry other than 0 in `table`. */
  greatestWhere(field: StagedField, table: Uint8Array, column: Uint8Array, first: number): number;
  /** Writes quotients. Returns whether all of them are whole and below the divider's bound. */
  quotients(field: StagedField, divider: ExactDivider, column: Uint32Array, first: number): boolean;
}

export class PlainGather implements Gather {
  words({ values, at, fieldCount, rowCount }: StagedField, column: Uint32Array, first: number): number {
    let greatest = 0;
    for (let row = 0, from = at; row < rowCount; row++, from += fieldCount) {
      const value = values[from];
      column[first + row] = value;
      if (value > greatest) greatest = value;
    }
    return greatest;
  }

  floats({ values, at, fieldCount, rowCount }: StagedField, column: Float64Array, first: number): void {
    for (let row = 0, from = at; row < rowCount; row++, from += fieldCount)
      column[first + row] = values[from];
  }

  codes(field: StagedField, table: Uint8Array, column: Uint8Array, first: number): number {
    const { values, at, fieldCount, rowCount } = field;
    let greatest = 0;
    for (let row = 0, from = at; row < rowCount; row++, from += fieldCount) {
      const value = values[from];
      column[first + row] = table[value & 255];
      if (value > greatest) greatest = value;
    }
    return greatest;
  }

  greatestWhere(field: StagedField, table: Uint8Array, column: Uint8Array, first: number): number {
    const { values, at, fieldCount, rowCount } = field;
    let greatest = 0;
    for (let row = 0, from = at; row < rowCount; row++, from += fieldCount) {
      const value = values[from];
      if (value > greatest && table[column[first + row]] !== 0) greatest = value;
    }
    return greatest;
  }

  quotients(field: StagedField, divider: ExactDivider, column: Uint32Array, first: number): boolean {
    const { values, at, fieldCount, rowCount } = field;
    const { shift, inverse, bound } = divider;
    const lowBits = 2 ** shift - 1;
    let isRight = true;
    for (let row = 0, from = at; row < rowCount; row++, from += fieldCount) {
      const value = values[from];
      const quotient = Math.imul(value >>> shift, inverse) >>> 0;
      column[first + row] = quotient;
      if (quotient >= bound || (value & lowBits) !== 0) isRight = false;
    }
    return isRight;
  }
}

/** What the kernels export for this; all addresses are in bytes. */
export interface GatherExports {
  readonly gatherWords: (from: number, stride: number, rowCount: number, out: number) => number;
  readonly gatherFloats: (from: number, stride: number, rowCount: number, out: number) => void;
  readonly gatherCodes: (
    from: number,
    stride: number,
    rowCount: number,
    out: number,
    table: number,
  ) => number;
  readonly greatestWhere: (
    from: number,
    stride: number,
    rowCount: number,
    codes: number,
    table: number,
  ) => number;
  readonly gatherQuotients: (
    from: number,
    stride: number,
    rowCount: number,
    out: number,
    shift: number,
    inverse: number,
    bound: number,
  ) => number;
}

/** The most rows at a time: their columns are made in the kernel's memory first, where they stay in the cache. */
export const MOST_GATHERED_ROWS = 4096;

/** Bytes of the kernels' memory that a `GatherKernel` needs; begins at a multiple of 8. */
export const GATHER_MEMORY: number = 8 * MOST_GATHERED_ROWS + MOST_GATHERED_ROWS + 256;

/** For rows of at most `MOST_GATHERED_ROWS` whose values lie in the kernels' memory. */
export class GatherKernel implements Gather {
  readonly #exports: GatherExports;
  readonly #out: number;
  readonly #codes: number;
  readonly #table: number;
  readonly #words: Uint32Array;
  readonly #floats: Float64Array;
  readonly #bytes: Uint8Array;
  readonly #tableBytes: Uint8Array;
  /** What the memory of the table holds now. */
  #lastTable: Uint8Array | undefined;

  constructor(exports: GatherExports, buffer: ArrayBuffer, address: number) {
    this.#exports = exports;
    this.#out = address;
    this.#codes = address + 8 * MOST_GATHERED_ROWS;
    this.#table = this.#codes + MOST_GATHERED_ROWS;
    this.#words = new Uint32Array(buffer, this.#out, MOST_GATHERED_ROWS);
    this.#floats = new Float64Array(buffer, this.#out, MOST_GATHERED_ROWS);
    this.#bytes = new Uint8Array(buffer, this.#codes, MOST_GATHERED_ROWS);
    this.#tableBytes = new Uint8Array(buffer, this.#table, 256);
  }

  words(field: StagedField, column: Uint32Array, first: number): number {
    const { rowCount, fieldCount } = field;
    const greatest = this.#exports.gatherWords(addressOf(field), 4 * fieldCount, rowCount, this.#out);
    column.set(this.#words.subarray(0, rowCount), first);
    return greatest >>> 0;
  }

  floats(field: StagedField, column: Float64Array, first: number): void {
    const { rowCount, fieldCount } = field;
    this.#exports.gatherFloats(addressOf(field), 4 * fieldCount, rowCount, this.#out);
    column.set(this.#floats.subarray(0, rowCount), first);
  }

  codes(field: StagedField, table: Uint8Array, column: Uint8Array, first: number): number {
    const { rowCount, fieldCount } = field;
    const { gatherCodes } = this.#exports;
    this.#take(table);
    const greatest = gatherCodes(addressOf(field), 4 * fieldCount, rowCount, this.#codes, this.#table);
    column.set(this.#bytes.subarray(0, rowCount), first);
    return greatest >>> 0;
  }

  greatestWhere(field: StagedField, table: Uint8Array, column: Uint8Array, first: number): number {
    const { rowCount, fieldCount } = field;
    const { greatestWhere } = this.#exports;
    this.#take(table);
    this.#bytes.set(column.subarray(first, first + rowCount));
    return greatestWhere(addressOf(field), 4 * fieldCount, rowCount, this.#codes, this.#table) >>> 0;
  }

  quotients(field: StagedField, divider: ExactDivider, column: Uint32Array, first: number): boolean {
    const { rowCount, fieldCount } = field;
    const { shift, inverse, bound } = divider;
    const { gatherQuotients } = this.#exports;
    const from = addressOf(field);
    const isWrong = gatherQuotients(from, 4 * fieldCount, rowCount, this.#out, shift, inverse, bound);
    column.set(this.#words.subarray(0, rowCount), first);
    return isWrong === 0;
  }

  #take(table: Uint8Array): void {
    if (this.#lastTable === table) return;
    this.#tableBytes.set(table);
    this.#lastTable = table;
  }
}

function addressOf({ values, at }: StagedField): number {
  return values.byteOffset + 4 * at;
}
