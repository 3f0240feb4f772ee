/**
 * The names that DevTools shows for nodes: a plain object as `{a, b, …, z}`, a concatenated string as its text, and
 * everything else under the name that V8 gave it.
 */
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import type { TextHash } from "../graph/text-hash.ts";
import { NameKind, type NodeNames } from "./node-names.ts";

/** V8 cuts strings at this length, so a rope's text is put together no further. */
const LONGEST_STRING = 1024;
/**
 * Parts of a rope that are looked at. V8 makes no empty parts, so 1,024 characters are together long before; a rope that
 * contains itself, which only a hostile file holds, would never end.
 */
const MOST_PARTS = 1 << 14;
/** The same where a text is read as a whole: a log of two million additions. The stack of the walk takes no more entries. */
const MOST_PARTS_OF_TEXT = 1 << 22;
/** Longest name of a plain object, unless one property alone is longer. */
const LONGEST_OBJECT_NAME = 100;

/** DevTools' display name. **Cost**: O(length of the name); for a plain object with many properties O(its edges). */
export function getDisplayName(graph: HeapGraph, names: NodeNames, node: NodeIndex): string {
  const type = graph.nodeType[node];
  if (type === NodeType.consString) return getConsStringText(graph, names, node);
  if (type === NodeType.object && names.kind(node) === NameKind.object)
    return getPlainObjectName(graph, names, node);
  return names.raw(node);
}

/**
 * The first `length` UTF-16 units of the display name. **Cost**: as that of the name, but however long the texts are that it is
 * made of, no more than `length` units of each are decoded. (Whether a longer name of a property needs quotes is told by those.)
 */
export function getDisplayNameStart(
  graph: HeapGraph,
  names: NodeNames,
  node: NodeIndex,
  length: number,
): string {
  const type = graph.nodeType[node];
  if (type === NodeType.consString) {
    let text = "";
    forEachLeaf(graph, names, node, (leaf) => {
      text += names.rawStart(leaf, length - text.length);
      return text.length < Math.min(length, LONGEST_STRING);
    });
    return text;
  }
  if (type === NodeType.object && names.kind(node) === NameKind.object)
    return getPlainObjectName(graph, names, node, length).slice(0, length);
  return names.rawStart(node, length);
}

/** A part of the value of a string, and how long the whole is. */
export interface TextPart {
  readonly value: string;
  /** UTF-16 units of the whole text. */
  readonly total: number;
  /** A rope of more parts than are looked at: the text has at least `total` units. */
  readonly isPartial?: true;
}

/**
 * The units from `from` on, `length` of them, of a string or a whole rope (its display name has only the beginning). **Cost**:
 * O(length of the string), since its end has to be found.
 */
export function getTextPart(
  graph: HeapGraph,
  names: NodeNames,
  node: NodeIndex,
  from: number,
  length: number,
): TextPart {
  const { strings, nodeName, nodeType } = graph;
  if (nodeType[node] !== NodeType.consString) {
    const total = strings.lengthOf(nodeName[node]);
    return { value: strings.getPart(nodeName[node], from, from + length), total };
  }
  let value = "";
  let total = 0;
  const addLeaf = (leaf: NodeIndex): boolean => {
    const leafLength = strings.lengthOf(nodeName[leaf]);
    const start = Math.max(0, from - total);
    if (value.length < length && start < leafLength)
      value += strings.getPart(nodeName[leaf], start, start + length - value.length);
    total += leafLength;
    return true;
  };
  const isWhole = forEachLeaf(graph, names, node, addLeaf, MOST_PARTS_OF_TEXT);
  return { value, total, ...(isWhole ? {} : { isPartial: true as const }) };
}

/** The leaves of the rope from left to right, until there is enough text. */
function getConsStringText(graph: HeapGraph, names: NodeNames, node: NodeIndex): string {
  let text = "";
  forEachLeaf(graph, names, node, (leaf) => {
    text += names.raw(leaf);
    return text.length < LONGEST_STRING;
  });
  return text;
}

