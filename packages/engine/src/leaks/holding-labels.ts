/**
 * How each node is referred to by what holds it: the words of the steps of which places are made (`growth-places.ts`).
 *
 * Cost: O(1) for most nodes; of an object with many properties all are looked at once.
 */
import type { EdgeIndex, HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import type { EphemeronNames } from "../passes/ephemerons.ts";
import type { HoldingTree } from "./holding-tree.ts";
import { NodeRole } from "./node-roles.ts";

/** Numbers of labels that are no names. */
export const Label = { item: 1, key: 2, weakValue: 3, link: 4 } as const;
/** These labels by their numbers. */
export const FIXED_LABELS: readonly string[] = ["", "[]", "[*]", "(weak)", "(link)"];

/** An object that has so many properties of one class is a dictionary: their names are keys. */
const LEAST_KEYS = 8;

/** How nodes are referred to. */
export interface HoldingLabels {
  /** Number of the label of a held node that the program sees. */
  readonly of: (node: NodeIndex) => number;
  /** Number -> label, for all numbers that were given out. */
  readonly texts: readonly string[];
}

/** What labels are made from. */
interface Held {
  readonly graph: HeapGraph;
  readonly role: Uint8Array;
  readonly tree: HoldingTree;
  readonly ephemerons: EphemeronNames;
}

/** Labels that are found when asked for, best in the order of the tree. */
export function labelHoldingEdges({ graph, role, tree, ephemerons }: Held): HoldingLabels {
  const { holdingEdge, holder } = tree;
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
  const { firstEdge, edgeType, edgeName, edgeTarget, nodeType, nodeName, strings } = graph;
  // Objects are alike if they have one constructor; functions and strings if they are functions and strings.
  const kindOf = (node: NodeIndex): number =>
    nodeType[node] === NodeType.object ? NodeType.object + 32 * nodeName[node] : nodeType[node];
  const named = new Uint32Array(strings.length);
  const internal = new Uint32Array(strings.length);
  let counted = -1;
  const alike = new Map<number, number>();
  const isKey = (edge: EdgeIndex, from: NodeIndex): boolean => {
    if (firstEdge[from + 1] - firstEdge[from] < LEAST_KEYS) return false;
    if (counted !== from) {
      // What one object holds comes mostly one after the other.
      counted = from;
      alike.clear();
      for (let each = firstEdge[from]; each < firstEdge[from + 1]; each++) {
        if (edgeType[each] !== EdgeType.property) continue;
        const kind = kindOf(edgeTarget[each]);
        alike.set(kind, (alike.get(kind) ?? 0) + 1);
      }
    }
    return (alike.get(kindOf(edgeTarget[edge])) ?? 0) >= LEAST_KEYS;
  };
  /** The head of a list that is linked both ways has a first and a last node, which both refer back to it. */
  const isLink = (edge: EdgeIndex, from: NodeIndex): boolean => {
    const to = edgeTarget[edge];
    if (nodeType[to] !== NodeType.object) return false;
    for (let each = firstEdge[to]; each < firstEdge[to + 1]; each++)
      if (edgeTarget[each] === from && edgeType[each] === EdgeType.property) return true;
    return false;
  };
  const of = (node: NodeIndex): number => {
    const edge = holdingEdge[node];
    const from = holder[node];
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
  return { of, texts };
}
