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
import { BitSet } from "../graph/bit-set.ts";
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { sumOf } from "../graph/sum-of.ts";
import { TextHash } from "../graph/text-hash.ts";
import { addNameToHash, getDisplayName, hasEmptyName } from "./display-names.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_EVERY, CHECK_MASK, type Pass } from "./pass.ts";

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
/** Characters of texts between two yields. */
const CHARACTERS_AT_ONCE = 1 << 22;

/** The groups, by retained size descending; among equals, those that V8 marked as cut come last. */
export function* findDuplicateStrings(
  graph: HeapGraph,
  names: NodeNames,
  shallowSize: Float64Array,
  retainedSize: Float64Array,
): Pass<DuplicateStringGroup[]> {
  const cutMarks = new CutMarks(graph, names);
  const nodesOfHash = yield* findEqualHashes(graph, names, shallowSize);
  const groups: { readonly group: DuplicateStringGroup; readonly isMarked: boolean }[] = [];
  // Texts are decoded here, so a pause comes sooner than for numbers.
  const decoded = new Portion(CHECK_EVERY / 16, CHARACTERS_AT_ONCE / 4);
  for (const candidates of nodesOfHash.values()) {
    if (candidates.length < 2) continue;
    const nodesOfKey = new Map<string, NodeIndex[]>();
    for (const node of candidates) {
      const name = getDisplayName(graph, names, node);
      if (decoded.isFullWith(name.length)) yield 0.95;
      addTo(nodesOfKey, cutMarks.markOf(node) + name, node);
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

/** What is done between two yields: so many texts, or texts of so many characters. */
class Portion {
  readonly #mostTexts: number;
  readonly #mostCharacters: number;
  #texts = 0;
  #characters = 0;

  constructor(mostTexts: number, mostCharacters: number) {
    this.#mostTexts = mostTexts;
    this.#mostCharacters = mostCharacters;
  }

  /** Adds a text; whether it is time to yield. */
  isFullWith(length: number): boolean {
    this.#characters += length;
    if (++this.#texts < this.#mostTexts && this.#characters < this.#mostCharacters) return false;
    this.#texts = 0;
    this.#characters = 0;
    return true;
  }
}

/**
 * Hash of a text -> string nodes with that hash, for texts that may stand more than once.
 *
 * Most texts are unique. Those are left out with two sets of bits, so that the map, whose size V8 limits, holds little
 * more than the duplicates.
 */
function* findEqualHashes(
  graph: HeapGraph,
  names: NodeNames,
  shallowSize: Float64Array,
): Pass<Map<number, NodeIndex[]>> {
  const { nodeCount, nodeType } = graph;
  let candidates = 0;
  for (let node = 0; node < nodeCount; node++)
    if (nodeType[node] === NodeType.string || nodeType[node] === NodeType.consString) candidates++;

  const nodes = new Uint32Array(candidates);
  const hashes = new Float64Array(candidates);
  const slotCount = 2 ** Math.min(31, Math.ceil(Math.log2(candidates + 1)) + 3);
  const isMet = new BitSet(slotCount);
  const isMetTwice = new BitSet(slotCount);
  const hashed = new Portion(CHECK_EVERY, CHARACTERS_AT_ONCE);
  let count = 0;
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield (node / nodeCount) * 0.8;
    const type = nodeType[node];
    if ((type !== NodeType.string && type !== NodeType.consString) || shallowSize[node] === 0) continue;
    if (type === NodeType.consString && isFlattened(graph, names, node)) continue;
    const textHash = new TextHash();
    if (hashed.isFullWith(addNameToHash(graph, names, node, textHash))) yield (node / nodeCount) * 0.8;
    const hash = textHash.value;
    const slot = hash % slotCount;
    if (isMet.has(slot)) isMetTwice.add(slot);
    else isMet.add(slot);
    nodes[count] = node;
    hashes[count++] = hash;
  }

  const nodesOfHash = new Map<number, NodeIndex[]>();
  for (let i = 0; i < count; i++) {
    if ((i & CHECK_MASK) === 0) yield 0.8 + (i / count) * 0.2;
    if (isMetTwice.has(hashes[i] % slotCount)) addTo(nodesOfHash, hashes[i], nodes[i]);
  }
  return nodesOfHash;
}

function addTo<K>(lists: Map<K, NodeIndex[]>, key: K, node: NodeIndex): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [node]);
  else list.push(node);
}

/** Whether one half of a rope is empty: V8 flattened it, and its text belongs to the other half. */
function isFlattened(graph: HeapGraph, names: NodeNames, node: NodeIndex): boolean {
  const { firstEdge, edgeType, edgeName, edgeTarget } = graph;
  for (let edge = firstEdge[node]; edge < firstEdge[node + 1]; edge++) {
    if (edgeType[edge] !== EdgeType.internal) continue;
    const kind = names.kindOfString[edgeName[edge]];
    if (kind !== NameKind.first && kind !== NameKind.second) continue;
    if (hasEmptyName(graph, names, edgeTarget[edge])) return true;
  }
  return false;
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
