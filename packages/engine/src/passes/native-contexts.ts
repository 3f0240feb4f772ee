/**
 * Which realm (native context: a page's frame, a `vm` context) each node belongs to. A node belongs to the context that
 * its map's map names; everything else takes the context of what refers to it, and is shared when there are several
 * (DevTools, `calculateNativeContextAttribution`).
 *
 * Cost: O(edges); 4 bytes a node, and 12 more while it runs.
 */
import { newInt32Column } from "../graph/column-memory.ts";
import { BitSet } from "../graph/bit-set.ts";
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType } from "../graph/node-types.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

/** Values of `contextOf` besides node indexes. */
export const ContextOwner = { none: -1, several: -2 } as const;

export interface NativeContext {
  readonly node: NodeIndex;
  /** Sum of the shallow sizes of the nodes that belong to it alone, in bytes. */
  readonly attributedSize: number;
}

export interface NativeContextTable {
  /** NodeIndex -> NodeIndex of the native context it belongs to, or a value of `ContextOwner`. */
  readonly contextOf: Int32Array;
  readonly contexts: readonly NativeContext[];
  /** Bytes that several contexts share. */
  readonly sharedSize: number;
  /** Bytes that belong to no context. */
  readonly unattributedSize: number;
}

export function* computeNativeContexts(
  graph: HeapGraph,
  names: NodeNames,
  shallowSize: Float64Array,
): Pass<NativeContextTable> {
  const { nodeCount, firstEdge, edgeType, edgeTarget } = graph;
  const { contextOf, isFixed, contextNodes } = yield* findFixedContexts(graph, names);

  // A node enters again when its context changes, which happens at most twice: to one context, then to several.
  const pending: number[] = [];
  const tellTargets = (node: number): void => {
    const own = contextOf[node];
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      const type = edgeType[edge];
      if (type === EdgeType.shortcut || type === EdgeType.weak) continue;
      const target = edgeTarget[edge];
      const old = contextOf[target];
      if (old === own || old === ContextOwner.several || isFixed.has(target) || target === node) continue;
      contextOf[target] = old === ContextOwner.none ? own : ContextOwner.several;
      pending.push(target);
    }
  };
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield 0.4 + (node / nodeCount) * 0.5;
    if (!isFixed.has(node)) continue;
    tellTargets(node);
    while (pending.length > 0) tellTargets(pending.pop()!);
  }

  let sharedSize = 0;
  let unattributedSize = 0;
  const sizeOf = new Map<number, number>(contextNodes.map((node) => [node, 0]));
  for (let node = 0; node < nodeCount; node++) {
    const context = contextOf[node];
    if (context === ContextOwner.several) sharedSize += shallowSize[node];
    else if (context === ContextOwner.none) unattributedSize += shallowSize[node];
    else sizeOf.set(context, sizeOf.get(context)! + shallowSize[node]);
  }
  const contexts = contextNodes.map((node) => ({ node, attributedSize: sizeOf.get(node)! }));
  return { contextOf, contexts, sharedSize, unattributedSize };
}

interface FixedContexts {
  readonly contextOf: Int32Array;
  readonly isFixed: BitSet;
  readonly contextNodes: NodeIndex[];
}

/** The contexts themselves, and the nodes whose map's map names one: object -map-> map -map-> meta map -native_context->. */
function* findFixedContexts(graph: HeapGraph, names: NodeNames): Pass<FixedContexts> {
  const { nodeCount, nodeName, firstEdge, edgeType, edgeName, edgeTarget, strings } = graph;
  const { kindOfString } = names;
  // StringIndex -> 1 when it names a context.
  const isContextName = new Uint8Array(strings.length);
  for (let i = 0; i < strings.length; i++)
    if (
      kindOfString[i] === NameKind.nativeContext ||
      strings.startsWith(i, "system / NativeContext / ") ||
      strings.startsWith(i, "Detached system / NativeContext / ") ||
      strings.equals(i, "Detached system / NativeContext")
    )
      isContextName[i] = 1;
  const isContext = (node: number): boolean =>
    isContextName[nodeName[node]] === 1 &&
    (!names.isRenamed(node) || !strings.startsWith(nodeName[node], "Detached "));

  const map = new Int32Array(nodeCount).fill(-1);
  const namedContext = new Int32Array(nodeCount).fill(-1);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield (node / nodeCount) * 0.3;
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      if (edgeType[edge] !== EdgeType.internal) continue;
      const kind = kindOfString[edgeName[edge]];
      const target = edgeTarget[edge];
      if (kind === NameKind.map) {
        if (map[node] === -1) map[node] = target;
      } else if (kind === NameKind.nativeContextEdge && namedContext[node] === -1 && isContext(target))
        namedContext[node] = target;
    }
  }

  const contextOf = newInt32Column(nodeCount).fill(ContextOwner.none);
  const isFixed = new BitSet(nodeCount);
  const contextNodes: NodeIndex[] = [];
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield 0.3 + (node / nodeCount) * 0.1;
    let context: number = ContextOwner.none;
    if (isContext(node)) {
      contextNodes.push(node);
      context = node;
    } else if (map[node] !== -1 && map[map[node]] !== -1) context = namedContext[map[map[node]]];
    if (context < 0) continue;
    contextOf[node] = context;
    isFixed.add(node);
  }
  return { contextOf, isFixed, contextNodes };
}
