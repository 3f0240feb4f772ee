/**
 * A heap as plain objects: the one model that drawings, generators, the file writer and the naive definitions share.
 *
 * It deliberately has nothing to do with the engine's columns: node types are words, edges sit inside their node,
 * and a node is named by its position in `nodes`. A test writes a plain heap to a file's text (`formatHeap`), lets the
 * engine read that, and compares what the engine says with what a definition over this model says.
 */

/** One row of a snapshot's `nodes`, with its edges. */
export interface PlainNode {
  /** V8's word: "object", "hidden", "concatenated string" … Words that V8 does not know are written too. */
  type: string;
  /** The raw name, as in the file's string table. */
  name: string;
  /** V8's identity; unique in a heap. */
  id: number;
  /** Bytes. */
  selfSize: number;
  /** 0 unknown, 1 attached, 2 detached. Lost when the layout has no such field. */
  detachedness: number;
  /** Position in the allocation tree; 0 is none. Lost when the layout has no such field. */
  traceNodeId: number;
  /** Where the object's constructor or the closure's function is defined. */
  location: PlainLocation | undefined;
  edges: PlainEdge[];
}

/** A reference to `nodes[to]`. */
export interface PlainEdge {
  /** V8's word: "property", "element", "weak" … */
  type: string;
  /** A number for `element` and `hidden`, a string for every other type. */
  name: string | number;
  to: number;
}

/** Zero-based line and column, as in the file. */
export interface PlainLocation {
  scriptId: number;
  line: number;
  column: number;
}

/** One function of an allocation timeline; names are strings here and indexes in the file. */
export interface PlainTraceFunction {
  functionId: number;
  name: string;
  scriptName: string;
  scriptId: number;
  line: number;
  column: number;
}

/** One stack of an allocation timeline. */
export interface PlainTraceNode {
  id: number;
  functionIndex: number;
  count: number;
  size: number;
  children: PlainTraceNode[];
}

export interface PlainHeap {
  nodes: PlainNode[];
  /** Position of the root: first or last, as DevTools demands. */
  root: number;
  extraNativeBytes: number;
  traceFunctions: PlainTraceFunction[];
  /** `undefined` when nothing was traced. */
  traceTree: PlainTraceNode | undefined;
  samples: { timestampUs: number; lastAssignedId: number }[];
}

/** A heap of these nodes with the root in front and nothing traced. */
export function plainHeap(nodes: PlainNode[], rest: Partial<Omit<PlainHeap, "nodes">> = {}): PlainHeap {
  return {
    nodes,
    root: 0,
    extraNativeBytes: 0,
    traceFunctions: [],
    traceTree: undefined,
    samples: [],
    ...rest,
  };
}

/** A node with no edges; whatever is not given is zero or absent. */
export function plainNode(node: Partial<PlainNode> & { type: string; name: string; id: number }): PlainNode {
  return { selfSize: 0, detachedness: 0, traceNodeId: 0, location: undefined, edges: [], ...node };
}

/** An independent copy, so that a test can change one of two heaps. */
export function clonePlainHeap(heap: PlainHeap): PlainHeap {
  return structuredClone(heap);
}

/** True where V8 writes a number instead of a string-table index. */
export function hasNumberName(edgeType: string): boolean {
  return edgeType === "element" || edgeType === "hidden";
}

/** The label that V8 gives both edges of a WeakMap entry, without the `N / ` in front (which differs between the two). */
export function ephemeronLabel(table: PlainNode, key: PlainNode, value: PlainNode): string {
  return `part of key (${key.name} @${key.id}) -> value (${value.name} @${value.id}) pair in WeakMap (table @${table.id})`;
}
