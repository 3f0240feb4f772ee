/**
 * The small sections of an allocation recording: `samples`, and `trace_function_infos` with the tree of calls. Their rows
 * are kept as they are, and become tables when the whole file has been read.
 */
import { SnapshotFormatError } from "../errors.ts";
import { newFloat64Column, newInt32Column, newUint32Column, resizeColumn } from "../graph/column-memory.ts";
import type { SampleTable, TraceTable } from "../graph/heap-graph.ts";
import { DAMAGED, isCount, type IntegerRows, type WideValues } from "./section.ts";
import type { TraceTreeSection } from "./trace-tree-section.ts";

/** Rows of a small section, kept as they are until the tables are built. */
export class PlainRows implements IntegerRows {
  readonly fields: readonly string[];
  readonly fieldCount: number;
  #values: Float64Array = new Float64Array(1024);
  #length = 0;
  endOffset = 0;

  constructor(fields: readonly string[]) {
    this.fields = fields;
    this.fieldCount = fields.length;
  }

  get rowCount(): number {
    return this.#length / this.fieldCount;
  }

  /** Value of field number `field` (-1: 0) in `row`. */
  get(row: number, field: number): number {
    return field === -1 ? 0 : this.#values[row * this.fieldCount + field];
  }

  readonly take = (values: Uint32Array, rowCount: number, wide: WideValues): void => {
    const count = rowCount * this.fieldCount;
    const first = this.#length;
    if (first + count > this.#values.length)
      this.#values = resizeColumn(this.#values, Math.max(first + count, this.#values.length * 2));
    for (let i = 0; i < count; i++) this.#values[first + i] = values[i];
    for (let i = 0; i < wide.positions.length && wide.positions[i] < count; i++)
      this.#values[first + wide.positions[i]] = wide.values[i];
    this.#length = first + count;
  };

  readonly end = (byteOffset: number): void => {
    this.endOffset = byteOffset;
  };

  /** A column of one field; values that are no counts below `limit` are an error. */
  column<T extends Uint32Array | Float64Array>(name: string, section: string, into: T, limit: number): T {
    const field = this.fields.indexOf(name);
    for (let row = 0; row < into.length; row++) {
      const value = this.get(row, field);
      if (!isCount(value) || value >= limit)
        throw new SnapshotFormatError(
          `Row ${row} has "${name}" ${this.get(row, field)}, which is out of range`,
          section,
          this.endOffset,
          DAMAGED,
        );
      into[row] = value;
    }
    return into;
  }
}

/** The ticks of a recording; undefined when the file has none. */
export function buildSamples(rows: PlainRows | undefined): SampleTable | undefined {
  if (rows === undefined) return undefined;
  const count = rows.rowCount;
  return {
    count,
    timestampUs: rows.column("timestamp_us", "samples", newFloat64Column(count), Infinity),
    lastAssignedId: rows.column("last_assigned_id", "samples", newUint32Column(count), 2 ** 32),
  };
}

/** The functions and the call tree of a recording; undefined when the file has none. */
export function buildTraces(
  functions: PlainRows | undefined,
  tree: TraceTreeSection | undefined,
  stringCount: number,
): TraceTable | undefined {
  if (functions === undefined || tree === undefined) return undefined;
  const functionCount = functions.rowCount;
  const column = (name: string, limit = 2 ** 32): Uint32Array =>
    functions.column(name, "trace_function_infos", newUint32Column(functionCount), limit);
  const { rows } = tree;
  const nodeCount = rows.id.length;
  const badRow = rows.functionRow.findIndex((row) => row >= functionCount);
  if (badRow !== -1)
    throw new SnapshotFormatError(
      `Row ${badRow} names function ${rows.functionRow[badRow]} of ${functionCount}`,
      "trace_tree",
      functions.endOffset,
      DAMAGED,
    );
  const treeColumn = <T extends Uint32Array | Float64Array | Int32Array>(
    from: readonly number[],
    into: T,
  ): T => {
    for (let i = 0; i < from.length; i++) into[i] = from[i];
    return into;
  };
  return {
    functionCount,
    functionId: column("function_id"),
    functionName: column("name", stringCount),
    scriptName: column("script_name", stringCount),
    scriptId: column("script_id"),
    line: column("line"),
    column: column("column"),
    nodeCount,
    treeId: treeColumn(rows.id, newUint32Column(nodeCount)),
    treeFunction: treeColumn(rows.functionRow, newUint32Column(nodeCount)),
    treeCount: treeColumn(rows.count, newUint32Column(nodeCount)),
    treeSize: treeColumn(rows.size, newFloat64Column(nodeCount)),
    treeParent: treeColumn(rows.parent, newInt32Column(nodeCount)),
  };
}
