/**
 * Turns the bytes of a `.heapsnapshot` or `.heaptimeline` into the tables of `graph/heap-graph.ts`, chunk by chunk.
 *
 * A heap snapshot is one JSON object with a few known members:
 *
 *     {"snapshot":{"meta":{…},"node_count":3,…},"nodes":[…],"edges":[…],"trace_function_infos":[…],
 *      "trace_tree":[…],"samples":[…],"locations":[…],"strings":["<dummy>",…]}
 *
 * The reader walks the outer object byte by byte and hands each member's value to the parser of that section. `snapshot`
 * must come before the sections that it describes; otherwise their order is free, and unknown members are skipped.
 *
 * Memory: the columns, the bytes of the strings, and one chunk. Cost: about 2 ns a byte.
 */
import { SnapshotFormatError } from "../errors.ts";
import { newFloat64Column, newInt32Column, newUint32Column, newUint8Column } from "../graph/column-memory.ts";
import type { HeapGraph, LocationTable, SampleTable, TraceTable } from "../graph/heap-graph.ts";
import { EdgeType } from "../graph/node-types.ts";
import { SequenceTrie } from "../graph/sequence-trie.ts";
import { decodeUtf8Bytes } from "../graph/utf8.ts";
import { firstCapacity, nextCapacity, resizeColumn } from "./growing-column.ts";
import { parseHeader, type SnapshotHeader, type SnapshotLayout } from "./header.ts";
import { JsonSection } from "./json-section.ts";
import {
  DAMAGED,
  IntegerSection,
  RowError,
  showByte,
  type IntegerRows,
  type SectionParser,
  type WideValues,
} from "./section.ts";
import { isWhiteSpace, StringSection } from "./string-section.ts";
import { TraceTreeSection } from "./trace-tree-section.ts";

/** What may stand at the current byte of the outer object. */
const State = {
  start: 0,
  firstKeyOrEnd: 1,
  key: 2,
  inKey: 3,
  colon: 4,
  value: 5,
  inValue: 6,
  commaOrEnd: 7,
  end: 8,
} as const;

const NOT_A_SNAPSHOT = "This is not a V8 heap snapshot.";
const TRUNCATED =
  "The file was cut off: the capture did not finish or the copy is incomplete; capture it again.";
const LONGEST_KEY = 64;

const KNOWN_SECTIONS: ReadonlySet<string> = new Set([
  "snapshot",
  "nodes",
  "edges",
  "trace_function_infos",
  "trace_tree",
  "samples",
  "locations",
  "strings",
]);

const UNKNOWN_SECTION = "(unknown)";

/** The result of reading. */
export interface SnapshotFile {
  readonly header: SnapshotHeader;
  readonly graph: HeapGraph;
}

export class SnapshotReader {
  readonly #byteLength: number | undefined;
  #state: (typeof State)[keyof typeof State] = State.start;
  #chunkOffset = 0;
  #key: number[] = [];
  #section = "file";
  #sectionStart = 0;
  #parser: SectionParser | undefined;
  readonly #seen = new Set<string>();

  #headerText: JsonSection | undefined;
  #header: SnapshotHeader | undefined;
  #layout: SnapshotLayout | undefined;
  #nodes: NodeColumns | undefined;
  #edges: EdgeColumns | undefined;
  #strings: StringSection | undefined;
  #traceTree: TraceTreeSection | undefined;
  #locations: LocationColumns | undefined;
  #samples: PlainRows | undefined;
  #traceFunctions: PlainRows | undefined;

  /** @param byteLength bytes of the whole input, when known: lets columns get their final size at once */
  constructor(byteLength?: number) {
    this.#byteLength = byteLength;
  }

  /** Bytes read so far. */
  get byteOffset(): number {
    return this.#chunkOffset;
  }

  /** Reads the next chunk. Throws `SnapshotFormatError`; the reader is of no use after that. */
  push(bytes: Uint8Array): void {
    const end = bytes.length;
    let p = 0;
    while (p < end) {
      if (this.#state === State.inValue) {
        const after = this.#parser!.parse(bytes, p, end, this.#chunkOffset);
        if (after === -1) break;
        p = after;
        this.#endSection();
        this.#state = State.commaOrEnd;
      } else p = this.#readOuter(bytes, p);
    }
    this.#chunkOffset += end;
  }

