/**
 * Search everywhere: an object by its id, classes, texts of strings, names of properties and variables, and names of all other
 * objects. By the place where something was found, in this order, and within a place by retained size.
 *
 * Of each place the largest are listed (`MOST_FOUND`). `@123` is the object with this id and nothing else, if there is one; a
 * number is also searched as a text.
 *
 * Cost: as the engine's `prepareSearch`, once for the strings and once for the nodes.
 */
import {
  EdgeType,
  prepareSearch,
  runPass,
  type Group,
  type HeapObject,
  type HeapSnapshot,
  type Pass,
  type RunOptions,
  type SearchPlace,
} from "@heapscope/engine";
import { LONGEST_NAME, type FileIndex, type FoundRow, type ParamsOf } from "../../protocol/index.ts";
import { largestNodes } from "../largest-nodes.ts";
import { cutText } from "../object-row.ts";
import { orderEntries, type SortFields } from "../order-entries.ts";
import { nameTest, readSearchText } from "../search-text.ts";
import type { DeskContext, TableMaker } from "../table-maker.ts";
import { isString } from "./strings.ts";
import { listGroups } from "./summary.ts";

type Where = FoundRow["where"];

/** In the order of the results. */
const PLACES: readonly Where[] = ["id", "class", "string", "property", "object"];
/** Where the engine looks for what the page calls so. */
const SEARCHED = { string: "string", property: "property", object: "name" } as const satisfies Partial<
  Record<Where, SearchPlace>
>;
/** Objects of each place. */
const MOST_FOUND = 10_000;
/** Bytes that an entry takes, about. */
const ENTRY_SIZE = 96;

/** Something found, before its row is made. */
type Found =
  | { readonly where: "class"; readonly group: Group; readonly handle: string }
  | { readonly where: Exclude<Where, "class">; readonly object: HeapObject };

interface Findings {
  readonly found: readonly Found[];
  readonly isLimited: boolean;
  readonly byteSize: number;
}

export const search: TableMaker<"search"> = {
  async list(desk, params, of, order, run) {
    const { file, text, where = PLACES } = params;
    const places = PLACES.filter((place) => where.includes(place));
    const matches = nameTest(text);
    const key = `search ${file} ${places.join(" ")} ${text}`;
    const { found, isLimited } = await desk.once(key, () => find(desk, { file, text, where: places }, run));
    // Found in the usual order, so that rows that are equal by another stay in it.
    const rows = of === "" ? await orderEntries(found, sortFields(matches), order, run) : [];
    return {
      total: rows.length,
      ...(isLimited ? { isLimited } : {}),
      byteSize: 8 * rows.length,
      row: (index) => toRow(rows[index]!, matches),
    };
  },
};

async function find(
  desk: DeskContext,
  { file, text, where }: Required<ParamsOf<"search">>,
  run: RunOptions,
): Promise<Findings> {
  const snapshot = desk.snapshot(file);
  const found: Found[] = [];
  let isLimited = false;
  const finish = (): Findings => ({ found, isLimited, byteSize: ENTRY_SIZE * found.length });
  const [, at, digits] = /^\s*(@?)(\d{1,10})\s*$/.exec(text) ?? [];
  if (digits !== undefined) {
    await snapshot.prepare(["nodesById"], run);
    const object = snapshot.objectById(Number(digits));
    if (object !== undefined && (at === "@" || where.includes("id"))) found.push({ where: "id", object });
    if (at === "@" && object !== undefined) return finish();
  }
  if (text === "") return finish();
  if (where.includes("class")) found.push(...(await findClasses(desk, file, text, run)));

  const places = where.filter((place) => place in SEARCHED) as (keyof typeof SEARCHED)[];
  if (places.length === 0) return finish();
  await snapshot.prepare(["retainedSize"], run);
  const results = await prepareSearch(
    snapshot,
    { text: readSearchText(text), where: places.map((place) => SEARCHED[place]) },
    run,
  );
  for (const [index, place] of places.entries()) {
    const pass = selectFound(snapshot, results[index]!.nodes, place);
    const selected = await runPass("sorting what was found", pass, run);
    for (const node of selected.nodes) found.push({ where: place, object: snapshot.object(node) });
    isLimited ||= selected.isLimited;
  }
  return finish();
}

