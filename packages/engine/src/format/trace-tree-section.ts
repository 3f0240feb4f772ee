/**
 * The `trace_tree` section of an allocation recording: nested rows `[id, function_info_index, count, size, [children…]]`
 * (fields in the order of `meta.trace_node_fields`, children as a flat run of rows). Read with an explicit stack, so
 * its depth is not limited by ours.
 *
 * Cost: a few ns a byte; the tree is small beside the nodes.
 */
import { SnapshotFormatError } from "../errors.ts";
import { isWhiteSpace } from "./string-section.ts";
import { DAMAGED, showByte, type SectionParser } from "./section.ts";

/** A row of the tree, as it is read. */
export interface TraceRows {
  readonly id: number[];
  readonly functionRow: number[];
  readonly count: number[];
  readonly size: number[];
  readonly parent: number[];
}

export class TraceTreeSection implements SectionParser {
  readonly #name = "trace_tree";
  readonly #fields: readonly string[];
  readonly rows: TraceRows = { id: [], functionRow: [], count: [], size: [], parent: [] };

  /** Tree row of each open level, and the field at which that level stands. */
  readonly #rowOfLevel: number[] = [];
  readonly #fieldOfLevel: number[] = [];
  #opened = false;
  #number = -1;
  #digits = 0;
  /** Whether a value has just ended, so that a comma or a closing bracket must follow. */
  #afterValue = false;

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  parse(bytes: Uint8Array, position: number, end: number, chunkOffset: number): number {
    for (let p = position; p < end; p++) {
      const byte = bytes[p];
      const digit = byte - 48;
      if (digit >>> 0 <= 9) {
        if (this.#afterValue && this.#number === -1) this.#unexpected(byte, chunkOffset + p);
        // JSON forbids zeros in front.
        if (!this.#opened || this.#number === 0 || ++this.#digits > 15)
          this.#unexpected(byte, chunkOffset + p);
        this.#number = (this.#number === -1 ? 0 : this.#number * 10) + digit;
        this.#afterValue = true;
        continue;
      }
      if (this.#number !== -1) this.#endNumber(chunkOffset + p);
      if (isWhiteSpace(byte)) continue;
      switch (byte) {
        case 0x5b: // [
          if (this.#afterValue) this.#unexpected(byte, chunkOffset + p);
          this.#open(byte, chunkOffset + p);
          break;
        case 0x2c: // ,
          if (!this.#afterValue || this.#rowOfLevel.length === 0) this.#unexpected(byte, chunkOffset + p);
          this.#afterValue = false;
          break;
        case 0x5d: // ]
          if (!this.#afterValue && this.#rowOfLevel.at(-1) !== -1) this.#unexpected(byte, chunkOffset + p);
          if (this.#close(chunkOffset + p)) return p + 1;
          this.#afterValue = true;
          break;
        default:
          this.#unexpected(byte, chunkOffset + p);
      }
    }
    return -1;
  }

  /**
   * The tree is `[root row]` in one flat list: a list holds its rows' fields one after the other, and the `children`
   * field is again such a list. A level is one such list.
   */
  #open(byte: number, byteOffset: number): void {
    const level = this.#rowOfLevel.length;
    if (!this.#opened) this.#opened = true;
    else if (this.#fields[this.#fieldOfLevel[level - 1]!] !== "children") this.#unexpected(byte, byteOffset);
    this.#rowOfLevel.push(-1);
    this.#fieldOfLevel.push(0);
  }

  /** Ends a list; true when it was the outermost. */
  #close(byteOffset: number): boolean {
    if (this.#fieldOfLevel.at(-1) !== 0) this.#fail("A row of the tree is not complete", byteOffset);
    this.#rowOfLevel.pop();
    this.#fieldOfLevel.pop();
    if (this.#rowOfLevel.length === 0) return true;
    this.#nextField();
    return false;
  }

  #endNumber(byteOffset: number): void {
    const value = this.#number;
    const level = this.#rowOfLevel.length - 1;
    const field = this.#fields[this.#fieldOfLevel[level]!];
    const { rows } = this;
    if (this.#fieldOfLevel[level] === 0) {
      this.#rowOfLevel[level] = rows.id.length;
      rows.id.push(0);
      rows.functionRow.push(0);
      rows.count.push(0);
      rows.size.push(0);
      rows.parent.push(level === 0 ? -1 : this.#rowOfLevel[level - 1]!);
    }
    const row = this.#rowOfLevel[level]!;
    if (field !== "size" && value > 0xffff_ffff) this.#fail(`${value} is out of range`, byteOffset);
    if (field === "id") rows.id[row] = value;
    else if (field === "function_info_index") rows.functionRow[row] = value;
    else if (field === "count") rows.count[row] = value;
    else if (field === "size") rows.size[row] = value;
    else if (field === "children") this.#fail("The children of a row are a number", byteOffset);
    this.#number = -1;
    this.#digits = 0;
    this.#nextField();
  }

  #nextField(): void {
    const level = this.#fieldOfLevel.length - 1;
    this.#fieldOfLevel[level] = (this.#fieldOfLevel[level]! + 1) % this.#fields.length;
  }

  #unexpected(byte: number, byteOffset: number): never {
    this.#fail(`${showByte(byte)} cannot stand here`, byteOffset);
  }

  #fail(fact: string, byteOffset: number): never {
    throw new SnapshotFormatError(fact, this.#name, byteOffset, DAMAGED);
  }
}
