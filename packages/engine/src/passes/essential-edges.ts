/**
 * The essential edges: those that keep their target alive, as dominators and retained sizes see it. Not essential are
 *
 * 1. the table's half of a `WeakMap` entry (the key's half stays, so that a value belongs to its key);
 * 2. weak edges;
 * 3. edges of a node to itself;
 * 4. shortcut edges, unless they leave the root;
 * 5. edges from outside the page to a page object: what the page's own code can reach belongs to the page, although
 *    V8 refers to it too (DevTools, `markPageOwnedNodes`, `computeIsEssentialEdge`).
 *
 * Cost: O(edges); a bit an edge, and a bit a node while it runs.
 */
import { BitSet } from "../graph/bit-set.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import type { EphemeronNames } from "./ephemerons.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

export function* computeEssentialEdges(
  graph: HeapGraph,
  names: NodeNames,
  ephemerons: EphemeronNames,
): Pass<BitSet> {
  const pageOwned = (yield* findPageOwned(graph, names)).words;
  const { nodeCount, edgeCount, rootNode, nodeId, firstEdge, edgeType, edgeName, edgeTarget } = graph;
  const essential = new BitSet(edgeCount);
  const { words } = essential;
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield 0.5 + (node / nodeCount) * 0.5;
    const isRoot = node === rootNode;
    const isForeign = !isRoot && (pageOwned[node >>> 5] & (1 << (node & 31))) === 0;
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      const type = edgeType[edge];
      const target = edgeTarget[edge];
      if (type === EdgeType.weak || target === node || (type === EdgeType.shortcut && !isRoot)) continue;
      if (isForeign && (pageOwned[target >>> 5] & (1 << (target & 31))) !== 0) continue;
      if (
        type === EdgeType.internal &&
        ephemerons.isEphemeron(edgeName[edge]) &&
        ephemerons.tableId(edgeName[edge]) === nodeId[node]
      )
        continue;
      words[edge >>> 5] |= 1 << (edge & 31);
    }
  }
  return essential;
}

/** What can be reached, but for weak edges, from the root's shortcuts and from the documents. */
function* findPageOwned(graph: HeapGraph, names: NodeNames): Pass<BitSet> {
  const { nodeCount, rootNode, nodeType, firstEdge, edgeType, edgeTarget } = graph;
  const owned = new BitSet(nodeCount);
  const { words } = owned;
  // Nodes whose targets are still to be marked. Each node enters once.
  const stack = new Uint32Array(nodeCount);
  let depth = 0;
  for (let edge = firstEdge[rootNode]; edge < firstEdge[rootNode + 1]; edge++) {
    const node = edgeTarget[edge];
    const isEntry =
      edgeType[edge] === EdgeType.shortcut ||
      (edgeType[edge] === EdgeType.element &&
        nodeType[node] === NodeType.synthetic &&
        names.kind(node) === NameKind.documentDomTrees);
    if (!isEntry || owned.has(node)) continue;
    owned.add(node);
    stack[depth++] = node;
  }
  for (let steps = 0; depth > 0; steps++) {
    if ((steps & CHECK_MASK) === 0) yield (steps / nodeCount) * 0.5;
    const node = stack[--depth];
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      const target = edgeTarget[edge];
      const bit = 1 << (target & 31);
      if ((words[target >>> 5] & bit) !== 0 || edgeType[edge] === EdgeType.weak) continue;
      words[target >>> 5] |= bit;
      stack[depth++] = target;
    }
  }
  return owned;
}
