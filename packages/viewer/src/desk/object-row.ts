/**
 * Rows of objects, made when they are shown: a few look-ups in the columns, and no text is decoded further than it is shown.
 *
 * The columns that are read (`ROW_COLUMNS`) must have been prepared, or the first row computes them without a pause.
 */
import type { ColumnName, HeapEdge, HeapObject, HeapSnapshot } from "@heapscope/engine";
import { formatPlace, type SourceLookup } from "@heapscope/wording";
import { LONGEST_NAME, type ObjectRow } from "../protocol/index.ts";

/** What rows of objects need of a snapshot. The desk prepares these for each snapshot before it is called ready. */
export const ROW_COLUMNS: readonly ColumnName[] = [
  "groups",
  "retainedSize",
  "distance",
  "detachedness",
  "nodesById",
  "scriptUrls",
];

/** What is known of a row besides the object itself. */
export type RowPlace = Pick<ObjectRow, "key"> &
  Partial<Pick<ObjectRow, "children" | "change" | "isIgnored" | "isUnreachable" | "isCycle">> & {
    /** The reference that led to the row. */
    readonly edge?: HeapEdge;
    /** Instead of the object's own: with ignored retainers. */
    readonly distance?: number;
  };

/** The row of an object. **Cost**: O(1), and that of the name's beginning. */
export function objectRow(object: HeapObject, sources: SourceLookup, place: RowPlace): ObjectRow {
  const { edge, ...rest } = place;
  const { text, isCut } = cutText(object.nameStart(LONGEST_NAME + 1));
  const location = locationOf(object, sources);
  const { detachedness } = object;
  return {
    kind: "object",
    id: object.id,
    name: text,
    ...(isCut ? { isCut } : {}),
    className: cutText(object.className).text,
    type: object.type,
    distance: object.distance,
    shallowSize: object.shallowSize,
    retainedSize: object.retainedSize,
    ...(detachedness === "unknown" ? {} : { detachedness }),
    ...(edge === undefined ? {} : { edge: edgeOf(edge) }),
    ...(location === undefined ? {} : { location }),
    ...rest,
  };
}

/** A text that is at most `LONGEST_NAME` long, not cut within a character. */
export function cutText(text: string): { readonly text: string; readonly isCut?: true } {
  if (text.length <= LONGEST_NAME) return { text };
  const last = text.charCodeAt(LONGEST_NAME - 1);
  const isHalf = last >= 0xd800 && last < 0xdc00;
  return { text: text.slice(0, isHalf ? LONGEST_NAME - 1 : LONGEST_NAME), isCut: true };
}

/** Of closures and objects whose constructor's place is in the file; others would have to be searched for. */
export function locationOf(object: HeapObject, sources: SourceLookup): string | undefined {
  if (object.location === undefined) return undefined;
  const place = sources.placeOf(object);
  return place === undefined ? undefined : cutText(formatPlace(place)).text;
}

function edgeOf(edge: HeapEdge): { name: string; type: string } {
  return { name: cutText(String(edge.nameStart(LONGEST_NAME + 1))).text, type: edge.type };
}

/** The handle of an object, for the rows below it. */
export function objectHandle(object: HeapObject): string {
  return `o${object.id}`;
}

/** The object with this handle; `undefined` if the text is none, or no object has it. */
export function objectOfHandle(snapshot: HeapSnapshot, handle: string): HeapObject | undefined {
  return /^o\d{1,10}$/.test(handle) ? snapshot.objectById(Number(handle.slice(1))) : undefined;
}
