/** What single questions are answered with: the overview, an object's page, charts. Sizes are bytes. */
import type { ContainerKind, Statistics, Verdict } from "@heapscope/engine";
import type { FileIndex, GroupRow, NodeId, ObjectRow, StringRow } from "./rows.ts";

/** Where a long work is. `stage` is the engine's words: `reading`, `computing dominators`. */
export interface WorkProgress {
  readonly stage: string;
  readonly done: number;
  readonly total?: number;
}

/** A file of the session. */
export interface FileEntry {
  readonly file: FileIndex;
  readonly name: string;
  readonly byteLength?: number;
  readonly state: "waiting" | "reading" | "ready" | "failed";
  /** While it is read. */
  readonly progress?: WorkProgress;
  /** Why it failed: one sentence with cause and remedy. */
  readonly problem?: string;
  /** Known once it is ready. */
  readonly content?: FileContent;
  /** Of a ready snapshot: its place in time among those of the session, from 0, the oldest; see the engine's `prepareOrder`. */
  readonly age?: number;
}

export type FileContent =
  | {
      readonly kind: "snapshot";
      readonly nodeCount: number;
      readonly edgeCount: number;
      readonly totalSize: number;
      readonly hasAllocations: boolean;
      readonly hasTimeline: boolean;
    }
  /** A `.heapprofile` (bytes) or a `.cpuprofile` (microseconds). */
  | { readonly kind: "profile"; readonly unit: "bytes" | "microseconds"; readonly total: number };

/** A fact about the snapshot; `fact` is a word that the page translates: `runtime`, `capturedAt`, `route` … */
export interface Fact {
  readonly fact: string;
  readonly value: string;
}

export interface Overview {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly stringCount: number;
  readonly totalSize: number;
  readonly extraNativeBytes: number;
  readonly statistics: Statistics;
  readonly facts: readonly Fact[];
  /** Why the capture record could not be used, if so. */
  readonly captureProblem?: string;
  /** By retained size, at most ten of each. */
  readonly groups: readonly GroupRow[];
  readonly dominators: readonly ObjectRow[];
  readonly groupCount: number;
}

/** Texts that are there more than once. Apart from the overview, which need not wait until all texts were looked at. */
export interface DuplicatesAnswer {
  /** As the Strings view has them by retained size, at most ten. */
  readonly strings: readonly StringRow[];
  /** Bytes in repetitions, over all duplicated strings. */
  readonly wastedSize: number;
}

/** What DevTools offers in the Summary's filter, for one file: filters that pass nothing are known to be empty only when asked. */
export interface FilterOffer {
  /** Native contexts with a name, when there is more than one. */
  readonly nativeContexts: readonly { readonly id: NodeId; readonly name: string; readonly size: number }[];
  readonly sharedSize: number;
  readonly unattributedSize: number;
}

/** A step from a GC root. */
export interface PathLine {
  /** As a person would write it: `.cache`, `[3]`, `variable rooms in closure scope of serve()`. */
  readonly edge: string;
  readonly node: string;
  readonly id: NodeId;
  readonly className: string;
  readonly location?: string;
}

/** A suspect of the search for leaks, with everything that a card shows. */
export interface SuspectCard {
  readonly rank: number;
  readonly confidence: number;
  /** `2,000 Session objects in Map `sessions`, +1,000 per round, +8.2 MB each round`. */
  readonly sentence: string;
  readonly className: string;
  readonly container: ContainerKind;
  readonly containerName?: string;
  readonly ownerName?: string;
  readonly holders: number;
  readonly holderId: NodeId;
  readonly subjectId: NodeId;
  readonly counts: readonly number[];
  readonly perRound: readonly number[];
  readonly perRoundSizes: readonly number[];
  readonly retainedSizeDelta: number;
  readonly share: number;
  readonly path: readonly PathLine[];
  /** Place that made the objects, in the author's source. */
  readonly created?: string;
  readonly evidence: readonly string[];
  readonly alsoHeldBy: readonly { readonly id: NodeId; readonly name: string }[];
  readonly sampleIds: readonly NodeId[];
}

