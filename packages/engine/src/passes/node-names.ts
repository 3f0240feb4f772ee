/**
 * The names of nodes as DevTools' rules see them. Some rules look at names (`Object`, `(map descriptors)`, …), so those
 * names are found once and become one byte per string; hot loops compare bytes.
 *
 * DOM nodes that are detached get `Detached ` in front of their names (see `detachedness.ts`), and rules that run later
 * see the new name; no renamed node can match a special name.
 */
import { BitSet } from "../graph/bit-set.ts";
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import type { StringTable } from "../graph/string-table.ts";

/** What a string means where it is a name. */
export const NameKind = {
  other: 0,
  object: 1,
  array: 2,
  mapDescriptors: 3,
  nativeContext: 4,
  externalStringData: 5,
  arrayBufferData: 6,
  documentDomTrees: 7,
  sloppyFunctionMap: 8,
  elements: 9,
  first: 10,
  second: 11,
  map: 12,
  nativeContextEdge: 13,
  proto: 14,
  shared: 15,
  script: 16,
  scriptUntilNode20: 17,
  name: 18,
} as const;

/** The synthetic node whose children are the documents of a page. */
export const DOCUMENT_DOM_TREES = "(Document DOM trees)";

const TEXT_OF_KIND: readonly string[] = [
  "Object",
  "Array",
  "(map descriptors)",
  "system / NativeContext",
  "system / ExternalStringData",
  "system / JSArrayBufferData",
  DOCUMENT_DOM_TREES,
  "sloppy_function_map",
  "elements",
  "first",
  "second",
  "map",
  "native_context",
  "__proto__",
  "shared",
  "script",
  "script_or_debug_info",
  "name",
];

/** StringIndex -> `NameKind`. **Cost**: O(strings). */
export function computeNameKinds(strings: StringTable): Uint8Array {
  const kinds = new Uint8Array(strings.length);
  strings.findAll(TEXT_OF_KIND).forEach((indexes, i) => {
    for (const index of indexes) kinds[index] = i + 1;
  });
  return kinds;
}

/** The part of a graph that has the names of nodes. */
type NamedGraph = Pick<HeapGraph, "nodeName" | "strings">;

export class NodeNames {
  readonly #graph: NamedGraph;
  /** StringIndex -> `NameKind`; for names of edges as they are, for names of nodes see `kind`. */
  readonly kindOfString: Uint8Array;
  /** Nodes whose name has `Detached ` in front that the file does not have. */
  readonly #renamed: BitSet | undefined;

  constructor(graph: NamedGraph, kindOfString: Uint8Array, renamed: BitSet | undefined) {
    this.#graph = graph;
    this.kindOfString = kindOfString;
    this.#renamed = renamed;
  }

  /** The same names, of a graph whose strings are others. */
  of(graph: NamedGraph): NodeNames {
    return new NodeNames(graph, computeNameKinds(graph.strings), this.#renamed);
  }

  isRenamed(node: NodeIndex): boolean {
    return this.#renamed !== undefined && this.#renamed.has(node);
  }

  /** `NameKind` of a node's name. O(1). */
  kind(node: NodeIndex): number {
    return this.isRenamed(node) ? NameKind.other : this.kindOfString[this.#graph.nodeName[node]];
  }

  /** The name that V8 gave, with `Detached ` in front of detached DOM nodes. **Cost**: decodes the string. */
  raw(node: NodeIndex): string {
    const name = this.#graph.strings.get(this.#graph.nodeName[node]);
    return this.isRenamed(node) ? `Detached ${name}` : name;
  }

  /** The first `length` UTF-16 units of `raw`. **Cost**: O(length), whatever the name's. */
  rawStart(node: NodeIndex, length: number): string {
    const name = this.#graph.strings.getPart(this.#graph.nodeName[node], 0, length);
    return this.isRenamed(node) ? `Detached ${name}`.slice(0, length) : name;
  }
}
