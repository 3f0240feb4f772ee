/**
 * The holding tree: of all the ways from the roots to a node, the one by which a person would say that it is held. Each
 * reachable node has one edge in it, so every byte belongs to one place of the tree only; a dominator tree, in contrast,
 * hangs what two structures share on whatever is above both, which is mostly nothing that a person would name.
 *
 * It is a tree of shortest paths (Dijkstra), where a step costs more the less it says:
 *
 *     property, element, variable, backing store                       1
 *     __proto__, constructor                                          10
 *     out of code and shapes: feedback, prototypes, constant pools    30
 *     a root of V8's own, in place of a user root                     60
 *
 * So what a program refers to is held by that, and what only V8 refers to by V8. Weak edges hold nothing, and of a
 * `WeakMap` entry only the key's half does, as for dominators.
 *
 * Costs are small integers, so the queue is an array of stacks (Dial, 1969). Equal ways are decided by the order of the
 * file, which is the same in two snapshots of one process for all that is old.
 *
 * Cost: O(edges); 12 bytes a node.
 */
import type { NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { KnownEphemeron, type EphemeronNames } from "../passes/ephemerons.ts";
import { CHECK_MASK, type Pass } from "../passes/pass.ts";
import { findUserRoots } from "../passes/user-roots.ts";
import type { HoldingSource } from "./holding-nodes.ts";
import { NodeRole } from "./node-roles.ts";

/** Stands for "no edge": the root, and what cannot be reached. */
export const NO_EDGE = 0xffff_ffff;

export interface HoldingTree {
  /** NodeIndex -> the edge by which the node is held; `NO_EDGE` for the root and for what cannot be reached. */
  readonly holdingEdge: Uint32Array;
  /** NodeIndex -> the node that this edge leaves; the root for what cannot be reached. */
  readonly holder: Uint32Array;
  /** Position -> NodeIndex: the reachable nodes, each behind its holder; the root first. */
  readonly order: Uint32Array;
}

const PLAIN_STEP = 1;
const PROTOTYPE_STEP = 10;
const CODE_STEP = 30;
const SYSTEM_ROOT_STEP = 60;
/** More than the dearest step, and a power of two. */
const STACK_COUNT = 64;
/** Nodes whose edges are fetched at once. */
const BATCH = 1 << 10;

/**
 * Computes the tree.
 *
 * @param role as `computeNodeRoles` returns it; what only code holds becomes code as well
 */
export function* computeHoldingTree(
  graph: HoldingSource["graph"],
  role: Uint8Array,
  names: HoldingSource["names"],
  ephemerons: EphemeronNames,
): Pass<HoldingTree> {
  const { nodeCount, rootNode, nodeId, nodeType, firstEdge, edgeType, edgeName, edgeTarget, strings } = graph;
  const holdingEdge = new Uint32Array(nodeCount).fill(NO_EDGE);
  const holder = new Uint32Array(nodeCount).fill(rootNode);
  const order = new Uint32Array(nodeCount);
  /** NodeIndex -> cost of the cheapest way so far, + 1. */
  const cost = new Uint32Array(nodeCount);
  const { known } = ephemerons;
  const isPrototypeName = new Uint8Array(strings.length);
  for (const indexes of strings.findAll(["__proto__", "constructor"]))
    for (const name of indexes) isPrototypeName[name] = 1;

  const stacks = Array.from({ length: STACK_COUNT }, () => new NodeStack());

  let count = 0;
  order[count++] = rootNode;
  cost[rootNode] = 1;
  const userRoots = new Set(findUserRoots(graph, names));
  for (let edge = firstEdge[rootNode]; edge < firstEdge[rootNode + 1]; edge++) {
    const target = edgeTarget[edge];
    if (edgeType[edge] === EdgeType.weak || target === rootNode) continue;
    const step = userRoots.has(target) ? PLAIN_STEP : SYSTEM_ROOT_STEP;
    if (cost[target] !== 0 && cost[target] <= step + 1) continue;
    cost[target] = step + 1;
    holdingEdge[target] = edge;
    holder[target] = rootNode;
    stacks[step].push(target);
  }

  const isDone = new Uint8Array(nodeCount);
  isDone[rootNode] = 1;
  let steps = 0;
  /** Keeps reads that are only for the cache from being optimised away. */
  const touched = new Uint32Array(1);
  for (let total = 0, empty = 0; empty < STACK_COUNT; total++) {
    // A stack is taken in the order in which it was filled; what a step of no cost would add cannot be.
    const nodes = stacks[total % STACK_COUNT];
    if (nodes.length === 0) {
      empty++;
      continue;
    }
    empty = 0;
    const { items, length } = nodes;
    nodes.renew();
    for (let at = 0; at < length; at++) {
      if (at % BATCH === 0) touched[0] ^= touchEdges(graph, items, at, Math.min(at + BATCH, length));
      const node = items[at];
      if (isDone[node] === 1 || cost[node] !== total + 1) continue;
      isDone[node] = 1;
      order[count++] = node;
      if ((++steps & CHECK_MASK) === 0) yield count / nodeCount;
      const isCode = role[node] === NodeRole.code;
      for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
        const target = edgeTarget[edge];
        if (isDone[target] === 1) continue;
        const type = edgeType[edge];
        if (type === EdgeType.weak || type === EdgeType.shortcut) continue;
        let step = PLAIN_STEP;
        if (isCode) step = CODE_STEP;
        else if (type === EdgeType.property && isPrototypeName[edgeName[edge]] === 1) step = PROTOTYPE_STEP;
        else if (
          type === EdgeType.internal &&
          known[edgeName[edge]] !== KnownEphemeron.no &&
          ephemerons.isTableHalf(edgeName[edge], nodeId[node])
        )
          continue;
        // Written out, since this is asked of each edge.
        const before = cost[target];
        if (before !== 0 && before <= total + step + 1) continue;
        cost[target] = total + step + 1;
        holdingEdge[target] = edge;
        holder[target] = node;
        stacks[(total + step) % STACK_COUNT].push(target);
      }
    }
  }
  // What only code refers to comes and goes with the code; so do the texts of scripts and names that V8's roots hold.
  for (let at = 1; at < count; at++) {
    const node = order[at];
    const from = holder[node];
    if (
      role[from] === NodeRole.code ||
      (nodeType[from] === NodeType.synthetic && nodeType[node] === NodeType.string)
    )
      role[node] = NodeRole.code;
    // V8 puts the text of a joined string together when somebody reads it: its pieces are no objects of the program.
    else if (isJoined(nodeType[from]) && isText(nodeType[node])) role[node] = NodeRole.part;
  }
  return { holdingEdge, holder, order: order.subarray(0, count) };
}

