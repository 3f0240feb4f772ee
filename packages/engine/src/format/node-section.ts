/**
 * The `nodes` section, split into columns while it is read: `[type,name,id,self_size,edge_count,…,type,name,…]`, with
 * the fields in the order of `meta.node_fields`.
 */
import { SnapshotFormatError } from "../errors.ts";
import { newFloat64Column, newUint32Column, newUint8Column, resizeColumn } from "../graph/column-memory.ts";
import { firstCapacity, nextCapacity } from "./growing-column.ts";
import type { SnapshotHeader, SnapshotLayout } from "./header.ts";
import { DAMAGED, isCount, RowError, type IntegerRows, type WideValues } from "./section.ts";

export class NodeColumns implements IntegerRows {
  readonly fieldCount: number;
  readonly #count: number;
  readonly #layout: SnapshotLayout;
  #capacity: number;
  #length = 0;
  type: Uint8Array;
  name: Uint32Array;
  id: Uint32Array;
  selfSize: Float64Array;
  detachedness: Uint8Array | undefined;
  traceId: Uint32Array | undefined;
  firstEdge: Uint32Array;
  /** Edges that the rows so far announce. */
  edgeSum = 0;
  greatestName = 0;
  endOffset = 0;

  constructor(header: SnapshotHeader, layout: SnapshotLayout, byteLength: number | undefined) {
    this.#count = header.nodeCount;
    this.#layout = layout;
    this.fieldCount = layout.nodeFieldCount;
    // A row takes at least a digit and a comma for each field.
    this.#capacity = firstCapacity(header.nodeCount, 2 * layout.nodeFieldCount, byteLength);
    this.type = newUint8Column(this.#capacity);
    this.name = newUint32Column(this.#capacity);
    this.id = newUint32Column(this.#capacity);
    this.selfSize = newFloat64Column(this.#capacity);
    this.traceId = layout.nodeTraceId === -1 ? undefined : newUint32Column(this.#capacity);
    this.firstEdge = newUint32Column(this.#capacity + 1);
  }

  readonly take = (values: Uint32Array, rowCount: number, wide: WideValues): void => {
    const { nodeFieldCount, nodeType, nodeName, nodeId, nodeSelfSize, nodeEdgeCount, nodeTypeCodes } =
      this.#layout;
    const first = this.#length;
    if (first + rowCount > this.#count)
      throw new RowError(
        `There are more nodes than the ${this.#count} that the header announces`,
        (this.#count - first) * nodeFieldCount,
      );
    if (first + rowCount > this.#capacity) this.#grow(first + rowCount);

    const { type, name, id, selfSize, firstEdge } = this;
    const typeCount = nodeTypeCodes.length;
    let { edgeSum, greatestName } = this;
    for (let row = 0, at = 0, node = first; row < rowCount; row++, at += nodeFieldCount, node++) {
      const fileType = values[at + nodeType];
      if (fileType >= typeCount) throw new RowError(`${fileType} is no type of node`, at + nodeType);
      type[node] = nodeTypeCodes[fileType];
      const nameIndex = values[at + nodeName];
      if (nameIndex > greatestName) greatestName = nameIndex;
      name[node] = nameIndex;
      id[node] = values[at + nodeId];
      selfSize[node] = values[at + nodeSelfSize];
      edgeSum += values[at + nodeEdgeCount];
      firstEdge[node + 1] = edgeSum;
    }
    this.edgeSum = edgeSum;
    this.greatestName = greatestName;

    const { nodeDetachedness, nodeTraceId } = this.#layout;
    const { traceId } = this;
    if (nodeDetachedness !== -1)
      for (let row = 0, at = nodeDetachedness; row < rowCount; row++, at += nodeFieldCount) {
        // Two bits, as in DevTools.
        if ((values[at] & 3) === 0) continue;
        // Most files of Node have the field and no value in it, so the column waits for the first.
        this.detachedness ??= newUint8Column(this.#capacity);
        this.detachedness[first + row] = values[at] & 3;
      }
    if (traceId !== undefined)
      for (let row = 0, at = nodeTraceId; row < rowCount; row++, at += nodeFieldCount)
        traceId[first + row] = values[at];

    for (let i = 0; i < wide.positions.length; i++) {
      const position = wide.positions[i];
      const row = Math.floor(position / nodeFieldCount);
      if (row >= rowCount) break;
      if (position % nodeFieldCount !== nodeSelfSize || !isCount(wide.values[i]))
        throw new RowError(`${wide.values[i]} is out of range`, position);
      selfSize[first + row] = wide.values[i];
    }
    this.#length = first + rowCount;
  };

  readonly end = (byteOffset: number): void => {
    this.endOffset = byteOffset;
    if (this.#length !== this.#count)
      throw new SnapshotFormatError(
        `There are ${this.#length} nodes, but the header announces ${this.#count}`,
        "nodes",
        byteOffset,
        DAMAGED,
      );
  };

  #grow(needed: number): void {
    const capacity = nextCapacity(this.#capacity, needed, this.#count);
    this.type = resizeColumn(this.type, capacity);
    this.name = resizeColumn(this.name, capacity);
    this.id = resizeColumn(this.id, capacity);
    this.selfSize = resizeColumn(this.selfSize, capacity);
    if (this.detachedness !== undefined) this.detachedness = resizeColumn(this.detachedness, capacity);
    if (this.traceId !== undefined) this.traceId = resizeColumn(this.traceId, capacity);
    this.firstEdge = resizeColumn(this.firstEdge, capacity + 1);
    this.#capacity = capacity;
  }
}
