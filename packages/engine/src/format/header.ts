/**
 * The `snapshot` section: counts and the description of every field position (`meta`). From it the reader learns how
 * rows are laid out in this file; no position is a constant, because V8 versions differ (6 or 7 node fields, one node
 * type list too many, 4 or 5 location fields).
 */
import { SnapshotFormatError } from "../errors.ts";
import {
  EDGE_TYPE_NAMES,
  FIRST_UNKNOWN_EDGE_TYPE,
  FIRST_UNKNOWN_NODE_TYPE,
  NODE_TYPE_NAMES,
} from "../graph/node-types.ts";

/** What the `snapshot` section says. */
export interface SnapshotHeader {
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Position of the root among the nodes. */
  readonly rootNode: number;
  /** Bytes outside the heap that V8 knows of (Node 24 and later); part of the total. */
  readonly extraNativeBytes: number;
  /** More than 0 when the file has allocation stacks. */
  readonly traceFunctionCount: number;
  /** `meta` as the file has it. */
  readonly meta: Readonly<Record<string, unknown>>;
}

/** Field positions of each kind of row, and the translation of the file's type numbers to ours. */
export interface SnapshotLayout {
  readonly nodeFieldCount: number;
  readonly nodeType: number;
  readonly nodeName: number;
  readonly nodeId: number;
  readonly nodeSelfSize: number;
  readonly nodeEdgeCount: number;
  /** -1 when absent, as for every field named so below. */
  readonly nodeTraceId: number;
  readonly nodeDetachedness: number;
  /** The file's type number -> `NodeType` code. */
  readonly nodeTypeCodes: Uint8Array;
  readonly nodeTypeNames: readonly string[];

  readonly edgeFieldCount: number;
  readonly edgeType: number;
  readonly edgeName: number;
  readonly edgeTarget: number;
  readonly edgeTypeCodes: Uint8Array;
  readonly edgeTypeNames: readonly string[];

  readonly locationFields: readonly string[];
  readonly sampleFields: readonly string[];
  readonly traceFunctionFields: readonly string[];
  readonly traceNodeFields: readonly string[];
}

/**
 * Parses the text of the `snapshot` section. Throws `SnapshotFormatError` when a count or a needed field is missing.
 *
 * @param byteOffset where the section begins, for messages
 */
export function parseHeader(
  text: string,
  byteOffset: number,
): { header: SnapshotHeader; layout: SnapshotLayout } {
  const fail = (fact: string): never => {
    throw new SnapshotFormatError(
      fact,
      "snapshot",
      byteOffset,
      "This is not a V8 heap snapshot, or it is damaged.",
    );
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("The header is not valid JSON");
  }
  const snapshot = asRecord(value) ?? fail("The header is not an object");
  const meta = asRecord(snapshot["meta"]) ?? fail('The header has no "meta"');

  const count = (name: string, fallback?: number): number => {
    const number = snapshot[name] ?? fallback;
    if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0)
      return fail(`The header's "${name}" is ${number === undefined ? "missing" : "no count"}`);
    return number;
  };
  const names = (name: string): string[] => {
    const list = meta[name] ?? [];
    if (!Array.isArray(list) || !list.every((item) => typeof item === "string"))
      return fail(`The header's "meta.${name}" is no list of names`);
    return list;
  };
  const position = (fields: readonly string[], list: string, field: string): number => {
    const index = fields.indexOf(field);
    return index === -1 ? fail(`The header's "meta.${list}" lacks "${field}"`) : index;
  };
  const typeNames = (list: string, field: number): string[] => {
    const types: unknown = meta[list];
    const ofField: unknown = Array.isArray(types) ? types[field] : undefined;
    if (!Array.isArray(ofField) || !ofField.every((item) => typeof item === "string"))
      return fail(`The header's "meta.${list}" has no list of type names`);
    return ofField;
  };

  const nodeFields = names("node_fields");
  const edgeFields = names("edge_fields");
  const nodeType = position(nodeFields, "node_fields", "type");
  const edgeType = position(edgeFields, "edge_fields", "type");
  const nodeTypes = translateTypes(
    typeNames("node_types", nodeType),
    NODE_TYPE_NAMES,
    FIRST_UNKNOWN_NODE_TYPE,
  );
  const edgeTypes = translateTypes(
    typeNames("edge_types", edgeType),
    EDGE_TYPE_NAMES,
    FIRST_UNKNOWN_EDGE_TYPE,
  );
  if (nodeTypes === undefined || edgeTypes === undefined) return fail("The header lists too many types");

  const nodeCount = count("node_count");
  const edgeCount = count("edge_count");
  if (nodeCount === 0) return fail("The header says that there are no nodes");
  // Offsets of nodes are counted in fields and must fit 32 bits.
  if (nodeCount * nodeFields.length > 2 ** 32 || nodeCount >= 2 ** 31 || edgeCount >= 2 ** 32 - 1)
    return fail("The header's counts are impossibly large");
  const rootIndex = count("root_index", 0);
  if (rootIndex % nodeFields.length !== 0 || rootIndex / nodeFields.length >= nodeCount)
    return fail('The header\'s "root_index" is not the position of a node');

  return {
    header: {
      nodeCount,
      edgeCount,
      rootNode: rootIndex / nodeFields.length,
      extraNativeBytes: count("extra_native_bytes", 0),
      traceFunctionCount: count("trace_function_count", 0),
      meta,
    },
    layout: {
      nodeFieldCount: nodeFields.length,
      nodeType,
      nodeName: position(nodeFields, "node_fields", "name"),
      nodeId: position(nodeFields, "node_fields", "id"),
      nodeSelfSize: position(nodeFields, "node_fields", "self_size"),
      nodeEdgeCount: position(nodeFields, "node_fields", "edge_count"),
      nodeTraceId: nodeFields.indexOf("trace_node_id"),
      nodeDetachedness: nodeFields.indexOf("detachedness"),
      nodeTypeCodes: nodeTypes.codes,
      nodeTypeNames: nodeTypes.names,
      edgeFieldCount: edgeFields.length,
      edgeType,
      edgeName: position(edgeFields, "edge_fields", "name_or_index"),
      edgeTarget: position(edgeFields, "edge_fields", "to_node"),
      edgeTypeCodes: edgeTypes.codes,
      edgeTypeNames: edgeTypes.names,
      locationFields: names("location_fields"),
      sampleFields: names("sample_fields"),
      traceFunctionFields: names("trace_function_info_fields"),
      traceNodeFields: names("trace_node_fields"),
    },
  };
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function translateTypes(
  fileNames: readonly string[],
  known: readonly string[],
  firstUnknown: number,
): { codes: Uint8Array; names: string[] } | undefined {
  const names = [...known];
  const codes = new Uint8Array(fileNames.length);
  let next = firstUnknown;
  for (const [number, name] of fileNames.entries()) {
    let code = known.indexOf(name);
    if (code === -1) {
      code = next++;
      if (code > 255) return undefined;
      names[code] = name;
    }
    codes[number] = code;
  }
  for (let code = known.length; code < firstUnknown; code++) names[code] = "";
  return { codes, names };
}