/**
 * Reads where the edges of nodes begin, in front of the loop that decides about them. The places are far apart in memory;
 * with no decision in between, the processor waits for many of them at once.
 */
function touchEdges(
  { firstEdge, edgeType, edgeName, edgeTarget }: HoldingSource["graph"],
  nodes: Uint32Array,
  from: number,
  to: number,
): number {
  const lastEdge = edgeTarget.length - 1;
  let touched = 0;
  for (let at = from; at < to; at++) {
    const edge = Math.min(firstEdge[nodes[at]], lastEdge);
    touched ^= edgeTarget[edge] ^ edgeType[edge] ^ edgeName[edge];
  }
  return touched;
}

function isJoined(type: number): boolean {
  return type === NodeType.consString || type === NodeType.slicedString;
}

function isText(type: number): boolean {
  return type === NodeType.string || isJoined(type);
}

/** A growing list of nodes. */
class NodeStack {
  items: Uint32Array = new Uint32Array(64);
  length = 0;

  push(node: NodeIndex): void {
    if (this.length === this.items.length) {
      const longer = new Uint32Array(this.length * 2);
      longer.set(this.items);
      this.items = longer;
    }
    this.items[this.length++] = node;
  }

  /** Empties it; whoever has `items` keeps them. */
  renew(): void {
    this.items = new Uint32Array(64);
    this.length = 0;
  }
}