  /** Says that no chunk follows, and returns the tables. Throws `SnapshotFormatError` when the file is not whole. */
  finish(): SnapshotFile {
    const offset = this.#chunkOffset;
    if (offset === 0) throw new SnapshotFormatError("The file is empty", "file", 0, TRUNCATED);
    if (this.#state !== State.end) {
      throw this.#state === State.start
        ? new SnapshotFormatError("The file holds only white space", "file", offset, NOT_A_SNAPSHOT)
        : new SnapshotFormatError("The file ends too early", this.#section, offset, TRUNCATED);
    }
    const missing = ["snapshot", "nodes", "edges", "strings"].find((name) => !this.#seen.has(name));
    if (missing !== undefined)
      throw new SnapshotFormatError(`The file has no "${missing}"`, "file", offset, NOT_A_SNAPSHOT);

    const header = this.#header!;
    const layout = this.#layout!;
    const nodes = this.#nodes!;
    const edges = this.#edges!;
    const strings = this.#strings!.builder.build();
    if (nodes.edgeSum !== header.edgeCount)
      throw new SnapshotFormatError(
        `The nodes announce ${nodes.edgeSum} edges, the header ${header.edgeCount}`,
        "nodes",
        nodes.endOffset,
        DAMAGED,
      );
    checkStringIndex(nodes.greatestName, strings.length, "nodes", nodes.endOffset);
    checkStringIndex(edges.greatestName, strings.length, "edges", edges.endOffset);

    return {
      header,
      graph: {
        nodeCount: header.nodeCount,
        edgeCount: header.edgeCount,
        rootNode: header.rootNode,
        nodeType: nodes.type,
        nodeName: nodes.name,
        nodeId: nodes.id,
        selfSize: nodes.selfSize,
        hasDetachedness: layout.nodeDetachedness !== -1,
        nodeDetachedness: nodes.detachedness,
        nodeTraceId: nodes.traceId,
        firstEdge: nodes.firstEdge,
        edgeType: edges.type,
        edgeName: edges.name,
        edgeTarget: edges.target,
        nodeTypeNames: layout.nodeTypeNames,
        edgeTypeNames: layout.edgeTypeNames,
        strings,
        locations: this.#locations?.build() ?? NO_LOCATIONS,
        samples: buildSamples(this.#samples),
        traces: buildTraces(this.#traceFunctions, this.#traceTree, strings.length),
      },
    };
  }

  /** Reads one or more bytes between sections. */
  #readOuter(bytes: Uint8Array, p: number): number {
    const byte = bytes[p];
    const offset = this.#chunkOffset + p;
    if (this.#state === State.inKey) {
      if (byte === 0x22) {
        const name = decodeUtf8Bytes(this.#key);
        // The text of the file never gets into a message unless it is a name that we know.
        this.#section = KNOWN_SECTIONS.has(name) ? name : UNKNOWN_SECTION;
        this.#state = State.colon;
      } else if (this.#key.push(byte) > LONGEST_KEY)
        throw new SnapshotFormatError("The name of a section is too long", "file", offset, NOT_A_SNAPSHOT);
      return p + 1;
    }
    if (isWhiteSpace(byte)) return p + 1;
    switch (this.#state) {
      case State.start:
        // A byte order mark in front is harmless.
        if (offset < 3 && byte === [0xef, 0xbb, 0xbf][offset]) return p + 1;
        if (byte !== 0x7b) throw notASnapshot(byte, offset);
        this.#state = State.firstKeyOrEnd;
        return p + 1;
      case State.firstKeyOrEnd:
      case State.key:
        if (byte === 0x22) {
          this.#key = [];
          this.#state = State.inKey;
          return p + 1;
        }
        if (byte === 0x7d && this.#state === State.firstKeyOrEnd) {
          this.#state = State.end;
          return p + 1;
        }
        break;
      case State.colon:
        if (byte === 0x3a) {
          this.#state = State.value;
          return p + 1;
        }
        break;
      case State.value:
        this.#parser = this.#openSection(offset);
        this.#sectionStart = offset;
        this.#state = State.inValue;
        return p;
      case State.commaOrEnd:
        this.#section = "file";
        if (byte === 0x2c) {
          this.#state = State.key;
          return p + 1;
        }
        if (byte === 0x7d) {
          this.#state = State.end;
          return p + 1;
        }
        break;
      default:
        throw new SnapshotFormatError(
          `The snapshot has ended, but ${showByte(byte)} follows`,
          "file",
          offset,
          "The file holds more than one snapshot or was damaged; cut it off there or capture it again.",
        );
    }
    throw new SnapshotFormatError(`${showByte(byte)} cannot stand here`, this.#section, offset, DAMAGED);
  }

  #openSection(offset: number): SectionParser {
    const name = this.#section;
    if (name === UNKNOWN_SECTION) return new JsonSection(name, false);
    if (this.#seen.has(name))
      throw new SnapshotFormatError(`The section "${name}" stands twice`, name, offset, DAMAGED);
    this.#seen.add(name);
    if (name === "snapshot") return (this.#headerText = new JsonSection(name, true));
    if (name === "strings") return (this.#strings = new StringSection());

    const { header, layout } = this.#described(name, offset);
    // Without a description of its fields a section cannot be understood, and DevTools does not look at it either.
    if (fieldsOf(layout, name)?.length === 0) return new JsonSection(name, false);
    switch (name) {
      case "nodes":
        this.#nodes = new NodeColumns(header, layout, this.#byteLength);
        return new IntegerSection(name, this.#nodes);
      case "edges":
        this.#edges = new EdgeColumns(header, layout, this.#byteLength);
        return new IntegerSection(name, this.#edges);
      case "trace_tree":
        return (this.#traceTree = new TraceTreeSection(layout.traceNodeFields));
      case "trace_function_infos":
        this.#traceFunctions = new PlainRows(layout.traceFunctionFields);
        return new IntegerSection(name, this.#traceFunctions);
      case "samples":
        this.#samples = new PlainRows(layout.sampleFields);
        return new IntegerSection(name, this.#samples);
      default:
        this.#locations = new LocationColumns(
          layout.locationFields,
          layout.nodeFieldCount,
          header.nodeCount,
          this.#nodes === undefined ? 0 : header.nodeCount,
        );
        return new IntegerSection(name, this.#locations);
    }
  }

  #described(name: string, offset: number): { header: SnapshotHeader; layout: SnapshotLayout } {
    if (this.#header === undefined || this.#layout === undefined)
      throw new SnapshotFormatError(
        `The section "${name}" comes before "snapshot", which describes it`,
        name,
        offset,
        NOT_A_SNAPSHOT,
      );
    return { header: this.#header, layout: this.#layout };
  }

  #endSection(): void {
    if (this.#section === "snapshot") {
      const { header, layout } = parseHeader(this.#headerText!.text, this.#sectionStart);
      this.#header = header;
      this.#layout = layout;
      this.#headerText = undefined;
    }
    this.#parser = undefined;
  }
}

/** The `nodes` section, split into columns. */
class NodeColumns implements IntegerRows {
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

/** The `edges` section, split into columns. */
class EdgeColumns implements IntegerRows {
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

/**
 * The `locations` section, split into columns. Its length is not announced, but there is hardly more than one row for a
 * node: the columns get as long as the nodes' at once, which costs no physical memory before the rows come.
 */
class LocationColumns implements IntegerRows {
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

const NO_LOCATIONS: LocationTable = {
  count: 0,
  node: new Uint32Array(0),
  place: new Uint32Array(0),
  places: { count: 0, scriptId: new Uint32Array(0), line: new Uint32Array(0), column: new Uint32Array(0) },
};

/** Rows of a small section, kept as they are until the tables are built. */
class PlainRows implements IntegerRows {
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
    if (first + count > this.#values.length) {
      const grown = new Float64Array(Math.max(first + count, this.#values.length * 2));
      grown.set(this.#values.subarray(0, first));
      this.#values = grown;
    }
    for (let i = 0; i < count; i++) this.#values[first + i] = values[i];
    for (let i = 0; i < wide.positions.length && wide.positions[i] < count; i++)
      this.#values[first + wide.positions[i]] = wide.values[i];
    this.#length = first + count;
  };

  readonly end = (byteOffset: number): void => {
    this.endOffset = byteOffset;
  };

  /** A column of one field; values that are no counts below `limit` are an error. */
  column<T extends Uint32Array | Float64Array>(
    name: string,
    section: string,
    into: T,
    limit: number,
    divisor = 1,
  ): T {
    const field = this.fields.indexOf(name);
    for (let row = 0; row < into.length; row++) {
      const value = this.get(row, field) / divisor;
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

function buildSamples(rows: PlainRows | undefined): SampleTable | undefined {
  if (rows === undefined) return undefined;
  const count = rows.rowCount;
  return {
    count,
    timestampUs: rows.column("timestamp_us", "samples", newFloat64Column(count), Infinity),
    lastAssignedId: rows.column("last_assigned_id", "samples", newUint32Column(count), 2 ** 32),
  };
}

function buildTraces(
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

function checkStringIndex(greatest: number, stringCount: number, section: string, byteOffset: number): void {
  if (greatest < stringCount) return;
  throw new SnapshotFormatError(
    `A name is string ${greatest}, but there are only ${stringCount} strings`,
    section,
    byteOffset,
    DAMAGED,
  );
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** The description of a section's fields; undefined for the sections that always have one. */
function fieldsOf(layout: SnapshotLayout, section: string): readonly string[] | undefined {
  switch (section) {
    case "trace_tree":
      return layout.traceNodeFields;
    case "trace_function_infos":
      return layout.traceFunctionFields;
    case "samples":
      return layout.sampleFields;
    case "locations":
      return layout.locationFields;
    default:
      return undefined;
  }
}

function notASnapshot(byte: number, offset: number): SnapshotFormatError {
  if (byte === 0x1f)
    return new SnapshotFormatError(
      "The bytes are compressed (gzip)",
      "file",
      offset,
      "Decompress them before they are read as a snapshot.",
    );
  return new SnapshotFormatError(
    `The file begins with ${showByte(byte)}, not "{"`,
    "file",
    offset,
    NOT_A_SNAPSHOT,
  );
}
