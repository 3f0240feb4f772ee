/**
 * The `edges` section, split into columns while it is read: `[type,name_or_index,to_node,…]`. `to_node` counts in fields
 * of nodes; here it becomes the position of the node.
 */
import { SnapshotFormatError } from "../errors.ts";
import { newUint32Column, newUint8Column, resizeColumn } from "../graph/column-memory.ts";
import { EdgeType } from "../graph/node-types.ts";
import type { Gather, StagedField } from "../kernels/gather.ts";
import { exactDivider, type ExactDivider } from "./exact-divider.ts";
import { firstCapacity, nextCapacity } from "./growing-column.ts";
import type { SnapshotHeader, SnapshotLayout } from "./header.ts";
import {
  codeTable,
  DAMAGED,
  RowError,
  type IntegerRows,
  type RowWriter,
  type WideValues,
} from "./section.ts";

/** The columns while rows are written. Can be sent to another thread, which then writes into the same memory. */
export interface EdgeColumnSet {
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly target: Uint32Array;
}

/** Code of an edge type -> 1 when `name_or_index` is a string. */
const IS_NAMED: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) =>
  code === EdgeType.element || code === EdgeType.hidden ? 0 : 1,
);

/** Writes rows of edges into columns. */
export class EdgeWriter implements RowWriter {
  readonly fieldCount: number;
  greatestName = 0;
  /** As `NodeWriter` has it. */
  readonly isMarked = false;
  /** May be replaced by longer ones that begin with the same rows. */
  columns: EdgeColumnSet;
  readonly #layout: SnapshotLayout;
  readonly #codes: Uint8Array;
  readonly #divider: ExactDivider;

  constructor(layout: SnapshotLayout, nodeCount: number, columns: EdgeColumnSet) {
    this.fieldCount = layout.edgeFieldCount;
    this.#layout = layout;
    this.#codes = codeTable(layout.edgeTypeCodes);
    this.#divider = exactDivider(layout.nodeFieldCount, nodeCount);
    this.columns = columns;
  }

  write(first: number, values: Uint32Array, rowCount: number, wide: WideValues, gather: Gather): void {
    const { edgeType, edgeName, edgeTarget, edgeTypeCodes } = this.#layout;
    const { fieldCount } = this;
    const { type, name, target } = this.columns;
    if (wide.positions.length > 0 && wide.positions[0] < rowCount * fieldCount)
      throw new RowError(`${wide.values[0]} is out of range`, wide.positions[0]);

    const field = (at: number): StagedField => ({ values, at, fieldCount, rowCount });
    const greatestType = gather.codes(field(edgeType), this.#codes, type, first);
    const greatestOfAll = gather.words(field(edgeName), name, first);
    // The names of most stretches are below the greatest so far, whatever their types.
    if (greatestOfAll > this.greatestName) {
      const greatest = gather.greatestWhere(field(edgeName), IS_NAMED, type, first);
      if (greatest > this.greatestName) this.greatestName = greatest;
    }
    const isRight = gather.quotients(field(edgeTarget), this.#divider, target, first);
    if (!isRight || greatestType >= edgeTypeCodes.length) throw this.#wrongRow(first, values, rowCount);
  }

  /** What is wrong with the first row that has something wrong. */
  #wrongRow(first: number, values: Uint32Array, rowCount: number): RowError {
    const { edgeType, edgeTarget, edgeTypeCodes, nodeFieldCount } = this.#layout;
    for (let row = 0, at = 0; row < rowCount; row++, at += this.fieldCount) {
      const fileType = values[at + edgeType];
      if (fileType >= edgeTypeCodes.length)
        return new RowError(`${fileType} is no type of edge`, at + edgeType);
      const toNode = values[at + edgeTarget];
      if (toNode % nodeFieldCount !== 0)
        return new RowError(`"to_node" ${toNode} is not the begin of a node`, at + edgeTarget);
      if (toNode / nodeFieldCount >= this.#divider.bound)
        return new RowError(`"to_node" ${toNode} lies behind the last node`, at + edgeTarget);
    }
    throw new Error(`no wrong row from ${first} on`);
  }
}

export class EdgeColumns implements IntegerRows {
  readonly fieldCount: number;
  readonly #count: number;
  #capacity: number;
  #length = 0;
  readonly #writer: EdgeWriter;
  endOffset = 0;

  constructor(header: SnapshotHeader, layout: SnapshotLayout, byteLength: number | undefined) {
    this.#count = header.edgeCount;
    this.fieldCount = layout.edgeFieldCount;
    this.#capacity = firstCapacity(header.edgeCount, 2 * layout.edgeFieldCount, byteLength);
    this.#writer = new EdgeWriter(layout, header.nodeCount, {
      type: newUint8Column(this.#capacity),
      name: newUint32Column(this.#capacity),
      target: newUint32Column(this.#capacity),
    });
  }

  get columns(): EdgeColumnSet {
    return this.#writer.columns;
  }

  get greatestName(): number {
    return this.#writer.greatestName;
  }

  /** Rows that there is room for. */
  get capacity(): number {
    return this.#capacity;
  }

  readonly take = (values: Uint32Array, rowCount: number, wide: WideValues, gather: Gather): void => {
    const first = this.#length;
    if (first + rowCount > this.#count)
      throw new RowError(
        `There are more edges than the ${this.#count} that the header announces`,
        (this.#count - first) * this.fieldCount,
      );
    if (first + rowCount > this.#capacity) this.#grow(first + rowCount);
    this.#writer.write(first, values, rowCount, wide, gather);
    this.#length = first + rowCount;
  };

  /** Says that others have written all rows. */
  accept(written: { readonly greatestName: number }): void {
    this.#length = this.#count;
    this.#writer.greatestName = written.greatestName;
  }

  readonly end = (byteOffset: number): void => {
    this.endOffset = byteOffset;
    if (this.#length !== this.#count)
      throw new SnapshotFormatError(
        `There are ${this.#length} edges, but the header announces ${this.#count}`,
        "edges",
        byteOffset,
        DAMAGED,
      );
  };

  #grow(needed: number): void {
    const capacity = nextCapacity(this.#capacity, needed, this.#count);
    const { type, name, target } = this.columns;
    this.#writer.columns = {
      type: resizeColumn(type, capacity),
      name: resizeColumn(name, capacity),
      target: resizeColumn(target, capacity),
    };
    this.#capacity = capacity;
  }
}
