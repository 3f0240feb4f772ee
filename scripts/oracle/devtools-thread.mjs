/**
 * The thread that runs DevTools' worker code on a file and answers devtools-worker.mjs.
 *
 * The file goes through HeapSnapshotLoader in pieces, as DevTools feeds it, waiting after each until it was parsed, so
 * that the text is never in memory whole (but for the strings section, which DevTools itself joins). All numbers are
 * read from the snapshot object that DevTools' panels talk to; nothing is computed again here. Columns are copied into
 * buffers and transferred.
 */
// @ts-check
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { MessageChannel, Worker, parentPort, workerData } from "node:worker_threads";
import { createGunzip } from "node:zlib";
import {
  byKey,
  filtersToCompare,
  nodesToSample,
  numberHash,
  searchesToCompare,
  textHash,
} from "./heap-analysis.mjs";
import "./with-resolvers.mjs";

const { bundleUrl, resourceLimits } = workerData;
const { HeapSnapshotLoader, HeapSnapshotModel } = await import(bundleUrl);
const { ComparatorConfig, NodeFilter, SearchConfig } = HeapSnapshotModel;

/** @typedef {any} DevToolsSnapshot a JSHeapSnapshot; the bundle carries no types */

/** @type {Map<number, DevToolsSnapshot>} */
const snapshots = new Map();
let lastHandle = 0;

// Worker messages about unreachable nodes; they change no number.
console.warn = () => {};

/** Answers by method name; each gives a result and the buffers to hand over with it. */
const methods = {
  /** @param {string} file */
  async open(file) {
    const snapshot = await loadSnapshot(file);
    snapshots.set(++lastHandle, snapshot);
    return { result: { handle: lastHandle, nodeCount: snapshot.nodeCount }, transfer: [] };
  },

  /** @param {number} handle */
  close(handle) {
    snapshots.delete(handle);
    return { result: undefined, transfer: [] };
  },

  /** @param {number} handle */
  columns(handle) {
    const result = columnsOf(snapshotOf(handle));
    return { result, transfer: buffersIn(result) };
  },

  /** @param {number} handle */
  tables(handle) {
    const snapshot = snapshotOf(handle);
    const groups = groupsOf(snapshot);
    const result = {
      groups,
      overwrittenKeys: overwrittenKeysOf(snapshot, groups),
      statistics: statisticsOf(snapshot),
      duplicateStrings: duplicateStringsOf(snapshot),
      nativeContexts: nativeContextsOf(snapshot),
      allocations: allocationsOf(snapshot),
      samples: samplesOf(snapshot),
    };
    return { result, transfer: [] };
  },

  /**
   * @param {number} handle
   * @param {{ spread: number, most: number, limit: number }} size
   */
  retainers(handle, size) {
    const snapshot = snapshotOf(handle);
    const { nodeCount, firstRetainerIndex } = snapshot;
    const retainerCount = new Uint32Array(nodeCount);
    for (let node = 0; node < nodeCount; node++) {
      retainerCount[node] = firstRetainerIndex[node + 1] - firstRetainerIndex[node];
    }
    const result = nodesToSample(retainerCount, size).map((node) => ({
      node,
      rows: retainersOf(snapshot, node),
    }));
    return { result, transfer: [] };
  },

  /** @param {number} handle */
  filteredGroups(handle) {
    const snapshot = snapshotOf(handle);
    const contexts = snapshot.getNativeContextSizes().nativeContexts;
    const contextIds = contexts.map((/** @type {any} */ { nodeIndex }) =>
      snapshot.createNode(nodeIndex).id(),
    );
    const result = filtersToCompare(snapshot.maxJsNodeId(), contextIds).map((filter) => ({
      filter,
      groups: groupsOf(
        snapshot,
        devToolsFilter(filter, (id) => snapshot.nodeIndexForId(id)),
      ),
    }));
    return { result, transfer: [] };
  },

  /** @param {number} handle */
  searches(handle) {
    const snapshot = snapshotOf(handle);
    const result = searchesToCompare.map((search) => {
      const { query, isRegex, caseSensitive, inContexts = false } = search;
      const config = new SearchConfig(query, caseSensitive, false, isRegex, false, false);
      const filter = inContexts ? devToolsFilter({ kind: "retainedByContexts" }, () => 0) : new NodeFilter();
      return { ...search, ids: Uint32Array.from(snapshot.search(config, filter)) };
    });
    return { result, transfer: [] };
  },

  /**
   * @param {number} handle
   * @param {{ spread: number, most: number, limit: number }} size
   */
  ignoredRetainers(handle, size) {
    const snapshot = snapshotOf(handle);
    const result = questionsOfIgnored(snapshot, size).map(({ ignored, nodes }) => {
      const { nodeFieldCount, nodeCount } = snapshot;
      for (const node of ignored) snapshot.ignoreNodeInRetainersView(node * nodeFieldCount);
      const distance = new Int32Array(nodeCount);
      for (let node = 0; node < nodeCount; node++)
        distance[node] = snapshot.getDistanceForRetainersView(node * nodeFieldCount);
      const rows = nodes.flatMap((node) => retainersOf(snapshot, node));
      snapshot.unignoreAllNodesInRetainersView();
      return { ignored, nodes, distanceHash: numberHash(distance), rows };
    });
    return { result, transfer: [] };
  },

  /**
   * @param {number} handle
   * @param {number[]} nodes
   */
  names(handle, nodes) {
    const snapshot = snapshotOf(handle);
    const result = nodes.map((node) => snapshot.createNode(node * snapshot.nodeFieldCount).name());
    return { result, transfer: [] };
  },

  /**
   * @param {number} baseHandle
   * @param {number} targetHandle
   */
  compare(baseHandle, targetHandle) {
    return { result: comparisonOf(snapshotOf(baseHandle), snapshotOf(targetHandle)), transfer: [] };
  },
};

