/**
 * A depth-first walk over the essential edges, which gives the nodes the numbers that the dominators are computed with.
 *
 * Essential edges are those that keep their target alive, as retained sizes see it. Not essential are
 *
 * 1. the table's half of a `WeakMap` entry (the key's half stays, so that a value belongs to its key);
 * 2. weak edges;
 * 3. edges of a node to itself;
 * 4. shortcut edges, unless they leave the root;
 * 5. edges from outside the page to page objects: what can be reached (but for weak edges) from the root's shortcuts and
 *    from documents belongs to the page's own code, although V8 refers to it too.
 *
 * (DevTools, `computeIsEssentialEdge`, `markPageOwnedNodes`.) The walk visits the page first. When that is done, a page
 * object is a node that has a number already, so rule 5 costs one comparison and no walk of its own. Page objects that
 * only edges of rules 1 and 4 reach are the exception, and are found by a small flood in between (`findFarPageObjects`).
 *
 * DevTools' rules for what the root does not reach: a node without any essential edge to it counts as a child of the
 * root, and what it reaches is walked from there; what is still left then (cycles) gets no number.
 *
 * Most edges lead to few nodes, such as the hidden classes, whose dominator can be told at once: `Walk.settled`. Edges to
 * them are neither looked up nor counted; on the way the walk counts the others for the dominators.
 *
 * Cost: O(edges); 20 bytes a node while the dominators use it, and 8 bytes for each node on the deepest path that has edges left.
 */
