/**
 * The tables of a heap snapshot. A node is its position in the node columns (`NodeIndex`), an edge its position in the
 * edge columns (`EdgeIndex`); edges are grouped by the node they leave, in node order. The file's own offsets
 * (`to_node` counted in fields, rows of 6 or 7 fields) never leave `format/`.
 *
 * Memory: 21 bytes a node (26 with detachedness and trace ids) and 9 bytes an edge, plus the bytes of the strings.
 */
import type { StringTable } from "./string-table.ts";

/** Position of a node in the node columns. */
export type NodeIndex = number;
/** Position of an edge in the edge columns. */
export type EdgeIndex = number;
/** V8's identity of an object: odd for the JavaScript heap, even for native objects. Shown as `@id`. */
export type NodeId = number;
/** Position of a string in the string table. */
export type StringIndex = number;

/**
 * Invariants (asserted by `checkInvariants` of the testkit):
 * - every column of nodes has length `nodeCount`, every column of edges `edgeCount`;
 * - `firstEdge` has length `nodeCount + 1`, begins with 0, does not decrease, ends with `edgeCount`;
 * - every `edgeTarget` is below `nodeCount`; every `nodeName` is below `strings.length`;
 * - `edgeName` is below `strings.length` unless the type is element or hidden.
 */
export interface HeapGraph {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly rootNode: NodeIndex;

  /** NodeIndex -> code of `NodeType`, or a code of `nodeTypeNames` from `FIRST_UNKNOWN_NODE_TYPE` on. */
  readonly nodeType: Uint8Array;
  /** NodeIndex -> StringIndex of the name that V8 gave the object. */
  readonly nodeName: Uint32Array;
  /** NodeIndex -> NodeId. Unique, not sorted. */
  readonly nodeId: Uint32Array;
  /**
   * NodeIndex -> bytes. As the file has them when read; `moveOwnedSizes` turns them in place into DevTools' shallow
   * sizes, so use `HeapSnapshot.shallowSize`, which sees to that.
   */
  readonly selfSize: Float64Array;
  /** Whether the file knows which DOM nodes are detached. */
  readonly hasDetachedness: boolean;
  /** NodeIndex -> 0 unknown, 1 attached, 2 detached, as the file has it. Absent when all are 0. */
  readonly nodeDetachedness: Uint8Array | undefined;
  /** NodeIndex -> id of a node of the allocation tree, 0 for none. Absent when the file has no such field. */
  readonly nodeTraceId: Uint32Array | undefined;
  /** NodeIndex -> EdgeIndex of the node's first edge. */
  readonly firstEdge: Uint32Array;

  /** EdgeIndex -> code of `EdgeType`, or a code of `edgeTypeNames` from `FIRST_UNKNOWN_EDGE_TYPE` on. */
  readonly edgeType: Uint8Array;
  /** EdgeIndex -> the index itself for element and hidden edges, a StringIndex for all others. */
  readonly edgeName: Uint32Array;
  /** EdgeIndex -> NodeIndex. */
  readonly edgeTarget: Uint32Array;

  /** Code -> name as in the file, for known and unknown types. */
  readonly nodeTypeNames: readonly string[];
  readonly edgeTypeNames: readonly string[];

  readonly strings: StringTable;
  readonly locations: LocationTable;
  readonly samples: SampleTable | undefined;
  readonly traces: TraceTable | undefined;
}

/**
 * Source positions of closures and of objects whose constructor is known. Rows in file order. Many objects share a
 * place, so places are a table of their own.
 */
export interface LocationTable {
  readonly count: number;
  /** Row -> NodeIndex. */
  readonly node: Uint32Array;
  /** Row -> place. */
  readonly place: Uint32Array;
  readonly places: PlaceTable;
}

/** Places in scripts, each once. */
export interface PlaceTable {
  readonly count: number;
  readonly scriptId: Uint32Array;
  /** Place -> line in the script, from 0. */
  readonly line: Uint32Array;
  /** Place -> column in the line, from 0. */
  readonly column: Uint32Array;
}

/** The ticks of an allocation timeline: objects with ids up to `lastAssignedId` existed at `timestampUs`. */
export interface SampleTable {
  readonly count: number;
  /** Microseconds since the recording began. */
  readonly timestampUs: Float64Array;
  readonly lastAssignedId: Uint32Array;
}

/** The functions and the call tree of an allocation recording. */
export interface TraceTable {
  readonly functionCount: number;
  /** Function row -> V8's function id. */
  readonly functionId: Uint32Array;
  /** Function row -> StringIndex. */
  readonly functionName: Uint32Array;
  /** Function row -> StringIndex of the script's url. */
  readonly scriptName: Uint32Array;
  readonly scriptId: Uint32Array;
  /** Function row -> line from 1; 0 unknown. */
  readonly line: Uint32Array;
  /** Function row -> column from 1; 0 unknown. */
  readonly column: Uint32Array;

  readonly nodeCount: number;
  /** Tree row -> id, which `nodeTraceId` names. Rows are in depth-first order; row 0 is the root. */
  readonly treeId: Uint32Array;
  /** Tree row -> function row. */
  readonly treeFunction: Uint32Array;
  /** Tree row -> objects allocated there. */
  readonly treeCount: Uint32Array;
  /** Tree row -> bytes allocated there. */
  readonly treeSize: Float64Array;
  /** Tree row -> row of the caller; -1 for the root. */
  readonly treeParent: Int32Array;
}