parentPort?.on("message", async ({ call, method, args }) => {
  try {
    const answer = await /** @type {any} */ (methods)[method](...args);
    parentPort?.postMessage({ call, result: answer.result }, answer.transfer);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    parentPort?.postMessage({ call, error: message });
  }
});

/** @param {number} handle */
function snapshotOf(handle) {
  const snapshot = snapshots.get(handle);
  if (snapshot === undefined) throw new Error("This snapshot was closed.");
  return snapshot;
}

/**
 * @param {string} file
 * @returns {Promise<DevToolsSnapshot>}
 */
async function loadSnapshot(file) {
  const loader = new HeapSnapshotLoader({ sendEvent() {} });
  const decoder = new TextDecoder();
  let failed = false;
  loader.parsingComplete.catch(() => (failed = true));
  for await (const bytes of await bytesOf(file)) {
    loader.write(decoder.decode(bytes, { stream: true }));
    // The loader parses what it was given in microtasks; after them its queue is empty again.
    await new Promise(setImmediate);
    if (failed) break;
  }
  loader.write(decoder.decode());
  loader.close();

  const { port1, port2 } = new MessageChannel();
  const second = new Worker(new URL("devtools-second-thread.mjs", import.meta.url), {
    workerData: { bundleUrl, port: port2 },
    transferList: [port2],
    resourceLimits,
  });
  try {
    const secondFailed = new Promise((_resolve, reject) => second.once("error", reject));
    return await Promise.race([loader.buildSnapshot(port1), secondFailed]);
  } finally {
    port1.close();
    await second.terminate();
  }
}

/**
 * @param {string} file
 * @returns {Promise<AsyncIterable<Uint8Array>>} the file's text, decompressed when it begins as gzip does
 */
async function bytesOf(file) {
  const handle = await open(file);
  const { buffer } = await handle.read({ buffer: Buffer.alloc(2), position: 0 });
  await handle.close();
  const stream = createReadStream(file, { highWaterMark: 4 << 20 });
  if (buffer[0] !== 0x1f || buffer[1] !== 0x8b) return stream;
  const gunzip = createGunzip({ chunkSize: 4 << 20 });
  stream.on("error", (error) => gunzip.destroy(error));
  return stream.pipe(gunzip);
}

