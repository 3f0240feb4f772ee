/**
 * Interfaces of plain objects. Objects made by literals all have the class `Object`; DevTools tells them apart by their
 * properties: `{id, name}`. Two steps, as in DevTools (`inferInterfaceDefinitions`, `applyInterfaceDefinitions`):
 *
 * 1. infer: the first properties of each plain object, in order, make a candidate; frequent candidates become
 *    definitions;
 * 2. apply: an object belongs to the definition with the most properties among those whose properties it has, all of
 *    them; of equals, to the more frequent one.
 *
 * Applying is a step of its own because a comparison applies one snapshot's definitions to the other.
 *
 * Objects of one shape have the same sequence of property names, so both steps work once per sequence: sequences are
 * kept as a trie whose transitions are (state, name). One walk over the plain objects finds the state of each, and the rest
 * is about states: the candidate of a sequence is one of its prefixes (without `__proto__`, if it is there). Objects with
 * very many properties are dictionaries, seldom share a sequence, and are worked out one by one.
 *
 * Cost: O(property edges of plain objects); 4 bytes a node.
 */
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import type { Scratch } from "../graph/scratch.ts";
import { SequenceTrie } from "../graph/sequence-trie.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { formatPropertyName } from "./display-names.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

/** A kind of plain object. */
export interface InterfaceDefinition {
  /** `{a, b}` */
  readonly name: string;
  /** Names of its properties in the order of the first object that had them; a name may stand twice. */
  readonly properties: readonly string[];
}

/** Longest name of an interface, unless one property alone is longer. */
const LONGEST_NAME = 120;
/** A definition needs at least two objects … */
const LEAST_OBJECTS = 2;
/** … and one of this many plain objects. */
const LEAST_SHARE = 1000;
/** Objects with more properties do not enter the trie of sequences. */
export const LONGEST_SEQUENCE = 100;

/** The sequences of property names of all plain objects: of type object, made by the constructor `Object`. */
export interface ObjectShapes {
  /**
   * NodeIndex -> state of the object's sequence of properties; 0 for one without properties, for dictionaries, and for
   * all other nodes. Borrowed memory, which `matchInterfaces` turns into its result.
   */
  readonly shapeOf: Uint32Array;
  readonly shapes: ShapeTrie;
  /** Objects with more properties than `LONGEST_SEQUENCE`, in node order. */
  readonly dictionaries: readonly NodeIndex[];
  readonly plainCount: number;
  /** States of candidates, in the order of the first object of each. */
  readonly candidates: readonly number[];
  /** State -> plain objects whose candidate it is. */
  readonly candidateCount: Uint32Array;
}

/** Finds the shapes of all plain objects. */
export function* findShapes(graph: HeapGraph, names: NodeNames, scratch: Scratch): Pass<ObjectShapes> {
  const { nodeCount, nodeType, nodeName, firstEdge, edgeType, edgeName } = graph;
  const { kindOfString } = names;
  const shapes = new ShapeTrie(graph, names);
  const shapeOf = scratch.borrowZeros(nodeCount);
  const dictionaries: NodeIndex[] = [];
  const candidates: number[] = [];
  // State -> objects of the shape, while the walk goes on. They are counted for their candidates in the end.
  const count: number[] = [0];
  const metStates: number[] = [];
  let plainCount = 0;

  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield (node / nodeCount) * 0.5;
    if (nodeType[node] !== NodeType.object || kindOfString[nodeName[node]] !== NameKind.object) continue;
    plainCount++;
    let state = 0;
    let length = 0;
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      if (edgeType[edge] !== EdgeType.property) continue;
      // Of a dictionary only the candidate matters.
      if (++length > LONGEST_SEQUENCE && shapes.isCandidateWhole(state)) break;
      state = shapes.next(state, edgeName[edge]);
    }
    if (length > LONGEST_SEQUENCE) dictionaries.push(node);
    else shapeOf[node] = state;
    while (count.length <= state) count.push(0);
    if (count[state]++ === 0) metStates.push(state);
  }

  const candidateCount = new Uint32Array(shapes.stateCount);
  for (const state of metStates) {
    const candidate = shapes.candidateOf(state);
    if (candidate === 0) continue;
    if (candidateCount[candidate] === 0) candidates.push(candidate);
    candidateCount[candidate] += count[state];
  }
  return { shapeOf, shapes, dictionaries, plainCount, candidates, candidateCount };
}

/** Sequences of property names, with the candidate of each. */
class ShapeTrie {
  readonly #graph: HeapGraph;
  readonly #kindOfString: Uint8Array;
  readonly #formatted: FormattedNames;
  readonly #sequences = new SequenceTrie();
  /** State -> state of its candidate. */
  readonly #candidate: number[] = [0];
  /** State of a candidate -> length of its name so far, with its opening brace. */
  readonly #nameLength: number[] = [1];
  /** State -> whether there was a property that the candidate has no room for. */
  readonly #isWhole: boolean[] = [false];

  constructor(graph: HeapGraph, names: NodeNames) {
    this.#graph = graph;
    this.#kindOfString = names.kindOfString;
    this.#formatted = new FormattedNames(graph);
  }

  get stateCount(): number {
    return this.#candidate.length;
  }

