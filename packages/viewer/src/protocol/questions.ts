/** Every question that the page can ask, with its answer. The page cannot tell who answers: a worker, a server, an archive. */
import type {
  BoxTree,
  DuplicatesAnswer,
  FileEntry,
  FilterOffer,
  LeaksAnswer,
  ObjectAnswer,
  Overview,
  TimelineAnswer,
} from "./answers.ts";
import type { FileIndex, NodeId } from "./rows.ts";
import type { Order, ParamsOf, RowOf, Slice, TableName } from "./tables.ts";

/** A question for rows. */
export interface RowsQuestion<Name extends TableName = TableName> {
  readonly table: Name;
  readonly params: ParamsOf<Name>;
  /** Handle of the row whose children are wanted; "" for the top. */
  readonly of: string;
  /** The table's usual order when missing. */
  readonly order?: Order;
  readonly start: number;
  /** At most `MOST_ROWS`. */
  readonly count: number;
}

/** The most rows of one slice. */
export const MOST_ROWS = 500;

export interface Questions {
  readonly files: { readonly ask: Record<string, never>; readonly answer: readonly FileEntry[] };
  readonly rows: { readonly ask: RowsQuestion; readonly answer: Slice<RowOf<TableName>> };
  /** Where an object is in a table: positions and handles from the top, to expand and select it. Empty if it is not there. */
  readonly locate: {
    readonly ask: Pick<RowsQuestion, "table" | "params" | "order"> & { readonly id: NodeId };
    readonly answer: readonly { readonly index: number; readonly key: string; readonly children?: string }[];
  };
  readonly overview: { readonly ask: { readonly file: FileIndex }; readonly answer: Overview };
  readonly duplicates: { readonly ask: { readonly file: FileIndex }; readonly answer: DuplicatesAnswer };
  readonly leaks: { readonly ask: { readonly files: readonly FileIndex[] }; readonly answer: LeaksAnswer };
  readonly filters: { readonly ask: { readonly file: FileIndex }; readonly answer: FilterOffer };
  /** `undefined` is never answered: an unknown id is an error with the code `unknown-object`. */
  readonly object: {
    readonly ask: { readonly file: FileIndex; readonly id: NodeId; readonly previewFrom?: number };
    readonly answer: ObjectAnswer;
  };
  /** A part of a string's value. */
  readonly text: {
    readonly ask: {
      readonly file: FileIndex;
      readonly id: NodeId;
      readonly from: number;
      readonly length: number;
    };
    /** `isPartial`: the text has at least `total` characters. */
    readonly answer: { readonly value: string; readonly total: number; readonly isPartial?: true };
  };
  /** The dominator tree below an object (the root if missing), cut to the `most` largest boxes; the rest is summed up. */
  readonly boxes: {
    readonly ask: { readonly file: FileIndex; readonly id?: NodeId; readonly most: number };
    readonly answer: BoxTree;
  };
  /** A profile's calls, `most` boxes at most. */
  readonly flame: {
    readonly ask: { readonly file: FileIndex; readonly most: number };
    readonly answer: BoxTree;
  };
  readonly timeline: { readonly ask: { readonly file: FileIndex }; readonly answer: TimelineAnswer };
}

export type QuestionName = keyof Questions;
export type Ask<Name extends QuestionName> = Questions[Name]["ask"];
export type Answer<Name extends QuestionName> = Questions[Name]["answer"];
