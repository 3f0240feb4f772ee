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
 * kept as a trie whose transitions are (state, name). Objects with very many properties are dictionaries, seldom share
 * a sequence, and are worked out one by one.
 *
 * Cost: O(property edges of plain objects).
 */
import type { HeapGraph } from "../graph/heap-graph.ts";
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

/** Finds the definitions of a snapshot, most frequent first. Plain: of type object, made by the constructor `Object`. */
export function* inferInterfaces(graph: HeapGraph, names: NodeNames): Pass<InterfaceDefinition[]> {
  const { nodeCount, nodeType, nodeName, firstEdge, edgeType, edgeName, strings } = graph;
  const { kindOfString } = names;
  const formatted = new FormattedNames(graph);
  const sequences = new SequenceTrie();
  // State -> length of the name so far, with its opening brace.
  const nameLength: number[] = [1];
  // State -> objects whose candidate it is; states in the order of their first such object.
  const count: number[] = [0];
  const candidateStates: number[] = [];
  let plainCount = 0;

  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield (node / nodeCount) * 0.5;
    if (nodeType[node] !== NodeType.object || kindOfString[nodeName[node]] !== NameKind.object) continue;
    plainCount++;
    let state = 0;
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      if (edgeType[edge] !== EdgeType.property) continue;
      const property = edgeName[edge];
      if (kindOfString[property] === NameKind.proto) continue;
      const length = nameLength[state];
      const propertyLength = formatted.length(property);
      if (length > 1 && length + propertyLength > LONGEST_NAME) break;
      state = sequences.next(state, property);
      if (state === nameLength.length) {
        nameLength.push(length + propertyLength + (length === 1 ? 0 : 2));
        count.push(0);
      }
    }
    if (state === 0) continue;
    if (count[state]++ === 0) candidateStates.push(state);
  }

  // Different sequences have the same name only when the file has a string twice.
  const candidates = new Map<string, { name: string; properties: string[]; count: number }>();
  for (const state of candidateStates) {
    const properties = sequences.sequence(state).map((property) => strings.get(property));
    const name = `{${properties.map(formatPropertyName).reduce(joinProperties, "")}}`;
    const known = candidates.get(name);
    if (known === undefined) candidates.set(name, { name, properties, count: count[state] });
    else known.count += count[state];
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
 * @returns NodeIndex -> position in `definitions` + 1; 0 for objects that match none, and for all other nodes.
 *   Borrowed memory: give it back, or keep it
 */
export function* matchInterfaces(
  graph: HeapGraph,
  names: NodeNames,
  definitions: readonly InterfaceDefinition[],
  scratch: Scratch,
): Pass<Uint32Array> {
  const { nodeCount, nodeType, nodeName, firstEdge, edgeType, edgeName, strings } = graph;
  const { kindOfString } = names;
  const matcher = new InterfaceMatcher(definitions);
  const sequences = new SequenceTrie();
  // State -> result + 1; 0 when it was not worked out yet.
  const resultOfState: number[] = [0];
  const matched = scratch.borrowZeros(nodeCount);

  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield 0.5 + (node / nodeCount) * 0.5;
    if (nodeType[node] !== NodeType.object || kindOfString[nodeName[node]] !== NameKind.object) continue;
    let state = 0;
    let length = 0;
    for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
      if (edgeType[edge] !== EdgeType.property) continue;
      if (++length > LONGEST_SEQUENCE) break;
      state = sequences.next(state, edgeName[edge]);
      if (state === resultOfState.length) resultOfState.push(0);
    }
    if (length > LONGEST_SEQUENCE) {
      const properties: string[] = [];
      for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++)
        if (edgeType[edge] === EdgeType.property) properties.push(strings.get(edgeName[edge]));
      matched[node] = matcher.match(properties);
      continue;
    }
    if (resultOfState[state] === 0) {
      const properties = sequences.sequence(state).map((property) => strings.get(property));
      resultOfState[state] = matcher.match(properties) + 1;
    }
    matched[node] = resultOfState[state] - 1;
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
