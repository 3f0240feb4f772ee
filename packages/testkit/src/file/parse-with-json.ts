/**
 * The other reader: a snapshot file through `JSON.parse`, into plain arrays. It shares nothing with the engine's
 * tokenizer, so equal tables from both mean that both read the file right. Cost: as much memory as JSON needs, and the
 * whole text as one string; for small files and fixtures only.
 */
import type { HeapSnapshot } from "@heapscope/engine";
import { hasNumberName, plainHeap, plainNode, type PlainHeap } from "../plain-heap.ts";

/** A file's content with every index resolved; what `tablesOf` gives for the engine's columns. */
export interface SnapshotTables {
  rootNode: number;
  extraNativeBytes: number;
  /** One entry a node, as in the file. */
  nodeType: string[];
  nodeName: string[];
  nodeId: number[];
  selfSize: number[];
  /** `undefined` when the rows have no such field. */
  nodeDetachedness: number[] | undefined;
  nodeTraceId: number[] | undefined;
  /** One entry a node and one more: position of its first edge. */
  firstEdge: number[];
  /** One entry an edge. */
  edgeType: string[];
  edgeName: (string | number)[];
  edgeTarget: number[];
  strings: string[];
  locations: { node: number; scriptId: number; line: number; column: number }[];
  samples: { timestampUs: number; lastAssignedId: number }[];
  traceFunctions: {
    functionId: number;
    name: string;
    scriptName: string;
    scriptId: number;
    line: number;
    column: number;
  }[];
  /** Depth first; `parent` is a position in this list, -1 for the root. */
  traceTree: { id: number; functionIndex: number; count: number; size: number; parent: number }[];
}

/** What the text is not: a snapshot. Only says that the reference refuses it too. */
export class NotASnapshotError extends Error {
  override name = "NotASnapshotError";
}

interface Meta {
  node_fields: string[];
  node_types: [string[]];
  edge_fields: string[];
  edge_types: [string[]];
  location_fields?: string[];
  sample_fields?: string[];
  trace_function_info_fields?: string[];
  trace_node_fields?: string[];
}
interface JsonFile {
  snapshot: {
    meta: Meta;
    node_count: number;
    edge_count: number;
    root_index?: number;
    extra_native_bytes?: number;
  };
  nodes: number[];
  edges: number[];
  strings: string[];
  locations?: number[];
  samples?: number[];
  trace_function_infos?: number[];
  trace_tree?: TraceRow[];
}
type TraceRow = number | TraceRow[];

/** Parses a whole file. Throws `SyntaxError` (from JSON) or `NotASnapshotError`. */
export function parseWithJson(text: string): SnapshotTables {
  const file = JSON.parse(text) as JsonFile;
  try {
    return buildTables(file);
  } catch (error) {
    throw error instanceof NotASnapshotError ? error : new NotASnapshotError(String(error));
  }
}