export interface LeaksAnswer {
  readonly verdict: Verdict;
  /** The sentence that matters. */
  readonly summary: string;
  readonly explanation: string;
  readonly rounds: number;
  readonly growth: number;
  /** Of these snapshots, oldest first; ids are those of the last one. */
  readonly files: readonly FileIndex[];
  readonly suspects: readonly SuspectCard[];
  readonly ignored: readonly { readonly className: string; readonly reason: string; readonly size: number }[];
  readonly advice: readonly string[];
  readonly notes: readonly string[];
}

/** A line of the readable preview of an object. */
export interface PreviewLine {
  /** `field` (a property), `entry` (of a Map or Set), `item` (of an array), `variable` (of a closure), `internal`. */
  readonly kind: "field" | "entry" | "item" | "variable" | "internal";
  readonly name: string;
  /** Map entries: the key may be an object. */
  readonly keyId?: NodeId;
  /** As a person reads it: `"text"`, `42`, `Session @123`. */
  readonly value: string;
  readonly valueType: string;
  readonly id?: NodeId;
  readonly retainedSize?: number;
}

export interface ObjectAnswer {
  readonly object: ObjectRow;
  readonly edgeCount: number;
  /** Of the rows of the table `retainers`: neither weak references nor the root's own. */
  readonly retainerCount: number;
  /** Handle of its group in the unfiltered Summary; missing for objects of size 0. */
  readonly group?: string;
  /** The value of a string (first part), number, boolean, regular expression … */
  readonly text?: {
    readonly value: string;
    readonly length: number;
    readonly isCut: boolean;
    /** The text has at least `length` characters: it is made of more parts than are counted. */
    readonly isPartial?: true;
  };
  /** `Map(at least 3)`, `Array(at least 12)`, `function serve()`: what it is, in the words of a program. */
  readonly title: string;
  readonly preview: readonly PreviewLine[];
  /** Of all lines that the preview could have. */
  readonly previewTotal: number;
  /** From the root's child to this object's dominator. */
  readonly dominators: readonly ObjectRow[];
  /** Shortest retaining path, in the words of a program; empty when unreachable. */
  readonly path: readonly PathLine[];
  /** Innermost first, when the file has allocation stacks. */
  readonly allocationStack: readonly { readonly functionName: string; readonly location?: string }[];
  /** The same object in the other snapshots of the session: where its id means the same. */
  readonly alsoIn: readonly { readonly file: FileIndex; readonly retainedSize: number }[];
}

/**
 * A tree of boxes for treemap, icicle and flame chart, in columns: box 0 is the whole; parents come before their children,
 * and the children of one parent follow each other, largest first (for a flame chart: in the profile's order).
 */
export interface BoxTree {
  readonly parent: readonly number[];
  /** Bytes or microseconds, all below included. */
  readonly value: readonly number[];
  readonly selfValue: readonly number[];
  /** Decorated names; "" for a rest. */
  readonly label: readonly string[];
  /** Class or script: boxes of one kind have one colour. "" for a rest, and for what is no function. */
  readonly kind: readonly string[];
  /** Object ids; 0 for a rest that stands for several objects, and for functions. */
  readonly id: readonly NodeId[];
  /** How many objects a rest stands for; 1 for an object. */
  readonly count: readonly number[];
  /** `file:line:column`, or "". */
  readonly location: readonly string[];
}

/** Of an allocation timeline: intervals of about 50 ms, in order. */
export interface TimelineAnswer {
  /** Microseconds since the start: ends of the intervals. */
  readonly endUs: readonly number[];
  /** Highest object id at the end of the interval. */
  readonly lastId: readonly NodeId[];
  /** Of objects that were allocated in the interval and are still there. */
  readonly liveCount: readonly number[];
  readonly liveSize: readonly number[];
}
