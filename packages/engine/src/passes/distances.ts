/**
 * Distances: steps from the user roots, as DevTools shows them. Two walks in breadth: first from the user roots
 * (distance 1), then from the root itself for what only V8's own structures hold; that part gets distances from
 * `SYSTEM_DISTANCE` on, shown as "−".
 *
 * Some edges would make misleading shortcuts and are left out: sloppy function maps of the native context, descriptor
 * slots that other maps may share, and the nearer half of each `WeakMap` entry, so that a value is one step behind the
 * farther of its table and its key (DevTools, `calculateDistances`).
 *
 * A walk goes level by level. Within a level the order does not matter: what is found is one step further in any case, and
 * of a `WeakMap` entry the half that is met first is passed over, whichever it is. So the nodes of a large level are a set
 * of bits and are visited in the order of the tables. Memory is then read forward; in the order of a queue nearly every
 * read misses the processor's cache. A level of few nodes is a list: a linked list of five million elements has as many
 * levels, and looking for each among the bits of all nodes would not be linear.
 *
 * Cost: O(edges); 4 bytes a node, and half a byte more while it runs.
 */
import { BitSet } from "../graph/bit-set.ts";
import type { EdgeIndex, HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import type { Scratch } from "../graph/scratch.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { KnownEphemeron, type EphemeronNames } from "./ephemerons.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_EVERY, type Pass } from "./pass.ts";
import { findUserRoots } from "./user-roots.ts";

/** The root's distance when there are user roots. Nodes from here on are reached through V8's own structures only. */
export const SYSTEM_DISTANCE = 100_000_000;
/** The distance of what cannot be reached. */
export const NO_DISTANCE = -5;

/**
 * A level of more than one of 2 ** LIST_SHARE_BITS nodes is a set of bits. There are at most 128 such levels, and a set has
 * a word for 32 nodes, so all of them together look at no more than four words a node.
 */
const LIST_SHARE_BITS = 7;
/** Nodes of a set that are visited at once. */
const BATCH = 1 << 12;

/**
 * NodeIndex -> distance.
 *
 * @param ignored nodes that no edge counts as leading to, so that they and what only they hold have no distance; a user
 *   root keeps its own
 */
export function* computeDistances(
  graph: HeapGraph,
  names: NodeNames,
  ephemerons: EphemeronNames,
  scratch: Scratch,
  ignored: Iterable<NodeIndex> = [],
): Pass<Int32Array> {
  const distance = scratch.borrowSigned(graph.nodeCount).fill(NO_DISTANCE);
  const walk = new LevelWalk(graph, names, ephemerons, distance);
  // No edge leads to what counts as visited.
  for (const node of ignored) walk.visited.add(node);
  // A user root is in the list for each edge of the root that leads to it, and its own edges count as often.
  const userRoots = findUserRoots(graph, names);
  yield* walk.from(userRoots, 1);
  yield* walk.from([graph.rootNode], userRoots.length > 0 ? SYSTEM_DISTANCE : 0);
  return distance;
}

/** A walk in breadth that can begin several times and visits each node once. */
class LevelWalk {
  readonly visited: BitSet;
  readonly #graph: HeapGraph;
  readonly #ephemerons: EphemeronNames;
  readonly #kindOfString: Uint8Array;
  readonly #distance: Int32Array;

  /** Nodes found for the next level. Those that the list has no room for are in the set. */
  #foundCount = 0;
  #foundList: Uint32Array;
  #foundSet: BitSet;
  /** The same of the level that is visited at present. */
  #list: Uint32Array;
  #set: BitSet;

  /** `WeakMap` entries of which one half was met, as `pair * nodeCount + value`. */
  readonly #metHalves = new Set<number>();
  /** Keeps reads that are only for the cache from being optimised away. */
  touched = 0;
  /** For progress: nodes that were visited, and at how many of them comes the next check. */
  #reached = 0;
  #nextCheck = 0;

  constructor(graph: HeapGraph, names: NodeNames, ephemerons: EphemeronNames, distance: Int32Array) {
    this.#graph = graph;
    this.#ephemerons = ephemerons;
    // Only native nodes are renamed, and no name of those matters here.
    this.#kindOfString = names.kindOfString;
    this.#distance = distance;
    this.visited = new BitSet(graph.nodeCount);
    this.#foundSet = new BitSet(graph.nodeCount);
    this.#set = new BitSet(graph.nodeCount);
    const room = graph.nodeCount >>> LIST_SHARE_BITS;
    this.#foundList = new Uint32Array(room);
    this.#list = new Uint32Array(room);
  }

