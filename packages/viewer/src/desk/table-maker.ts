/**
 * How a table is made: from its parameters and the handle of a row to a list of the rows below, in an order. One file in
 * `tables/` a table; `tables/index.ts` is the list of them. The desk (`desk.ts`) keeps the lists that were used last, so that
 * scrolling makes rows only.
 */
import type { HeapSnapshot, Profile, RunOptions } from "@heapscope/engine";
import type { SourceLookup } from "@heapscope/wording";
import type {
  Answer,
  Ask,
  FileIndex,
  NodeId,
  Order,
  ParamsOf,
  QuestionName,
  RowOf,
  Slice,
  TableName,
} from "../protocol/index.ts";

/** The rows below one row, in one order. Making a list may take long; `row` is cheap and makes one row. */
export interface RowList<Row> {
  readonly total: number;
  readonly sums?: Slice<Row>["sums"];
  readonly note?: Slice<Row>["note"];
  readonly isLimited?: true;
  /** Bytes that keeping the list takes, about; for the limit of the cache. */
  readonly byteSize: number;
  row(index: number): Row;
  /** Position of the row that is an object, or has it below; -1 if there is none. Where objects can be located. */
  indexOf?(id: NodeId): number;
}

/** What a step of `locate` is made of. */
export interface Located {
  readonly index: number;
  readonly key: string;
  readonly children?: string;
}

/** What the tables and answers get from the desk. */
export interface DeskContext {
  /** An open snapshot. Throws `LinkError`: `not-ready`, or `not-a-snapshot` for a profile, or why it could not be opened. */
  snapshot(file: FileIndex): HeapSnapshot;
  /** An open profile. Throws `LinkError`: `not-ready`, or `not-a-profile` for a snapshot, or why it could not be opened. */
  profile(file: FileIndex): Profile;
  /** Positions of all files that are open snapshots, in order. */
  readonly snapshotFiles: readonly FileIndex[];
  readonly sources: SourceLookup;
  /** Makes a value once for a key and keeps it; two who ask at once wait for one. `make` runs again if it was cancelled. */
  once<T>(key: string, make: () => Promise<T>): Promise<T>;
  /** The rows of a table as they are kept: those of another table, or, for `locate`, one's own. */
  list<Name extends TableName>(
    table: Name,
    params: ParamsOf<Name>,
    of: string,
    order: Order | undefined,
    run: RunOptions,
  ): Promise<RowList<RowOf<Name>>>;
}

/** Questions that a file of `answers/` answers, each. */
export type AnsweredName = Exclude<QuestionName, "files" | "rows" | "locate">;

/** How a question is answered. */
export type AnswerMaker<Name extends AnsweredName> = (
  desk: DeskContext,
  ask: Ask<Name>,
  run: RunOptions,
) => Promise<Answer<Name>>;

export interface TableMaker<Name extends TableName> {
  /** The fields by which its rows can be sorted, anything else is a `LinkError`. */
  list(
    desk: DeskContext,
    params: ParamsOf<Name>,
    of: string,
    order: Order,
    run: RunOptions,
  ): Promise<RowList<RowOf<Name>>>;
  /** Where an object is; empty if it is not in this table. Missing where nothing can be located. */
  locate?(
    desk: DeskContext,
    params: ParamsOf<Name>,
    id: NodeId,
    order: Order,
    run: RunOptions,
  ): Promise<Located[]>;
}
