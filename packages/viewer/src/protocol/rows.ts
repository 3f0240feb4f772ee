/**
 * The rows of the viewer's tables, as the desk makes them and the page shows them.
 *
 * A row is plain data that survives JSON. Sizes are bytes. Texts are those of the snapshot as they are (cut to
 * `LONGEST_NAME`): hostile, to be shown through `escapeText` only. `key` is unique among the rows with the same parent.
 * A row with `children` can be expanded: `children` is the handle to ask for the rows below it. Handles are stable for a
 * file, so that an address with them can be loaded again.
 */

/** Position of a file in the session, from 0. */
export type FileIndex = number;
/** V8's id of an object. */
export type NodeId = number;

/** Longer names are cut by the desk; `isCut` says so. */
export const LONGEST_NAME = 300;

/** Whether a name has the length of one that the desk has cut: a unit less where half a character was at the end. */
export function isCutName(name: string): boolean {
  return name.length >= LONGEST_NAME - 1;
}

export interface TableRow {
  readonly kind: string;
  readonly key: string;
  readonly children?: string;
}

/** An object: of a group, at the end of a reference, a retainer, or a child in the dominator tree. */
export interface ObjectRow extends TableRow {
  readonly kind: "object";
  readonly id: NodeId;
  /** DevTools' display name, at most `LONGEST_NAME` characters. */
  readonly name: string;
  readonly isCut?: true;
  readonly className: string;
  /** `object`, `closure`, `string` … */
  readonly type: string;
  /** As `HeapSnapshot.distance`. */
  readonly distance: number;
  readonly shallowSize: number;
  readonly retainedSize: number;
  readonly detachedness?: "attached" | "detached";
  /** The reference through which the row is here: `from` its parent row, or, among retainers, `to` its parent row. */
  readonly edge?: { readonly name: string; readonly type: string };
  /** `file:line:column` of a closure or an object's constructor, where known. */
  readonly location?: string;
  /** Of a comparison: whether only the target or only the base has the object. */
  readonly change?: "added" | "removed";
  /** Among retainers: ignored on request, or no longer reachable but through ignored ones. */
  readonly isIgnored?: true;
  readonly isUnreachable?: true;
  /** Among retainers: the object stands further up in the same branch, and is not expanded again. */
  readonly isCycle?: true;
}

/** A row of the Summary. */
export interface GroupRow extends TableRow {
  readonly kind: "group";
  readonly className: string;
  /** Place of the constructor, where two classes of one name must be told apart, or it is known. */
  readonly location?: string;
  readonly count: number;
  readonly distance: number;
  readonly shallowSize: number;
  readonly retainedSize: number;
}

/** A row of the Comparison. DevTools' columns, and the retained size of what was added. */
export interface DiffRow extends TableRow {
  readonly kind: "diff";
  readonly className: string;
  readonly location?: string;
  readonly added: number;
  readonly removed: number;
  readonly countDelta: number;
  readonly addedSize: number;
  readonly removedSize: number;
  readonly sizeDelta: number;
  /** Missing where objects could not be matched by their ids: then nobody knows which ones are new. */
  readonly addedRetainedSize?: number;
}

/** A group over three or more snapshots. */
export interface GrowthRow extends TableRow {
  readonly kind: "growth";
  readonly className: string;
  readonly location?: string;
  /** One number for each snapshot; 0 where the group is missing. */
  readonly counts: readonly number[];
  readonly shallowSizes: readonly number[];
  readonly retainedSizes: readonly number[];
  /** Last minus first. */
  readonly countDelta: number;
  readonly sizeDelta: number;
  readonly retainedDelta: number;
  /** Whether there were more in each snapshot than in the one before. */
  readonly growsAlways: boolean;
}

/** A row that is a class of objects. */
export type ClassRow = GroupRow | DiffRow | GrowthRow;

/** A string value; its children are the string objects. */
export interface StringRow extends TableRow {
  readonly kind: "string";
  readonly value: string;
  readonly isCut?: true;
  /** Characters, UTF-16; of the text that the file has (V8 cuts strings on request). */
  readonly length: number;
  readonly count: number;
  readonly shallowSize: number;
  readonly retainedSize: number;
  /** Bytes that would be free if there were one such string only. 0 for lists of single strings. */
  readonly wastedSize: number;
  /** One of the objects. */
  readonly id: NodeId;
}

/** A function that allocated in a recording, or, as a child, one that called it. */
export interface AllocationRow extends TableRow {
  readonly kind: "allocation";
  /** From the function to this row, for the filter `allocatedBy`. */
  readonly path: readonly number[];
  readonly functionName: string;
  readonly location?: string;
  readonly count: number;
  readonly size: number;
  readonly liveCount: number;
  readonly liveSize: number;
}

/** A function in a call tree of a `.heapprofile` or `.cpuprofile`. Values are bytes or microseconds. */
export interface CallRow extends TableRow {
  readonly kind: "call";
  readonly functionName: string;
  readonly location?: string;
  readonly selfValue: number;
  readonly totalValue: number;
}

/** A step that many retaining paths share. */
export interface MergedPathRow extends TableRow {
  readonly kind: "path";
  readonly edge: string;
  readonly node: string;
  readonly id: NodeId;
  /** Paths through here. */
  readonly count: number;
  readonly ends: number;
  readonly location?: string;
}

/** Something found by the search. */
export interface FoundRow extends TableRow {
  readonly kind: "found";
  /** `class` rows have no `id` but the handle of a group of the Summary in `group`. */
  readonly where: "class" | "string" | "property" | "id" | "object";
  readonly text: string;
  readonly isCut?: true;
  readonly id?: NodeId;
  readonly group?: string;
  readonly className: string;
  readonly type: string;
  readonly count: number;
  readonly shallowSize: number;
  readonly retainedSize: number;
}
