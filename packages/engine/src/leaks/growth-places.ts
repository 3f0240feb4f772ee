/**
 * Places: what stands at the same spot of the holding tree, counted in every snapshot of a series.
 *
 * A place is a way from the root in words: how each thing is referred to (`.sessions`, `[]`, `(closure scope)`) and what
 * class it is of. Things of one class in one Map, array or dictionary share a place; so do the lists of a thousand users
 * that each grow a little. Internal parts (backing stores, scopes) have the place of what holds them.
 *
 *     holding tree                               places, with objects in snapshots 1, 2, 3
 *     global ─ .server ─ Server ─ .users ─ Map   … Server .users Map            1     1     1
 *                          │ table ─ User a      … Server .users Map [] User  100   100   100
 *                          │   .log ─ Array      … User .log Array            100   100   100
 *                          │     elements ─ {t}  … User .log Array [] {t}    1000  2000  3000   ◀ grows
 *
 * Ways that come back to what they passed (lists, trees) are folded: the nodes of a linked list share one place. So the
 * number of places depends on the program, not on the size of its heap.
 *
 * Where ids mean the same in all snapshots, an object has the place that it has in the last one, so that nothing seems to
 * move, and each place also counts what came when and what went again. Otherwise only the counts are known.
 *
 * Cost: O(nodes) for each snapshot, 4 bytes a node while it runs.
 */
import { resizeColumn } from "../graph/column-memory.ts";
import type { NodeGraph } from "../compare/snapshot-outline.ts";
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { NodeType } from "../graph/node-types.ts";
import { SequenceTrie } from "../graph/sequence-trie.ts";
import type { EphemeronNames } from "../passes/ephemerons.ts";
import type { GroupKeys } from "../passes/groups.ts";
import type { LocationIndex } from "../passes/location-index.ts";
import { CHECK_MASK, type Pass } from "../passes/pass.ts";
import { FIXED_LABELS, Label, type HoldingLabels } from "./holding-labels.ts";
import type { HoldingTree } from "./holding-tree.ts";
import { isCountedRole, NodeRole } from "./node-roles.ts";

/** Position of a place. Not all numbers are places. */
export type Place = number;

/** Steps that a way is looked back on for what it passed. */
const LONGEST_LOOK_BACK = 24;
/** Where a node was not reached. */
export const NO_PLACE = 0;

/** Classes that say nothing of what they are for: a way may pass several without having come back. */
const GENERAL_CLASSES: ReadonlySet<string> = new Set(
  "Object Array Map Set WeakMap WeakSet WeakRef Promise Generator AsyncGenerator ArrayBuffer Function Proxy Arguments".split(
    " ",
  ),
);

/** What is needed of a snapshot to place its nodes: the last one in its series has more, see `PlacedSnapshot`. */
export interface PlacedNodes {
  readonly graph: NodeGraph;
  readonly role: Uint8Array;
  readonly tree: Pick<HoldingTree, "holder" | "order">;
  readonly labels: HoldingLabels;
  readonly keys: Pick<GroupKeys, "groupOf" | "classOfKey" | "classNames">;
  /** Where functions are written; absent where script ids do not mean the same in all snapshots. */
  readonly locations?: LocationIndex | undefined;
  /** Scripts that have a name. Each call of `new Function` and `eval` makes a script of its own, without one. */
  readonly scriptUrls: ReadonlyMap<number, string>;
}

/** A whole snapshot whose nodes are placed. */
export interface PlacedSnapshot extends PlacedNodes {
  readonly graph: HeapGraph;
  readonly tree: HoldingTree;
  readonly ephemerons: EphemeronNames;
}