/** @param {DevToolsSnapshot} snapshot */
function columnsOf(snapshot) {
  const { nodeCount, nodeFieldCount } = snapshot;
  const id = new Uint32Array(nodeCount);
  const shallowSize = new Float64Array(nodeCount);
  const detachedness = new Uint8Array(nodeCount);
  const nameHash = new Float64Array(nodeCount);
  const classOf = new Uint32Array(nodeCount);
  /** @type {string[]} */
  const classNames = [];
  /** @type {Map<string, number>} */
  const classOfName = new Map();
  /** @type {Map<number, number>} hash by string index, for nodes that show their raw name */
  const hashOfString = new Map();
  const node = snapshot.createNode(0);
  for (let i = 0; i < nodeCount; i++) {
    node.nodeIndex = i * nodeFieldCount;
    id[i] = node.id();
    shallowSize[i] = node.selfSize();
    detachedness[i] = node.detachedness();

    const className = node.className();
    let classIndex = classOfName.get(className);
    if (classIndex === undefined) {
      classIndex = classNames.push(className) - 1;
      classOfName.set(className, classIndex);
    }
    classOf[i] = classIndex;

    const name = node.name();
    if (name === node.rawName()) {
      const index = node.rawNameIndex();
      let hash = hashOfString.get(index);
      if (hash === undefined) {
        hash = textHash(name);
        hashOfString.set(index, hash);
      }
      nameHash[i] = hash;
    } else {
      nameHash[i] = textHash(name);
    }
  }
  return {
    id,
    shallowSize,
    retainedSize: Float64Array.from(snapshot.retainedSizes),
    distance: Int32Array.from(snapshot.nodeDistances),
    dominator: Uint32Array.from(snapshot.dominatorsTree),
    detachedness,
    nameHash,
    classOf,
    classNames,
  };
}

/** DevTools' names of the filters that have one. */
const filterNames = {
  duplicatedStrings: "duplicatedStrings",
  retainedByDetachedDom: "objectsRetainedByDetachedDomNodes",
  retainedByContexts: "objectsRetainedByContexts",
  retainedByEventHandlers: "objectsRetainedByEventHandlers",
  retainedByConsole: "objectsRetainedByConsole",
  sharedNativeContexts: "sharedNativeContext",
  noNativeContext: "noNativeContext",
};

/**
 * @param {import("@heapscope/engine").NodeFilter} filter
 * @param {(id: number) => number | undefined} indexOfId
 */
function devToolsFilter(filter, indexOfId) {
  if (filter.kind === "ids") return new NodeFilter(filter.after, filter.upTo);
  const named = new NodeFilter();
  named.filterName =
    filter.kind === "nativeContext" ? `nativeContext_${indexOfId(filter.id)}` : filterNames[filter.kind];
  return named;
}

/**
 * What to ignore and whose retainers to look at: for some nodes their first retainer, then the first that is left (as
 * somebody does who clicks away one after the other), and for some `WeakMap` entries the table or the key.
 * @param {DevToolsSnapshot} snapshot
 * @param {{ spread: number, most: number, limit: number }} size
 * @returns {import("./heap-analysis.mjs").IgnoredQuestion[]}
 */
function questionsOfIgnored(snapshot, { spread, limit }) {
  const { nodeFieldCount, nodeCount } = snapshot;
  /** @type {import("./heap-analysis.mjs").IgnoredQuestion[]} */
  const questions = [];
  for (let i = 0; i < 12; i++) {
    // Not those whose retainers are recorded without anything ignored.
    const node = Math.floor(((i + 0.5) * nodeCount) / 12);
    /** @type {number[]} */
    const ignored = [];
    for (let step = 0; step < 2; step++) {
      const count = snapshot.firstRetainerIndex[node + 1] - snapshot.firstRetainerIndex[node];
      const next = count > limit ? undefined : retainersOf(snapshot, node).find((row) => !row.ignored);
      if (next === undefined) break;
      ignored.push(next.from);
      questions.push({ ignored: [...ignored], nodes: [node, ...ignored] });
      snapshot.ignoreNodeInRetainersView(next.from * nodeFieldCount);
    }
    snapshot.unignoreAllNodesInRetainersView();
  }
  for (const { sources, value } of weakMapEntries(snapshot, Math.min(spread, 8)))
    for (const source of sources) questions.push({ ignored: [source], nodes: [value, ...sources] });
  return [...new Map(questions.map((question) => [JSON.stringify(question), question])).values()];
}

/**
 * The first entries of `WeakMap`s, with the nodes that their two edges leave.
 * @param {DevToolsSnapshot} snapshot
 * @param {number} most
 */