  /** The state of the sequence of `state` with `property` behind it. */
  next(state: number, property: number): number {
    const next = this.#sequences.next(state, property);
    if (next === this.#candidate.length) this.#describe(next, state, property);
    return next;
  }

  /** The state of the first properties, without `__proto__`, as many as a name has room for. */
  candidateOf(state: number): number {
    return this.#candidate[state];
  }

  /** Whether no more properties can change the candidate. */
  isCandidateWhole(state: number): boolean {
    return this.#isWhole[state];
  }

  /** The names of the properties that lead to a state. */
  properties(state: number): string[] {
    const { strings } = this.#graph;
    return this.#sequences.sequence(state).map((property) => strings.get(property));
  }

  /** Describes a state that is new. */
  #describe(added: number, before: number, property: number): void {
    const candidate = this.#candidate[before];
    const length = this.#nameLength[candidate];
    const isProto = this.#kindOfString[property] === NameKind.proto;
    const propertyLength = isProto ? 0 : this.#formatted.length(property);
    const isWhole =
      this.#isWhole[before] || (!isProto && length > 1 && length + propertyLength > LONGEST_NAME);
    this.#candidate.push(candidate);
    this.#isWhole.push(isWhole);
    this.#nameLength.push(0);
    if (isProto || isWhole) return;
    if (candidate === before) {
      this.#candidate[added] = added;
      this.#nameLength[added] = length + propertyLength + (length === 1 ? 0 : 2);
    } else this.#candidate[added] = this.next(candidate, property);
  }
}

/** Finds the definitions of a snapshot, most frequent first. */
export function inferInterfaces(found: ObjectShapes): InterfaceDefinition[] {
  const { shapes, plainCount, candidateCount } = found;
  // Different sequences have the same name only when the file has a string twice.
  const candidates = new Map<string, { name: string; properties: string[]; count: number }>();
  for (const state of found.candidates) {
    const properties = shapes.properties(state);
    const name = `{${properties.map(formatPropertyName).reduce(joinProperties, "")}}`;
    const known = candidates.get(name);
    if (known === undefined) candidates.set(name, { name, properties, count: candidateCount[state] });
    else known.count += candidateCount[state];
  }
  const leastCount = Math.max(LEAST_OBJECTS, plainCount / LEAST_SHARE);
  return [...candidates.values()]
    .filter((candidate) => candidate.count >= leastCount)
    .sort((a, b) => b.count - a.count)
    .map(({ name, properties }) => ({ name, properties }));
}

/** DevTools puts no comma behind a name that is still empty, also when that is because a property has no name. */
function joinProperties(names: string, property: string): string {
  return names === "" ? property : `${names}, ${property}`;
}

/**
 * Finds the definition that each plain object belongs to.
 *
 * @param found shapes, which are used up: their table becomes the result
 * @param definitions of this snapshot or of another
 * @returns NodeIndex -> position in `definitions` + 1; 0 for objects that match none, and for all other nodes.
 *   Borrowed memory: give it back, or keep it
 */
export function* matchInterfaces(
  graph: HeapGraph,
  found: ObjectShapes,
  definitions: readonly InterfaceDefinition[],
): Pass<Uint32Array> {
  const { nodeCount, firstEdge, edgeType, edgeName, strings } = graph;
  const matcher = new InterfaceMatcher(definitions);
  // State -> result + 1; 0 when it was not worked out yet.
  const resultOfState = new Uint32Array(found.shapes.stateCount);
  const matched = found.shapeOf;
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield 0.5 + (node / nodeCount) * 0.5;
    const state = matched[node];
    if (state !== 0)
      matched[node] = (resultOfState[state] ||= matcher.match(found.shapes.properties(state)) + 1) - 1;
  }
  for (const node of found.dictionaries) {
    const properties: string[] = [];
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++)
      if (edgeType[edge] === EdgeType.property) properties.push(strings.get(edgeName[edge]));
    matched[node] = matcher.match(properties);
  }
  return matched;
}

/** Lengths of formatted property names, each worked out once. */
class FormattedNames {
  readonly #graph: HeapGraph;
  /** StringIndex -> length + 1. */
  readonly #lengths: Uint16Array;

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    this.#lengths = new Uint16Array(graph.strings.length);
  }

  length(property: number): number {
    let length = this.#lengths[property] - 1;
    if (length === -1) {
      // Lengths beyond the limit of a name are all alike.
      length = Math.min(formatPropertyName(this.#graph.strings.get(property)).length, 0xfffe);
      this.#lengths[property] = length + 1;
    }
    return length;
  }
}

interface MatchState {
  readonly next: Map<string, MatchState>;
  /** Position in the definitions of the one that ends here; -1 when none does. */
  definition: number;
  readonly depth: number;
}

/** Finds the best definition for a list of properties. */
export class InterfaceMatcher {
  readonly #root: MatchState = { next: new Map(), definition: -1, depth: 0 };
  /** Properties that some definition has; others cannot matter. */
  readonly #relevant = new Set<string>();

  constructor(definitions: readonly InterfaceDefinition[]) {
    for (const [index, { properties }] of definitions.entries()) {
      let state = this.#root;
      for (const property of properties.toSorted()) {
        this.#relevant.add(property);
        let next = state.next.get(property);
        if (next === undefined) {
          next = { next: new Map(), definition: -1, depth: state.depth + 1 };
          state.next.set(property, next);
        }
        state = next;
      }
      // Of two definitions with the same properties, the more frequent one comes first and wins.
      if (state.definition === -1) state.definition = index;
    }
  }

  /** Position of the best definition + 1, or 0. */
  match(properties: readonly string[]): number {
    const sorted = properties.filter((property) => this.#relevant.has(property)).sort();
    // All states that some subset of the properties so far leads to.
    const states = [this.#root];
    let best = this.#root;
    for (const property of sorted) {
      for (let i = 0, known = states.length; i < known; i++) {
        const next = states[i].next.get(property);
        if (next === undefined || states.includes(next)) continue;
        states.push(next);
        if (next.definition !== -1 && isBetter(next, best)) best = next;
      }
    }
    return best.definition + 1;
  }
}

function isBetter(a: MatchState, b: MatchState): boolean {
  return a.depth > b.depth || (a.depth === b.depth && a.definition < b.definition);
}
