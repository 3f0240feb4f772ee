/**
 * Strings: texts that more than one string holds (the engine's `duplicateStrings`), below each of them the strings; or the
 * largest single strings. Below a string are its references: the parts of a rope, the whole of a slice.
 *
 * Of single strings there are millions, so that list has the largest ones only (`MOST_STRINGS`), whichever way it is sorted.
 *
 * Handles: `s12` is a text, by the id of the first string that holds it; `o12` a string.
 */
import {
  CHECK_MASK,
  NodeType,
  prepareSearch,
  runPass,
  type DuplicateStringGroup,
  type HeapObject,
  type HeapSnapshot,
  type Pass,
  type RunOptions,
} from "@heapscope/engine";
import {
  LONGEST_NAME,
  type FileIndex,
  type ObjectRow,
  type Order,
  type ParamsOf,
  type StringRow,
} from "../../protocol/index.ts";
import { largestNodes } from "../largest-nodes.ts";
import { locateRow } from "../locate-row.ts";
import { nodeList } from "../node-list.ts";
import { cutText, objectHandle } from "../object-row.ts";
import { orderEntries, type SortFields } from "../order-entries.ts";
import { nameTest, readSearchText } from "../search-text.ts";
import type { DeskContext, RowList, TableMaker } from "../table-maker.ts";
import { referenceList } from "./containment.ts";

type StringsParams = ParamsOf<"strings">;

/** Rows of the list of single strings. */
const MOST_STRINGS = 10_000;
/** Bytes that a row of it takes while it is kept, about: a handle, and the memory of its text is the snapshot's. */
const ENTRY_SIZE = 64;

/** What objects are sorted by when the texts are sorted by a field that objects do not have. */
const OBJECT_FIELDS: Readonly<Record<string, string>> = { value: "name", wastedSize: "shallowSize" };

export const strings: TableMaker<"strings"> = {
  async list(desk, params, of, order, run) {
    if (of.startsWith("o")) return await referenceList(desk, params.file, of, objectOrder(order), run);
    if (of !== "") return await holdersOf(desk, params.file, of, objectOrder(order), run);
    return params.list === "duplicates"
      ? await duplicates(desk, params, order, run)
      : await largestStrings(desk, params, order, run);
  },

  locate: (desk, params, id, order, run) => locateRow(desk, "strings", params, id, order, run),
};

async function prepareDuplicates(desk: DeskContext, file: FileIndex, run: RunOptions): Promise<HeapSnapshot> {
  const snapshot = desk.snapshot(file);
  await snapshot.prepare(["retainedSize", "duplicateStrings"], run);
  return snapshot;
}

async function duplicates(
  desk: DeskContext,
  { file, text }: StringsParams,
  order: Order,
  run: RunOptions,
): Promise<RowList<StringRow>> {
  const snapshot = await prepareDuplicates(desk, file, run);
  const matches = nameTest(text);
  const wanted = snapshot.duplicateStrings.filter(({ value }) => matches(value));
  const fields: SortFields<DuplicateStringGroup> = {
    value: (group) => group.value,
    length: (group) => group.value.length,
    count: (group) => group.count,
    shallowSize: (group) => group.shallowSize,
    retainedSize: (group) => group.retainedSize,
    wastedSize: (group) => wastedSize(snapshot, group),
  };
  const rows = await orderEntries(wanted, fields, order, run);
  return {
    total: rows.length,
    sums: {
      count: rows.reduce((sum, group) => sum + group.count, 0),
      shallowSize: rows.reduce((sum, group) => sum + group.shallowSize, 0),
    },
    byteSize: 8 * rows.length,
    row: (index) => duplicateRow(snapshot, rows[index]!),
    indexOf(id) {
      const node = snapshot.objectById(id)?.node ?? -1;
      return rows.findIndex(({ nodes }) => nodes.includes(node));
    },
  };
}

/** Bytes that would be free if there were one such string only: of all but the smallest, which is the most that could be had. */
export function wastedSize({ shallowSize }: HeapSnapshot, group: DuplicateStringGroup): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const node of group.nodes) smallest = Math.min(smallest, shallowSize[node]!);
  return group.shallowSize - smallest;
}

/** The row of a text that stands more than once. */
export function duplicateRow(snapshot: HeapSnapshot, group: DuplicateStringGroup): StringRow {
  const { value, count, shallowSize, retainedSize, nodes } = group;
  const { text, isCut } = cutText(value);
  const { id } = snapshot.object(nodes[0]!);
  return {
    kind: "string",
    key: `s${id}`,
    children: `s${id}`,
    value: text,
    ...(isCut ? { isCut } : {}),
    length: value.length,
    count,
    shallowSize,
    retainedSize,
    wastedSize: wastedSize(snapshot, group),
    id,
  };
}

