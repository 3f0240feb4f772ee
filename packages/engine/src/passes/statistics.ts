/**
 * DevTools' "Statistics": how the total divides into kinds of memory. All sizes are shallow sizes in bytes.
 *
 * Cost: O(nodes), and O(edges) once to count the retainers of arrays' elements.
 */
import { BitSet } from "../graph/bit-set.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

export interface Statistics {
  /**
   * All that the snapshot accounts for: the sizes of all nodes, which is what the root retains, and what V8 says it holds
   * outside the heap.
   */
  readonly total: number;
  readonly native: {
    /** Memory outside the JavaScript heap. */
    readonly total: number;
    /** The part of it that array buffers hold. */
    readonly typedArrays: number;
  };
  readonly v8heap: {
    readonly total: number;
    readonly code: number;
    readonly strings: number;
    /** Arrays with their elements. */
    readonly jsArrays: number;
    /** V8's own structures. */
    readonly system: number;
  };
}

export function* computeStatistics(
  graph: HeapGraph,
  names: NodeNames,
  shallowSize: Float64Array,
  extraNativeBytes: number,
): Pass<Statistics> {
  const { nodeCount, nodeType } = graph;
  let total = extraNativeBytes;
  let native = extraNativeBytes;
  let typedArrays = 0;
  let code = 0;
  let strings = 0;
  let jsArrays = 0;
  let system = 0;
  const elementsOfArrays: number[] = [];
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield (node / nodeCount) * 0.5;
    const size = shallowSize[node];
    total += size;
    switch (nodeType[node]) {
      case NodeType.hidden:
        system += size;
        break;
      case NodeType.native:
        native += size;
        if (names.kind(node) === NameKind.arrayBufferData) typedArrays += size;
        break;
      case NodeType.code:
        code += size;
        break;
      case NodeType.string:
      case NodeType.consString:
      case NodeType.slicedString:
        strings += size;
        break;
      default:
        // Whatever is named `Array`, also the constructor: DevTools looks at the name alone.
        if (names.kind(node) !== NameKind.array) break;
        jsArrays += size;
        elementsOfArrays.push(findElements(graph, names, node));
    }
  }
  jsArrays += yield* sizeOfSingleRetained(graph, elementsOfArrays, shallowSize);
  return {
    total,
    native: { total: native, typedArrays },
    v8heap: { total: total - native, code, strings, jsArrays, system },
  };
}

/** The node that the first internal edge named `elements` leads to, or -1. */
function findElements(graph: HeapGraph, names: NodeNames, node: number): number {
  const { firstEdge, edgeType, edgeName, edgeTarget } = graph;
  for (let edge = firstEdge[node]; edge < firstEdge[node + 1]; edge++) {
    if (edgeType[edge] === EdgeType.internal && names.kindOfString[edgeName[edge]] === NameKind.elements)
      return edgeTarget[edge];
  }
  return -1;
}

/** Sum of the sizes of those `nodes` to which exactly one edge of any type leads; -1 is no node. */
function* sizeOfSingleRetained(
  graph: HeapGraph,
  nodes: readonly number[],
  shallowSize: Float64Array,
): Pass<number> {
  const { nodeCount, edgeCount, edgeTarget } = graph;
  // Bits, not counts: those of all nodes stay in the processor's cache.
  const asked = new BitSet(nodeCount);
  for (const node of nodes) if (node !== -1) asked.add(node);
  const retainedOnce = new BitSet(nodeCount);
  const retainedTwice = new BitSet(nodeCount);
  const { words } = asked;
  for (let edge = 0; edge < edgeCount; edge++) {
    if ((edge & CHECK_MASK) === 0) yield 0.5 + (edge / edgeCount) * 0.5;
    const target = edgeTarget[edge];
    if ((words[target >>> 5] & (1 << (target & 31))) === 0) continue;
    if (retainedOnce.has(target)) retainedTwice.add(target);
    else retainedOnce.add(target);
  }
  let size = 0;
  for (const node of nodes)
    if (node !== -1 && retainedOnce.has(node) && !retainedTwice.has(node)) size += shallowSize[node];
  return size;
}
