/**
 * DevTools' filters of the Summary: which nodes count, one bit each.
 *
 * Most are of the form "what these retain": everything that can be reached from the root without them is left out. So
 * the walk starts at the root, stops at a barrier (detached nodes, closure scopes, event handlers, references of the
 * console), and what it did not reach is what the barrier retains; not what nothing reaches at all (DevTools,
 * `createNamedFilter`). The others look at a node alone: its id, its text, the realm that it belongs to, where it was
 * allocated.
 *
 * Cost: O(edges) for a barrier, O(nodes) otherwise; a bit a node, and 4 bytes a node more while it walks.
 */
import { BitSet } from "../graph/bit-set.ts";
import type { EdgeIndex, HeapGraph, NodeId, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { NO_DISTANCE } from "./distances.ts";
import { getEdgeName } from "./edge-names.ts";
import type { NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

/** Where the walk from the root does not go on. */
export interface Barrier {
  /** Nodes that it does not enter. */
  readonly nodes?: BitSet;
  /** Whether it does not follow an edge. */
  readonly stopsAt?: (node: NodeIndex, edge: EdgeIndex) => boolean;
}

/** What can be reached only through the barrier. */
export function* passRetainedBy(graph: HeapGraph, distance: Int32Array, barrier: Barrier): Pass<BitSet> {
  const { nodeCount, rootNode, firstEdge, edgeType, edgeTarget } = graph;
  const { nodes: closed = new BitSet(0), stopsAt } = barrier;
  const reached = new BitSet(nodeCount);
  const pending = new Uint32Array(nodeCount);
  reached.add(rootNode);
  pending[0] = rootNode;
  for (let left = 1, steps = 1; left > 0; steps++) {
    if ((steps & CHECK_MASK) === 0) yield (steps / nodeCount) * 0.9;
    const node = pending[--left];
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      const target = edgeTarget[edge];
      if (edgeType[edge] === EdgeType.weak || reached.has(target) || closed.has(target)) continue;
      if (stopsAt?.(node, edge) === true) continue;
      reached.add(target);
      pending[left++] = target;
    }
  }

  const passing = new BitSet(nodeCount);
  for (let node = 0; node < nodeCount; node++)
    if (!reached.has(node) && distance[node] !== NO_DISTANCE) passing.add(node);
  return passing;
}

/** Nodes for which `test` is true. */
export function* passNodes(nodeCount: number, test: (node: NodeIndex) => boolean): Pass<BitSet> {
  const passing = new BitSet(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    if (test(node)) passing.add(node);
  }
  return passing;
}

/** Whether a node is the scope of a closure (DevTools, `isContextObject`). */
export function contextTest(graph: HeapGraph, names: NodeNames): (node: NodeIndex) => boolean {
  const { nodeName, strings } = graph;
  const isContextName = new Uint8Array(strings.length);
  for (let i = 0; i < strings.length; i++)
    if (strings.equals(i, "system / Context") || strings.startsWith(i, "system / Context / "))
      isContextName[i] = 1;
  return (node) => isContextName[nodeName[node]] === 1 && !names.isRenamed(node);
}

/** Whether a node was allocated at one of these trace ids (DevTools, `createAllocationStackFilter`). */
export function allocationTest(
  { nodeTraceId }: HeapGraph,
  traceIds: ReadonlySet<number>,
): (node: NodeIndex) => boolean {
  return (node) => nodeTraceId !== undefined && traceIds.has(nodeTraceId[node]);
}

/** Whether an edge is a global of the console, which it keeps for `$0`, `$_` and the values that it shows. */
export function consoleTest(graph: HeapGraph): (node: NodeIndex, edge: EdgeIndex) => boolean {
  const { nodeType } = graph;
  return (node, edge) => {
    if (nodeType[node] !== NodeType.synthetic) return false;
    const name = getEdgeName(graph, edge);
    return typeof name === "string" && name.endsWith(" / DevTools console");
  };
}

/**
 * The functions that handle events: what a `V8EventListener` calls back (its edge `1`); where that is no function but an
 * object of a framework, the first function that the object refers to; where there is none, the object itself.
 */
export function* findEventHandlers(graph: HeapGraph, names: NodeNames): Pass<BitSet> {
  const { nodeCount, nodeName, firstEdge, edgeTarget, strings } = graph;
  const [listener, one, code] = strings.findAll(["V8EventListener", "1", "code"]);
  const isFunction = (node: NodeIndex): boolean => targetOf(graph, node, "code", code) !== -1;
  const handlers = new BitSet(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    if (!listener.has(nodeName[node]) || names.isRenamed(node)) continue;
    const callback = targetOf(graph, node, "1", one);
    if (callback === -1) continue;
    let handler = callback;
    if (!isFunction(callback)) {
      for (let edge = firstEdge[callback], end = firstEdge[callback + 1]; edge < end; edge++) {
        if (!isFunction(edgeTarget[edge])) continue;
        handler = edgeTarget[edge];
        break;
      }
    }
    handlers.add(handler);
  }
  return handlers;
}

/**
 * Where the first edge leads that DevTools calls `name`, or -1.
 *
 * @param indexes the strings that are `name`
 */
function targetOf(graph: HeapGraph, node: NodeIndex, name: string, indexes: ReadonlySet<number>): NodeIndex {
  const { firstEdge, edgeType, edgeName, edgeTarget } = graph;
  for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
    const type = edgeType[edge];
    // The names of these are numbers, or may become some.
    const isNumber = type === EdgeType.element || type === EdgeType.hidden || type === EdgeType.shortcut;
    if (isNumber ? String(getEdgeName(graph, edge)) === name : indexes.has(edgeName[edge]))
      return edgeTarget[edge];
  }
  return -1;
}

/** The greatest id of an object of the JavaScript heap, which are odd: objects with greater ids came later. */
export function findMaxJsNodeId(nodeId: Uint32Array): NodeId {
  let greatest = 0;
  for (const id of nodeId) if (id % 2 === 1 && id > greatest) greatest = id;
  return greatest;
}
