/**
 * Codes of node and edge types. A file numbers its types in its own way (`meta.node_types`), which differs between V8
 * versions, so the reader translates to these codes by name. A type that is not listed gets a code from
 * `FIRST_UNKNOWN_…` on, and its name is kept in `graph.nodeTypeNames` / `graph.edgeTypeNames`.
 */

export const NodeType = {
  hidden: 0,
  array: 1,
  string: 2,
  object: 3,
  code: 4,
  closure: 5,
  regexp: 6,
  number: 7,
  native: 8,
  synthetic: 9,
  consString: 10,
  slicedString: 11,
  symbol: 12,
  bigint: 13,
  objectShape: 14,
  wasmObject: 15,
} as const;

/** Names by code, as V8 writes them. */
export const NODE_TYPE_NAMES: readonly string[] = [
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
  "object shape",
  "wasm object",
];

export const FIRST_UNKNOWN_NODE_TYPE = 32;

export const EdgeType = {
  /** A variable of a closure's scope. */
  context: 0,
  /** An array element; the name is its index. */
  element: 1,
  /** A named property. */
  property: 2,
  /** A reference inside V8, with a name. */
  internal: 3,
  /** A reference inside V8, with a number. */
  hidden: 4,
  /** A short way from the root to a user root. */
  shortcut: 5,
  /** Does not keep its target alive. */
  weak: 6,
} as const;

export const EDGE_TYPE_NAMES: readonly string[] = [
  "context",
  "element",
  "property",
  "internal",
  "hidden",
  "shortcut",
  "weak",
];

export const FIRST_UNKNOWN_EDGE_TYPE = 16;