export class GrowthPlaces {
  /** Snapshot -> place -> visible objects there. */
  readonly counts: number[][] = [];
  /** Snapshot -> place -> those of them that something of another place holds: not the further nodes of a list. */
  readonly firsts: number[][] = [];
  /** Snapshot -> place -> bytes of these objects with their parts. */
  readonly sizes: number[][] = [];
  /** Place -> the place that holds it; `NO_PLACE` for the root's. */
  readonly above: number[] = [];
  /** Place -> its class, as a position in `classNames`. */
  readonly classOf: number[] = [];
  /** Place -> how it is referred to, as a position in `labels`. */
  readonly labelOf: number[] = [];
  readonly classNames: string[] = [""];
  readonly labels: string[] = [...FIXED_LABELS];
  readonly #isGeneral: boolean[] = [true];
  readonly #classNumbers = new Map<string, number>();
  readonly #labelNumbers = new Map<string, number>(this.labels.map((label, number) => [label, number]));
  readonly #ways = new SequenceTrie();
  /** State of `#ways` -> the place that this way leads to, which is a state itself; 0: not known yet. */
  #placeOfWay: Uint32Array = new Uint32Array(1 << 10);
  /** All places, each behind the one that holds it. */
  readonly all: Place[] = [];

  /**
   * Places the nodes of a snapshot and counts them.
   *
   * @param number of the snapshot in its series
   * @param known NodeIndex -> the place that the node has in the last snapshot; `NO_PLACE` for those that it does not have
   * @returns NodeIndex -> place; `NO_PLACE` for what cannot be reached
   */
  *add(snapshot: PlacedNodes, number: number, known?: Uint32Array): Pass<Uint32Array> {
    const { graph, role, tree } = snapshot;
    const { holder, order } = tree;
    const { selfSize, nodeType } = graph;
    const placeOf = new Uint32Array(graph.nodeCount);
    const classNumber = this.#numberClasses(snapshot);
    const label = this.#numberLabels(snapshot);
    const counts = (this.counts[number] ??= []);
    const firsts = (this.firsts[number] ??= []);
    const sizes = (this.sizes[number] ??= []);
    for (let at = 0; at < order.length; at++) {
      if ((at & CHECK_MASK) === 0) yield at / order.length;
      const node = order[at];
      const from = holder[node];
      const isCounted = isCountedRole(role[node], nodeType[node]);
      let place = known === undefined ? NO_PLACE : known[node];
      if (place === NO_PLACE) {
        if (at === 0) place = this.#next(NO_PLACE, 0, classNumber(node));
        else if (isCounted) place = this.#next(placeOf[from], label(node), classNumber(node));
        else place = placeOf[from];
      }
      placeOf[node] = place;
      if (role[node] === NodeRole.code) continue;
      sizes[place] = (sizes[place] ?? 0) + selfSize[node];
      if (!isCounted) continue;
      counts[place] = (counts[place] ?? 0) + 1;
      if (placeOf[from] !== place) firsts[place] = (firsts[place] ?? 0) + 1;
    }
    return placeOf;
  }

  /** Snapshot -> visible objects at a place. */
  countsAt(place: Place): number[] {
    return this.counts.map((counts) => counts[place] ?? 0);
  }

  /** Snapshot -> bytes at a place. */
  sizesAt(place: Place): number[] {
    return this.sizes.map((sizes) => sizes[place] ?? 0);
  }

  /** By how much the objects at a place have become more, from the first snapshot to the last. */
  countDelta(place: Place): number {
    return (this.counts[this.counts.length - 1][place] ?? 0) - (this.counts[0][place] ?? 0);
  }

  /** By how many bytes the objects at a place have become larger. */
  sizeDelta(place: Place): number {
    return (this.sizes[this.sizes.length - 1][place] ?? 0) - (this.sizes[0][place] ?? 0);
  }

  /** Whether the place is that of the items of a collection, not of something with a name. */
  isItem(place: Place): boolean {
    return this.labelOf[place] === Label.item || this.labelOf[place] === Label.key;
  }

  /** Whether texts stand there. */
  isText(place: Place): boolean {
    return this.classNames[this.classOf[place]] === "(string)";
  }

