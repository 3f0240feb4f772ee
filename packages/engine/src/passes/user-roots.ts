/**
 * The user roots: what the root refers to that is not V8's own bookkeeping — the `global` object (Node 20 to 24), the
 * native context (Node 26), a document. Distances are counted from them. A file captured with `exposeInternals` has
 * none, and then several rules do not apply.
 */
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { NodeType } from "../graph/node-types.ts";
import { NameKind, type NodeNames } from "./node-names.ts";

/** The user roots in the order of the root's edges; a root may stand twice. **Cost**: O(edges of the root). */
export function findUserRoots(
  graph: Pick<HeapGraph, "rootNode" | "firstEdge" | "edgeTarget" | "nodeType">,
  names: Pick<NodeNames, "kind">,
): NodeIndex[] {
  const { firstEdge, edgeTarget, nodeType, rootNode } = graph;
  const roots: NodeIndex[] = [];
  for (let edge = firstEdge[rootNode]; edge < firstEdge[rootNode + 1]; edge++) {
    const node = edgeTarget[edge];
    if (nodeType[node] !== NodeType.synthetic || names.kind(node) === NameKind.documentDomTrees)
      roots.push(node);
  }
  return roots;
}
