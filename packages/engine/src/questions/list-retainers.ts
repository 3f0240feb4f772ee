/**
 * DevTools' Retainers pane for one object (`passes/retainer-rows.ts`), also with "ignore this retainer": the same rows as
 * if some objects were not there (`passes/ignored-retainers.ts`).
 */
import { Scratch } from "../graph/scratch.ts";
import type { EdgeIndex, NodeIndex } from "../graph/heap-graph.ts";
import { HeapEdge, type HeapObject } from "../heap-object.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { computeDistances } from "../passes/distances.ts";
import { findUnpairedEdges } from "../passes/ignored-retainers.ts";
import { named, run, runNow, type Pass, type RunOptions, type Task } from "../passes/pass.ts";
import { collectRetainers, listRetainerRows, type RetainerColumns } from "../passes/retainer-rows.ts";

/** What changes when some objects are ignored. For all questions about the same ignored objects. */
export interface IgnoredRetainers {
  readonly ignored: ReadonlySet<NodeIndex>;
  /** NodeIndex -> distance without edges into the ignored nodes; `NO_DISTANCE` for what only they hold. */
  readonly distance: Int32Array;
  /** Halves of `WeakMap` entries that hold nothing, since the other half got lost. */
  readonly unpairedEdges: ReadonlySet<EdgeIndex>;
}

/** A row of the Retainers pane. */
export interface Retainer {
  readonly edge: HeapEdge;
  /** Of the retaining object; from `UNREACHABLE_DISTANCE` on when nothing reaches it, or not by what is not ignored. */
  readonly distance: number;
  /** Whether the retaining object is one of the ignored. */
  readonly isIgnored: boolean;
}

/** Ignores some objects. **Cost**: computes retainers and distances at first; then O(edges), and 4 bytes a node kept. */
export function ignoreRetainers(snapshot: HeapSnapshot, nodes: Iterable<NodeIndex>): IgnoredRetainers {
  return runNow(ignoring(snapshot, nodes));
}

/** `ignoreRetainers` with progress and cancellation. */
export async function prepareIgnoredRetainers(
  snapshot: HeapSnapshot,
  nodes: Iterable<NodeIndex>,
  options?: RunOptions,
): Promise<IgnoredRetainers> {
  return await run(ignoring(snapshot, nodes), options);
}

function* ignoring(snapshot: HeapSnapshot, nodes: Iterable<NodeIndex>): Task<IgnoredRetainers> {
  yield* snapshot.preparing(["distance", "retainers"]);
  const { graph, names, ephemerons, retainers } = snapshot;
  const ignored = new Set(nodes);
  if (ignored.size === 0) return { ignored, distance: snapshot.distance, unpairedEdges: new Set() };
  const distance = yield* named(
    "computing distances",
    computeDistances(graph, names, ephemerons, new Scratch(), ignored),
    [],
  );
  const unpairedEdges = yield* named(
    "finding lost WeakMap entries",
    findUnpairedEdges(graph, ephemerons, retainers, distance),
    [],
  );
  return { ignored, distance, unpairedEdges };
}

/**
 * The retainers of an object in DevTools' order.
 *
 * **Cost**: computes retainers and distances at first; then O(retainers · log), with their names.
 */
export function listRetainers(object: HeapObject, without?: IgnoredRetainers): Retainer[] {
  return runNow(listing(object, without));
}

/**
 * What `listRetainers` sorts, as columns, for objects that very many others hold: sorted by distance and then by the names of
 * the retainers, with equals as they stand here, they are in DevTools' order.
 *
 * **Cost**: computes retainers and distances at first; then O(retainers), 12 bytes for each.
 */
export async function prepareRetainers(
  object: HeapObject,
  without?: IgnoredRetainers,
  options?: RunOptions,
): Promise<RetainerColumns> {
  return await run(collecting(object, without), options);
}

function* collecting(
  { snapshot, node }: HeapObject,
  without: IgnoredRetainers | undefined,
): Task<RetainerColumns> {
  yield* snapshot.preparing(["distance", "retainers"]);
  const { graph, names, retainers, distance } = snapshot;
  const input = { graph, names, retainers, distance, without };
  return yield* named("listing retainers", collectRetainers(input, node), []);
}

function* listing(object: HeapObject, without: IgnoredRetainers | undefined): Pass<Retainer[]> {
  const { snapshot, node } = object;
  const { graph, names, retainers, distance: present } = snapshot;
  const rows = yield* listRetainerRows({ graph, names, retainers, distance: present, without }, node);
  return rows.map(({ edge, from, distance }) => ({
    edge: new HeapEdge(snapshot, edge, snapshot.object(from)),
    distance,
    isIgnored: without?.ignored.has(from) === true,
  }));
}
