/**
 * A `WeakMap` entry keeps its value alive only while its key is alive. V8 writes such an entry as two internal edges of
 * one value, from the table and from the key, which carry the same name but for the number in front:
 *
 *     12 / part of key (Session @101) -> value (Array @103) pair in WeakMap (table @57)
 *
 * Passes need to know such names: dominators ignore the table's half, distances count the farther half.
 *
 * Cost: each name is looked at once, when first asked for, and parsed only if it begins as above.
 */
import type { NodeId } from "../graph/heap-graph.ts";
import type { StringTable } from "../graph/string-table.ts";

// As DevTools has it: `.` matches no line end, so an entry whose class name holds one is an ordinary edge.
// Two class names of at most 1,024 characters stand in such a name; the expression would take forever on one of a million.
const LONGEST_NAME = 16_384;
const EPHEMERON_NAME =
  /^\d+(?<pair> \/ part of key \(.*? @\d+\) -> value \(.*? @\d+\) pair in WeakMap \(table @(?<table>\d+)\))$/;

/** Values of `EphemeronNames.known`. */
export const KnownEphemeron = { notYet: 0, no: 1, yes: 2 } as const;

export class EphemeronNames {
  readonly #strings: StringTable;
  /** StringIndex -> whether the name was looked at, and what it is. For hot loops; otherwise `isEphemeron`. */
  readonly known: Uint8Array;
  readonly #tableIdOfName = new Map<number, number>();
  readonly #pairOfName = new Map<number, number>();
  readonly #pairOfText = new Map<string, number>();

  constructor(strings: StringTable) {
    this.#strings = strings;
    this.known = new Uint8Array(strings.length);
  }

  /** Whether the name of an internal edge says that it is half of a `WeakMap` entry. */
  isEphemeron(name: number): boolean {
    const known = this.known[name];
    return known === KnownEphemeron.notYet ? this.#parse(name) : known === KnownEphemeron.yes;
  }

  /** Id of the table that the entry is in; only for names that are ephemerons. */
  tableId(name: number): number {
    return this.#tableIdOfName.get(name) ?? -1;
  }

  /** Whether an internal edge of this name, from the node with this id, is the table's half of an entry: it holds nothing. */
  isTableHalf(name: number, from: NodeId): boolean {
    return this.isEphemeron(name) && this.tableId(name) === from;
  }

  /** A number that both halves of an entry share; only for names that are ephemerons. */
  pair(name: number): number {
    return this.#pairOfName.get(name) ?? -1;
  }

  #parse(name: number): boolean {
    const text = this.#strings.startsWithDigitsThen(name, " / part of key (") ? this.#strings.get(name) : "";
    const match = text.length <= LONGEST_NAME ? EPHEMERON_NAME.exec(text) : null;
    this.known[name] = match === null ? KnownEphemeron.no : KnownEphemeron.yes;
    if (match === null) return false;
    const { pair, table } = match.groups as { pair: string; table: string };
    this.#tableIdOfName.set(name, Number(table));
    let number = this.#pairOfText.get(pair);
    if (number === undefined) this.#pairOfText.set(pair, (number = this.#pairOfText.size));
    this.#pairOfName.set(name, number);
    return true;
  }
}