function buildTables(file: JsonFile): SnapshotTables {
  const { meta } = file.snapshot;
  const { strings } = file;
  const stringAt = (index: number): string => {
    const string = strings[index];
    if (typeof string !== "string") throw new NotASnapshotError(`no string ${index}`);
    return string;
  };
  const nodes = new Rows(file.nodes, meta.node_fields);
  const edges = new Rows(file.edges, meta.edge_fields);
  if (nodes.count !== file.snapshot.node_count || edges.count !== file.snapshot.edge_count)
    throw new NotASnapshotError("counts differ");
  const nodeAt = (index: number): number => {
    const node = index / meta.node_fields.length;
    if (!Number.isInteger(node) || node >= nodes.count) throw new NotASnapshotError(`no node at ${index}`);
    return node;
  };
  const typeNames = (types: string[], codes: number[]) =>
    codes.map((code) => types[code] ?? fail(`no type ${code}`));

  const firstEdge = [0];
  for (const count of nodes.column("edge_count")) firstEdge.push(firstEdge.at(-1)! + count);
  if (firstEdge.at(-1) !== edges.count) throw new NotASnapshotError("edge counts do not add up");
  const edgeType = typeNames(meta.edge_types[edges.position("type")]!, edges.column("type"));
  const locations = new Rows(file.locations ?? [], meta.location_fields ?? []);
  const samples = new Rows(file.samples ?? [], meta.sample_fields ?? []);
  // Stacks need both of their tables, and what describes them.
  const treeFields = meta.trace_node_fields ?? [];
  const hasTraces =
    file.trace_function_infos !== undefined &&
    file.trace_tree !== undefined &&
    treeFields.length > 0 &&
    (meta.trace_function_info_fields ?? []).length > 0;
  const functions = new Rows(file.trace_function_infos ?? [], meta.trace_function_info_fields ?? []);
  return {
    rootNode: nodeAt(file.snapshot.root_index ?? 0),
    extraNativeBytes: file.snapshot.extra_native_bytes ?? 0,
    nodeType: typeNames(meta.node_types[nodes.position("type") as 0], nodes.column("type")),
    nodeName: nodes.column("name").map(stringAt),
    nodeId: nodes.column("id"),
    selfSize: nodes.column("self_size"),
    // DevTools looks at the low two bits alone.
    nodeDetachedness: nodes.has("detachedness")
      ? nodes.column("detachedness").map((state) => state % 4)
      : undefined,
    nodeTraceId: nodes.has("trace_node_id") ? nodes.column("trace_node_id") : undefined,
    firstEdge,
    edgeType,
    edgeName: edges
      .column("name_or_index")
      .map((name, edge) => (hasNumberName(edgeType[edge]!) ? name : stringAt(name))),
    edgeTarget: edges.column("to_node").map(nodeAt),
    strings: strings.map((_string, index) => stringAt(index)),
    locations: locations.rows().map((row) => ({
      node: nodeAt(row("object_index")),
      scriptId: row("script_id"),
      line: row("line"),
      column: row("column"),
    })),
    samples: samples.rows().map((row) => ({
      timestampUs: row("timestamp_us"),
      lastAssignedId: row("last_assigned_id"),
    })),
    traceFunctions: (hasTraces ? functions.rows() : []).map((row) => ({
      functionId: row("function_id"),
      name: stringAt(row("name")),
      scriptName: stringAt(row("script_name")),
      scriptId: row("script_id"),
      line: row("line"),
      column: row("column"),
    })),
    traceTree: hasTraces ? flattenTraceTree(file.trace_tree!, treeFields) : [],
  };
}

/** An interleaved section, by the names of its fields. */
class Rows {
  readonly count: number;
  readonly #values: readonly number[];
  readonly #fields: readonly string[];

  constructor(values: readonly number[], fields: readonly string[]) {
    this.count = fields.length === 0 ? 0 : values.length / fields.length;
    if (!Number.isInteger(this.count)) fail("half a row");
    this.#values = values;
    this.#fields = fields;
  }

  has(field: string): boolean {
    return this.#fields.includes(field);
  }

  position(field: string): number {
    return this.has(field) ? this.#fields.indexOf(field) : fail(`no field ${field}`);
  }

  column(field: string): number[] {
    const position = this.position(field);
    return this.rows().map((_row, index) => this.#countAt(index * this.#fields.length + position));
  }

  /** Each row as a function from a field's name to its value, which is 0 where the file has no such field. */
  rows(): ((field: string) => number)[] {
    return Array.from(
      { length: this.count },
      (_unused, index) => (field) =>
        this.has(field) ? this.#countAt(index * this.#fields.length + this.position(field)) : 0,
    );
  }

  #countAt(at: number): number {
    const value = this.#values[at]!;
    if (!Number.isSafeInteger(value) || value < 0) fail(`${value} is no count`);
    return Math.abs(value); // JSON has a -0
  }
}

function flattenTraceTree(
  rows: readonly TraceRow[],
  described?: readonly string[],
): SnapshotTables["traceTree"] {
  const fields = described?.length ? described : ["id", "function_info_index", "count", "size", "children"];
  const flat: SnapshotTables["traceTree"] = [];
  const visit = (siblings: readonly TraceRow[], parent: number): void => {
    for (let start = 0; start < siblings.length; start += fields.length) {
      const value = (field: string) => siblings[start + fields.indexOf(field)];
      const number = (field: string) => (fields.includes(field) ? Math.abs(value(field) as number) : 0);
      const own =
        flat.push({
          id: number("id"),
          functionIndex: number("function_info_index"),
          count: number("count"),
          size: number("size"),
          parent,
        }) - 1;
      visit((value("children") ?? []) as TraceRow[], own);
    }
  };
  visit(rows, -1);
  return flat;
}

