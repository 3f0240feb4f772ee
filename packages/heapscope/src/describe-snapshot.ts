// The fields that name a snapshot and its objects in results (schemas/snapshot.ts, schemas/heap-object.ts).

import type {
  AllocationFunction,
  AllocationSite,
  EarlierSnapshot,
  FoundRecord,
  HeapObject,
  HeapSnapshot,
} from "@heapscope/engine";
import type { KnownSummary } from "@heapscope/engine/cache";
import { CommandError } from "./command-error.ts";
import type { AllocatingFunction, ObjectLine, ObjectName } from "./schemas/heap-object.ts";
import type { Snapshot } from "./schemas/snapshot.ts";
import type { AllocationLine } from "./schemas/summary.ts";
import { formatPlace } from "./source/source-place.ts";
import type { SourceResolver } from "./source/source-resolver.ts";

/** The snapshot by the name that the user gave. Needs the shallow sizes only, so that a base needs no dominators. */
export function describeSnapshot(file: string, snapshot: EarlierSnapshot): Snapshot {
  const { header, stringCount, totalSize, captureRecord, captureRecordProblem } = snapshot;
  const { nodeCount, edgeCount, extraNativeBytes } = header;
  return describeFacts(file, {
    nodeCount,
    edgeCount,
    stringCount,
    totalSize,
    extraNativeBytes,
    captureRecord,
    captureRecordProblem,
  });
}

/** The same of a snapshot that has not been read, by what is known of it. */
export function describeFacts(
  file: string,
  facts: Pick<
    KnownSummary,
    | "nodeCount"
    | "edgeCount"
    | "stringCount"
    | "totalSize"
    | "extraNativeBytes"
    | "captureRecord"
    | "captureRecordProblem"
  >,
): Snapshot {
  const { nodeCount, edgeCount, stringCount, totalSize, extraNativeBytes } = facts;
  return {
    file,
    nodeCount,
    edgeCount,
    stringCount,
    totalSize,
    extraNativeBytes,
    ...describeCapture(facts),
  };
}

/** What is known of where the snapshot is from. */
function describeCapture({
  captureRecord: record,
  captureRecordProblem: problem,
}: FoundRecord): Partial<Snapshot> {
  if (record === undefined) return problem === undefined ? {} : { captureProblem: problem };
  const { capturedAt, durationMs, pauseMs, route, target, options } = record;
  const { runtime, version } = target;
  return {
    ...(runtime === "node" && version !== undefined ? { nodeVersion: version } : {}),
    captureOptions: options,
    capture: { capturedAt, durationMs, ...(pauseMs === undefined ? {} : { pauseMs }), route, target },
  };
}

/** An object as a line of a list. Needs the retained sizes, distances and class names. */
export function describeObject(object: HeapObject): ObjectLine {
  return {
    id: object.id,
    name: object.name,
    className: object.className,
    type: object.type,
    shallowSize: object.shallowSize,
    retainedSize: object.retainedSize,
    distance: object.distance,
  };
}

export function nameObject(object: HeapObject): ObjectName {
  return { id: object.id, name: object.name, type: object.type };
}

/** A function on the stack of an allocation, by the name that its author gave it. */
export function describeFunction(
  allocating: AllocationFunction,
  sources: SourceResolver,
): AllocatingFunction {
  const place = sources.placeOfFunction(allocating);
  if (place === undefined) return { function: allocating.name };
  const name = place.mapped ? place.name : undefined;
  return { function: name ?? allocating.name, source: formatPlace(place) };
}

/** What one function allocated in a recording. */
export function describeAllocation(site: AllocationSite, sources: SourceResolver): AllocationLine {
  const { count, size, liveCount, liveSize } = site;
  return { ...describeFunction(site, sources), count, size, liveCount, liveSize };
}

/** The object with this id. Throws a `CommandError` for an id that the file does not have. */
export function findObject(snapshot: HeapSnapshot, file: string, id: number): HeapObject {
  const object = snapshot.objectById(id);
  if (object !== undefined) return object;
  throw new CommandError(
    "unknown-object",
    `${file === "-" ? "the snapshot" : file} has no object @${id}; take an id that a command printed for this very file.`,
    { file, id },
  );
}

/**
 * The `count` objects that retain most, among the nodes of some groups. Cost: one pass over the nodes, and a handle for
 * each that is returned; with an infinite count, for all.
 */
export function largestObjects(
  snapshot: HeapSnapshot,
  nodeLists: readonly Uint32Array[],
  count: number,
): HeapObject[] {
  const { retainedSize } = snapshot;
  const total = nodeLists.reduce((sum, nodes) => sum + nodes.length, 0);
  const nodes = new Uint32Array(total);
  let filled = 0;
  for (const list of nodeLists) {
    nodes.set(list, filled);
    filled += list.length;
  }
  // Equal sizes stay in the order of the file, so that the same file always gives the same list.
  nodes.sort((a, b) => retainedSize[b]! - retainedSize[a]! || a - b);
  return Array.from(nodes.subarray(0, Math.min(count, total)), (node) => snapshot.object(node));
}