import { BitSet } from "../graph/bit-set.ts";
import { resizeColumn } from "../graph/column-memory.ts";
import type { EdgeIndex, HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import type { Scratch } from "../graph/scratch.ts";
import { KnownEphemeron, type EphemeronNames } from "./ephemerons.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

/** The columns that the walk reads. */
export type WalkGraph = Pick<
  HeapGraph,
  | "nodeCount"
  | "edgeCount"
  | "rootNode"
  | "nodeType"
  | "nodeId"
  | "firstEdge"
  | "edgeType"
  | "edgeName"
  | "edgeTarget"
>;

/** Tables are borrowed; "number" is a depth-first number from 1, the root's. */
export interface Walk {
  /** NodeIndex -> number; 0 for nodes that were not reached. Length nodeCount + 1. */
  readonly number: Uint32Array;
  /**
   * Two integers a number, next to each other: at 2 · number its NodeIndex, behind that how many edges from greater numbers
   * lead to it at most. Of settled nodes the count means nothing.
   */
  readonly record: Uint32Array;
  /** Number -> number of the node from which it was reached. */
  readonly parent: Uint32Array;
  /** Number -> least number among the ancestors that have an essential edge to it; of settled nodes their dominator. */
  readonly leastAncestor: Uint32Array;
  /**
   * Nodes whose dominator needs no algorithm: the root, its children, and what two paths lead to that begin in the root's
   * child of number 2 and have nothing else in common. `leastAncestor` is the dominator of these.
   */
  readonly settled: BitSet;
  readonly essential: EssentialEdges;
  readonly reached: number;
}

/** The rules that need more than an edge's type: 1 and 5. */
class EssentialEdges {
  readonly #edgeName: Uint32Array;
  readonly #nodeId: Uint32Array;
  readonly #ephemerons: EphemeronNames;
  /** Page objects have numbers up to this; during the walk of the page, all numbers are theirs. */
  lastPageNumber = 0xffff_ffff;
  /** Page objects without a number, when there are any. */
  farPageObjects: BitSet | undefined;

  constructor({ edgeName, nodeId }: WalkGraph, ephemerons: EphemeronNames) {
    this.#edgeName = edgeName;
    this.#nodeId = nodeId;
    this.#ephemerons = ephemerons;
  }

  /** Whether an internal edge of a node is the table's half of a `WeakMap` entry. */
  isTableHalf(node: NodeIndex, edge: EdgeIndex): boolean {
    const name = this.#edgeName[edge];
    return (
      this.#ephemerons.known[name] !== KnownEphemeron.no &&
      this.#ephemerons.isTableHalf(name, this.#nodeId[node])
    );
  }

  /** @param number of the node, 0 for none */
  isPageObject(node: NodeIndex, number: number): boolean {
    return (
      (number > 1 && number <= this.lastPageNumber) ||
      (this.farPageObjects !== undefined && this.farPageObjects.has(node))
    );
  }

  /** Whether an edge leads from outside the page to a page object. */
  entersPage(node: NodeIndex, number: number, target: NodeIndex, targetNumber: number): boolean {
    return !this.isPageObject(node, number) && this.isPageObject(target, targetNumber);
  }
}

/** The number of the child of the root that the walk starts from; from there the others are reached in most files. */
const FIRST_CHILD = 2;

/** What the walk starts from next. */
const Stage = { pageEntries: 0, otherRoots: 1, orphans: 2 } as const;

export function* walkEssentialEdges(
  graph: WalkGraph,
  names: NodeNames,
  ephemerons: EphemeronNames,
  scratch: Scratch,
): Pass<Walk> {
  const { nodeCount, rootNode, firstEdge, edgeType, edgeTarget } = graph;
  const essential = new EssentialEdges(graph, ephemerons);
  const tables: WalkTables = {
    number: scratch.borrowZeros(nodeCount + 1),
    record: scratch.borrowZeros(2 * (nodeCount + 1)),
    parent: scratch.borrow(nodeCount + 1),
    leastAncestor: scratch.borrow(nodeCount + 1),
    settled: new BitSet(nodeCount),
    reached: 1,
    hubs: new BitSet(0),
    stack: new Uint32Array(1 << 12),
    farTargets: [],
  };
  const { number, record, parent, leastAncestor, settled, farTargets } = tables;
  number[rootNode] = 1;
  record[2] = rootNode;
  parent[1] = 0;
  leastAncestor[1] = 0;

  let stage: (typeof Stage)[keyof typeof Stage] = Stage.pageEntries;
  let rootEdge = firstEdge[rootNode];
  let orphans: Uint32Array | undefined;
  let orphan = 0;
  for (;;) {
    // Find a child of the root to start from.
    let start = -1;
    if (stage !== Stage.orphans) {
      if (rootEdge === firstEdge[rootNode + 1]) {
        if (stage === Stage.pageEntries) {
          essential.lastPageNumber = tables.reached === 1 ? 0 : tables.reached;
          essential.farPageObjects = yield* findFarPageObjects(graph, number, farTargets);
          rootEdge = firstEdge[rootNode];
        }
        stage++;
        continue;
      }
      const edge = rootEdge++;
      const target = edgeTarget[edge];
      const isEntry = isPageEntry(graph, names, edge);
      if (isEntry !== (stage === Stage.pageEntries)) continue;
      if (target === rootNode && isEntry) farTargets.push(rootNode);
      if (edgeType[edge] === EdgeType.weak || target === rootNode || essential.isTableHalf(rootNode, edge))
        continue;
      if (number[target] !== 0) {
        leastAncestor[number[target]] = 1;
        continue;
      }
      start = target;
    } else {
      if (tables.reached === nodeCount) break;
      orphans ??= yield* findOrphans();
      while (orphan < orphans.length && number[orphans[orphan]] !== 0) orphan++;
      if (orphan === orphans.length) break;
      start = orphans[orphan];
    }

    // Walk from there.
    const bottom = ++tables.reached;
    number[start] = bottom;
    record[2 * bottom] = start;
    parent[bottom] = 1;
    leastAncestor[bottom] = 1;
    settled.add(start);
    const isPage = stage === Stage.pageEntries;
    if (bottom === FIRST_CHILD && essential.farPageObjects === undefined)
      tables.hubs = findHubs(graph, essential, start);
    const position = { bottom, branch: bottom + 1, v: bottom, edge: firstEdge[start], depth: 0, isPage };
    while (!walkOn(graph, essential, tables, position)) yield tables.reached / nodeCount;
  }

  const { reached } = tables;
  if (unsettleEntered()) yield* countBackEdges();
  settled.add(rootNode);
  return { number, record, parent, leastAncestor, settled, essential, reached };

  /**
   * What two paths from number 2 lead to is not settled when there is another way from the root to anything below it: then
   * the root may be the dominator. Returns whether that is so.
   */
  function unsettleEntered(): boolean {
    let end = FIRST_CHILD + 1;
    let isEntered = false;
    for (; end <= reached && parent[end] !== 1; end++) isEntered ||= leastAncestor[end] === 1;
    for (let w = FIRST_CHILD + 1; isEntered && w < end; w++)
      if (leastAncestor[w] !== 1) settled.remove(record[2 * w]);
    return isEntered;
  }

  /** Counts again: the walk has left out what leads to nodes that are no longer settled. */
  function* countBackEdges(): Pass<void> {
    const isSettled = settled.words;
    for (let w = 1; w <= reached; w++) record[2 * w + 1] = 0;
    for (let node = 0; node < nodeCount; node++) {
      if ((node & CHECK_MASK) === 0) yield 1;
      const v = number[node];
      for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
        const target = edgeTarget[edge];
        if ((isSettled[target >>> 5] & (1 << (target & 31))) !== 0) continue;
        const w = number[target];
        if (w < v) record[2 * w + 1]++;
      }
    }
  }

  /** Nodes without a number that no essential edge leads to. Only edges of such nodes can lead to them at all. */
  function* findOrphans(): Pass<Uint32Array> {
    const isPageObject = (node: NodeIndex): boolean => essential.isPageObject(node, number[node]);
    const unreached: NodeIndex[] = [];
    for (let node = 0; node < nodeCount; node++) if (number[node] === 0) unreached.push(node);
    const hasEssentialRetainer = new BitSet(nodeCount);
    for (const [i, node] of unreached.entries()) {
      if ((i & CHECK_MASK) === 0) yield 1;
      const isForeign = !isPageObject(node);
      for (let edge = firstEdge[node]; edge < firstEdge[node + 1]; edge++) {
        const target = edgeTarget[edge];
        const type = edgeType[edge];
        if (type === EdgeType.weak || type === EdgeType.shortcut || target === node) continue;
        if ((isForeign && isPageObject(target)) || essential.isTableHalf(node, edge)) continue;
        hasEssentialRetainer.add(target);
      }
    }
    return Uint32Array.from(unreached.filter((node) => !hasEssentialRetainer.has(node)));
  }
}