  /** Visits the nodes of a first level, as often as they stand there, and all that can be reached from them. */
  *from(start: readonly NodeIndex[], startDistance: number): Pass<void> {
    const first = Uint32Array.from(start);
    for (const node of first) this.visited.add(node);
    yield* this.#visitList(first, first.length, startDistance);
    for (let level = startDistance + 1; this.#foundCount > 0; level++) {
      const count = this.#foundCount;
      this.#foundCount = 0;
      [this.#list, this.#foundList] = [this.#foundList, this.#list];
      [this.#set, this.#foundSet] = [this.#foundSet, this.#set];
      if (count > this.#list.length) yield* this.#visitSet(level);
      else if (this.#reached + count < this.#nextCheck) this.#visit(this.#list, 0, count, level);
      else yield* this.#visitList(this.#list, count, level);
    }
  }

  *#visitList(list: Uint32Array, count: number, level: number): Pass<void> {
    for (let i = 0; i < count; i += CHECK_EVERY) {
      yield this.#fractionDone();
      this.#visit(list, i, Math.min(i + CHECK_EVERY, count), level);
    }
  }

  /** Visits the level in `#list` and `#set`, and leaves the set empty. */
  *#visitSet(level: number): Pass<void> {
    const { words } = this.#set;
    for (const node of this.#list) words[node >>> 5] |= 1 << (node & 31);
    const batch = new Uint32Array(BATCH + 32);
    let count = 0;
    for (let i = 0; i < words.length; i++) {
      if (words[i] === 0) continue;
      for (let word = words[i] | 0; word !== 0;) {
        const bit = 31 - Math.clz32(word);
        batch[count++] = i * 32 + bit;
        word ^= 1 << bit;
      }
      words[i] = 0;
      if (count < BATCH) continue;
      yield this.#fractionDone();
      this.#visit(batch, 0, count, level);
      count = 0;
    }
    this.#visit(batch, 0, count, level);
  }

  #fractionDone(): number {
    this.#nextCheck = this.#reached + CHECK_EVERY;
    return Math.min(1, this.#reached / this.#graph.nodeCount);
  }

  /** Gives the nodes in a part of `nodes` their distance, and finds what they lead to. */
  #visit(nodes: Uint32Array, from: number, to: number, level: number): void {
    const { nodeType, nodeName, firstEdge, edgeType, edgeName, edgeTarget } = this.#graph;
    const { known } = this.#ephemerons;
    const kindOfString = this.#kindOfString;
    const distance = this.#distance;
    const visited = this.visited.words;
    const foundList = this.#foundList;
    const foundSet = this.#foundSet.words;
    const lastEdge = edgeTarget.length - 1;
    // The places in memory of neighbours in a level are far apart. Reading them all first, with no decision in between,
    // lets the processor wait for many of them at once.
    let touched = 0;
    for (let i = from; i < to; i++) {
      const node = nodes[i];
      distance[node] = level;
      const edge = Math.min(firstEdge[node], lastEdge);
      touched ^= nodeType[node] ^ edgeTarget[edge] ^ edgeType[edge] ^ edgeName[edge];
    }
    this.touched = touched;

    let foundCount = this.#foundCount;
    for (let i = from; i < to; i++) {
      const node = nodes[i];
      const ownType = nodeType[node];
      const isDescriptors =
        ownType === NodeType.array && kindOfString[nodeName[node]] === NameKind.mapDescriptors;
      const isContext =
        ownType === NodeType.hidden && kindOfString[nodeName[node]] === NameKind.nativeContext;
      for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
        const target = edgeTarget[edge];
        const bit = 1 << (target & 31);
        // Most edges lead to what is visited, and a bit a node stays in the processor's cache.
        if ((visited[target >>> 5] & bit) !== 0) continue;
        const type = edgeType[edge];
        if (type === EdgeType.weak) continue;
        // A descriptor slot is judged as such, and as nothing else.
        if (isDescriptors) {
          if (this.#isSharedSlot(edge)) continue;
        } else {
          if (isContext && this.#isSloppyFunctionMap(edge)) continue;
          if (
            type === EdgeType.internal &&
            known[edgeName[edge]] !== KnownEphemeron.no &&
            this.#isNearerHalf(edge)
          )
            continue;
        }
        visited[target >>> 5] |= bit;
        if (foundCount < foundList.length) foundList[foundCount] = target;
        else foundSet[target >>> 5] |= bit;
        foundCount++;
      }
    }
    this.#foundCount = foundCount;
    this.#reached += to - from;
  }

  #isNumber(edge: EdgeIndex): boolean {
    const type = this.#graph.edgeType[edge];
    return type === EdgeType.element || type === EdgeType.hidden;
  }

  /** Whether an edge of the native context leads to the map of functions in sloppy mode. */
  #isSloppyFunctionMap(edge: EdgeIndex): boolean {
    return (
      !this.#isNumber(edge) && this.#kindOfString[this.#graph.edgeName[edge]] === NameKind.sloppyFunctionMap
    );
  }

  /** Whether an edge of a descriptor array is a slot that other maps may share. Internal edges have its number as name. */
  #isSharedSlot(edge: EdgeIndex): boolean {
    const { edgeName, strings } = this.#graph;
    const slot = this.#isNumber(edge) ? edgeName[edge] : Number.parseInt(strings.get(edgeName[edge]), 10);
    return slot >= 2 && slot % 3 === 1;
  }

  /** Whether an internal edge is the half of a `WeakMap` entry that is met first. */
  #isNearerHalf(edge: EdgeIndex): boolean {
    const { nodeCount, edgeName, edgeTarget } = this.#graph;
    if (!this.#ephemerons.isEphemeron(edgeName[edge])) return false;
    // Exact: a file has fewer than 2 ** 24 pairs and fewer than 2 ** 29 nodes.
    const half = this.#ephemerons.pair(edgeName[edge]) * nodeCount + edgeTarget[edge];
    if (this.#metHalves.delete(half)) return false;
    this.#metHalves.add(half);
    return true;
  }
}
