/**
 * The tables that can be asked for: of what (`params`), and which rows they have. Rows are asked for in slices, so that only
 * what is visible is ever made, sent and drawn: `{ table, params, of, order, start, count }`, where `of` is the handle of the
 * row whose children are wanted, or "" for the top.
 */
import type { NodeFilter } from "@heapscope/engine";
import type {
  AllocationRow,
  CallRow,
  DiffRow,
  FileIndex,
  FoundRow,
  GroupRow,
  GrowthRow,
  MergedPathRow,
  NodeId,
  ObjectRow,
  StringRow,
} from "./rows.ts";

/** Which objects of a snapshot count in its Summary. DevTools' named filters, and ranges of ids. */
export type ObjectFilter =
  | NodeFilter
  /** Objects allocated before the snapshot `upTo` was taken, and after `after` was, if given. */
  | { readonly kind: "allocated"; readonly after?: FileIndex; readonly upTo: FileIndex };

/**
 * A row of the Allocation: a function that allocated, then who called it, who called that one, and so on. The numbers of
 * functions are those of the file, so that a path means the same each time it is read.
 */
export type FunctionPath = readonly number[];

/** `text` filters class names, as `parseNameFilter` reads it: a part in any case, or `/expression/flags`. */
export interface Tables {
  readonly summary: {
    readonly params: { readonly file: FileIndex; readonly text?: string; readonly only?: ObjectFilter };
    readonly row: GroupRow | ObjectRow;
  };
  readonly comparison: {
    readonly params: { readonly base: FileIndex; readonly target: FileIndex; readonly text?: string };
    readonly row: DiffRow | ObjectRow;
  };
  readonly growth: {
    readonly params: { readonly files: readonly FileIndex[]; readonly text?: string };
    readonly row: GrowthRow | ObjectRow;
  };
  /** References, from the root or from an object. */
  readonly containment: {
    readonly params: { readonly file: FileIndex; readonly id?: NodeId };
    readonly row: ObjectRow;
  };
  /** Children in the dominator tree, of the root or of an object. */
  readonly dominators: {
    readonly params: { readonly file: FileIndex; readonly id?: NodeId };
    readonly row: ObjectRow;
  };
  readonly retainers: {
    readonly params: { readonly file: FileIndex; readonly id: NodeId; readonly ignored?: readonly NodeId[] };
    readonly row: ObjectRow;
  };
  /** The shortest retaining paths of many objects as one tree: of a group of the Summary (its handle), or of objects. */
  readonly mergedPaths: {
    readonly params:
      | { readonly file: FileIndex; readonly group: string }
      | { readonly file: FileIndex; readonly ids: readonly NodeId[] };
    readonly row: MergedPathRow;
  };
  readonly strings: {
    readonly params: {
      readonly file: FileIndex;
      readonly list: "duplicates" | "largest";
      /** Filters by content, as `parseNameFilter`. */
      readonly text?: string;
    };
    readonly row: StringRow | ObjectRow;
  };
  /** Functions by what they allocated; below each its callers. Empty for files without stacks. With a path its row alone. */
  readonly allocation: {
    readonly params: { readonly file: FileIndex; readonly path?: FunctionPath };
    readonly row: AllocationRow;
  };
  /** A profile as a tree of calls: from the top down, or every function with its callers. */
  readonly calls: {
    readonly params: { readonly file: FileIndex; readonly direction: "down" | "up"; readonly text?: string };
    readonly row: CallRow;
  };
  readonly search: {
    readonly params: {
      readonly file: FileIndex;
      readonly text: string;
      /** Where to look; all when missing. `@123` always finds the object. */
      readonly where?: readonly FoundRow["where"][];
    };
    readonly row: FoundRow;
  };
}

export type TableName = keyof Tables;
export type ParamsOf<Name extends TableName> = Tables[Name]["params"];
export type RowOf<Name extends TableName> = Tables[Name]["row"];

/** By which field of the rows, and in which direction. Rows without the field keep their usual order behind the others. */
export interface Order {
  readonly by: string;
  readonly descending: boolean;
}

/** Part of the rows below one row. */
export interface Slice<Row> {
  /** Of all rows below that row. */
  readonly total: number;
  readonly start: number;
  readonly rows: readonly Row[];
  /** The search ended at a limit: there are more than `total`. */
  readonly isLimited?: true;
  /** Of the top only: sums over all rows, for the line above the table. */
  readonly sums?: { readonly count: number; readonly shallowSize: number };
  /** Of the top only: what the reader must know about all numbers, in sentences; such as that objects could not be matched. */
  readonly note?: string;
}
