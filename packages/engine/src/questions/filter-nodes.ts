/**
 * DevTools' filters of the Summary, by name: which objects of a snapshot count. See `passes/node-filters.ts` for the rules.
 *
 * What a filter gives is a set of nodes, which `filteredGroups` and `findObjects` take. The snapshot does not keep it.
 */
import { BitSet } from "../graph/bit-set.ts";
import type { NodeId } from "../graph/heap-graph.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { ContextOwner } from "../passes/native-contexts.ts";
import {
  allocationTest,
  consoleTest,
  contextTest,
  findEventHandlers,
  findMaxJsNodeId,
  passNodes,
  passRetainedBy,
} from "../passes/node-filters.ts";
import { named, run, runNow, type Pass, type RunOptions, type Task } from "../passes/pass.ts";

/** Which objects count. */
export type NodeFilter =
  /** Ids in (`after`, `upTo`]: objects that were allocated between two snapshots, or in a range of a timeline. */
  | { readonly kind: "ids"; readonly after: NodeId; readonly upTo: NodeId }
  | { readonly kind: "duplicatedStrings" }
  | { readonly kind: "retainedByDetachedDom" }
  | { readonly kind: "retainedByContexts" }
  | { readonly kind: "retainedByEventHandlers" }
  | { readonly kind: "retainedByConsole" }
  /** Objects that belong to the native context with this id alone. */
  | { readonly kind: "nativeContext"; readonly id: NodeId }
  | { readonly kind: "sharedNativeContexts" }
  | { readonly kind: "noNativeContext" }
  /**
   * Objects that a function allocated in a recording with stacks, as far as it was called this way: function rows, as
   * `AllocationTable.callersOf` takes them.
   */
  | { readonly kind: "allocatedBy"; readonly path: readonly number[] };

/** The nodes that a filter lets through. A `RangeError` when `id` is no native context. **Cost**: O(edges) at most. */
export function filterNodes(snapshot: HeapSnapshot, filter: NodeFilter): BitSet {
  return runNow(filtering(snapshot, filter));
}

/** `filterNodes` with progress and cancellation. */
export async function prepareFilter(
  snapshot: HeapSnapshot,
  filter: NodeFilter,
  options?: RunOptions,
): Promise<BitSet> {
  // Through `prepare`, which may use another thread.
  if (filter.kind === "duplicatedStrings") await snapshot.prepare(["duplicateStrings"], options);
  return await run(filtering(snapshot, filter), options);
}

/**
 * The greatest id of an object in the JavaScript heap. Objects that were allocated between two snapshots have ids in
 * (`maxJsNodeId` of the first, `maxJsNodeId` of the second]. **Cost**: O(nodes).
 */
export function maxJsNodeId(snapshot: HeapSnapshot): NodeId {
  return findMaxJsNodeId(snapshot.graph.nodeId);
}

function* filtering(snapshot: HeapSnapshot, filter: NodeFilter): Task<BitSet> {
  const { graph } = snapshot;
  const { nodeCount, nodeId } = graph;
  const filterBy = (pass: Pass<BitSet>): Task<BitSet> => named("filtering objects", pass, []);
  switch (filter.kind) {
    case "ids": {
      const { after, upTo } = filter;
      return yield* filterBy(passNodes(nodeCount, (node) => nodeId[node] > after && nodeId[node] <= upTo));
    }
    case "duplicatedStrings": {
      yield* snapshot.preparing(["duplicateStrings"]);
      const passing = new BitSet(nodeCount);
      for (const { nodes } of snapshot.duplicateStrings) for (const node of nodes) passing.add(node);
      return passing;
    }
    case "retainedByContexts":
    case "retainedByDetachedDom":
    case "retainedByEventHandlers": {
      yield* snapshot.preparing(["distance", "detachedness"]);
      const nodes = yield* named("finding what retains", barrierNodes(snapshot, filter.kind), []);
      return yield* filterBy(passRetainedBy(graph, snapshot.distance, { nodes }));
    }
    case "retainedByConsole":
      yield* snapshot.preparing(["distance"]);
      return yield* filterBy(passRetainedBy(graph, snapshot.distance, { stopsAt: consoleTest(graph) }));
    case "nativeContext":
    case "sharedNativeContexts":
    case "noNativeContext": {
      yield* snapshot.preparing(["nativeContexts"]);
      const { contextOf } = snapshot.nativeContexts;
      const owner = contextOwner(snapshot, filter);
      return yield* filterBy(passNodes(nodeCount, (node) => contextOf[node] === owner));
    }
    case "allocatedBy": {
      yield* snapshot.preparing(["allocations"]);
      const traceIds = snapshot.allocations?.traceIdsOf(filter.path) ?? new Set();
      return yield* filterBy(passNodes(nodeCount, allocationTest(graph, traceIds)));
    }
  }
}

function barrierNodes(
  { graph, names, detachedness }: HeapSnapshot,
  kind: "retainedByContexts" | "retainedByDetachedDom" | "retainedByEventHandlers",
): Pass<BitSet> {
  switch (kind) {
    case "retainedByContexts":
      return passNodes(graph.nodeCount, contextTest(graph, names));
    case "retainedByDetachedDom":
      return passNodes(graph.nodeCount, (node) => detachedness[node] === 2);
    case "retainedByEventHandlers":
      return findEventHandlers(graph, names);
  }
}

type ContextFilter = Extract<
  NodeFilter,
  { kind: "nativeContext" | "sharedNativeContexts" | "noNativeContext" }
>;

function contextOwner({ graph, nativeContexts }: HeapSnapshot, filter: ContextFilter): number {
  if (filter.kind === "sharedNativeContexts") return ContextOwner.several;
  if (filter.kind === "noNativeContext") return ContextOwner.none;
  const context = nativeContexts.contexts.find(({ node }) => graph.nodeId[node] === filter.id);
  if (context === undefined) throw new RangeError(`@${filter.id} is no native context`);
  return context.node;
}
