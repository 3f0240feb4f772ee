/**
 * What a reference from the table of a Map or Set is. V8 lays such tables out as three numbers, the buckets (numbers), then the
 * entries: key, value and the number of the next entry for a Map; key and number for a Set. A table has a power of two of
 * buckets and two entries for each.
 *
 * The file says at which position a reference stands, but numbers are not in it; so the number of buckets is worked out from
 * the positions that are there.
 *
 * Cost: O(entries) at worst.
 */
import { EdgeType } from "../graph/node-types.ts";
import type { HeapObject } from "../heap-object.ts";
import { CHECK_MASK, type Pass } from "../passes/pass.ts";
import { follow } from "./node-words.ts";

/** Numbers in front of the buckets. */
const HEADER = 3;
const MAP_ENTRY = 3;
/** Entries that are looked at. */
const MOST_ENTRIES = 10_000;

/** Whether the object is, by its class or a class above it, a Map or a Set; undefined if that cannot be told. */
export function collectionOf(owner: HeapObject): "Map" | "Set" | undefined {
  let object: HeapObject | undefined = owner;
  for (let depth = 0; object !== undefined && depth < 20; depth++) {
    const name: string | undefined = depth === 0 ? object.name : prototypeOf(object, "constructor")?.name;
    // Node's own SafeMap and SafeSet have no prototype above them.
    const end = name === undefined ? undefined : /(?:^|Safe)(?<end>Map|Set)$/.exec(name)?.groups?.["end"];
    if (end !== undefined) return end as "Map" | "Set";
    object = prototypeOf(object, "__proto__");
  }
  return undefined;
}

/** What stands at a position in the table of a Map. `undefined` if that cannot be told. */
export function mapPartAt(table: HeapObject, position: number): "key" | "value" | undefined {
  const { graph } = table.snapshot;
  const residues = new Set<number>();
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  const end = Math.min(graph.firstEdge[table.node + 1], graph.firstEdge[table.node] + MOST_ENTRIES);
  for (let edge = graph.firstEdge[table.node]; edge < end; edge++) {
    if (graph.edgeType[edge] !== EdgeType.internal) continue;
    const at = positionOf(graph.strings.get(graph.edgeName[edge]));
    if (at === undefined) continue;
    first = Math.min(first, at);
    last = Math.max(last, at);
    residues.add(at % MAP_ENTRY);
  }
  const residue = position % MAP_ENTRY;
  if (residues.size === 2) {
    // The numbers' place is the one without references; keys come after it.
    const keys = (3 - [...residues].reduce((sum, one) => sum + one, 0) + 1) % MAP_ENTRY;
    return residue === keys ? "key" : "value";
  }
  for (const [part, offset] of [
    ["key", 0],
    ["value", 1],
  ] as const) {
    const buckets = first - HEADER - offset;
    // With nothing deleted, the first entry tells. The last one must be in reach: two entries for each bucket.
    if (buckets >= 2 && Number.isInteger(Math.log2(buckets)) && last < HEADER + buckets * (1 + 2 * MAP_ENTRY))
      return part;
  }
  return undefined;
}

/** The entries of a Map or Set, as positions among the references of its table. */
export interface TableEntries {
  readonly kind: "Map" | "Set";
  readonly table: HeapObject;
  /** Entry -> EdgeIndex of its key (a Set's value), or `NO_EDGE` where it is a number that the file leaves out. */
  readonly keyEdge: Uint32Array;
  /** Entry -> EdgeIndex of its value, or `NO_EDGE`; only `NO_EDGE` for a Set. */
  readonly valueEdge: Uint32Array;
}

/** Stands for no reference. */
export const NO_EDGE = 0xffffffff;

/**
 * The entries of a Map or Set in the table's order, which is that of their insertion; `undefined` for all that is neither, and where
 * keys cannot be told from values. Entries of numbers alone are not in the file. **Cost**: O(entries).
 */
export function* findTableEntries(owner: HeapObject): Pass<TableEntries | undefined> {
  const kind = collectionOf(owner);
  const table = kind === undefined ? undefined : tableOf(owner);
  if (kind === undefined || table === undefined) return undefined;
  const { graph } = table.snapshot;
  const first = graph.firstEdge[table.node];
  const end = graph.firstEdge[table.node + 1];
  // Entry -> edges. References stand in the order of their positions, but a file may be anything.
  const keys: number[] = [];
  const values: number[] = [];
  const entryAt = new Map<number, number>();
  let keyResidue: number | undefined;
  for (let edge = first; edge < end; edge++) {
    if (((edge - first) & CHECK_MASK) === 0) yield (edge - first) / (end - first);
    if (graph.edgeType[edge] !== EdgeType.internal) continue;
    const position = positionOf(graph.strings.get(graph.edgeName[edge]));
    if (position === undefined) continue;
    if (kind === "Set") {
      keys.push(edge);
      values.push(NO_EDGE);
      continue;
    }
    if (keyResidue === undefined) {
      const part = mapPartAt(table, position);
      if (part === undefined) return undefined;
      keyResidue = (position + (part === "key" ? 0 : MAP_ENTRY - 1)) % MAP_ENTRY;
    }
    const offset = (position + MAP_ENTRY - keyResidue) % MAP_ENTRY;
    if (offset === 2) continue;
    const start = position - offset;
    let entry = entryAt.get(start);
    if (entry === undefined) {
      entry = keys.push(NO_EDGE) - 1;
      values.push(NO_EDGE);
      entryAt.set(start, entry);
    }
    (offset === 0 ? keys : values)[entry] = edge;
  }
  return { kind, table, keyEdge: Uint32Array.from(keys), valueEdge: Uint32Array.from(values) };
}

function tableOf(owner: HeapObject): HeapObject | undefined {
  return follow(owner, "internal", "table");
}

/** The number that the name of an edge from a table is. */
export function positionOf(name: string | number): number | undefined {
  const position = Number(name);
  return name !== "" && Number.isInteger(position) ? position : undefined;
}

function prototypeOf(object: HeapObject, property: string): HeapObject | undefined {
  return follow(object, "property", property);
}