  /** How a place would be written: `.server Server › .users Map › [] User`. */
  describe(place: Place): string {
    const words: string[] = [];
    for (let at = place; at !== NO_PLACE; at = this.above[at])
      words.push(`${this.labels[this.labelOf[at]]} ${this.classNames[this.classOf[at]]}`.trim());
    return words.reverse().join(" › ");
  }

  /** The place to which a reference leads from another place. */
  #next(from: Place, label: number, classNumber: number): Place {
    const way = this.#ways.next(this.#ways.next(from, label), classNumber);
    if (way >= this.#placeOfWay.length)
      this.#placeOfWay = resizeColumn(this.#placeOfWay, Math.max(2 * this.#placeOfWay.length, way + 1));
    return (this.#placeOfWay[way] ||= this.#fold(way, from, label, classNumber));
  }

  /** The place that a new way has come back to, or itself. */
  #fold(way: number, from: Place, label: number, classNumber: number): Place {
    const isGeneral = this.#isGeneral[classNumber];
    for (let at = from, steps = 0; at !== NO_PLACE && steps < LONGEST_LOOK_BACK; at = this.above[at], steps++)
      if (this.classOf[at] === classNumber && (!isGeneral || this.labelOf[at] === label)) return at;
    this.above[way] = from;
    this.labelOf[way] = label;
    this.classOf[way] = classNumber;
    this.all.push(way);
    return way;
  }

  /** Node -> number of its class in `classNames`. Functions are told apart by where they are written, or by their names. */
  #numberClasses({ graph, keys, locations, scriptUrls }: PlacedNodes): (node: NodeIndex) => number {
    const { nodeType, nodeName, strings } = graph;
    const { place: placeOfRow, places } = graph.locations;
    const { groupOf, classOfKey, classNames } = keys;
    const numbers = new Uint32Array(classNames.length);
    const numberOfFunction = new Uint32Array(strings.length);
    const numberOfPlace = new Uint32Array(places.count);
    return (node) => {
      if (nodeType[node] === NodeType.synthetic) return this.#classNumber(strings.get(nodeName[node]));
      // Whether a text is joined, sliced or whole changes when somebody reads it.
      if (isText(nodeType[node])) return this.#classNumber("(string)");
      if (nodeType[node] !== NodeType.closure)
        return (numbers[classOfKey[groupOf[node]]] ||= this.#classNumber(
          classNames[classOfKey[groupOf[node]]],
        ));
      const name = nodeName[node];
      const row = locations === undefined ? -1 : locations.rowOf(node);
      const place = row === -1 ? -1 : placeOfRow[row];
      if (place === -1 || !scriptUrls.has(places.scriptId[place]))
        return (numberOfFunction[name] ||= this.#classNumber(`${strings.get(name)}()`));
      return (numberOfPlace[place] ||= this.#classNumber(
        `${strings.get(name)}()`,
        `${places.scriptId[place]}:${places.line[place]}:${places.column[place]}`,
      ));
    };
  }

  /** @param key what tells the class from others, if that is not its name */
  #classNumber(name: string, key: string = name): number {
    let number = this.#classNumbers.get(key);
    if (number === undefined) {
      number = this.classNames.push(name) - 1;
      this.#classNumbers.set(key, number);
      this.#isGeneral.push(GENERAL_CLASSES.has(name) || name.endsWith("()"));
    }
    return number;
  }

  /** Node -> number in `labels` of how it is referred to. */
  #numberLabels({ labels: { labelOf, texts } }: PlacedNodes): (node: NodeIndex) => number {
    /** Number in `texts` -> number in `this.labels`. */
    const numbers = FIXED_LABELS.map((_, number) => number);
    return (node) => {
      const label = labelOf[node];
      return (numbers[label] ??= this.#label(texts[label]));
    };
  }

  #label(text: string): number {
    let number = this.#labelNumbers.get(text);
    if (number === undefined) {
      number = this.labels.push(text) - 1;
      this.#labelNumbers.set(text, number);
    }
    return number;
  }
}

function isText(type: number): boolean {
  return type === NodeType.string || type === NodeType.consString || type === NodeType.slicedString;
}
