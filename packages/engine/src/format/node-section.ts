/**
 * The `nodes` section, split into columns while it is read: `[type,name,id,self_size,edge_count,…,type,name,…]`, with
 * the fields in the order of `meta.node_fields`.
 */
import { SnapshotFormatError } from "../errors.ts";
import { newFloat64Column, newUint32Column, newUint8Column, resizeColumn } from "../graph/column-memory.ts";
import type { Gather, StagedField } from "../kernels/gather.ts";
import { firstCapacity, nextCapacity } from "./growing-column.ts";
import type { SnapshotHeader, SnapshotLayout } from "./header.ts";
import {
  codeTable,
  DAMAGED,
  isCount,
  RowError,
  type IntegerRows,
  type RowWriter,
  type WideValues,
} from "./section.ts";

/** The columns while rows are written. Can be sent to another thread, which then writes into the same memory. */
export interface NodeColumnSet {
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly id: Uint32Array;
  readonly selfSize: Float64Array;
  /** Only values other than 0 are written, so that the memory of most files is never made. */
  readonly detachedness: Uint8Array | undefined;
  readonly traceId: Uint32Array | undefined;
  /** Node + 1 -> how many edges the node has; `sumUpEdges` makes first edges of it. One longer than the others. */
  readonly firstEdge: Uint32Array;
}

/** Writes rows of nodes into columns. */
export class NodeWriter implements RowWriter {
  readonly fieldCount: number;
  greatestName = 0;
  isMarked = false;
  /** May be replaced by longer ones that begin with the same rows. */
  columns: NodeColumnSet;
  readonly #layout: SnapshotLayout;
  readonly #codes: Uint8Array;

  constructor(layout: SnapshotLayout, columns: NodeColumnSet) {
    this.fieldCount = layout.nodeFieldCount;
    this.#layout = layout;
    this.#codes = codeTable(layout.nodeTypeCodes);
    this.columns = columns;
  }

  write(first: number, values: Uint32Array, rowCount: number, wide: WideValues, gather: Gather): void {
    const layout = this.#layout;
    const { fieldCount } = this;
    const { type, name, id, selfSize, detachedness, traceId, firstEdge } = this.columns;
    const field = (at: number): StagedField => ({ values, at, fieldCount, rowCount });
    const greatestType = gather.codes(field(layout.nodeType), this.#codes, type, first);
    if (greatestType >= layout.nodeTypeCodes.length) throw this.#wrongType(values, rowCount);
    this.greatestName = Math.max(this.greatestName, gather.words(field(layout.nodeName), name, first));
    gather.words(field(layout.nodeId), id, first);
    gather.floats(field(layout.nodeSelfSize), selfSize, first);
    gather.words(field(layout.nodeEdgeCount), firstEdge, first + 1);
    if (traceId !== undefined) gather.words(field(layout.nodeTraceId), traceId, first);

    if (detachedness !== undefined)
      for (let row = 0, at = layout.nodeDetachedness; row < rowCount; row++, at += fieldCount) {
        // Two bits, as in DevTools.
        if ((values[at] & 3) === 0) continue;
        detachedness[first + row] = values[at] & 3;
        this.isMarked = true;
      }

    for (let i = 0; i < wide.positions.length; i++) {
      const position = wide.positions[i];
      const row = Math.floor(position / fieldCount);
      if (row >= rowCount) break;
      if (position % fieldCount !== layout.nodeSelfSize || !isCount(wide.values[i]))
        throw new RowError(`${wide.values[i]} is out of range`, position);
      selfSize[first + row] = wide.values[i];
    }
  }

  #wrongType(values: Uint32Array, rowCount: number): RowError {
    const { nodeType, nodeTypeCodes } = this.#layout;
    let at = nodeType;
    for (let row = 0; row < rowCount && values[at] < nodeTypeCodes.length; row++) at += this.fieldCount;
    return new RowError(`${values[at]} is no type of node`, at);
  }
}

