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
 * Most edges lead to what owns itself or already belongs to several (a map is an owned kind that thousands of objects refer
 * to), and nothing is to be done for them. So the first question about an edge is a bit of its target, and the bits of all
 * nodes stay in the processor's cache.
 *
 * Cost: O(edges); 4 bytes a node of an owned kind and a quarter byte a node while it runs, and the nodes whose targets are
 * still to be told.
 */
import { BitSet, RankedSet } from "../graph/bit-set.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import type { Scratch } from "../graph/scratch.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

/** Values of the owner table besides node indexes. */
const Owner = { none: 0xffff_ffff, several: 0xffff_fffe } as const;

/** Who owns the nodes of owned kinds. */
export interface Owners {
  /** The nodes of owned kinds. */
  readonly owned: RankedSet;
  /**
   * Rank in `owned` -> NodeIndex of the one owner, `Owner.none` when no owner reaches the node, or `Owner.several`.
   * Borrowed memory: give it back.
   */
  readonly owner: Uint32Array;
}

export function* computeOwners(graph: HeapGraph, names: NodeNames, scratch: Scratch): Pass<Owners> {
  const { nodeCount, firstEdge, edgeType, edgeTarget } = graph;
  const owned = yield* findOwnedKinds(graph, names);
  const owner = scratch.borrow(owned.size).fill(Owner.none);
  // Owned nodes that are not known to belong to several: all others need no look.
  const undecided = owned.words.slice();
  // Owned nodes whose owner was found or changed, and whose targets are still to be told. A node enters at most twice.
  const pending: number[] = [];

  const tellTargets = (node: number, own: number): void => {
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      const target = edgeTarget[edge];
      if ((undecided[target >>> 5] & (1 << (target & 31))) === 0 || edgeType[edge] === EdgeType.weak)
        continue;
      const rank = owned.rankOf(target);
      const old = owner[rank];
      if (old === own) continue;
      if (old === Owner.none && own !== Owner.several) owner[rank] = own;
      else {
        owner[rank] = Owner.several;
        undecided[target >>> 5] &= ~(1 << (target & 31));
      }
      pending.push(target);
    }
  };

  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    if (owned.has(node)) continue;
    tellTargets(node, node);
    while (pending.length > 0) {
      const next = pending.pop()!;
      tellTargets(next, owner[owned.rankOf(next)]);
    }
  }
  return { owned, owner };
}

function* findOwnedKinds(graph: HeapGraph, names: NodeNames): Pass<RankedSet> {
  const { nodeCount, nodeType } = graph;
  const set = new BitSet(nodeCount);
  const { words } = set;
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield 0;
    const type = nodeType[node];
    if (
      type === NodeType.hidden ||
      type === NodeType.array ||
      (type === NodeType.native && names.kind(node) === NameKind.externalStringData)
    )
      words[node >>> 5] |= 1 << (node & 31);
  }
  return new RankedSet(set);
}

/**
 * Moves the sizes of owned nodes to their owners, in place: `graph.selfSize` holds shallow sizes afterwards. (A second
 * column would cost 8 bytes a node for a number that nothing asks for.) Owners that are synthetic, or the root, take
 * nothing.
 */
export function moveOwnedSizes(graph: HeapGraph, { owned, owner }: Owners): Float64Array {
  const { nodeType, selfSize, rootNode } = graph;
  let rank = 0;
  owned.forEach((node) => {
    const to = owner[rank++];
    if (to >= Owner.several || to === rootNode || nodeType[to] === NodeType.synthetic) return;
    selfSize[to] += selfSize[node];
    selfSize[node] = 0;
  });
  return selfSize;
}
