/**
 * The `edges` section, split into columns while it is read: `[type,name_or_index,to_node,…]`. `to_node` counts in fields
 * of nodes; here it becomes the position of the node.
 */
import { SnapshotFormatError } from "../errors.ts";
import { newUint32Column, newUint8Column, resizeColumn } from "../graph/column-memory.ts";
import { EdgeType } from "../graph/node-types.ts";
import { firstCapacity, nextCapacity } from "./growing-column.ts";
import type { SnapshotHeader, SnapshotLayout } from "./header.ts";
import { DAMAGED, RowError, type IntegerRows, type WideValues } from "./section.ts";

/**
 * Division without remainder, by a multiplication: for an odd divisor d there is a number i with d · i = 1 modulo 2^32,
 * so q = n · i modulo 2^32 is the quotient when d divides n, and otherwise too great for q · d to fit 32 bits. As long as
 * all right quotients are below a bound b with b · d ≤ 2^32, "q < b" is the whole check. An even divisor has its powers
 * of two shifted out first. (An ordinary division goes through floating point, and makes garbage in code that is not
 * optimised yet: 45 MB for a file of 127 MB.)
 */
interface ExactDivider {
  readonly shift: number;
  /** The bits that must be 0 because of the shift. */
  readonly lowBits: number;
  readonly inverse: number;
}

function exactDivider(divisor: number): ExactDivider {
  let shift = 0;
  while ((divisor >>> shift) % 2 === 0) shift++;
  const odd = divisor >>> shift;
  // Newton's iteration doubles the right bits each time; an odd number is its own inverse modulo 8.
  let inverse = odd;
  for (let bits = 3; bits < 32; bits *= 2) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  return { shift, lowBits: 2 ** shift - 1, inverse };
}

export class EdgeColumns implements IntegerRows {
  readonly fieldCount: number;
  readonly #count: number;
  readonly #layout: SnapshotLayout;
  readonly #nodeCount: number;
  readonly #divider: ExactDivider;
  #capacity: number;
  #length = 0;
  type: Uint8Array;
  name: Uint32Array;
  target: Uint32Array;
  greatestName = 0;
  endOffset = 0;

  constructor(header: SnapshotHeader, layout: SnapshotLayout, byteLength: number | undefined) {
    this.#count = header.edgeCount;
    this.#nodeCount = header.nodeCount;
    this.#divider = exactDivider(layout.nodeFieldCount);
    this.#layout = layout;
    this.fieldCount = layout.edgeFieldCount;
    this.#capacity = firstCapacity(header.edgeCount, 2 * layout.edgeFieldCount, byteLength);
    this.type = newUint8Column(this.#capacity);
    this.name = newUint32Column(this.#capacity);
    this.target = newUint32Column(this.#capacity);
  }

  readonly take = (values: Uint32Array, rowCount: number, wide: WideValues): void => {
    const { edgeFieldCount, edgeType, edgeName, edgeTarget, edgeTypeCodes } = this.#layout;
    const { shift, lowBits, inverse } = this.#divider;
    const first = this.#length;
    if (first + rowCount > this.#count)
      throw new RowError(
        `There are more edges than the ${this.#count} that the header announces`,
        (this.#count - first) * edgeFieldCount,
      );
    if (first + rowCount > this.#capacity) this.#grow(first + rowCount);
    if (wide.positions.length > 0 && wide.positions[0] < rowCount * edgeFieldCount)
      throw new RowError(`${wide.values[0]} is out of range`, wide.positions[0]);

    const { type, name, target } = this;
    const typeCount = edgeTypeCodes.length;
    const nodeCount = this.#nodeCount;
    let { greatestName } = this;
    for (let row = 0, at = 0, edge = first; row < rowCount; row++, at += edgeFieldCount, edge++) {
      const fileType = values[at + edgeType];
      if (fileType >= typeCount) throw new RowError(`${fileType} is no type of edge`, at + edgeType);
      const code = edgeTypeCodes[fileType];
      type[edge] = code;
      const nameOrIndex = values[at + edgeName];
      if (nameOrIndex > greatestName && code !== EdgeType.element && code !== EdgeType.hidden)
        greatestName = nameOrIndex;
      name[edge] = nameOrIndex;
      const toNode = values[at + edgeTarget];
      const node = Math.imul(toNode >>> shift, inverse) >>> 0;
      if (node >= nodeCount || (toNode & lowBits) !== 0) throw this.#wrongTarget(toNode, at + edgeTarget);
      target[edge] = node;
    }
    this.greatestName = greatestName;
    this.#length = first + rowCount;
  };

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

  #wrongTarget(toNode: number, position: number): RowError {
    return new RowError(
      toNode % this.#layout.nodeFieldCount === 0
        ? `"to_node" ${toNode} lies behind the last node`
        : `"to_node" ${toNode} is not the begin of a node`,
      position,
    );
  }

  #grow(needed: number): void {
    const capacity = nextCapacity(this.#capacity, needed, this.#count);
    this.type = resizeColumn(this.type, capacity);
    this.name = resizeColumn(this.name, capacity);
    this.target = resizeColumn(this.target, capacity);
    this.#capacity = capacity;
  }
}
