/**
 * The readable preview of an object: what a program would say is in it, then what V8 has in it besides.
 *
 *   Map, Set    entries, then properties        arrays      items by index, then properties
 *   function    its variables, then properties  otherwise   properties, then items
 *
 * and last `__proto__` and all of V8's own references. Lines are positions in runs of references of one kind, so that one page of an
 * array of ten million items makes no more lines than are shown; V8 writes references of a kind one after the other, so there
 * are few runs. Items that the file does not have (small numbers, holes) are told by one line for each gap.
 *
 * Cost: O(references) once for an object, over two columns; for a Map or Set O(entries).
 */
import {
  EdgeType,
  findTableEntries,
  HeapEdge,
  nameObject,
  NameKind,
  NO_EDGE,
  type HeapObject,
  type Pass,
  type TableEntries,
  CHECK_MASK,
} from "@heapscope/engine";
import { formatCount, formatQuantity } from "@heapscope/wording";
import { LONGEST_NAME, type ObjectAnswer, type PreviewLine } from "../../protocol/index.ts";
import { cutText } from "../object-row.ts";
import { follow, valueWords } from "./object-value.ts";

type LineKind = PreviewLine["kind"];

/** References that follow each other, or entries of a table. */
interface Run {
  readonly kind: LineKind;
  /** Of an object: the references of this one's from `first` on; of a table, its entries. */
  readonly from: HeapObject;
  readonly first: number;
  count: number;
}

export interface Preview {
  readonly runs: readonly Run[];
  readonly entries: TableEntries | undefined;
  /** Lines of all runs, gaps not counted. */
  readonly total: number;
  readonly byteSize: number;
}

/** Finds the runs. Needs the snapshot's names. */
export function* findPreview(object: HeapObject): Pass<Preview> {
  const entries = object.type === "object" ? yield* findTableEntries(object) : undefined;
  const runs: Record<LineKind, Run[]> = { entry: [], item: [], variable: [], field: [], internal: [] };
  if (entries !== undefined && entries.keyEdge.length > 0)
    runs.entry.push({ kind: "entry", from: entries.table, first: 0, count: entries.keyEdge.length });
  yield* collectRuns(object, runs);
  const context = object.type === "closure" ? follow(object, "context") : undefined;
  if (context !== undefined) {
    const held: typeof runs = { entry: [], item: [], variable: [], field: [], internal: [] };
    yield* collectRuns(context, held);
    runs.variable.push(...held.variable);
  }
  const isArray = object.nameStart(6) === "Array";
  const ordered = [
    ...runs.entry,
    ...runs.variable,
    ...(isArray ? [...runs.item, ...runs.field] : [...runs.field, ...runs.item]),
    ...runs.internal,
  ];
  return {
    runs: ordered,
    entries,
    total: ordered.reduce((sum, run) => sum + run.count, 0),
    byteSize: 100 + 64 * ordered.length + (entries === undefined ? 0 : 8 * entries.keyEdge.length),
  };
}

function* collectRuns(object: HeapObject, runs: Record<LineKind, Run[]>): Pass<void> {
  const { graph, names } = object.snapshot;
  const { edgeType, edgeName } = graph;
  const first = graph.firstEdge[object.node]!;
  const end = graph.firstEdge[object.node + 1]!;
  let last: Run | undefined;
  for (let edge = first; edge < end; edge++) {
    if (((edge - first) & CHECK_MASK) === 0) yield (edge - first) / (end - first);
    const kind = kindOf(edgeType[edge]!, names.kindOfString[edgeName[edge]!] === NameKind.proto);
    if (last?.kind === kind) last.count++;
    else runs[kind].push((last = { kind, from: object, first: edge, count: 1 }));
  }
}

function kindOf(edgeType: number, isProto: boolean): LineKind {
  if (edgeType === EdgeType.element) return "item";
  if (edgeType === EdgeType.context) return "variable";
  return edgeType === EdgeType.property && !isProto ? "field" : "internal";
}

