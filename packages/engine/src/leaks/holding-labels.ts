/**
 * How each node is referred to by what holds it: the words of the steps of which places are made (`growth-places.ts`).
 *
 * Goes through the edges in the order of the file, so that all that one object holds comes at once and memory is read
 * forward: what an object refers to stands near it in most cases.
 *
 * Cost: O(edges); 4 bytes a node.
 */
import type { EdgeIndex, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import type { EphemeronNames } from "../passes/ephemerons.ts";
import { CHECK_MASK, type Pass } from "../passes/pass.ts";
import type { HoldingSource } from "./holding-nodes.ts";
import type { HoldingTree } from "./holding-tree.ts";
import { isCountedRole, NodeRole } from "./node-roles.ts";

/** Numbers of labels that are no names. */
export const Label = { item: 1, key: 2, weakValue: 3, link: 4 } as const;
/** These labels by their numbers. */
export const FIXED_LABELS: readonly string[] = ["", "[]", "[*]", "(weak)", "(link)"];

/** An object that has so many properties of one class is a dictionary: their names are keys. */
const LEAST_KEYS = 8;

/** More than there are types of nodes: kinds from here on are constructors. */
const KINDS_BY_TYPE = 256;
const NO_NODE = -1;

/** How nodes are referred to. */
export interface HoldingLabels {
  /** NodeIndex -> number of its label, if the node is held and the program sees it. */
  readonly labelOf: Uint32Array;
  /** Number -> label, for all numbers that were given out. */
  readonly texts: readonly string[];
}

/** What labels are made from. */
interface Held {
  readonly graph: HoldingSource["graph"];
  readonly role: Uint8Array;
  readonly tree: Pick<HoldingTree, "holdingEdge">;
  readonly ephemerons: EphemeronNames;
}

/** Finds the labels of all nodes. */
export function* labelHoldingEdges({ graph, role, tree, ephemerons }: Held): Pass<HoldingLabels> {
  const { holdingEdge } = tree;
  const texts = [...FIXED_LABELS];
  const numberOfText = new Map(texts.map((text, number) => [text, number]));
  const label = (text: string): number => {
    let number = numberOfText.get(text);
    if (number === undefined) {
      number = texts.push(text) - 1;
      numberOfText.set(text, number);
    }
    return number;
  };
  const { nodeCount, firstEdge, edgeType, edgeName, edgeTarget, nodeType, nodeName, strings } = graph;
  // Objects are alike if they have one constructor; functions and strings if they are functions and strings.
  const kindOf = (node: NodeIndex): number =>
    nodeType[node] === NodeType.object ? KINDS_BY_TYPE + nodeName[node] : nodeType[node];
  const named = new Uint32Array(strings.length);
  const internal = new Uint32Array(strings.length);
  /** Kind -> properties of `counted` that lead to one of it; of all other nodes zero. */
  const alike = new Uint32Array(KINDS_BY_TYPE + strings.length);
  let counted = NO_NODE;
  const count = (from: NodeIndex, by: 1 | -1): void => {
    for (let edge = firstEdge[from], end = firstEdge[from + 1]; edge < end; edge++)
      if (edgeType[edge] === EdgeType.property) alike[kindOf(edgeTarget[edge])] += by;
  };
  const isKey = (edge: EdgeIndex, from: NodeIndex): boolean => {
    if (firstEdge[from + 1] - firstEdge[from] < LEAST_KEYS) return false;
    if (counted !== from) {
      if (counted !== NO_NODE) count(counted, -1);
      counted = from;
      count(from, 1);
    }
    return alike[kindOf(edgeTarget[edge])] >= LEAST_KEYS;
  };
  /** The head of a list that is linked both ways has a first and a last node, which both refer back to it. */
  const isLink = (edge: EdgeIndex, from: NodeIndex): boolean => {
    const to = edgeTarget[edge];
    if (nodeType[to] !== NodeType.object) return false;
    for (let each = firstEdge[to]; each < firstEdge[to + 1]; each++)
      if (edgeTarget[each] === from && edgeType[each] === EdgeType.property) return true;
    return false;
  };
  const labelOfEdge = (edge: EdgeIndex, from: NodeIndex): number => {
    const name = edgeName[edge];
    switch (edgeType[edge]) {
      case EdgeType.property:
        if (isKey(edge, from)) return Label.key;
        if (isLink(edge, from)) return Label.link;
        return (named[name] ||= label(`.${strings.get(name)}`));
      case EdgeType.context:
        return (named[name] ||= label(`.${strings.get(name)}`));
      case EdgeType.internal:
        if (role[from] !== NodeRole.visible) return Label.item;
        if (ephemerons.isEphemeron(name)) return Label.weakValue;
        return (internal[name] ||= label(`(${strings.get(name).replace(/\d+/g, "#")})`));
      default:
        return Label.item;
    }
  };
  const labelOf = new Uint32Array(nodeCount);
  for (let from = 0; from < nodeCount; from++) {
    if ((from & CHECK_MASK) === 0) yield from / nodeCount;
    for (let edge = firstEdge[from], end = firstEdge[from + 1]; edge < end; edge++) {
      const node = edgeTarget[edge];
      if (holdingEdge[node] === edge && isCountedRole(role[node], nodeType[node]))
        labelOf[node] = labelOfEdge(edge, from);
    }
  }
  return { labelOf, texts };
}