/** So many nodes have edges to most of the nodes that most edges lead to; of small heaps a part of all. */
const MOST_SEARCHED = 1 << 14;
const LEAST_SEARCHED = 1 << 7;
const SEARCHED_PART = 1 / 32;

/**
 * Nodes to which two paths lead that have only their begin in common, the node `bottom`. Searches breadth first from all
 * its children together, and not far: what is found is where most edges lead, and found before the walk comes by.
 */
function findHubs(graph: WalkGraph, essential: EssentialEdges, bottom: NodeIndex): BitSet {
  const { nodeCount, rootNode, firstEdge, edgeType, edgeTarget } = graph;
  const hubs = new BitSet(nodeCount);
  const enough = Math.min(Math.max(nodeCount * SEARCHED_PART, LEAST_SEARCHED), MOST_SEARCHED);
  /** Node -> the child of the bottom from which it was found. */
  const branchOf = new Map<NodeIndex, NodeIndex>([[bottom, bottom]]);
  // A map is iterated in the order of its additions, and those that come meanwhile come too.
  for (const [node, branch] of branchOf) {
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      const target = edgeTarget[edge];
      const type = edgeType[edge];
      if (type === EdgeType.weak || type === EdgeType.shortcut) continue;
      if (target === bottom || target === rootNode || target === node) continue;
      const known = branchOf.get(target);
      if (known === undefined && branchOf.size >= enough) continue;
      if (known === branch || (type === EdgeType.internal && essential.isTableHalf(node, edge))) continue;
      if (known !== undefined) hubs.add(target);
      else branchOf.set(target, node === bottom ? target : branch);
    }
  }
  return hubs;
}

/** Where the walk is: below which child of the root, the node at which it goes on, and at which edge. */
interface Position {
  /** Number of the root's child. */
  readonly bottom: number;
  /** Number of the child of the bottom in whose branch the walk is. */
  branch: number;
  v: number;
  edge: EdgeIndex;
  /** Integers on the stack. */
  depth: number;
  readonly isPage: boolean;
}

/** What the walk writes. */
interface WalkTables extends Pick<Walk, "number" | "record" | "parent" | "leastAncestor" | "settled"> {
  reached: number;
  /** Nodes that are settled when they get their number. */
  hubs: BitSet;
  /** Two integers for each node that the walk will come back to: its number, and the edge at which it goes on. */
  stack: Uint32Array;
  /** What page objects refer to by edges that are not essential and not weak. */
  readonly farTargets: NodeIndex[];
}

/**
 * Walks on from `position` for some ten thousand nodes. Returns whether all below the root's child has been walked. (A function
 * of its own: V8 keeps fewer variables of a generator in registers.)
 */
