/**
 * The properties of plain objects, without the objects' edges: enough to say later which interfaces of another snapshot
 * they match. Objects with the same properties in the same order share a list, as in `interfaces.ts`; dictionaries
 * have one each.
 *
 * Cost: O(property edges of plain objects); 4 bytes a node, and 4 for each property of a list.
 */
import { resizeColumn } from "../graph/column-memory.ts";
import type { BitSet } from "../graph/bit-set.ts";
import type { HeapGraph, StringIndex } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { SequenceTrie } from "../graph/sequence-trie.ts";
import type { StringTable } from "../graph/string-table.ts";
import { InterfaceMatcher, LONGEST_SEQUENCE, type InterfaceDefinition } from "../passes/interfaces.ts";
import { NameKind, type NodeNames } from "../passes/node-names.ts";
import { CHECK_MASK, type Pass } from "../passes/pass.ts";

export class PropertyLists {
  /** NodeIndex -> list of a plain object + 1; 0 for all other nodes. */
  readonly #listOf: Uint32Array;
  /** List -> where its properties begin; the end of the last behind it. */
  readonly #first: readonly number[];
  /** StringIndexes of the properties, list by list. */
  readonly #properties: Uint32Array;

  private constructor(listOf: Uint32Array, first: readonly number[], properties: Uint32Array) {
    this.#listOf = listOf;
    this.#first = first;
    this.#properties = properties;
  }

  /** Collects the lists of a snapshot. */
  static *collect(graph: HeapGraph, names: NodeNames): Pass<PropertyLists> {
    const { nodeCount, nodeType, nodeName, firstEdge, edgeType, edgeName } = graph;
    const { kindOfString } = names;
    const listOf = new Uint32Array(nodeCount);
    const first = [0];
    let properties: Uint32Array = new Uint32Array(1 << 10);
    let length = 0;
    const add = (property: StringIndex): void => {
      if (length === properties.length) properties = resizeColumn(properties, 2 * length);
      properties[length++] = property;
    };
    const sequences = new SequenceTrie();
    /** State -> list + 1; 0 for states at which no object ended. */
    const listOfState: number[] = [];
    for (let node = 0; node < nodeCount; node++) {
      if ((node & CHECK_MASK) === 0) yield node / nodeCount;
      if (nodeType[node] !== NodeType.object || kindOfString[nodeName[node]] !== NameKind.object) continue;
      const end = firstEdge[node + 1];
      let state = 0;
      let count = 0;
      for (let edge = firstEdge[node]; edge < end && count <= LONGEST_SEQUENCE; edge++) {
        if (edgeType[edge] !== EdgeType.property) continue;
        if (++count <= LONGEST_SEQUENCE) state = sequences.next(state, edgeName[edge]);
      }
      if (count > LONGEST_SEQUENCE) {
        for (let edge = firstEdge[node]; edge < end; edge++)
          if (edgeType[edge] === EdgeType.property) add(edgeName[edge]);
        listOf[node] = first.push(length) - 1;
        continue;
      }
      if ((listOfState[state] ?? 0) === 0) {
        for (const property of sequences.sequence(state)) add(property);
        listOfState[state] = first.push(length) - 1;
      }
      listOf[node] = listOfState[state];
    }
    return new PropertyLists(listOf, first, resizeColumn(properties, length));
  }

  /** Adds the names of all properties to a set. */
  addNamesTo(names: BitSet): void {
    for (const property of this.#properties) names.add(property);
  }

  /** The same lists, their names in another table. */
  translate(indexOf: Uint32Array): PropertyLists {
    const translated = this.#properties.map((property) => indexOf[property]);
    return new PropertyLists(this.#listOf, this.#first, translated);
  }

  /** What `matchInterfaces` would say. **Cost**: O(nodes); each list is matched once. */
  *match(strings: StringTable, definitions: readonly InterfaceDefinition[]): Pass<Uint32Array> {
    const matcher = new InterfaceMatcher(definitions);
    const listCount = this.#first.length - 1;
    const definitionOf = new Uint32Array(listCount + 1);
    for (let list = 0; list < listCount; list++) {
      if ((list & CHECK_MASK) === 0) yield (list / listCount) * 0.5;
      const properties = this.#properties.subarray(this.#first[list], this.#first[list + 1]);
      definitionOf[list + 1] = matcher.match(Array.from(properties, (property) => strings.get(property)));
    }
    const matched = new Uint32Array(this.#listOf.length);
    for (let node = 0; node < matched.length; node++) {
      if ((node & CHECK_MASK) === 0) yield 0.5 + (node / matched.length) * 0.5;
      matched[node] = definitionOf[this.#listOf[node]];
    }
    return matched;
  }
}
