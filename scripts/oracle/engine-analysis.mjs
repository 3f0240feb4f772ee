/**
 * Asks our engine what devtools-worker.mjs asks DevTools, in the same shape.
 *
 * Everything goes through the engine's public interface, as a program using it would ask; per-node answers come from
 * its columns, display names from its objects.
 * Called by oracle.mjs (on the built engine) and goldens.test.ts (on its sources).
 */
// @ts-check
import { byKey, textHash } from "./heap-analysis.mjs";

/**
 * @param {import("@heapscope/engine").HeapSnapshot} snapshot
 * @param {readonly number[]} retainedNodes the nodes whose retainers are listed
 * @returns {import("./heap-analysis.mjs").HeapAnalysis}
 */
export function analyzeWithEngine(snapshot, retainedNodes) {
  const { nodeCount } = snapshot.graph;
  const nameHash = new Float64Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) nameHash[node] = textHash(snapshot.object(node).name);
  return {
    nodeCount,
    id: snapshot.graph.nodeId,
    shallowSize: snapshot.shallowSize,
    retainedSize: snapshot.retainedSize,
    distance: snapshot.distance,
    dominator: snapshot.dominator,
    detachedness: snapshot.detachedness,
    nameHash,
    classOf: snapshot.classes.classOf,
    classNames: [...snapshot.classes.classNames],
    groups: snapshot.groups
      .map(({ key, className, count, shallowSize, retainedSize, distance, nodes }) => ({
        key,
        className,
        count,
        shallowSize,
        retainedSize,
        distance,
        nodes,
      }))
      .toSorted(byKey),
    overwrittenKeys: [],
    statistics: statisticsOf(snapshot),
    duplicateStrings: snapshot.duplicateStrings.map(({ value, count, shallowSize, retainedSize, nodes }) => ({
      value,
      count,
      shallowSize,
      retainedSize,
      ids: Uint32Array.from(nodes, (node) => snapshot.graph.nodeId[node]),
    })),
    nativeContexts: nativeContextsOf(snapshot),
    retainers: retainedNodes.map((node) => ({ node, rows: retainersOf(snapshot, node) })),
    allocations: allocationsOf(snapshot),
    samples: samplesOf(snapshot),
    names: async (nodes) => Array.from(nodes, (node) => snapshot.object(node).name),
  };
}

/**
 * @param {import("@heapscope/engine").Comparison} comparison
 * @returns {import("./heap-analysis.mjs").PairAnalysis}
 */
export function comparisonRowsOf(comparison) {
  return {
    rows: comparison.groups
      .map((group) => ({
        key: group.key,
        className: group.className,
        added: group.added,
        removed: group.removed,
        countDelta: group.countDelta,
        addedSize: group.addedSize,
        removedSize: group.removedSize,
        sizeDelta: group.sizeDelta,
        addedNodes: group.addedNodes.toSorted(),
        removedNodes: group.removedNodes.toSorted(),
      }))
      .toSorted(byKey),
  };
}

/**
 * @param {import("@heapscope/engine").HeapSnapshot} snapshot
 * @returns {import("./heap-analysis.mjs").Statistics}
 */
function statisticsOf(snapshot) {
  const { total, native, v8heap } = snapshot.statistics;
  return {
    total,
    native: native.total,
    typedArrays: native.typedArrays,
    v8Heap: v8heap.total,
    code: v8heap.code,
    jsArrays: v8heap.jsArrays,
    strings: v8heap.strings,
    system: v8heap.system,
  };
}

/**
 * @param {import("@heapscope/engine").HeapSnapshot} snapshot
 * @param {number} node
 * @returns {import("./heap-analysis.mjs").RetainerRow[]}
 */
function retainersOf(snapshot, node) {
  return snapshot
    .object(node)
    .retainers()
    .map(({ edge, type, name, from }) => ({ edge, type, name: String(name), from: from.node }));
}

/**
 * @param {import("@heapscope/engine").HeapSnapshot} snapshot
 * @returns {import("./heap-analysis.mjs").NativeContextAnalysis}
 */
function nativeContextsOf(snapshot) {
  const { contextOf, contexts, sharedSize, unattributedSize } = snapshot.nativeContexts;
  return {
    owner: contextOf,
    contexts: contexts.map(({ node, attributedSize }) => ({
      node,
      name: snapshot.object(node).name,
      attributedSize,
      retainedSize: snapshot.retainedSize[node],
      shallowSize: snapshot.shallowSize[node],
    })),
    sharedSize,
    unattributedSize,
  };
}

/**
 * @param {import("@heapscope/engine").HeapSnapshot} snapshot
 * @returns {import("./heap-analysis.mjs").AllocationRow[] | undefined}
 */
function allocationsOf(snapshot) {
  return snapshot.allocations?.sites.map((site) => ({
    functionName: site.name,
    scriptName: site.scriptName,
    scriptId: site.scriptId,
    line: site.line,
    column: site.column,
    count: site.count,
    size: site.size,
    liveCount: site.liveCount,
    liveSize: site.liveSize,
  }));
}

/**
 * @param {import("@heapscope/engine").HeapSnapshot} snapshot
 * @returns {import("./heap-analysis.mjs").SampleAnalysis | undefined}
 */
function samplesOf(snapshot) {
  const intervals = snapshot.timeline ?? [];
  if (intervals.length === 0) return undefined;
  return {
    timestampsMs: intervals.map(({ endMs }) => endMs),
    lastAssignedIds: intervals.map(({ lastAssignedId }) => lastAssignedId),
    sizes: intervals.map(({ liveSize }) => liveSize),
  };
}
