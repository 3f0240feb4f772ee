// What is remembered of nodes and edges while they pass, to know later what each entry of the string table is: a value or a
// name, and held by what. The table comes last in a file, so names are positions here, and what they mean shows at the end.
//
//     nodes    8 bytes each: the name's position, or of a rope its last part; number of edges and kind
//     edges    8 bytes for each reference by a name to a string, and for each part of a rope
//     texts    a byte each: `MARK_…`
//
// Cost: some 5 ns an edge.

import { check, type SnapshotHeader, type Table } from "./section-reader.ts";
import { SECRET_NAME } from "./secret-patterns.ts";

// Kinds of nodes. The first is that of values: of regular expressions, and of types that nobody has heard of.

const KIND_VALUE = 0;
const KIND_STRING = 1;
/** A concatenated or sliced string: its text is elsewhere. */
const KIND_ROPE = 2;
/** A number; with numeric values captured, its digits are a string node. */
const KIND_NUMBER = 3;
const KIND_CODE = 4;
const KIND_SYNTHETIC = 5;

/** V8's types of nodes from `KIND_STRING` on; the last are of no interest but for their names, which are labels. */
const NODE_TYPES = [
  ["string"],
  ["concatenated string", "sliced string"],
  ["number"],
  ["code"],
  ["synthetic"],
  ["hidden", "array", "object", "closure", "native", "symbol", "bigint", "object shape", "wasm object"],
];

// Kinds of references that have names; 0 are all others.

const REFERENCE_PROPERTY = 1;
const REFERENCE_INTERNAL = 2;

/** V8's types of edges from `REFERENCE_PROPERTY` on. */
const EDGE_TYPES = [["context", "property"], ["internal"], ["shortcut", "weak"]];

// What is known of an entry of the string table; bits.

/** Name of a class, property, variable, function, … */
export const MARK_LABEL = 1;
/** A value that something of a secret name holds. */
export const MARK_HELD = 2;
/** A reference of this name leads to a value; matters for entries of WeakMaps. */
export const MARK_TO_VALUE = 4;
/** Its text was looked at … */
const MARK_READ = 8;
/** … and says that what it holds is secret, */
const MARK_SECRET_NAME = 16;
/** or, in V8's records of code, that it is a name. */
const MARK_NAMING = 32;

/** References that lead from V8's records of code to names in it, and such records. */
const NAMING = /^(?:\w+_)?name(?:_or_scope_info)?$|ScopeInfo$|^\(context local names\)$/;
/** Longer texts are no names of secrets. */
const LONGEST_NAME = 64;

/** The array, or a longer one with the same content if the position lies behind its end. */
function withRoomFor<T extends Uint8Array | Uint32Array>(position: number, array: T): T {
  if (position < array.length) return array;
  const longer = new (array.constructor as new (length: number) => T)(
    Math.max(array.length * 2, position + 1),
  );
  longer.set(array);
  return longer;
}

/** Pairs of numbers, one after the other. */
class Pairs {
  data = new Uint32Array(1 << 12);
  length = 0;

  add(first: number, second: number): void {
    const data = (this.data = withRoomFor(this.length + 1, this.data));
    data[this.length++] = first;
    data[this.length++] = second;
  }
}

export class Holders {
  /** Ids of regular expressions, whose text may stand in names of WeakMap entries. */
  readonly valueIds: Set<number> = new Set();
  #marks = new Uint8Array(1 << 12);
  #nodes = 0;
  #edges = 0;
  /** Position of the name; of a rope, behind its last entry in `#parts`. */
  #name = new Uint32Array(0);
  /** Edges * 8 + kind. */
  #shape = new Uint32Array(0);
  /** Name, node * 2 + whether it is named by code. */
  readonly #held = new Pairs();
  /** Part, and behind what entry the part before stands. */
  readonly #parts = new Pairs();

  marksOf(text: number): number {
    return this.#marks[text] ?? 0;
  }

  mark(text: number, mark: number): void {
    check(text < 2 ** 32);
    this.#marks = withRoomFor(text, this.#marks);
    this.#marks[text]! |= mark;
  }