/** Adds the display name of a string or a rope to a hash. **Cost**: O(length of the name), which is returned. */
export function addNameToHash(graph: HeapGraph, names: NodeNames, node: NodeIndex, hash: TextHash): number {
  let length = 0;
  forEachLeaf(graph, names, node, (leaf) => {
    length += graph.strings.addToHash(graph.nodeName[leaf], hash);
    return length < LONGEST_STRING;
  });
  return length;
}

/** Whether the display name is empty. **Cost**: O(1); for a rope, O(its empty leaves). */
export function hasEmptyName(graph: HeapGraph, names: NodeNames, node: NodeIndex): boolean {
  if (graph.nodeType[node] === NodeType.string) return graph.strings.isEmpty(graph.nodeName[node]);
  if (graph.nodeType[node] !== NodeType.consString) return getDisplayName(graph, names, node) === "";
  let isEmpty = true;
  forEachLeaf(graph, names, node, (leaf) => {
    isEmpty &&= graph.strings.isEmpty(graph.nodeName[leaf]);
    return isEmpty;
  });
  return isEmpty;
}

/**
 * Calls back for the leaves of a rope from left to right while the callback returns true. A node is its own leaf. False if the
 * rope has more parts than are looked at.
 */
function forEachLeaf(
  graph: HeapGraph,
  names: NodeNames,
  node: NodeIndex,
  callback: (leaf: NodeIndex) => boolean,
  mostParts: number = MOST_PARTS,
): boolean {
  const { nodeType, firstEdge, edgeType, edgeName, edgeTarget } = graph;
  const { kindOfString } = names;
  const stack = [node];
  let parts = 0;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (++parts > mostParts) return false;
    if (nodeType[next] !== NodeType.consString) {
      if (!callback(next)) return true;
      continue;
    }
    // A half that the file does not have is node 0 in DevTools: the root, whose name is empty.
    let first = 0;
    let second = 0;
    for (let edge = firstEdge[next]; edge < firstEdge[next + 1] && (first === 0 || second === 0); edge++) {
      if (edgeType[edge] !== EdgeType.internal) continue;
      const kind = kindOfString[edgeName[edge]];
      if (kind === NameKind.first) first = edgeTarget[edge];
      else if (kind === NameKind.second) second = edgeTarget[edge];
    }
    stack.push(second, first);
  }
  return true;
}

/** Properties alternately from the front and the back, as many as fit. */
function getPlainObjectName(
  graph: HeapGraph,
  names: NodeNames,
  node: NodeIndex,
  longestProperty: number = Number.POSITIVE_INFINITY,
): string {
  const { firstEdge, edgeType, edgeName, strings } = graph;
  let front = "{";
  let back = "}";
  let fromFront = firstEdge[node];
  let fromBack = firstEdge[node + 1] - 1;
  let takeBack = false;
  while (fromFront <= fromBack) {
    const edge = takeBack ? fromBack : fromFront;
    const isListed =
      edgeType[edge] === EdgeType.property && names.kindOfString[edgeName[edge]] !== NameKind.proto;
    const property = isListed ? formatPropertyName(strings.getPart(edgeName[edge], 0, longestProperty)) : "";
    if (isListed && front.length > 1 && front.length + back.length + property.length > LONGEST_OBJECT_NAME)
      break;
    if (takeBack) fromBack--;
    else fromFront++;
    if (!isListed) continue;
    if (takeBack) back = property + (back.length > 1 ? `, ${back}` : back);
    else front += front.length > 1 ? `, ${property}` : property;
    takeBack = !takeBack;
  }
  if (fromFront <= fromBack) front += ", …";
  return back.length > 1 ? `${front}, ${back}` : front + back;
}

/** The name of a property as it stands in the name of a plain object: quoted when it could be misread. */
export function formatPropertyName(name: string): string {
  return /[,'"{}]/.test(name) ? JSON.stringify(name) : name;
}