/** The strings that hold a text. */
async function holdersOf(
  desk: DeskContext,
  file: FileIndex,
  of: string,
  order: Order,
  run: RunOptions,
): Promise<RowList<ObjectRow>> {
  const snapshot = await prepareDuplicates(desk, file, run);
  const node = snapshot.objectById(Number(of.slice(1)))?.node;
  // None if the handle is of another file.
  const group = snapshot.duplicateStrings.find(({ nodes }) => nodes[0] === node);
  return await nodeList(desk, snapshot, Uint32Array.from(group?.nodes ?? []), order, run);
}

async function largestStrings(
  desk: DeskContext,
  { file, text }: StringsParams,
  order: Order,
  run: RunOptions,
): Promise<RowList<StringRow>> {
  const snapshot = desk.snapshot(file);
  await snapshot.prepare(["retainedSize"], run);
  const selection = await desk.once(`strings ${file} ${text ?? ""}`, () =>
    selectLargest(snapshot, text, run),
  );
  const objects = Array.from(selection.nodes, (node) => snapshot.object(node));
  const fields: SortFields<HeapObject> = {
    value: (object) => object.nameStart(LONGEST_NAME),
    length: lengthOf,
    count: () => 1,
    shallowSize: (object) => object.shallowSize,
    retainedSize: (object) => object.retainedSize,
    wastedSize: () => 0,
  };
  const rows = await orderEntries(objects, fields, order, run);
  return {
    total: rows.length,
    ...(selection.total > rows.length ? { isLimited: true } : {}),
    sums: { count: selection.total, shallowSize: selection.shallowSize },
    byteSize: ENTRY_SIZE * rows.length,
    row: (index) => singleRow(rows[index]!),
    indexOf: (id) => rows.findIndex((object) => object.id === id),
  };
}

function singleRow(object: HeapObject): StringRow {
  const { id, shallowSize, retainedSize } = object;
  const { text, isCut } = cutText(object.nameStart(LONGEST_NAME + 1));
  const handle = objectHandle(object);
  return {
    kind: "string",
    key: handle,
    ...(object.edgeCount > 0 ? { children: handle } : {}),
    value: text,
    ...(isCut ? { isCut } : {}),
    length: lengthOf(object),
    count: 1,
    shallowSize,
    retainedSize,
    wastedSize: 0,
    id,
  };
}

/** Characters of a string, of a slice those of its name. */
function lengthOf(object: HeapObject): number {
  return object.textPart(0, 0).total;
}

/** The largest strings, and how many there are in all. */
interface Selection {
  readonly nodes: Uint32Array;
  readonly total: number;
  readonly shallowSize: number;
}

async function selectLargest(
  snapshot: HeapSnapshot,
  text: string | undefined,
  run: RunOptions,
): Promise<Selection> {
  if (text === undefined || text === "")
    return await runPass("finding the largest strings", selectOf(snapshot, undefined), run);
  const [found] = await prepareSearch(snapshot, { text: readSearchText(text), where: ["string"] }, run);
  return await runPass("finding the largest strings", selectOf(snapshot, found!.nodes), run);
}

/** @param found the strings in question; all when `undefined` */
function* selectOf(snapshot: HeapSnapshot, found: Uint32Array | undefined): Pass<Selection> {
  const { shallowSize } = snapshot;
  const nodes = found ?? (yield* allStrings(snapshot));
  let size = 0;
  for (const node of nodes) size += shallowSize[node]!;
  return {
    nodes: yield* largestNodes(nodes, shallowSize, MOST_STRINGS),
    total: nodes.length,
    shallowSize: size,
  };
}

function* allStrings({ graph, shallowSize }: HeapSnapshot): Pass<Uint32Array> {
  const { nodeType, nodeCount } = graph;
  let count = 0;
  // Twice: to know how many there are takes less than a list that grows.
  for (let node = 0; node < nodeCount; node++)
    if (isString(nodeType[node]!) && shallowSize[node] !== 0) count++;
  const nodes = new Uint32Array(count);
  count = 0;
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    if (isString(nodeType[node]!) && shallowSize[node] !== 0) nodes[count++] = node;
  }
  return nodes;
}

/** Whether a node of this type is a string of any kind. */
export function isString(type: number): boolean {
  return type === NodeType.string || type === NodeType.consString || type === NodeType.slicedString;
}

function objectOrder({ by, descending }: Order): Order {
  if (by === "length" || by === "count") return { by: "retainedSize", descending: true };
  return { by: Object.hasOwn(OBJECT_FIELDS, by) ? OBJECT_FIELDS[by]! : by, descending };
}