function weakMapEntries(snapshot, most) {
  const { nodeFieldCount, nodeCount } = snapshot;
  /** @type {Map<string, { value: number, sources: number[] }>} */
  const entries = new Map();
  for (let i = 0; i < nodeCount; i++) {
    const edges = snapshot.createNode(i * nodeFieldCount).edges();
    for (; edges.hasNext(); edges.next()) {
      const edge = edges.item();
      const match = edge.isInternal() ? snapshot.tryParseWeakMapEdgeName(edge.nameIndex()) : undefined;
      if (match === undefined) continue;
      const entry = entries.get(match.duplicatedPart);
      if (entry?.sources.includes(i) === false) entry.sources.push(i);
      if (entry === undefined && entries.size < most)
        entries.set(match.duplicatedPart, { value: edge.nodeIndex() / nodeFieldCount, sources: [i] });
    }
  }
  return [...entries.values()];
}

/**
 * @param {DevToolsSnapshot} snapshot
 * @param {object} [filter] a NodeFilter
 * @returns {import("./heap-analysis.mjs").GroupRow[]}
 */
function groupsOf(snapshot, filter = new NodeFilter()) {
  const aggregates = snapshot.aggregatesWithFilter(filter);
  return Object.keys(aggregates)
    .map((key) => {
      const aggregate = aggregates[key];
      return {
        key,
        className: aggregate.name,
        count: aggregate.count,
        shallowSize: aggregate.self,
        retainedSize: aggregate.maxRet,
        distance: aggregate.distance,
        nodes: nodesOfIndexes(snapshot, aggregate.idxs),
      };
    })
    .toSorted(byKey);
}

/**
 * DevTools tells classes apart by the position of their name in the string table, to which it adds names of its own;
 * when two classes have one text (objects of a class named `RegExp` and V8's regexps), the table by text keeps only the
 * one that it met last. The keys for which that happened, so that nobody is held to rows that lack objects.
 * @param {DevToolsSnapshot} snapshot
 * @param {readonly import("./heap-analysis.mjs").GroupRow[]} groups
 * @returns {string[]}
 */
function overwrittenKeysOf(snapshot, groups) {
  const isMember = new Uint8Array(snapshot.nodeCount);
  for (const { nodes } of groups) for (const node of nodes) isMember[node] = 1;
  /** @type {Set<string>} */
  const keys = new Set();
  const node = snapshot.createNode(0);
  for (let i = 0; i < snapshot.nodeCount; i++) {
    node.nodeIndex = i * snapshot.nodeFieldCount;
    if (isMember[i] !== 0 || node.selfSize() === 0) continue;
    const key = node.classKeyInternal();
    keys.add(typeof key === "number" ? `,${snapshot.strings[key]}` : key);
  }
  return [...keys];
}

/**
 * @param {DevToolsSnapshot} snapshot
 * @returns {import("./heap-analysis.mjs").Statistics}
 */
