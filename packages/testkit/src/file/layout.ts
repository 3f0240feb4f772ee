/**
 * What a snapshot file looks like on the surface, runtime by runtime: which fields a row has, which type words exist,
 * where the lines break. Measured on files of Node 18.20, 20.20, 22.23, 24.21, 26.10, Chromium 156 and Bun 1.4.
 * `formatHeap` writes by a layout; a reader that takes anything for granted fails on one of them.
 */

export interface SnapshotLayout {
  readonly nodeFields: readonly string[];
  readonly nodeTypes: readonly string[];
  /** How many words follow the list of types in `meta.node_types`; Node 24 has one more than fields. */
  readonly nodeFieldKinds: number;
  readonly edgeFields: readonly string[];
  readonly edgeTypes: readonly string[];
  readonly locationFields: readonly string[];
  /** V8 before 13 breaks the line after every row. */
  readonly newlinePerRow: boolean;
  /** Bun writes a line break inside and after the last brackets. */
  readonly trailingNewlines: boolean;
  /** `extra_native_bytes` stands in the header. */
  readonly extraNativeBytes: boolean;
  /** `scopes`, `scope_context_vars` and `scope_uses` stand before `strings`; they hold negative numbers. */
  readonly scopes: boolean;
  /** The first entry of the string table: V8 begins with a dummy. */
  readonly firstStrings: readonly string[];
  /** "v8": everything but printable ASCII and 0x7f is a `\u` escape. "utf8": only what JSON demands is escaped. */
  readonly escapes: "v8" | "utf8";
}

export type RuntimeName =
  | "node-18"
  | "node-20"
  | "node-22"
  | "node-24"
  | "node-26"
  | "chromium-156"
  | "bun-1";

export const runtimeNames: readonly RuntimeName[] = [
  "node-18",
  "node-20",
  "node-22",
  "node-24",
  "node-26",
  "chromium-156",
  "bun-1",
];

const typesOf18 = [
  "hidden",
  "array",
  "string",
  "object",
  "code",
  "closure",
  "regexp",
  "number",
  "native",
  "synthetic",
  "concatenated string",
  "sliced string",
  "symbol",
  "bigint",
];
const typesOf22 = [...typesOf18, "object shape"];
const sixFields = ["type", "name", "id", "self_size", "edge_count", "detachedness"];
const sevenFields = ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"];

const node22: SnapshotLayout = {
  nodeFields: sevenFields,
  nodeTypes: typesOf22,
  nodeFieldKinds: 6,
  edgeFields: ["type", "name_or_index", "to_node"],
  edgeTypes: ["context", "element", "property", "internal", "hidden", "shortcut", "weak"],
  locationFields: ["object_index", "script_id", "line", "column"],
  newlinePerRow: true,
  trailingNewlines: false,
  extraNativeBytes: false,
  scopes: false,
  firstStrings: ["<dummy>", ""],
  escapes: "v8",
};
const node24: SnapshotLayout = {
  ...node22,
  nodeFields: sixFields,
  newlinePerRow: false,
  extraNativeBytes: true,
};
const node26: SnapshotLayout = { ...node24, nodeFieldKinds: 5 };

const layouts: Record<RuntimeName, SnapshotLayout> = {
  "node-18": { ...node22, nodeTypes: typesOf18 },
  "node-20": { ...node22, nodeTypes: [...typesOf22, "wasm object"] },
  "node-22": node22,
  "node-24": node24,
  "node-26": node26,
  "chromium-156": {
    ...node26,
    locationFields: ["object_index", "script_id", "script_object_index", "line", "column"],
    scopes: true,
  },
  "bun-1": { ...node22, newlinePerRow: false, trailingNewlines: true, firstStrings: [""], escapes: "utf8" },
};

/** The layout of a plain capture; a timeline always has seven fields. */
export function layoutOf(runtime: RuntimeName, options: { timeline?: boolean } = {}): SnapshotLayout {
  const layout = layouts[runtime];
  return options.timeline === true ? { ...layout, nodeFields: sevenFields, nodeFieldKinds: 6 } : layout;
}

/** A layout of before detachedness was recorded (V8 8 and older): the names alone say what is detached. */
export function withoutDetachedness(layout: SnapshotLayout): SnapshotLayout {
  return { ...layout, nodeFields: layout.nodeFields.filter((field) => field !== "detachedness") };
}
