/**
 * What a search for leaks answers: suspects with their evidence, and what grew and is no leak. Everything that a person or
 * a program is told about leaks is made from this. Made by `findLeaks`.
 */
import type { IdCheck } from "../compare/id-check.ts";
import type { NodeId } from "../graph/heap-graph.ts";
import type { HeapObject, HeapPath } from "../heap-object.ts";
import type { GrowthRule } from "./growth-rules.ts";

/**
 * `leak`: something accumulates. `growth`: something grew, and two snapshots cannot tell whether it goes on. `no-leak`: nothing
 * grew, or what grew is accounted for by a rule.
 */
export type Verdict = "leak" | "growth" | "no-leak";

/** The answer about a series of snapshots. */
export interface LeakReport {
  readonly verdict: Verdict;
  /** One fewer than snapshots. */
  readonly rounds: number;
  /** Whether ids name the same objects in all snapshots. Otherwise places are followed by class, shape and path. */
  readonly matchedBy: "id" | "shape";
  /** One for each round: whether the ids of its two snapshots mean the same. */
  readonly idChecks: readonly IdCheck[];
  /** Bytes by which the heap grew, over all rounds: reachable objects only. */
  readonly growth: number;
  /** Worst first. Two suspects never describe the same growth. */
  readonly suspects: readonly Suspect[];
  /** What grew and is no leak, by the rule that says so; largest first. */
  readonly ignored: readonly IgnoredGrowth[];
  /** What would settle the question, when the verdict leaves one; otherwise absent. Plain sentences. */
  readonly advice: readonly string[];
}

/** A kind of place where things accumulate: what the holder is, in the words of a program. */
export type ContainerKind =
  | "Map"
  | "Set"
  | "WeakMap"
  | "Array"
  | "object"
  | "linked list"
  | "listeners"
  | "promise"
  | "closure scope"
  | "timers"
  | "finalization registry"
  | "async context"
  | "native handles"
  | "modules"
  | "string"
  | "buffer"
  | "root";

/** One place where things accumulate. All handles are of the last snapshot. */
export interface Suspect {
  /** From 1. */
  readonly rank: number;
  /** 0 to 1: how sure it is that this goes on for ever. From 0.5 on it counts as a leak. */
  readonly confidence: number;
  /** What accumulates: DevTools' "Constructor" of `subject`. */
  readonly className: string;
  /**
   * What accumulates at the level that a developer would name: the entry itself, or what makes up most of it. For a
   * listener that keeps a request alive, the request.
   */
  readonly subject: HeapObject;
  /** A typical one of the things that the holder refers to: a session, a listener, a promise's reaction. */
  readonly entry: HeapObject;
  /** What refers to the entries: the accumulation point. The root, if nothing smaller does. */
  readonly holder: HeapObject;
  readonly containerKind: ContainerKind;
  /** A way from a GC root through `holder` and `entry` to `subject`, as the file has it: V8's internal steps included. */
  readonly path: HeapPath;
  /** Position of `holder` in `path`; -1 for the root. */
  readonly holderStep: number;
  /** Position of `entry` in `path`. */
  readonly entryStep: number;
  /** How many such holders share in the growth; 1 mostly. Many: each session has a list that grows. */
  readonly holderCount: number;
  /** Entries there, snapshot by snapshot. */
  readonly counts: readonly number[];
  /** Entries that came in each round and are still there in the end. Without ids: how much the counts grew. */
  readonly added: readonly number[];
  /** Bytes that came through this place in each round and are still there. */
  readonly addedSizes: readonly number[];
  /** All of `addedSizes`. */
  readonly retainedSizeDelta: number;
  /** Part of `LeakReport.growth` that this suspect explains: 0 to 1. */
  readonly share: number;
  /** Other classes that accumulate at the same place, by bytes. */
  readonly alongside: readonly {
    readonly className: string;
    readonly count: number;
    readonly size: number;
  }[];
  /** Other holders of the same entries, outermost first: they must let go as well. */
  readonly alsoHeldBy: readonly HeapObject[];
  /** Full sentences without a stop, the strongest first: `grew in every round`. */
  readonly evidence: readonly string[];
  /** What made it and what holds it, without numbers of this process or machine: the same for every run of a program. */
  readonly signature: string;
  /** New entries (their subjects), a few of each round, for looking further. */
  readonly samples: readonly HeapObject[];
}

/** Growth that a rule has accounted for. */
export interface IgnoredGrowth {
  readonly rule: GrowthRule;
  readonly className: string;
  /** Why it is no leak: a clause. */
  readonly reason: string;
  readonly size: number;
  readonly count: number;
  /** The object that holds most of it, if it is of use to know. */
  readonly holderId?: NodeId;
}
