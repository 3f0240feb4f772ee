/**
 * A suspect of the search for leaks as plain data: objects by their ids, places in the author's source, paths in the words of
 * a program. The command's schema of results (`heapscope leaks --json`) has the same shape and describes each field; the
 * compiler holds the two together where the command takes what `describeSuspect` makes. Texts are those of the program under
 * test, as they are. Sizes are bytes.
 */

/** A step of a path: the reference in the words of a program, and what it leads to. */
export interface LeakPathStep {
  edge: string;
  node: string;
  id: number;
  className?: string;
  /** V8's node type. */
  type?: string;
  /** `file:line:column` */
  location?: string;
}

/** A step that the ways to several objects have in common. */
export interface PathBranchLine {
  edge: string;
  node: string;
  id: number;
  /** Objects that are reached through it. */
  count: number;
  branches?: PathBranchLine[];
}

/** An object that a suspect is told with. */
export interface LeakObject {
  id: number;
  /** DevTools' display name. */
  name: string;
  className: string;
  type: string;
  location?: string;
  /** Name of the function or constructor at that place. */
  function?: string;
}

/** One place where things accumulate. */
export interface SuspectLine {
  rank: number;
  confidence: number;
  /** The constructor of what accumulates. */
  className: string;
  /** Kind of what it accumulates in; see the engine's `ContainerKind`. */
  container: string;
  /** What the program calls the container: the reference that leads to it. */
  containerName?: string;
  /** Where the container has no such name, the nearest name on the way to it. */
  ownerName?: string;
  containerId: number;
  /** Entries in the first and in the last snapshot, and those that each round has added and that stayed. */
  count: { before: number; after: number; perRound: number[] };
  /** Entries, snapshot by snapshot. */
  counts: number[];
  perRoundSizes: number[];
  retainedSizeDelta: number;
  /** Part of the growth of the heap that it explains. */
  share: number;
  /** The same for every run of a program. */
  signature: string;
  /** From a root to the container. */
  path: LeakPathStep[];
  /** The same on to one of the new objects. */
  subjectPath: LeakPathStep[];
  /** The shortest ways to all of `sampleIds`, put together. */
  pathTree: PathBranchLine[];
  /** From a root to that object, every step. */
  rawPath: LeakPathStep[];
  /** How many such containers share in the growth. */
  holders: number;
  holder: LeakObject;
  entry: LeakObject;
  subject: LeakObject;
  /** Place that made the objects. */
  created?: string;
  evidence: string[];
  alongside: { className: string; count: number; size: number }[];
  alsoHeldBy: LeakObject[];
  sampleIds: number[];
}
