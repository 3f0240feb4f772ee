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
import type { HeapGraph } from "../graph/heap-graph.ts";
import { decodeUtf8Bytes } from "../graph/utf8.ts";
import { IntegerKernels } from "../kernels/integer-kernel.ts";
import { EdgeColumns, EdgeWriter, type EdgeColumnSet } from "./edge-section.ts";
import { parseHeader, type SnapshotHeader, type SnapshotLayout } from "./header.ts";
import { JsonSection } from "./json-section.ts";
import { LocationColumns, NO_LOCATIONS } from "./location-section.ts";
import { NodeColumns, NodeWriter, type NodeColumnSet } from "./node-section.ts";
import { MOST_FIELDS, type WrittenRows } from "./row-blocks.ts";
import { DAMAGED, IntegerSection, showByte, type RowWriter, type SectionParser } from "./section.ts";
import { isWhiteSpace, StringSection } from "./string-section.ts";
import { buildSamples, buildTraces, PlainRows } from "./timeline-section.ts";
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

/** A section whose rows others may read (`row-blocks.ts`). */
export interface RowSection {
  readonly name: "nodes" | "edges";
  /** Offset of the byte behind the opening bracket. */
  readonly begin: number;
  readonly fieldCount: number;
  readonly rowCount: number;
  readonly nodeCount: number;
  readonly layout: SnapshotLayout;
  /** As long as the announced rows. */
  readonly columns: NodeColumnSet | EdgeColumnSet;
}

/** Writes rows of such a section; in any thread. */
export function rowWriterOf({
  layout,
  nodeCount,
  columns,
}: Pick<RowSection, "layout" | "nodeCount" | "columns">): RowWriter {
  return "target" in columns ? new EdgeWriter(layout, nodeCount, columns) : new NodeWriter(layout, columns);
}

export interface ReaderOptions {
  /** Bytes of the whole input, when known: lets columns get their final size at once. */
  readonly byteLength?: number | undefined;
  /** Whether `push` stops at a section that others may read. */
  readonly handsOver?: boolean;
}

export class SnapshotReader {
  readonly #byteLength: number | undefined;
  readonly #handsOver: boolean;
  #handedOver: RowSection | undefined;
  /** Whether the value that begins now may be handed over. */
  #mayHandOver = false;
  #state: (typeof State)[keyof typeof State] = State.start;
  #chunkOffset = 0;
  #key: number[] = [];
  #section = "file";
  #sectionStart = 0;
  #parser: SectionParser | undefined;
  readonly #seen = new Set<string>();
  readonly #kernels = new IntegerKernels();

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

  constructor({ byteLength, handsOver = false }: ReaderOptions = {}) {
    this.#byteLength = byteLength;
    this.#handsOver = handsOver;
  }

  /** Bytes read so far. */
  get byteOffset(): number {
    return this.#chunkOffset;
  }

  /** The section that others are to read now: `accept` what came of it, then `push` the bytes behind it. */
  get handedOver(): RowSection | undefined {
    return this.#handedOver;
  }

  /** Takes the rows that others have written, and goes on behind them. */
  accept(written: WrittenRows): void {
    const isNodes = this.#handedOver?.name === "nodes";
    this.#handedOver = undefined;
    this.#chunkOffset = written.endOffset;
    const columns = isNodes ? this.#nodes! : this.#edges!;
    columns.accept(written);
    columns.end(written.endOffset - 1);
    this.#endSection();
    this.#state = State.commaOrEnd;
  }

  /**
   * Reads the next chunk; the rest of it is not read when a section is handed over. Throws `SnapshotFormatError`; the reader
   * is of no use after that.
   */
  push(bytes: Uint8Array): void {
    const end = bytes.length;
    let p = 0;
    while (p < end) {
      if (this.#state === State.inValue) {
        if (this.#mayHandOver && bytes[p] === 0x5b && this.#handOver(this.#chunkOffset + p + 1)) return;
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
        nodeType: nodes.columns.type,
        nodeName: nodes.columns.name,
        nodeId: nodes.columns.id,
        selfSize: nodes.columns.selfSize,
        hasDetachedness: layout.nodeDetachedness !== -1,
        nodeDetachedness: nodes.detachedness,
        nodeTraceId: nodes.columns.traceId,
        firstEdge: nodes.columns.firstEdge,
        edgeType: edges.columns.type,
        edgeName: edges.columns.name,
        edgeTarget: edges.columns.target,
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
        this.#mayHandOver = this.#handsOver;
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
        return new IntegerSection(name, this.#nodes, this.#kernels);
      case "edges":
        this.#edges = new EdgeColumns(header, layout, this.#byteLength);
        return new IntegerSection(name, this.#edges, this.#kernels);
      case "trace_tree":
        return (this.#traceTree = new TraceTreeSection(layout.traceNodeFields));
      case "trace_function_infos":
        this.#traceFunctions = new PlainRows(layout.traceFunctionFields);
        return new IntegerSection(name, this.#traceFunctions, this.#kernels);
      case "samples":
        this.#samples = new PlainRows(layout.sampleFields);
        return new IntegerSection(name, this.#samples, this.#kernels);
      default:
        this.#locations = new LocationColumns(
          layout.locationFields,
          layout.nodeFieldCount,
          header.nodeCount,
          this.#nodes === undefined ? 0 : header.nodeCount,
        );
        return new IntegerSection(name, this.#locations, this.#kernels);
    }
  }

  /** Hands the section that begins here over, if it is one of rows, and there is room for all of them. */
  #handOver(begin: number): boolean {
    this.#mayHandOver = false;
    const name = this.#section;
    if (name !== "nodes" && name !== "edges") return false;
    const { header, layout } = this.#described(name, begin);
    const rows = name === "nodes" ? this.#nodes! : this.#edges!;
    const rowCount = name === "nodes" ? header.nodeCount : header.edgeCount;
    if (rows.capacity !== rowCount || rowCount === 0 || rows.fieldCount > MOST_FIELDS) return false;
    const { columns, fieldCount } = rows;
    const { nodeCount } = header;
    this.#handedOver = { name, begin, fieldCount, rowCount, nodeCount, layout, columns };
    return true;
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

function checkStringIndex(greatest: number, stringCount: number, section: string, byteOffset: number): void {
  if (greatest < stringCount) return;
  throw new SnapshotFormatError(
    `A name is string ${greatest}, but there are only ${stringCount} strings`,
    section,
    byteOffset,
    DAMAGED,
  );
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
