/**
 * Which DOM nodes are detached from their document. V8 knows the state of some nodes (`detachedness` in the file); the
 * others take it from what refers to them, attached before detached.
 *
 * Rules (DevTools, `propagateDOMState`): only nodes of type native take a state; the first state that reaches a node
 * stays; a detached node's name gets `Detached ` in front. Files without the field have only names to go by.
 *
 * Cost: O(nodes); O(edges of DOM nodes) more when the file has any state at all, which in Node.js is rare.
 */
import { BitSet } from "../graph/bit-set.ts";
import { newUint8Column } from "../graph/column-memory.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { CHECK_EVERY, CHECK_MASK, type Pass } from "./pass.ts";

const Detachedness = { unknown: 0, attached: 1, detached: 2 } as const;

export interface DetachednessTable {
  /** NodeIndex -> `Detachedness`. */
  readonly state: Uint8Array;
  /** Nodes whose name gets `Detached ` in front; absent when there are none. */
  readonly renamed: BitSet | undefined;
}

export function* computeDetachedness(graph: HeapGraph): Pass<DetachednessTable> {
  const { nodeCount, nodeType, nodeDetachedness } = graph;
  if (!graph.hasDetachedness) return yield* detachednessByName(graph);
  if (nodeDetachedness === undefined) return { state: newUint8Column(nodeCount), renamed: undefined };

  const { firstEdge, edgeType, edgeTarget } = graph;
  const state = newUint8Column(nodeCount);
  state.set(nodeDetachedness);
  const renamed = new BitSet(nodeCount);
  const visited = new BitSet(nodeCount);
  const attached: number[] = [];
  const detached: number[] = [];

  const visit = (node: number, newState: number): void => {
    if (visited.has(node)) return;
    visited.add(node);
    // Every way into the embedder's code begins at a node that knows its own state, so JavaScript passes none on.
    if (nodeType[node] !== NodeType.native) return;
    state[node] = newState;
    if (newState === Detachedness.attached) attached.push(node);
    else if (newState === Detachedness.detached) {
      renamed.add(node);
      detached.push(node);
    }
  };
  const visitTargets = (node: number, newState: number): void => {
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      const type = edgeType[edge];
      if (type !== EdgeType.hidden && type !== EdgeType.weak) visit(edgeTarget[edge], newState);
    }
  };

  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield (node / nodeCount) * 0.5;
    if (nodeDetachedness[node] !== Detachedness.unknown) visit(node, nodeDetachedness[node]);
  }
  let steps = 0;
  for (let node = attached.pop(); node !== undefined; node = attached.pop()) {
    if (++steps % CHECK_EVERY === 0) yield 0.7;
    visitTargets(node, Detachedness.attached);
  }
  for (let node = detached.pop(); node !== undefined; node = detached.pop()) {
    if (++steps % CHECK_EVERY === 0) yield 0.9;
    if (state[node] !== Detachedness.attached) visitTargets(node, Detachedness.detached);
  }
  return { state, renamed };
}

function* detachednessByName(graph: HeapGraph): Pass<DetachednessTable> {
  const { nodeCount, nodeType, nodeName, strings } = graph;
  const state = newUint8Column(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    if (nodeType[node] === NodeType.native && strings.startsWith(nodeName[node], "Detached "))
      state[node] = Detachedness.detached;
  }
  return { state, renamed: undefined };
}