export class NodeColumns implements IntegerRows {
  readonly fieldCount: number;
  readonly #count: number;
  #capacity: number;
  #length = 0;
  readonly #writer: NodeWriter;
  /** Edges that the nodes announce; known at the end. */
  edgeSum = 0;
  endOffset = 0;

  constructor(header: SnapshotHeader, layout: SnapshotLayout, byteLength: number | undefined) {
    this.#count = header.nodeCount;
    this.fieldCount = layout.nodeFieldCount;
    // A row takes at least a digit and a comma for each field.
    this.#capacity = firstCapacity(header.nodeCount, 2 * layout.nodeFieldCount, byteLength);
    this.#writer = new NodeWriter(layout, {
      type: newUint8Column(this.#capacity),
      name: newUint32Column(this.#capacity),
      id: newUint32Column(this.#capacity),
      selfSize: newFloat64Column(this.#capacity),
      detachedness: layout.nodeDetachedness === -1 ? undefined : newUint8Column(this.#capacity),
      traceId: layout.nodeTraceId === -1 ? undefined : newUint32Column(this.#capacity),
      firstEdge: newUint32Column(this.#capacity + 1),
    });
  }

  get columns(): NodeColumnSet {
    return this.#writer.columns;
  }

  get greatestName(): number {
    return this.#writer.greatestName;
  }

  /** As the file has it; absent when all are 0, or the file has no such field. */
  get detachedness(): Uint8Array | undefined {
    return this.#writer.isMarked ? this.columns.detachedness : undefined;
  }

  /** Rows that there is room for. */
  get capacity(): number {
    return this.#capacity;
  }

  readonly take = (values: Uint32Array, rowCount: number, wide: WideValues, gather: Gather): void => {
    const first = this.#length;
    if (first + rowCount > this.#count)
      throw new RowError(
        `There are more nodes than the ${this.#count} that the header announces`,
        (this.#count - first) * this.fieldCount,
      );
    if (first + rowCount > this.#capacity) this.#grow(first + rowCount);
    this.#writer.write(first, values, rowCount, wide, gather);
    this.#length = first + rowCount;
  };

  /** Says that others have written all rows. */
  accept(written: { readonly greatestName: number; readonly isMarked: boolean }): void {
    this.#length = this.#count;
    this.#writer.greatestName = written.greatestName;
    this.#writer.isMarked = written.isMarked;
  }

  readonly end = (byteOffset: number): void => {
    this.endOffset = byteOffset;
    if (this.#length !== this.#count)
      throw new SnapshotFormatError(
        `There are ${this.#length} nodes, but the header announces ${this.#count}`,
        "nodes",
        byteOffset,
        DAMAGED,
      );
    this.edgeSum = sumUpEdges(this.columns.firstEdge);
  };

  #grow(needed: number): void {
    const capacity = nextCapacity(this.#capacity, needed, this.#count);
    const { type, name, id, selfSize, detachedness, traceId, firstEdge } = this.columns;
    this.#writer.columns = {
      type: resizeColumn(type, capacity),
      name: resizeColumn(name, capacity),
      id: resizeColumn(id, capacity),
      selfSize: resizeColumn(selfSize, capacity),
      detachedness: detachedness === undefined ? undefined : resizeColumn(detachedness, capacity),
      traceId: traceId === undefined ? undefined : resizeColumn(traceId, capacity),
      firstEdge: resizeColumn(firstEdge, capacity + 1),
    };
    this.#capacity = capacity;
  }
}

/** Turns the counts of edges into first edges, in place. Returns the sum, which may be more than 32 bits hold. */
function sumUpEdges(firstEdge: Uint32Array): number {
  let sum = 0;
  for (let i = 1; i < firstEdge.length; i++) {
    sum += firstEdge[i];
    firstEdge[i] = sum;
  }
  return sum;
}
