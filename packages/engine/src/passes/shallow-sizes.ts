/**
 * DevTools' shallow sizes. V8 stores one JavaScript object in several pieces: the elements of an array, the properties
 * of an object, and the table of a `Map` are nodes of their own. A person thinks of them as the object, so each internal
 * node that belongs to exactly one object gives its size to that object:
 *
 *     Map(32) -table-> array(4096)          becomes   Map(4128) -table-> array(0)
 *
 * Owned kinds: types hidden and array, and native nodes named `system / ExternalStringData`. Everything else owns
 * itself. An owner's mark flows over all edges but weak ones through owned kinds; a node that two owners reach belongs to
 * several and passes that on. The result does not depend on the order (DevTools, `calculateShallowSizes`).
 *
 * Cost: O(edges), 5 bytes a node while it runs, and the nodes whose targets are still to be told.
 */
import type { HeapGraph } from "../graph/heap-graph.ts";
import type { Scratch } from "../graph/scratch.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

/** Values of the owner table besides node indexes. */
const Owner = { none: 0xffff_ffff, several: 0xffff_fffe } as const;

/**
 * NodeIndex -> NodeIndex of its owner (itself for most), `Owner.none` for an owned kind that no owner reaches, or
 * `Owner.several`. Borrowed memory: give it back.
 */
export function* computeOwners(graph: HeapGraph, names: NodeNames, scratch: Scratch): Pass<Uint32Array> {
  const { nodeCount, firstEdge, edgeType, edgeTarget } = graph;
  const owner = scratch.borrow(nodeCount);
  const isOwnedKind = yield* findOwnedKinds(graph, names);
  // Owned nodes whose owner was found or changed, and whose targets are still to be told. A node enters at most twice.
  const pending: number[] = [];

  const tellTargets = (node: number, own: number): void => {
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      const target = edgeTarget[edge];
      if (isOwnedKind[target] === 0 || edgeType[edge] === EdgeType.weak) continue;
      const old = owner[target];
      if (old === own || old === Owner.several) continue;
      owner[target] = old === Owner.none ? own : Owner.several;
      pending.push(target);
    }
  };

  for (let node = 0; node < nodeCount; node++) owner[node] = isOwnedKind[node] === 0 ? node : Owner.none;
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    if (isOwnedKind[node] !== 0) continue;
    tellTargets(node, node);
    while (pending.length > 0) {
      const next = pending.pop()!;
      tellTargets(next, owner[next]);
    }
  }
  return owner;
}

function* findOwnedKinds(graph: HeapGraph, names: NodeNames): Pass<Uint8Array> {
  const { nodeCount, nodeType } = graph;
  const isOwnedKind = new Uint8Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield 0;
    const type = nodeType[node];
    if (type === NodeType.hidden || type === NodeType.array) isOwnedKind[node] = 1;
    else if (type === NodeType.native && names.kind(node) === NameKind.externalStringData)
      isOwnedKind[node] = 1;
  }
  return isOwnedKind;
}

/**
 * Moves the sizes of owned nodes to their owners, in place: `graph.selfSize` holds shallow sizes afterwards. (A second
 * column would cost 8 bytes a node for a number that nothing asks for.) Owners that are synthetic, or the root, take
 * nothing.
 */
export function moveOwnedSizes(graph: HeapGraph, owner: Uint32Array): Float64Array {
  const { nodeCount, nodeType, selfSize, rootNode } = graph;
  for (let node = 0; node < nodeCount; node++) {
    const to = owner[node];
    if (to === node || to >= Owner.several) continue;
    if (to === rootNode || nodeType[to] === NodeType.synthetic) continue;
    selfSize[to] += selfSize[node];
    selfSize[node] = 0;
  }
  return selfSize;
}
