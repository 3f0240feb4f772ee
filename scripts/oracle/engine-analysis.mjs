/**
 * Asks our engine what devtools-worker.mjs asks DevTools, in the same shape.
 *
 * Everything goes through the engine's public interface, as a program using it would ask; per-node answers come from
 * its columns, display names from its objects.
 * Called by oracle.mjs (on the built engine) and goldens.test.ts (on its sources).
 */
// @ts-check
import {
  filteredGroups,
  filterNodes,
  findObjects,
  ignoreRetainers,
  listRetainers,
  maxJsNodeId,
  NO_DISTANCE,
  UNREACHABLE_DISTANCE,
} from "@heapscope/engine";
import { byKey, filtersToCompare, numberHash, searchesToCompare, textHash } from "./heap-analysis.mjs";

/**
 * @param {import("@heapscope/engine").HeapSnapshot} snapshot
 * @param {object} questions
 * @param {readonly { node: number }[]} questions.retainers the nodes whose retainers are listed
 * @param {readonly import("./heap-analysis.mjs").IgnoredQuestion[]} questions.ignoredRetainers
 * @returns {import("./heap-analysis.mjs").HeapAnalysis}
 */
export function analyzeWithEngine(snapshot, { retainers, ignoredRetainers }) {
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
    groups: groupRowsOf(snapshot.groups),
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
    retainers: retainers.map(({ node }) => ({ node, rows: retainersOf(snapshot, node) })),
    filteredGroups: filtersOf(snapshot).map((filter) => ({
      filter,
      groups: groupRowsOf(filteredGroups(snapshot, filterNodes(snapshot, filter))),
    })),
    searches: searchesToCompare.map((search) => ({ ...search, ids: idsFoundBy(snapshot, search) })),
    ignoredRetainers: ignoredRetainers.map((question) => ignoredRetainersOf(snapshot, question)),
    allocations: allocationsOf(snapshot),
    samples: samplesOf(snapshot),
    names: async (nodes) => Array.from(nodes, (node) => snapshot.object(node).name),
  };
}

/**
 * @param {readonly import("@heapscope/engine").Group[]} groups
 * @returns {import("./heap-analysis.mjs").GroupRow[]}
 */
function groupRowsOf(groups) {
  return groups
    .map(({ key, className, count, shallowSize, retainedSize, distance, nodes }) => ({
      key,
      className,
      count,
      shallowSize,
      retainedSize,
      distance,
      nodes,
    }))
    .toSorted(byKey);
}

/** @param {import("@heapscope/engine").HeapSnapshot} snapshot */
function filtersOf(snapshot) {
  const { nodeId } = snapshot.graph;
  return filtersToCompare(
    maxJsNodeId(snapshot),
    snapshot.nativeContexts.contexts.map(({ node }) => nodeId[node]),
  );
}

/**
 * @param {import("@heapscope/engine").HeapSnapshot} snapshot
 * @param {import("./heap-analysis.mjs").SearchQuestion} search
 */
function idsFoundBy(snapshot, { query, isRegex, caseSensitive, inContexts = false }) {
  const [{ nodes }] = findObjects(snapshot, {
    text: isRegex ? new RegExp(query) : query,
    matchCase: caseSensitive,
    where: ["name"],
    only: inContexts ? filterNodes(snapshot, { kind: "retainedByContexts" }) : undefined,
  });
  return nodes.map((node) => snapshot.graph.nodeId[node]);
}

/**
 * @param {import("@heapscope/engine").HeapSnapshot} snapshot
 * @param {import("./heap-analysis.mjs").IgnoredQuestion} question
 * @returns {import("./heap-analysis.mjs").IgnoredRetainers}
 */
function ignoredRetainersOf(snapshot, { ignored, nodes }) {
  const without = ignoreRetainers(snapshot, ignored);
  const distance = without.distance.map((steps, node) =>
    steps === NO_DISTANCE ? UNREACHABLE_DISTANCE + Math.max(0, snapshot.distance[node]) : steps,
  );
  const rows = nodes.flatMap((node) => retainersOf(snapshot, node, without));
  return { ignored, nodes, distanceHash: numberHash(distance), rows };
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
 * @param {import("@heapscope/engine").IgnoredRetainers} [without]
 * @returns {import("./heap-analysis.mjs").RetainerRow[]}
 */
function retainersOf(snapshot, node, without) {
  return listRetainers(snapshot.object(node), without).map(({ edge, distance, isIgnored }) => ({
    edge: edge.edge,
    type: edge.type,
    name: String(edge.name),
    from: edge.from.node,
    distance,
    ignored: isIgnored,
  }));
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
  const table = snapshot.allocations;
  if (table === undefined) return undefined;
  /** @type {import("./heap-analysis.mjs").AllocationRow[]} */
  const rows = [];
  /**
   * @param {import("@heapscope/engine").AllocationSite} site
   * @param {number[]} path
   * @param {number[]} way
   */
  const addRows = (site, path, way) => {
    rows.push({
      way,
      functionName: site.name,
      scriptName: site.scriptName,
      scriptId: site.scriptId,
      line: site.line,
      column: site.column,
      count: site.count,
      size: site.size,
      liveCount: site.liveCount,
      liveSize: site.liveSize,
      liveObjects: groupRowsOf(
        filteredGroups(snapshot, filterNodes(snapshot, { kind: "allocatedBy", path })),
      ),
    });
    for (const [position, caller] of table.callersOf(path).entries())
      addRows(caller, [...path, caller.functionRow], [...way, position]);
  };
  for (const [position, site] of table.sites.entries())
    addRows(site, [table.functionOfSite[position]], [position]);
  return rows;
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
