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
import { RowError, type IntegerRows, type WideValues } from "./section.ts";

export class LocationColumns implements IntegerRows {
  readonly fieldCount: number;
  readonly #object: number;
  readonly #scriptId: number;
  readonly #line: number;
  readonly #column: number;
  readonly #nodeFieldCount: number;
  readonly #nodeCount: number;
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
    this.#nodeCount = nodeCount;
    this.#nodeOfRow = newUint32Column(capacity);
    this.#placeOfRow = newUint32Column(capacity);
  }

  readonly take = (values: Uint32Array, rowCount: number, wide: WideValues): void => {
    if (wide.positions.length > 0 && wide.positions[0] < rowCount * this.fieldCount)
      throw new RowError(`${wide.values[0]} is out of range`, wide.positions[0]);
    const first = this.#length;
    if (first + rowCount > this.#nodeOfRow.length) {
      const length = Math.max(first + rowCount, first * 2);
      this.#nodeOfRow = resizeColumn(this.#nodeOfRow, length);
      this.#placeOfRow = resizeColumn(this.#placeOfRow, length);
    }
    for (let row = 0, at = 0; row < rowCount; row++, at += this.fieldCount) {
      const node = values[at + this.#object] / this.#nodeFieldCount;
      if (!Number.isInteger(node) || node >= this.#nodeCount)
        throw new RowError(
          `"object_index" ${values[at + this.#object]} is not the begin of a node`,
          at + Math.max(this.#object, 0),
        );
      this.#nodeOfRow[first + row] = node;
      this.#placeOfRow[first + row] = this.#findPlace(values, at);
    }
    this.#length = first + rowCount;
  };

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
    const sequences = this.#sequences;
    let sequence = sequences.next(0, this.#scriptId === -1 ? 0 : values[at + this.#scriptId]);
    sequence = sequences.next(sequence, this.#line === -1 ? 0 : values[at + this.#line]);
    sequence = sequences.next(sequence, this.#column === -1 ? 0 : values[at + this.#column]);
    return (this.#placeOfSequence[sequence] ??= this.#sequenceOfPlace.push(sequence) - 1);
  }
}

/** What a file without the section has. */
export const NO_LOCATIONS: LocationTable = {
  count: 0,
  node: new Uint32Array(0),
  place: new Uint32Array(0),
  places: { count: 0, scriptId: new Uint32Array(0), line: new Uint32Array(0), column: new Uint32Array(0) },
};
