/**
 * Where the user is: which view, of what. The address of the page (`#/1/summary?text=Session`) is this and nothing else, so
 * that every place can be shared, reloaded and gone back to. Files count from 1 in addresses and from 0 here.
 */
import type { FileIndex, FunctionPath, NodeId, ObjectFilter } from "../protocol/index.ts";

export type Place =
  | { readonly view: "overview"; readonly file: FileIndex }
  | {
      readonly view: "summary";
      readonly file: FileIndex;
      readonly text?: string;
      readonly only?: ObjectFilter;
      /** The selected object, revealed and shown in the pane. */
      readonly id?: NodeId;
    }
  | {
      readonly view: "comparison";
      readonly base: FileIndex;
      readonly file: FileIndex;
      readonly text?: string;
      readonly id?: NodeId;
    }
  /** All snapshots of the session, in order. */
  | { readonly view: "growth"; readonly file: FileIndex; readonly text?: string; readonly id?: NodeId }
  | { readonly view: "containment"; readonly file: FileIndex; readonly id?: NodeId }
  | {
      readonly view: "dominators";
      readonly file: FileIndex;
      readonly as: "table" | "treemap" | "icicle";
      readonly id?: NodeId;
    }
  | { readonly view: "statistics"; readonly file: FileIndex }
  | {
      readonly view: "strings";
      readonly file: FileIndex;
      readonly list: "duplicates" | "largest";
      readonly text?: string;
      readonly id?: NodeId;
    }
  /** With the function whose live objects are shown, and the chosen intervals of the timeline, both ends included. */
  | {
      readonly view: "allocation";
      readonly file: FileIndex;
      readonly range?: { readonly first: number; readonly last: number };
      readonly path?: FunctionPath;
    }
  | {
      readonly view: "profile";
      readonly file: FileIndex;
      readonly as: "chart" | "down" | "up";
      readonly text?: string;
    }
  | {
      readonly view: "object";
      readonly file: FileIndex;
      readonly id: NodeId;
      readonly ignored?: readonly NodeId[];
    }
  | { readonly view: "search"; readonly file: FileIndex; readonly text: string };

export type ViewName = Place["view"];
export type PlaceOf<View extends ViewName> = Extract<Place, { view: View }>;