  /** What takes the rows of a section, if they name texts. */
  open(section: string, { meta, node_count, edge_count }: SnapshotHeader): Table | undefined {
    const kind = section.replace(/s$/, "");
    const fields = (meta[`${kind}_fields`] ?? []) as string[];
    const width = fields.length;
    const columns = (...names: string[]): number[] =>
      names.map((name) => {
        check(fields.includes(name));
        return fields.indexOf(name);
      });
    const kindsOf = (known: readonly (readonly string[])[]): number[] =>
      (meta[`${kind}_types`] as string[][])[columns("type")[0]!]!.map(
        (name) => known.findIndex((names) => names.includes(name)) + 1,
      );
    if (section === "nodes") {
      this.#name = new Uint32Array(node_count);
      this.#shape = new Uint32Array(node_count);
      return {
        width,
        take: this.#nodeTaker(columns("type", "name", "id", "edge_count"), kindsOf(NODE_TYPES)),
      };
    }
    // Strings and edges belong to nodes, strings to edges.
    if (section === "edges" || section === "strings") check(this.#nodes === node_count);
    if (section === "strings") check(this.#edges === edge_count);
    if (section === "edges") {
      const step = (meta["node_fields"] as string[]).length;
      return {
        width,
        take: this.#edgeTaker(columns("type", "name_or_index", "to_node"), kindsOf(EDGE_TYPES), step),
      };
    }
    const names = fields.flatMap((name, i) => (name.includes("name") ? [i] : []));
    if (names.length === 0) return undefined;
    return {
      width,
      take: (row) => {
        for (const i of names) this.mark(row[i]!, MARK_LABEL);
      },
    };
  }

  #nodeTaker([type, name, id, edgeCount]: number[], kinds: number[]): Table["take"] {
    return (row) => {
      const kind = kinds[row[type!]!]!;
      const text = row[name!]!;
      check(kind >= 0 && text < 2 ** 32 && row[edgeCount!]! < 2 ** 28 && this.#nodes < this.#name.length);
      if (kind === KIND_VALUE) this.valueIds.add(row[id!]!);
      else if (kind > KIND_ROPE) this.mark(text, MARK_LABEL);
      this.#name[this.#nodes] = kind === KIND_ROPE ? 0 : text;
      this.#shape[this.#nodes++] = row[edgeCount!]! * 8 + kind;
    };
  }

  #edgeTaker([type, nameOrIndex, toNode]: number[], references: number[], step: number): Table["take"] {
    const names = this.#name;
    const shapes = this.#shape;
    // The node whose edges pass.
    let from = -1;
    let edgesLeft = 0;
    let fromKind = 0;
    /** Name of the string that the edge before leads to, or -1. */
    let before = -1;
    return (row) => {
      while (edgesLeft === 0) {
        const shape = shapes[++from]!;
        check(shape >= 0);
        edgesLeft = shape >>> 3;
        fromKind = shape & 7;
        before = -1;
      }
      edgesLeft--;
      this.#edges++;
      const reference = references[row[type!]!]!;
      const name = row[nameOrIndex!]!;
      const to = row[toNode!]! / step;
      const target = names[to]!;
      check(reference >= 0 && target >= 0);
      if (reference > 0) this.mark(name, MARK_LABEL);
      const kind = shapes[to]! & 7;
      const neighbour = before;
      before = kind === KIND_STRING ? target : -1;
      if (kind > KIND_ROPE) return;
      if (reference === REFERENCE_INTERNAL) this.mark(name, MARK_TO_VALUE);
      if (kind === KIND_VALUE) return;
      if (fromKind === KIND_ROPE) {
        this.#parts.add(to, names[from]!);
        names[from] = this.#parts.length;
      } else if (fromKind === KIND_NUMBER) {
        // A number is no text: it stays. Without numeric values it would not even be there.
        if (kind === KIND_STRING) this.mark(target, MARK_LABEL);
      } else {
        if (fromKind === KIND_CODE) {
          if (reference === REFERENCE_INTERNAL) this.#held.add(name, to * 2 + 1);
          this.#held.add(names[from]!, to * 2 + 1);
        }
        if (reference === REFERENCE_PROPERTY) this.#held.add(name, to * 2);
        // Keys and values of tables, headers and arguments stand side by side: "Authorization", "Basic …".
        else if (neighbour >= 0 && fromKind !== KIND_SYNTHETIC) this.#held.add(neighbour, to * 2);
      }
    };
  }

  /** Draws the conclusions from the texts of names. What nobody knows the name of counts as secret. */
  settle(textOf: (position: number) => string | undefined): void {
    const { data, length } = this.#held;
    const done = new Set<number>();
    for (let i = 0; i < length; i += 2) {
      const marks = this.#meaningOf(data[i]!, textOf);
      const node = data[i + 1]! >>> 1;
      if (data[i + 1]! % 2 === 0) {
        if (marks & MARK_SECRET_NAME)
          for (const text of this.#textsOf(node, done)) this.mark(text, MARK_HELD);
      } else if (marks & MARK_NAMING && !this.#isRope(node)) this.mark(this.#name[node]!, MARK_LABEL);
    }
  }

  #meaningOf(name: number, textOf: (position: number) => string | undefined): number {
    if ((this.marksOf(name) & MARK_READ) === 0) {
      const text = textOf(name);
      const isSecret = text === undefined || (text.length <= LONGEST_NAME && SECRET_NAME.test(text));
      const isNaming = text !== undefined && NAMING.test(text);
      this.mark(name, MARK_READ | (isSecret ? MARK_SECRET_NAME : 0) | (isNaming ? MARK_NAMING : 0));
    }
    return this.marksOf(name);
  }

  #isRope(node: number): boolean {
    return (this.#shape[node]! & 7) === KIND_ROPE;
  }

  /** The texts that a string is made of, from left to right, without those of ropes that are `done`. */
  #textsOf(node: number, done: Set<number>): number[] {
    const texts: number[] = [];
    const open = [node];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (!this.#isRope(next)) texts.push(this.#name[next]!);
      else if (!done.has(next)) {
        done.add(next);
        for (let at = this.#name[next]!; at > 0; at = this.#parts.data[at - 1]!)
          open.push(this.#parts.data[at - 2]!);
      }
    }
    return texts;
  }

  /** Calls back with the texts of each rope. A rope within several is told in the first only. */
  forEachRope(callback: (texts: number[]) => void): void {
    const inner = new Set<number>();
    for (let i = 0; i < this.#parts.length; i += 2) inner.add(this.#parts.data[i]!);
    const done = new Set<number>();
    for (let node = 0; node < this.#nodes; node++)
      if (this.#isRope(node) && !inner.has(node)) callback(this.#textsOf(node, done));
  }
}
