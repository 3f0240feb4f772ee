/**
 * The `locations` section, split into columns while it is read: `[object_index,script_id,line,column,…]`, in newer files
 * with a fifth field. Many rows name the same place (every object of a class names its constructor), so places become a
 * table of their own.
 *
 * The length of the section is not announced, but there is hardly more than one row for a node: the columns get as long
 * as the nodes' at once, which costs no physical memory before the rows come.
 */
import { newUint32Column, resizeColumn } from "../graph/column-memory.ts";
import type { LocationTable } from "../graph/heap-graph.ts";
import { SequenceTrie } from "../graph/sequence-trie.ts";
import type { Gather } from "../kernels/gather.ts";
import { exactDivider, type ExactDivider } from "./exact-divider.ts";
import { RowError, type IntegerRows, type WideValues } from "./section.ts";

/** Places that are remembered, four integers each. A thousand classes and functions make almost all objects. */
const RECALLED = 1 << 12;

export class LocationColumns implements IntegerRows {
  readonly fieldCount: number;
  readonly #object: number;
  readonly #scriptId: number;
  readonly #line: number;
  readonly #column: number;
  readonly #nodeFieldCount: number;
  readonly #divider: ExactDivider;
  /** Slot by hash -> script id, line, column, place + 1. Spares most rows the way through the sequences. */
  readonly #recalled = new Uint32Array(4 * RECALLED);
  #length = 0;
  #nodeOfRow: Uint32Array;
  #placeOfRow: Uint32Array;
  readonly #sequences = new SequenceTrie();
  /** State of the sequence script id, line, column -> place. */
  readonly #placeOfSequence: number[] = [];
  readonly #sequenceOfPlace: number[] = [];

  /** @param capacity rows to make room for at once */
  constructor(fields: readonly string[], nodeFieldCount: number, nodeCount: number, capacity: number) {
    this.fieldCount = fields.length;
    this.#object = fields.indexOf("object_index");
    this.#scriptId = fields.indexOf("script_id");
    this.#line = fields.indexOf("line");
    this.#column = fields.indexOf("column");
    this.#nodeFieldCount = nodeFieldCount;
    this.#divider = exactDivider(nodeFieldCount, nodeCount);
    this.#nodeOfRow = newUint32Column(capacity);
    this.#placeOfRow = newUint32Column(capacity);
  }

  readonly take = (values: Uint32Array, rowCount: number, wide: WideValues, gather: Gather): void => {
    if (wide.positions.length > 0 && wide.positions[0] < rowCount * this.fieldCount)
      throw new RowError(`${wide.values[0]} is out of range`, wide.positions[0]);
    if (this.#object === -1) throw new RowError('The rows have no "object_index"', 0);
    const first = this.#length;
    if (first + rowCount > this.#nodeOfRow.length) {
      const length = Math.max(first + rowCount, first * 2);
      this.#nodeOfRow = resizeColumn(this.#nodeOfRow, length);
      this.#placeOfRow = resizeColumn(this.#placeOfRow, length);
    }
    const objects = { values, at: this.#object, fieldCount: this.fieldCount, rowCount };
    if (!gather.quotients(objects, this.#divider, this.#nodeOfRow, first))
      throw this.#wrongRow(values, rowCount);
    const placeOfRow = this.#placeOfRow;
    for (let row = 0, at = 0; row < rowCount; row++, at += this.fieldCount)
      placeOfRow[first + row] = this.#findPlace(values, at);
    this.#length = first + rowCount;
  };

  /** What is wrong with the first row that has something wrong. */
  #wrongRow(values: Uint32Array, rowCount: number): RowError {
    const isNode = (offset: number): boolean =>
      offset % this.#nodeFieldCount === 0 && offset / this.#nodeFieldCount < this.#divider.bound;
    let at = this.#object;
    for (let row = 1; row < rowCount && isNode(values[at]); row++) at += this.fieldCount;
    return new RowError(`"object_index" ${values[at]} is not the begin of a node`, at);
  }

  readonly end = (): void => undefined;

  build(): LocationTable {
    const sequences = this.#sequences;
    const count = this.#sequenceOfPlace.length;
    const scriptId = newUint32Column(count);
    const line = newUint32Column(count);
    const column = newUint32Column(count);
    for (let place = 0; place < count; place++) {
      const sequence = this.#sequenceOfPlace[place];
      const lineSequence = sequences.before(sequence);
      column[place] = sequences.lastItem(sequence);
      line[place] = sequences.lastItem(lineSequence);
      scriptId[place] = sequences.lastItem(sequences.before(lineSequence));
    }
    return {
      count: this.#length,
      node: this.#nodeOfRow.subarray(0, this.#length),
      place: this.#placeOfRow.subarray(0, this.#length),
      places: { count, scriptId, line, column },
    };
  }

  #findPlace(values: Uint32Array, at: number): number {
    const scriptId = this.#scriptId === -1 ? 0 : values[at + this.#scriptId];
    const line = this.#line === -1 ? 0 : values[at + this.#line];
    const column = this.#column === -1 ? 0 : values[at + this.#column];
    const recalled = this.#recalled;
    const mixed =
      Math.imul(scriptId, 0x9e3779b1) ^ Math.imul(line, 0x85ebca6b) ^ Math.imul(column, 0xc2b2ae35);
    const slot = 4 * ((mixed >>> 16) & (RECALLED - 1));
    const known = recalled[slot + 3];
    if (
      known !== 0 &&
      recalled[slot] === scriptId &&
      recalled[slot + 1] === line &&
      recalled[slot + 2] === column
    )
      return known - 1;

    const sequences = this.#sequences;
    const sequence = sequences.next(sequences.next(sequences.next(0, scriptId), line), column);
    const place = (this.#placeOfSequence[sequence] ??= this.#sequenceOfPlace.push(sequence) - 1);
    recalled[slot] = scriptId;
    recalled[slot + 1] = line;
    recalled[slot + 2] = column;
    recalled[slot + 3] = place + 1;
    return place;
  }
}

/** What a file without the section has. */
export const NO_LOCATIONS: LocationTable = {
  count: 0,
  node: new Uint32Array(0),
  place: new Uint32Array(0),
  places: { count: 0, scriptId: new Uint32Array(0), line: new Uint32Array(0), column: new Uint32Array(0) },
};