async function findClasses(
  desk: DeskContext,
  file: FileIndex,
  text: string,
  run: RunOptions,
): Promise<Found[]> {
  const { groups, handleOf } = await listGroups(desk, { file }, run);
  const matches = nameTest(text);
  return groups
    .filter(({ className }) => matches(className))
    .map((group) => ({ where: "class", group, handle: handleOf.get(group)! }));
}

/** The largest of what was found. The text of a string is its name, too; among objects it would stand twice. */
function* selectFound(
  { graph, retainedSize }: HeapSnapshot,
  nodes: Uint32Array,
  where: Where,
): Pass<{ readonly nodes: Uint32Array; readonly isLimited: boolean }> {
  const { nodeType } = graph;
  const wanted = where === "object" ? nodes.filter((node) => !isString(nodeType[node]!)) : nodes;
  return {
    nodes: yield* largestNodes(wanted, retainedSize, MOST_FOUND),
    isLimited: wanted.length > MOST_FOUND,
  };
}

function sortFields(matches: (name: string) => boolean): SortFields<Found> {
  const size = (field: "shallowSize" | "retainedSize") => (found: Found) =>
    found.where === "class" ? found.group[field] : found.object[field];
  return {
    where: ({ where }) => PLACES.indexOf(where),
    text: (found) => textOf(found, matches),
    className: (found) => (found.where === "class" ? found.group : found.object).className,
    type: (found) => (found.where === "class" ? "" : found.object.type),
    id: (found) => (found.where === "class" ? 0 : found.object.id),
    count: (found) => (found.where === "class" ? found.group.count : 1),
    shallowSize: size("shallowSize"),
    retainedSize: size("retainedSize"),
  };
}

function toRow(found: Found, matches: (name: string) => boolean): FoundRow {
  const { text, isCut } = cutText(textOf(found, matches));
  const shown = { kind: "found", where: found.where, text, ...(isCut ? { isCut } : {}) } as const;
  if (found.where === "class") {
    const { group, handle } = found;
    const { count, shallowSize, retainedSize } = group;
    const className = cutText(group.className).text;
    const sizes = { count, shallowSize, retainedSize };
    return { ...shown, key: `class ${handle}`, group: handle, className, type: "", ...sizes };
  }
  const { id, className, type, shallowSize, retainedSize } = found.object;
  return {
    ...shown,
    key: `${found.where} ${id}`,
    id,
    className: cutText(className).text,
    type,
    count: 1,
    shallowSize,
    retainedSize,
  };
}

/** What matched: of a property its name, otherwise the name of the class or object. */
function textOf(found: Found, matches: (name: string) => boolean): string {
  if (found.where === "class") return found.group.className;
  const { object } = found;
  return (
    (found.where === "property" ? propertyOf(object, matches) : undefined) ??
    object.nameStart(LONGEST_NAME + 1)
  );
}

/** Names of an object's properties that are looked at for the one that matched. */
const MOST_PROPERTIES = 100_000;

function propertyOf({ snapshot, node }: HeapObject, matches: (name: string) => boolean): string | undefined {
  const { firstEdge, edgeType, edgeName } = snapshot.graph;
  const end = Math.min(firstEdge[node + 1]!, firstEdge[node]! + MOST_PROPERTIES);
  for (let edge = firstEdge[node]!; edge < end; edge++) {
    if (edgeType[edge] !== EdgeType.property && edgeType[edge] !== EdgeType.context) continue;
    const name = snapshot.strings.get(edgeName[edge]!);
    if (matches(name)) return name;
  }
  return undefined;
}