function fail(reason: string): never {
  throw new NotASnapshotError(reason);
}

/** The engine's columns in the same form. Call it before anything that changes them (shallow sizes move in place). */
export function tablesOf(snapshot: HeapSnapshot): SnapshotTables {
  const { graph, header } = snapshot;
  const { strings, locations, samples, traces } = graph;
  const edgeType = Array.from(graph.edgeType, (code) => graph.edgeTypeNames[code]!);
  const rows = <T>(count: number, build: (row: number) => T): T[] =>
    Array.from({ length: count }, (_unused, row) => build(row));
  return {
    rootNode: graph.rootNode,
    extraNativeBytes: header.extraNativeBytes,
    nodeType: Array.from(graph.nodeType, (code) => graph.nodeTypeNames[code]!),
    nodeName: Array.from(graph.nodeName, (name) => strings.get(name)),
    nodeId: [...graph.nodeId],
    selfSize: [...graph.selfSize],
    nodeDetachedness: graph.hasDetachedness
      ? [...(graph.nodeDetachedness ?? new Uint8Array(graph.nodeCount))]
      : undefined,
    nodeTraceId: graph.nodeTraceId && [...graph.nodeTraceId],
    firstEdge: [...graph.firstEdge],
    edgeType,
    edgeName: Array.from(graph.edgeName, (name, edge) =>
      hasNumberName(edgeType[edge]!) ? name : strings.get(name),
    ),
    edgeTarget: [...graph.edgeTarget],
    strings: rows(strings.length, (index) => strings.get(index)),
    locations: rows(locations.count, (row) => ({
      node: locations.node[row]!,
      scriptId: locations.places.scriptId[locations.place[row]!]!,
      line: locations.places.line[locations.place[row]!]!,
      column: locations.places.column[locations.place[row]!]!,
    })),
    samples: rows(samples?.count ?? 0, (row) => ({
      timestampUs: samples!.timestampUs[row]!,
      lastAssignedId: samples!.lastAssignedId[row]!,
    })),
    traceFunctions: rows(traces?.functionCount ?? 0, (row) => ({
      functionId: traces!.functionId[row]!,
      name: strings.get(traces!.functionName[row]!),
      scriptName: strings.get(traces!.scriptName[row]!),
      scriptId: traces!.scriptId[row]!,
      line: traces!.line[row]!,
      column: traces!.column[row]!,
    })),
    traceTree: rows(traces?.nodeCount ?? 0, (row) => ({
      id: traces!.treeId[row]!,
      functionIndex: traces!.treeFunction[row]!,
      count: traces!.treeCount[row]!,
      size: traces!.treeSize[row]!,
      parent: traces!.treeParent[row]!,
    })),
  };
}

/** The model of a file, for the naive definitions on real snapshots. */
export function plainHeapOf(tables: SnapshotTables): PlainHeap {
  const nodes = tables.nodeType.map((type, node) =>
    plainNode({
      type,
      name: tables.nodeName[node]!,
      id: tables.nodeId[node]!,
      selfSize: tables.selfSize[node]!,
      detachedness: tables.nodeDetachedness?.[node] ?? 0,
      traceNodeId: tables.nodeTraceId?.[node] ?? 0,
      edges: Array.from({ length: tables.firstEdge[node + 1]! - tables.firstEdge[node]! }, (_unused, nth) => {
        const edge = tables.firstEdge[node]! + nth;
        return { type: tables.edgeType[edge]!, name: tables.edgeName[edge]!, to: tables.edgeTarget[edge]! };
      }),
    }),
  );
  for (const { node, ...location } of tables.locations) nodes[node]!.location = location;
  return plainHeap(nodes, {
    root: tables.rootNode,
    extraNativeBytes: tables.extraNativeBytes,
    traceFunctions: tables.traceFunctions,
    samples: tables.samples,
  });
}
