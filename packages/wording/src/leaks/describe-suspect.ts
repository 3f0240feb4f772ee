// From a suspect of the engine to the same as plain data: objects by their ids, places in the author's source, paths in the
// words of a program, and the names that the program has for what holds it. Used by the command's `leaks`, `check` and
// testing helpers, and by the viewer.
//
// Cost: a search for the shortest paths to a dozen objects of each suspect, besides naming what is on them.

import {
  foldPath,
  mergePaths,
  type FoldedStep,
  type HeapObject,
  type HeapPath,
  type HeapSnapshot,
  type PathTree,
  type RunOptions,
  type Suspect,
} from "@heapscope/engine";
import { formatPlace, type Place, type SourceLookup } from "../place.ts";
import type { LeakObject, LeakPathStep, PathBranchLine, SuspectLine } from "./suspect-line.ts";

/** Computes what `describeSuspect` asks of the last snapshot, with progress. */
export async function prepareDescription(last: HeapSnapshot, options: RunOptions): Promise<void> {
  await last.prepare(["retainers", "distance", "classes", "scriptUrls"], options);
}

/**
 * A suspect in words: its path, what it holds, where that is made. Call `prepareDescription` with its snapshot before.
 * **Cost**: a search for the shortest paths to a dozen objects, besides naming what is on them.
 */
export function describeSuspect(suspect: Suspect, sources: SourceLookup): SuspectLine {
  const { holder, subject, entry, counts, path, holderStep } = suspect;
  const folded = foldPath(path.slice(0, holderStep + 1));
  // That Node's own class makes it is of no use to anybody.
  const created = [subject, entry]
    .map((object) => sources.placeOf(object))
    .find((place) => place !== undefined && !place.file.startsWith("node:"));
  const containerName = findContainerName(suspect, folded);
  const ownerName = containerName ?? folded.map(nameOf).findLast((name) => name !== undefined);
  return {
    rank: suspect.rank,
    confidence: suspect.confidence,
    className: suspect.className,
    container: suspect.containerKind,
    ...(containerName === undefined ? {} : { containerName }),
    ...(containerName !== undefined || ownerName === undefined ? {} : { ownerName }),
    containerId: holder.id,
    count: { before: counts[0] ?? 0, after: counts.at(-1) ?? 0, perRound: [...suspect.added] },
    counts: [...counts],
    perRoundSizes: [...suspect.addedSizes],
    retainedSizeDelta: suspect.retainedSizeDelta,
    share: Math.min(1, Math.max(0, suspect.share)),
    signature: suspect.signature,
    path: folded.map((step) => describeFolded(step, sources)),
    subjectPath: foldPath(path).map((step) => describeFolded(step, sources)),
    pathTree: describeTree(mergePaths(suspect.samples.map((sample) => sample.paths(1)[0] ?? []))),
    rawPath: describeRaw(path, sources),
    holders: suspect.holderCount,
    holder: describeLeakObject(holder, sources),
    entry: describeLeakObject(entry, sources),
    subject: describeLeakObject(subject, sources),
    ...(created === undefined ? {} : { created: formatPlace(created) }),
    evidence: [...suspect.evidence],
    alongside: suspect.alongside.map((each) => ({ ...each })),
    alsoHeldBy: suspect.alsoHeldBy.map((each) => describeLeakObject(each, sources)),
    sampleIds: suspect.samples.map(({ id }) => id),
  };
}

/**
 * The reference that leads to the container. A buffer goes by the name of the array that shows it; a list that has no name,
 * such as a global's, by that of the reference to its first link.
 */
function findContainerName(
  { path, holder, entry, containerKind }: Suspect,
  folded: readonly FoldedStep[],
): string | undefined {
  const name = nameOf(folded.at(-1));
  if (name !== undefined) return name;
  if (containerKind === "buffer") return nameOf(folded.at(-2));
  if (containerKind !== "linked list" || holder.className === entry.className) return undefined;
  return nameOf(foldPath(path)[folded.length]);
}

function describeFolded({ edge, node, object }: FoldedStep, sources: SourceLookup): LeakPathStep {
  return { edge, node, id: object.id, className: object.className, ...locationOf(object, sources) };
}

/** Deeper trees would be neither read nor, as nested JSON, parsed. */
const DEEPEST_TREE = 60;

function describeTree({ branches }: PathTree, depth = 0): PathBranchLine[] {
  if (depth === DEEPEST_TREE) return [];
  return branches.map((branch): PathBranchLine => {
    const below = describeTree(branch, depth + 1);
    return {
      edge: branch.edge,
      node: branch.node,
      id: branch.object.id,
      count: branch.count,
      ...(below.length === 0 ? {} : { branches: below }),
    };
  });
}

function describeRaw(path: HeapPath, sources: SourceLookup): LeakPathStep[] {
  return path.map(({ edge, object }) => ({
    edge: edge.description,
    node: object.name,
    id: object.id,
    className: object.className,
    type: object.type,
    ...locationOf(object, sources),
  }));
}

function describeLeakObject(object: HeapObject, sources: SourceLookup): LeakObject {
  const place = sources.placeOf(object);
  const { id, name, className, type } = object;
  return {
    id,
    name,
    className,
    type,
    ...(place === undefined ? {} : { location: formatPlace(place), ...functionOf(place) }),
  };
}

function functionOf({ name }: Place): { function?: string } {
  return name === undefined ? {} : { function: name };
}

function locationOf(object: HeapObject, sources: SourceLookup): { location?: string } {
  const place = sources.placeOf(object);
  return place === undefined ? {} : { location: formatPlace(place) };
}

/** `variable rooms`, `variable rooms in closure scope of serve()`. */
const VARIABLE = /^variable ([\p{ID_Start}$_][\p{ID_Continue}$]*)(?: in |$)/u;
/** `.rooms`, `.#rooms`, `getter .rooms`; not `proxy target`, which is a name of ours. */
const PROPERTY = /^(?:[gs]etter )?\.([\p{ID_Start}$_#][\p{ID_Continue}$]*)$/u;

/** What the program calls what a step leads to, if it is a property or a variable. */
function nameOf(step: FoldedStep | undefined): string | undefined {
  if (step?.kind === "variable") return VARIABLE.exec(step.edge)?.[1];
  return step?.kind === "property" ? PROPERTY.exec(step.edge)?.[1] : undefined;
}
