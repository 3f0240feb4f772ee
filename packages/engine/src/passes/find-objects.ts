/**
 * Search: nodes whose display name, text, class, or property has a name that matches (DevTools, `search`, for the first).
 *
 * Names repeat, so each string of the file is tested once, and nodes and edges then look up a bit. A text to be found is
 * searched in the file's own bytes, and next to nothing is decoded. Only names that DevTools puts together are tested one
 * by one: those of ropes, of detached DOM nodes, and of plain objects, of which all with the same properties have one name.
 *
 * Nodes of size 0 are in no group, and are not found. Nodes come in node order, and no more than a limit.
 *
 * Cost: O(bytes of the strings) for the strings; then O(nodes), or O(edges) for properties. A bit a string.
 */
import { BitSet } from "../graph/bit-set.ts";
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { SequenceTrie } from "../graph/sequence-trie.ts";
import type { StringTable } from "../graph/string-table.ts";
import { TextSearch } from "../graph/text-search.ts";
import { getDisplayName } from "./display-names.ts";
import type { GroupKeys } from "./groups.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

/** A test on texts, such as a regular expression. */
export interface TextTest {
  test(text: string): boolean;
}

/** Strings between two yields: they may be long. */
const STRINGS_MASK = CHECK_MASK >>> 10;
/** Fewer where a regular expression looks at them. */
const TESTS_MASK = CHECK_MASK >>> 13;
/** Nodes between two yields: names may be put together for them. */
const NODES_MASK = CHECK_MASK >>> 4;

/** StringIndex -> whether the string matches. */
export function* matchStrings(strings: StringTable, text: TextSearch | TextTest): Pass<BitSet> {
  const matching = new BitSet(strings.length);
  const mask = text instanceof TextSearch ? STRINGS_MASK : TESTS_MASK;
  for (let index = 0; index < strings.length; index++) {
    if ((index & mask) === 0) yield index / strings.length;
    if (text instanceof TextSearch ? strings.contains(index, text) : text.test(strings.get(index)))
      matching.add(index);
  }
  return matching;
}

/** Which nodes may be found, and how many. */
export interface FindInput {
  readonly graph: HeapGraph;
  readonly shallowSize: Float64Array;
  readonly names: NodeNames;
  readonly text: TextTest;
  /** What `matchStrings` gave for the same text. */
  readonly matching: BitSet;
  /** The nodes that count; all when missing. */
  readonly passing?: BitSet | undefined;
  readonly limit: number;
}

/** Nodes that were found. */
export interface FoundNodes {
  /** In node order. */
  readonly nodes: Uint32Array;
  /** Whether there are more, which the limit left out. */
  readonly isLimited: boolean;
}

/** Nodes whose display name matches. */
export function findByName(input: FindInput): Pass<FoundNodes> {
  return findNodes(input, nameTest(input));
}

/** Strings whose text matches: of ropes as far as DevTools puts it together. */
export function findByContent(input: FindInput): Pass<FoundNodes> {
  const { nodeType } = input.graph;
  const hasName = nameTest(input);
  return findNodes(
    input,
    (node) => (nodeType[node] === NodeType.string || nodeType[node] === NodeType.consString) && hasName(node),
  );
}

/** Objects with a property, and scopes with a variable, whose name matches. */
export function findByProperty(input: FindInput): Pass<FoundNodes> {
  const { firstEdge, edgeType, edgeName } = input.graph;
  const { matching } = input;
  return findNodes(input, (node) => {
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      const type = edgeType[edge];
      if ((type === EdgeType.property || type === EdgeType.context) && matching.has(edgeName[edge]))
        return true;
    }
    return false;
  });
}

/** Nodes of classes whose name matches. */
export function findByClass(
  input: FindInput,
  { groupOf, classOfKey, classNames }: GroupKeys,
): Pass<FoundNodes> {
  const classMatches = classNames.map((name) => input.text.test(name));
  const groupMatches = Uint8Array.from(classOfKey, (index) => (classMatches[index] ? 1 : 0));
  return findNodes(input, (node) => groupMatches[groupOf[node]] === 1);
}

function* findNodes(
  { graph: { nodeCount }, shallowSize, passing, limit }: FindInput,
  test: (node: NodeIndex) => boolean,
): Pass<FoundNodes> {
  const found = new BitSet(nodeCount);
  let count = 0;
  let isLimited = false;
  for (let node = 0; node < nodeCount; node++) {
    if ((node & NODES_MASK) === 0) yield node / nodeCount;
    if (shallowSize[node] === 0 || (passing !== undefined && !passing.has(node)) || !test(node)) continue;
    if (count === limit) {
      isLimited = true;
      break;
    }
    found.add(node);
    count++;
  }
  const nodes = new Uint32Array(count);
  for (let node = 0, at = 0; at < count; node++) if (found.has(node)) nodes[at++] = node;
  return { nodes, isLimited };
}

/** Names of plain objects with more properties are not remembered. */
const MOST_PROPERTIES = 64;
const Remembered = { notYet: 0, no: 1, yes: 2 } as const;

/** Whether a node's display name matches. */
function nameTest({ graph, names, text, matching }: FindInput): (node: NodeIndex) => boolean {
  const { nodeType, nodeName, firstEdge, edgeType, edgeName } = graph;
  // The name of a plain object depends on its properties alone.
  const properties = new SequenceTrie();
  /** State -> a value of `Remembered`. */
  const remembered: number[] = [Remembered.notYet];
  const displayNameMatches = (node: NodeIndex): boolean => text.test(getDisplayName(graph, names, node));

  const plainObjectMatches = (node: NodeIndex): boolean => {
    const first = firstEdge[node];
    const end = firstEdge[node + 1];
    if (end - first > MOST_PROPERTIES) return displayNameMatches(node);
    let state = 0;
    for (let edge = first; edge < end; edge++) {
      if (edgeType[edge] !== EdgeType.property) continue;
      state = properties.next(state, edgeName[edge]);
      if (state === remembered.length) remembered.push(Remembered.notYet);
    }
    if (remembered[state] === Remembered.notYet)
      remembered[state] = displayNameMatches(node) ? Remembered.yes : Remembered.no;
    return remembered[state] === Remembered.yes;
  };

  return (node) => {
    const type = nodeType[node];
    if (type === NodeType.object && names.kind(node) === NameKind.object) return plainObjectMatches(node);
    if (type === NodeType.consString || names.isRenamed(node)) return displayNameMatches(node);
    return matching.has(nodeName[node]);
  };
}