/** The line at a position; with a line for what is missing in front of it, where items have a gap, also at the start of a page. */
export function previewLine(preview: Preview, at: number, isFirst: boolean): PreviewLine[] {
  let position = at;
  for (const run of preview.runs) {
    if (position >= run.count) {
      position -= run.count;
      continue;
    }
    if (run.kind === "entry") return [entryLine(preview.entries!, position)];
    const edge = new HeapEdge(run.from.snapshot, run.first + position, run.from);
    const line = edgeLine(edge, run.kind);
    if (run.kind !== "item") return [line];
    const before = position === 0 ? -1 : run.from.snapshot.graph.edgeName[edge.edge - 1]!;
    const gap = isFirst && position > 0 ? undefined : gapLine(before, Number(edge.name));
    return gap === undefined ? [line] : [gap, line];
  }
  return [];
}

/** `[4 … 6]`: what is not in the file, because it is a small number or nothing. */
function gapLine(before: number, index: number): PreviewLine | undefined {
  if (index <= before + 1) return undefined;
  const from = before + 1;
  const to = index - 1;
  return {
    kind: "item",
    name: from === to ? `[${from}]` : `[${from} … ${to}]`,
    value: "",
    valueType: "absent",
  };
}

function edgeLine(edge: HeapEdge, kind: LineKind): PreviewLine {
  const name = edge.nameStart(LONGEST_NAME + 1);
  return {
    kind,
    name: typeof name === "number" ? `[${name}]` : cutText(name).text,
    ...valueOf(edge.to),
  };
}

function entryLine({ kind, table, keyEdge, valueEdge }: TableEntries, entry: number): PreviewLine {
  const { snapshot } = table;
  const end = (edge: number): HeapObject | undefined =>
    edge === NO_EDGE ? undefined : snapshot.object(snapshot.graph.edgeTarget[edge]!);
  const key = end(keyEdge[entry]!);
  if (kind === "Set") return { kind: "entry", name: "", ...valueOf(key) };
  return {
    kind: "entry",
    name: key === undefined ? "" : valueWords(key),
    ...(key === undefined ? {} : { keyId: key.id }),
    ...valueOf(end(valueEdge[entry]!)),
  };
}

function valueOf(
  object: HeapObject | undefined,
): Pick<PreviewLine, "value" | "valueType" | "id" | "retainedSize"> {
  if (object === undefined) return { value: "", valueType: "absent" };
  return {
    value: valueWords(object),
    valueType: object.type,
    id: object.id,
    retainedSize: object.retainedSize,
  };
}

/**
 * `Map(at least 3)`, `function serve()`, `string of 5 characters`: what the object is, as far as the file tells. How many entries or
 * items there are, it does not: those of small numbers alone are not in it.
 */
export function titleOf(object: HeapObject, preview: Preview, text: ObjectAnswer["text"]): string {
  return describe(object, preview, text) || (object.type === "synthetic" ? "(root)" : `(${object.type})`);
}

function describe(object: HeapObject, { entries, runs }: Preview, text: ObjectAnswer["text"]): string {
  switch (object.type) {
    case "string":
    case "concatenated string":
      return `string of ${text?.isPartial ? "at least " : ""}${formatQuantity(text?.length ?? 0, "character")}`;
    case "sliced string":
      return "part of a string";
    case "number":
    case "symbol":
    case "bigint":
      return object.type;
    case "regexp":
      return "regular expression";
    case "object": {
      const name = object.name === object.className ? cutText(object.className).text : nameObject(object);
      if (entries !== undefined && entries.keyEdge.length > 0)
        return `${name}(at least ${formatCount(entries.keyEdge.length)})`;
      const items = runs.findLast(({ kind }) => kind === "item");
      if (name === "Array" && items !== undefined)
        return `Array(at least ${formatCount(object.snapshot.graph.edgeName[items.first + items.count - 1]! + 1)})`;
      const bytes = bufferSize(object);
      return bytes === undefined ? name : `${name} of ${formatQuantity(bytes, "byte")}`;
    }
    default:
      return nameObject(object);
  }
}

/** Bytes of an `ArrayBuffer`, or of the one that a view is of. */
function bufferSize(object: HeapObject): number | undefined {
  const buffer = follow(object, "buffer") ?? object;
  const store = follow(buffer, "backing_store");
  return store?.type === "native" ? store.snapshot.graph.selfSize[store.node] : undefined;
}
