/**
 * Strings that stand in the heap more than once with the same text: memory that sharing them would save.
 *
 * Strings and concatenated strings count (DevTools, `getDuplicateStrings`); not those that V8 only writes to show a
 * number (size 0), and not ropes that are flattened already (one half empty). V8 cuts texts at 1,024 characters, so two
 * long strings can look equal and differ behind that; such groups are marked `truncated`, which DevTools does not do.
 * Where V8 itself writes that a string was cut (internal edges `truncated`, `length`, `hash`), those must agree too.
 *
 * Texts are compared by a 53-bit hash first and in full only where the hash says that they are equal, so the texts of
 * unique strings are never in memory together.
 *
 * Cost: decodes every string node's text once.
 */
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { getDisplayName } from "./display-names.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

export interface DuplicateStringGroup {
  readonly value: string;
  readonly count: number;
  /** Sum of the shallow sizes, in bytes. */
  readonly shallowSize: number;
  /** Sum of the retained sizes, in bytes. */
  readonly retainedSize: number;
  /** Whether the text was cut, so that the strings may differ behind it. */
  readonly truncated: boolean;
  /** The strings in node order. */
  readonly nodes: readonly NodeIndex[];
}

/** V8's default limit for texts. */
const CUT_AT = 1024;

/** The groups, by retained size descending; among equals, those that V8 marked as cut come last. */
export function* findDuplicateStrings(
  graph: HeapGraph,
  names: NodeNames,
  shallowSize: Float64Array,
  retainedSize: Float64Array,
): Pass<DuplicateStringGroup[]> {
  const { nodeCount, nodeType } = graph;
  const cutMarks = new CutMarks(graph, names);
  const nodesOfHash = new Map<number, NodeIndex[]>();
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    const type = nodeType[node];
    if ((type !== NodeType.string && type !== NodeType.consString) || shallowSize[node] === 0) continue;
    if (type === NodeType.consString && isFlattened(graph, names, node)) continue;
    const hash = hashOf(getDisplayName(graph, names, node));
    const nodes = nodesOfHash.get(hash);
    if (nodes === undefined) nodesOfHash.set(hash, [node]);
    else nodes.push(node);
  }

  const groups: { readonly group: DuplicateStringGroup; readonly isMarked: boolean }[] = [];
  for (const candidates of nodesOfHash.values()) {
    if (candidates.length < 2) continue;
    const nodesOfKey = new Map<string, NodeIndex[]>();
    for (const node of candidates) {
      const key = cutMarks.markOf(node) + getDisplayName(graph, names, node);
      nodesOfKey.set(key, [...(nodesOfKey.get(key) ?? []), node]);
    }
    for (const nodes of nodesOfKey.values()) {
      if (nodes.length < 2) continue;
      const value = getDisplayName(graph, names, nodes[0]);
      const isMarked = cutMarks.markOf(nodes[0]) !== UNMARKED;
      const group = {
        value,
        count: nodes.length,
        shallowSize: sumOf(nodes, shallowSize),
        retainedSize: sumOf(nodes, retainedSize),
        truncated: isMarked || value.length >= CUT_AT,
        nodes,
      };
      groups.push({ group, isMarked });
    }
  }
  return groups
    .sort(
      (a, b) =>
        b.group.retainedSize - a.group.retainedSize ||
        Number(a.isMarked) - Number(b.isMarked) ||
        a.group.nodes[0] - b.group.nodes[0],
    )
    .map(({ group }) => group);
}

/** Whether one half of a rope is empty: V8 flattened it, and its text belongs to the other half. */
function isFlattened(graph: HeapGraph, names: NodeNames, node: NodeIndex): boolean {
  const { firstEdge, edgeType, edgeName, edgeTarget } = graph;
  for (let edge = firstEdge[node]; edge < firstEdge[node + 1]; edge++) {
    if (edgeType[edge] !== EdgeType.internal) continue;
    const kind = names.kindOfString[edgeName[edge]];
    if (kind !== NameKind.first && kind !== NameKind.second) continue;
    if (getDisplayName(graph, names, edgeTarget[edge]) === "") return true;
  }
  return false;
}

function sumOf(nodes: readonly NodeIndex[], column: Float64Array): number {
  let sum = 0;
  for (const node of nodes) sum += column[node];
  return sum;
}

/** A 53-bit hash of a text: two FNV-1a hashes of its UTF-16 units with different seeds. */
function hashOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9dc5811c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000193) ^ (high >>> 15);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

const UNMARKED = "";

/**
 * Reads V8's own word that a string was cut. It writes numbers and booleans as nodes of type number named `int` and
 * `bool`, with an internal edge `value` to a string node.
 */
class CutMarks {
  readonly #graph: HeapGraph;
  readonly #names: NodeNames;
  readonly #truncated: ReadonlySet<number>;
  readonly #length: ReadonlySet<number>;
  readonly #hash: ReadonlySet<number>;
  readonly #value: ReadonlySet<number>;

  constructor(graph: HeapGraph, names: NodeNames) {
    this.#graph = graph;
    this.#names = names;
    const [truncated, length, hash, value] = graph.strings.findAll(["truncated", "length", "hash", "value"]);
    this.#truncated = truncated;
    this.#length = length;
    this.#hash = hash;
    this.#value = value;
  }

  /** What must be equal for two cut strings to be duplicates besides their text; `UNMARKED` when not marked as cut. */
  markOf(node: NodeIndex): string {
    if (this.#truncated.size === 0 || this.#valueOf(node, this.#truncated, "bool") !== "true")
      return UNMARKED;
    const number = (edges: ReadonlySet<number>): number =>
      Number.parseInt(this.#valueOf(node, edges, "int") ?? "", 10);
    return `${number(this.#length)} ${number(this.#hash)} `;
  }

  #valueOf(node: NodeIndex, edges: ReadonlySet<number>, typeName: string): string | undefined {
    const holder = this.#targetOf(node, edges);
    if (holder === undefined || this.#graph.nodeType[holder] !== NodeType.number) return undefined;
    if (this.#names.raw(holder) !== typeName) return undefined;
    const value = this.#targetOf(holder, this.#value);
    return value === undefined ? undefined : this.#names.raw(value);
  }

  #targetOf(node: NodeIndex, edges: ReadonlySet<number>): NodeIndex | undefined {
    const { firstEdge, edgeType, edgeName, edgeTarget } = this.#graph;
    for (let edge = firstEdge[node]; edge < firstEdge[node + 1]; edge++)
      if (edgeType[edge] === EdgeType.internal && edges.has(edgeName[edge])) return edgeTarget[edge];
    return undefined;
  }
}