function walkOn(
  { firstEdge, edgeType, edgeTarget }: WalkGraph,
  essential: EssentialEdges,
  tables: WalkTables,
  position: Position,
): boolean {
  const { number, record, parent, leastAncestor, farTargets } = tables;
  const isSettled = tables.settled.words;
  const isHub = tables.hubs.words;
  const { bottom, isPage } = position;
  const isFirst = bottom === FIRST_CHILD;
  let { stack, reached } = tables;
  let { branch, v, edge, depth } = position;
  let node = record[2 * v];
  let end = firstEdge[node + 1];
  const enough = reached + CHECK_MASK;
  for (;;) {
    while (edge < end) {
      const at = edge++;
      const target = edgeTarget[at];
      const bit = 1 << (target & 31);
      if (isFirst && (isSettled[target >>> 5] & bit) !== 0) continue;
      const w = number[target];
      if (w >= branch && w <= v) {
        // Whether it is essential will be looked up when predecessors are collected; few are not.
        record[2 * w + 1]++;
        continue;
      }
      const type = edgeType[at];
      if (type === EdgeType.weak) continue;
      if (type === EdgeType.shortcut || (type === EdgeType.internal && essential.isTableHalf(node, at))) {
        if (isPage) farTargets.push(target);
        continue;
      }
      if (!isPage && essential.entersPage(node, v, target, w)) continue;
      if (w === 0) {
        // Whoever has no edges left need not be come back to.
        if (edge < end) {
          if (depth === stack.length) stack = resizeColumn(stack, 2 * depth);
          stack[depth++] = v;
          stack[depth++] = edge;
        }
        const child = ++reached;
        number[target] = child;
        record[2 * child] = target;
        parent[child] = v;
        leastAncestor[child] = v;
        if (v === bottom) branch = child;
        if (isFirst && (v === bottom || (isHub[target >>> 5] & bit) !== 0)) {
          isSettled[target >>> 5] |= bit;
          leastAncestor[child] = bottom;
        }
        v = child;
        node = target;
        edge = firstEdge[node];
        end = firstEdge[node + 1];
      } else if (w > v) {
        if (v < leastAncestor[w]) leastAncestor[w] = v;
      } else if (w > bottom) {
        // It is in another branch.
        if (isFirst) {
          leastAncestor[w] = bottom;
          isSettled[target >>> 5] |= bit;
        } else record[2 * w + 1]++;
      } else if (w > 1 && w < bottom) {
        // It is below another child of the root.
        leastAncestor[w] = 1;
        isSettled[target >>> 5] |= bit;
      } else if (w === 1 && isPage) farTargets.push(target);
    }
    if (depth === 0 || reached >= enough) break;
    edge = stack[--depth];
    v = stack[--depth];
    node = record[2 * v];
    end = firstEdge[node + 1];
  }
  tables.stack = stack;
  tables.reached = reached;
  if (depth === 0) return true;
  position.edge = stack[--depth];
  position.v = stack[--depth];
  position.depth = depth;
  position.branch = branch;
  return false;
}

/** Whether an edge of the root leads to where page objects begin. */
function isPageEntry(graph: WalkGraph, names: NodeNames, edge: EdgeIndex): boolean {
  const node = graph.edgeTarget[edge];
  return (
    graph.edgeType[edge] === EdgeType.shortcut ||
    (graph.edgeType[edge] === EdgeType.element &&
      graph.nodeType[node] === NodeType.synthetic &&
      names.kind(node) === NameKind.documentDomTrees)
  );
}

/**
 * Page objects that the walk of the page gave no number: what can be reached, but for weak edges, from `farTargets`
 * without going through nodes that have a number. Undefined when there are none, as in most files.
 */
function* findFarPageObjects(
  graph: WalkGraph,
  number: Uint32Array,
  farTargets: readonly NodeIndex[],
): Pass<BitSet | undefined> {
  const { nodeCount, rootNode, firstEdge, edgeType, edgeTarget } = graph;
  const pending = [...new Set(farTargets)].filter((node) => number[node] === 0 || node === rootNode);
  if (pending.length === 0) return undefined;
  const far = new BitSet(nodeCount);
  for (const node of pending) far.add(node);
  for (let steps = 1; pending.length > 0; steps++) {
    if ((steps & CHECK_MASK) === 0) yield 0.5;
    const node = pending.pop()!;
    for (let edge = firstEdge[node]; edge < firstEdge[node + 1]; edge++) {
      const target = edgeTarget[edge];
      if (edgeType[edge] === EdgeType.weak || far.has(target)) continue;
      if (number[target] !== 0 && target !== rootNode) continue;
      far.add(target);
      pending.push(target);
    }
  }
  return far;
}