function statisticsOf(snapshot) {
  const { total, native, v8heap } = snapshot.getStatistics();
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
 * @param {DevToolsSnapshot} snapshot
 * @returns {import("./heap-analysis.mjs").DuplicateStringRow[]}
 */
function duplicateStringsOf(snapshot) {
  return snapshot.getDuplicateStrings().map((/** @type {any} */ group) => ({
    value: group.value,
    count: group.count,
    shallowSize: group.totalSelfSize,
    retainedSize: group.totalRetainedSize,
    ids: Uint32Array.from(group.nodes, (/** @type {any} */ node) => node.id),
  }));
}

/**
 * @param {DevToolsSnapshot} snapshot
 * @returns {import("./heap-analysis.mjs").NativeContextAnalysis}
 */
function nativeContextsOf(snapshot) {
  const sizes = snapshot.getNativeContextSizes();
  return {
    owner: Int32Array.from(snapshot.nodeNativeContextAttribution),
    contexts: sizes.nativeContexts.map((/** @type {any} */ context) => ({
      node: context.nodeIndex / snapshot.nodeFieldCount,
      name: context.nodeName,
      attributedSize: context.attributedSize,
      retainedSize: context.retainedSize,
      shallowSize: context.selfSize,
    })),
    sharedSize: sizes.sharedSize,
    unattributedSize: sizes.noAttributionSize,
  };
}

/**
 * The rows of the Allocation view, each with the callers below it and the groups that its "Live objects" pane shows.
 * @param {DevToolsSnapshot} snapshot
 * @returns {import("./heap-analysis.mjs").AllocationRow[] | undefined}
 */
function allocationsOf(snapshot) {
  if (!snapshot.profile.snapshot.trace_function_count) return undefined;
  /** @type {import("./heap-analysis.mjs").AllocationRow[]} */
  const rows = [];
  /**
   * @param {any} row
   * @param {number[]} way
   */
  const addRow = (row, way) => {
    const allocatedThere = Object.assign(new NodeFilter(), { allocationNodeId: row.id });
    rows.push({
      way,
      functionName: row.name,
      scriptName: row.scriptName,
      scriptId: row.scriptId,
      line: row.line,
      column: row.column,
      count: row.count,
      size: row.size,
      liveCount: row.liveCount,
      liveSize: row.liveSize,
      liveObjects: groupsOf(snapshot, allocatedThere),
    });
  };
  /**
   * @param {any} row
   * @param {number[]} way
   */
  const addCallers = (row, way) => {
    if (!row.hasChildren) return;
    // Where each was called by one function only, DevTools answers them all at once.
    const { nodesWithSingleCaller, branchingCallers } = snapshot.allocationNodeCallers(row.id);
    let lastWay = way;
    for (const caller of nodesWithSingleCaller) addRow(caller, (lastWay = [...lastWay, 0]));
    branchingCallers.forEach((/** @type {any} */ caller, /** @type {number} */ position) => {
      addRow(caller, [...lastWay, position]);
      addCallers(caller, [...lastWay, position]);
    });
  };
  snapshot.allocationTracesTops().forEach((/** @type {any} */ row, /** @type {number} */ position) => {
    addRow(row, [position]);
    addCallers(row, [position]);
  });
  return rows;
}

/**
 * @param {DevToolsSnapshot} snapshot
 * @returns {import("./heap-analysis.mjs").SampleAnalysis | undefined}
 */
function samplesOf(snapshot) {
  const samples = snapshot.getSamples();
  if (samples === null) return undefined;
  return { timestampsMs: samples.timestamps, lastAssignedIds: samples.lastAssignedIds, sizes: samples.sizes };
}

/**
 * What the Retainers pane lists for a node, sorted as it opens: by distance, then by the retaining object's name.
 * @param {DevToolsSnapshot} snapshot
 * @param {number} node
 * @returns {import("./heap-analysis.mjs").RetainerRow[]}
 */
function retainersOf(snapshot, node) {
  const { nodeFieldCount, edgeFieldsCount } = snapshot;
  const provider = snapshot.createRetainingEdgesProvider(node * nodeFieldCount);
  if (provider.isEmpty()) return [];
  provider.sortAndRewind(new ComparatorConfig("!edgeDistance", true, "name", true));
  return provider.serializeItemsRange(0, Infinity).items.map((/** @type {any} */ item) => ({
    edge: item.edgeIndex / edgeFieldsCount,
    type: item.type,
    name: item.name,
    from: item.node.nodeIndex / nodeFieldCount,
    distance: item.node.distance,
    ignored: item.node.ignored,
  }));
}

/**
 * The rows of the Comparison view, obtained as HeapSnapshotDiffDataGrid does.
 * @param {DevToolsSnapshot} base
 * @param {DevToolsSnapshot} target
 * @returns {import("./heap-analysis.mjs").PairAnalysis}
 */
function comparisonOf(base, target) {
  const aggregates = base.aggregatesForDiff(target.interfaceDefinitions());
  const rows = target.calculateSnapshotDiff(snapshotUid++, aggregates);
  return {
    rows: Object.keys(rows)
      .map((key) => {
        const row = rows[key];
        return {
          key,
          className: row.name,
          added: row.addedCount,
          removed: row.removedCount,
          countDelta: row.countDelta,
          addedSize: row.addedSize,
          removedSize: row.removedSize,
          sizeDelta: row.sizeDelta,
          addedNodes: nodesOfIndexes(target, row.addedIndexes).toSorted(),
          removedNodes: nodesOfIndexes(base, row.deletedIndexes).toSorted(),
        };
      })
      .toSorted(byKey),
  };
}

/** DevTools caches comparisons by the base's number; a fresh one each time keeps that cache out of our way. */
let snapshotUid = 1;

/**
 * @param {DevToolsSnapshot} snapshot
 * @param {ArrayLike<number>} indexes DevTools' node indexes: position times fields
 */
function nodesOfIndexes(snapshot, indexes) {
  const { nodeFieldCount } = snapshot;
  return Uint32Array.from(indexes, (index) => index / nodeFieldCount);
}

/** @param {Record<string, unknown>} value */
function buffersIn(value) {
  return Object.values(value)
    .filter((part) => ArrayBuffer.isView(part))
    .map((view) => /** @type {ArrayBuffer} */ (view.buffer));
}
