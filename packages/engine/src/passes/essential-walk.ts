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
 * Each edge is looked at once. On the way the walk counts, for the dominators, what `Walk` describes.
 *
 * Cost: O(edges); 20 bytes a node while the dominators use it, and a bit an edge.
 */
import { BitSet } from "../graph/bit-set.ts";
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
  readonly record: Uint32Array;
  /** Number -> number of the node from which it was reached. */
  readonly parent: Uint32Array;
  /** Number -> least number among the ancestors that have an essential edge to it. */
  readonly leastAncestor: Uint32Array;
  readonly settled: BitSet;
  readonly essential: EssentialEdges;
  readonly reached: number;
}

export class EssentialEdges {
  readonly #edgeName: Uint32Array;
  readonly #nodeId: Uint32Array;
  readonly #ephemerons: EphemeronNames;
  readonly #known: Uint8Array;
  /** Page objects have numbers up to this; during the walk of the page, all numbers are theirs. */
  lastPageNumber = 0xffff_ffff;
  /** Page objects without a number, when there are any. */
  farPageObjects: BitSet | undefined;

  constructor({ edgeName, nodeId }: WalkGraph, ephemerons: EphemeronNames) {
    this.#edgeName = edgeName;
    this.#nodeId = nodeId;
    this.#ephemerons = ephemerons;
    this.#known = ephemerons.known;
  }

  isTableHalf(node: NodeIndex, edge: EdgeIndex): boolean {
    const name = this.#edgeName[edge];
    return this.#known[name] !== KnownEphemeron.no && this.#ephemerons.isTableHalf(name, this.#nodeId[node]);
  }

  isPageObject(node: NodeIndex, number: number): boolean {
    return (
      (number > 1 && number <= this.lastPageNumber) ||
      (this.farPageObjects !== undefined && this.farPageObjects.has(node))
    );
  }

  entersPage(node: NodeIndex, v: number, target: NodeIndex, w: number): boolean {
    return !this.isPageObject(node, v) && this.isPageObject(target, w);
  }
}

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
  const number = scratch.borrowZeros(nodeCount + 1);
  const record = scratch.borrowZeros(2 * (nodeCount + 1));
  const parent = scratch.borrow(nodeCount + 1);
  const leastAncestor = scratch.borrow(nodeCount + 1);
  const settled = new BitSet(nodeCount);
  const isSettled = settled.words;
  const nextEdge = leastAncestor;

  number[rootNode] = 1;
  record[2] = rootNode;
  parent[1] = 0;
  leastAncestor[1] = 0;
  let reached = 1;
  /** What page objects refer to by edges that are not essential and not weak. */
  const farTargets: NodeIndex[] = [];

  let stage: (typeof Stage)[keyof typeof Stage] = Stage.pageEntries;
  let rootEdge = firstEdge[rootNode];
  let orphans: Uint32Array | undefined;
  let orphan = 0;
  let steps = 0;
  for (;;) {
    // Find a child of the root to start from.
    let start = -1;
    if (stage !== Stage.orphans) {
      if (rootEdge === firstEdge[rootNode + 1]) {
        if (stage === Stage.pageEntries) {
          essential.lastPageNumber = reached === 1 ? 0 : reached;
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
      if (reached === nodeCount) break;
      orphans ??= yield* findOrphans();
      while (orphan < orphans.length && number[orphans[orphan]] !== 0) orphan++;
      if (orphan === orphans.length) break;
      start = orphans[orphan];
    }

    // Walk from there.
    let v = ++reached;
    const bottom = v;
    number[start] = v;
    record[2 * v] = start;
    parent[v] = 1;
    settled.add(start);
    nextEdge[v] = firstEdge[start];
    let top = bottom;
    const isFirst = bottom === 2;
    const isPage = stage === Stage.pageEntries;
    while (v >= bottom) {
      if ((++steps & CHECK_MASK) === 0) yield reached / nodeCount;
      const node = record[2 * v];
      const end = firstEdge[node + 1];
      let edge = nextEdge[v];
      let child = 0;
      while (edge < end) {
        const at = edge++;
        const target = edgeTarget[at];
        if (isFirst && (isSettled[target >>> 5] & (1 << (target & 31))) !== 0) continue;
        const w = number[target];
        if (w >= top && w <= v) {
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
          nextEdge[v] = edge;
          child = ++reached;
          number[target] = child;
          record[2 * child] = target;
          parent[child] = v;
          nextEdge[child] = firstEdge[target];
          if (v === bottom) {
            top = child;
            settled.add(target);
          }
          break;
        }
        if (w >= top) {
          if (v < leastAncestor[w]) leastAncestor[w] = v;
        } else if (w > bottom) {
          leastAncestor[w] = bottom;
          settled.add(target);
        } else if (w === 1) {
          if (isPage) farTargets.push(target);
        } else if (w < bottom) {
          leastAncestor[w] = 1;
          settled.add(target);
        }
      }
      if (child !== 0) v = child;
      else {
        const up = parent[v];
        leastAncestor[v] = up;
        v = up;
      }
    }
  }

  if (unsettleEntered()) yield* countBackEdges();
  settled.add(rootNode);
  return { number, record, parent, leastAncestor, settled, essential, reached };

  function unsettleEntered(): boolean {
    let isAny = false;
    for (let begin = 2, next = 2; begin <= reached; begin = next) {
      let isEntered = false;
      for (next = begin + 1; next <= reached && parent[next] !== 1; next++)
        if (leastAncestor[next] === 1) isEntered = true;
      if (!isEntered) continue;
      isAny = true;
      for (let w = begin + 1; w < next; w++) if (leastAncestor[w] !== 1) settled.remove(record[2 * w]);
    }
    return isAny;
  }

  function* countBackEdges(): Pass<void> {
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
