/**
 * What the oracle and the engine are both asked to say about one snapshot, and about a pair.
 *
 * devtools-worker.mjs fills these shapes from DevTools' worker, engine-analysis.mjs from our engine;
 * compare-analyses.mjs and golden.mjs only know the shapes. Nodes are positions in the file, sizes are bytes, columns
 * have one entry per node. Display names are compared as 53-bit hashes of their UTF-16 units, because the names of a
 * big file do not fit in memory twice; `names` gives the text of the few that differ.
 */
// @ts-check

/**
 * @typedef {object} HeapAnalysis
 * @property {number} nodeCount
 * @property {Uint32Array} id V8's object id
 * @property {Float64Array} shallowSize adjusted as DevTools shows it
 * @property {Float64Array} retainedSize
 * @property {Int32Array} distance -5 unreachable, from 100,000,000 system
 * @property {Uint32Array} dominator the root's is itself
 * @property {Uint8Array} detachedness 0 unknown, 1 attached, 2 detached
 * @property {Float64Array} nameHash textHash of the display name
 * @property {Uint32Array} classOf index into classNames
 * @property {string[]} classNames each text once
 * @property {GroupRow[]} groups sorted by key
 * @property {string[]} overwrittenKeys groups that DevTools shows without some of their objects, by a fault of its own
 * @property {Statistics} statistics
 * @property {DuplicateStringRow[]} duplicateStrings DevTools' order: retained size descending
 * @property {NativeContextAnalysis} nativeContexts
 * @property {RetainerList[]} retainers of the sampled nodes
 * @property {FilteredGroups[]} filteredGroups the groups under each filter
 * @property {SearchResult[]} searches
 * @property {IgnoredRetainers[]} ignoredRetainers
 * @property {AllocationRow[] | undefined} allocations every row of the view, opened wholly; undefined when the file has no
 *   trace functions
 * @property {SampleAnalysis | undefined} samples undefined when the file has none
 * @property {(nodes: ArrayLike<number>) => Promise<string[]>} names display names
 *
 * @typedef {object} GroupRow
 * @property {string} key
 * @property {string} className
 * @property {number} count
 * @property {number} shallowSize
 * @property {number} retainedSize
 * @property {number} distance
 * @property {Uint32Array} nodes file order
 *
 * @typedef {object} Statistics
 * @property {number} total
 * @property {number} native
 * @property {number} typedArrays
 * @property {number} v8Heap
 * @property {number} code
 * @property {number} jsArrays
 * @property {number} strings
 * @property {number} system
 *
 * @typedef {object} DuplicateStringRow
 * @property {string} value
 * @property {number} count
 * @property {number} shallowSize
 * @property {number} retainedSize
 * @property {Uint32Array} ids object ids in file order
 *
 * @typedef {object} NativeContextAnalysis
 * @property {Int32Array} owner per node: the context's node, -1 none, -2 several
 * @property {{ node: number, name: string, attributedSize: number, retainedSize: number, shallowSize: number }[]} contexts
 * @property {number} sharedSize
 * @property {number} unattributedSize
 *
 * @typedef {object} RetainerList
 * @property {number} node
 * @property {RetainerRow[]} rows DevTools' order
 *
 * @typedef {object} RetainerRow
 * @property {number} edge position in the file
 * @property {string} type
 * @property {string} name
 * @property {number} from node
 * @property {number} distance of that node, as the pane sorts it
 * @property {boolean} ignored
 *
 * @typedef {object} FilteredGroups
 * @property {import("@heapscope/engine").NodeFilter} filter
 * @property {GroupRow[]} groups sorted by key
 *
 * @typedef {object} SearchQuestion
 * @property {string} query
 * @property {boolean} isRegex
 * @property {boolean} caseSensitive
 * @property {boolean} [inContexts] only objects that contexts retain
 *
 * @typedef {SearchQuestion & { ids: Uint32Array }} SearchResult ids in file order
 *
 * @typedef {object} IgnoredQuestion
 * @property {number[]} ignored nodes
 * @property {number[]} nodes those whose retainers are listed
 *
 * @typedef {IgnoredQuestion & { distanceHash: number, rows: RetainerRow[] }} IgnoredRetainers
 *   distanceHash: numberHash of every node's distance in the pane
 *
 * @typedef {object} AllocationRow a function, or below it a function that called it
 * @property {number[]} way positions: of the function in the view, then of the caller among the callers, and so on
 * @property {string} functionName
 * @property {string} scriptName
 * @property {number} scriptId
 * @property {number} line as in the file
 * @property {number} column as in the file
 * @property {number} count
 * @property {number} size
 * @property {number} liveCount
 * @property {number} liveSize
 * @property {GroupRow[]} liveObjects the groups of what is alive, sorted by key
 *
 * @typedef {object} SampleAnalysis
 * @property {number[]} timestampsMs
 * @property {number[]} lastAssignedIds
 * @property {number[]} sizes
 *
 * @typedef {object} PairAnalysis
 * @property {ComparisonRow[]} rows sorted by key
 *
 * @typedef {object} ComparisonRow
 * @property {string} key
 * @property {string} className
 * @property {number} added
 * @property {number} removed
 * @property {number} countDelta
 * @property {number} addedSize
 * @property {number} removedSize
 * @property {number} sizeDelta
 * @property {Uint32Array} addedNodes ascending, in the target
 * @property {Uint32Array} removedNodes ascending, in the base
 */

/**
 * A 53-bit hash of a text's UTF-16 units (cyrb53); exact for lone surrogates, where an encoding would not be.
 * @param {string} text
 * @returns {number} a non-negative integer
 */
export function textHash(text) {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

/**
 * The same for a column of integers.
 * @param {ArrayLike<number>} values
 */
export function numberHash(values) {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < values.length; i++) {
    a = Math.imul(a ^ values[i], 2654435761);
    b = Math.imul((b ^ values[i]) + i, 1597334677);
  }
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

/**
 * The filters whose groups are compared: a third of the ids, all that DevTools has a name for, the first contexts.
 * @param {number} maxId the greatest odd id
 * @param {number[]} contextIds
 * @returns {import("@heapscope/engine").NodeFilter[]}
 */
export function filtersToCompare(maxId, contextIds) {
  return [
    { kind: "ids", after: 0, upTo: maxId },
    { kind: "ids", after: Math.floor(maxId / 3), upTo: Math.floor((maxId * 2) / 3) },
    { kind: "duplicatedStrings" },
    { kind: "retainedByDetachedDom" },
    { kind: "retainedByContexts" },
    { kind: "retainedByEventHandlers" },
    { kind: "retainedByConsole" },
    { kind: "sharedNativeContexts" },
    { kind: "noNativeContext" },
    ...contextIds.slice(0, 5).map((id) => /** @type {const} */ ({ kind: "nativeContext", id })),
  ];
}

/** @type {readonly SearchQuestion[]} */
export const searchesToCompare = [
  { query: "map", isRegex: false, caseSensitive: false },
  { query: "Map", isRegex: false, caseSensitive: true },
  { query: "SYSTEM / context", isRegex: false, caseSensitive: false },
  { query: "{", isRegex: false, caseSensitive: false },
  { query: "e, n", isRegex: false, caseSensitive: false },
  { query: "\\", isRegex: false, caseSensitive: false },
  { query: "\n", isRegex: false, caseSensitive: true },
  { query: "n", isRegex: false, caseSensitive: true },
  { query: "É", isRegex: false, caseSensitive: false },
  { query: ".", isRegex: false, caseSensitive: false },
  { query: "(object", isRegex: false, caseSensitive: false },
  { query: "", isRegex: false, caseSensitive: false },
  { query: "^[A-Z]\\w+$", isRegex: true, caseSensitive: false },
  { query: "\\d{3}|, …", isRegex: true, caseSensitive: false },
  { query: "a", isRegex: false, caseSensitive: false, inContexts: true },
];

/**
 * The nodes whose retainers are compared: evenly spread ones, and those with the most retainers. Retainers are sorted
 * by the name of what holds them, so nodes with more than `limit` of them are left out for time.
 * @param {Uint32Array} retainerCount per node
 * @param {{ spread: number, most: number, limit: number }} size
 * @returns {number[]} ascending
 */
export function nodesToSample(retainerCount, { spread, most, limit }) {
  /** @type {Set<number>} */
  const chosen = new Set();
  const step = Math.max(1, retainerCount.length / spread);
  for (let position = 0; position < retainerCount.length; position += step) {
    const node = Math.floor(position);
    if (retainerCount[node] <= limit) chosen.add(node);
  }
  /** @type {number[]} the nodes with the most retainers so far, most first */
  const top = [];
  for (let node = 0; node < retainerCount.length; node++) {
    const count = retainerCount[node];
    if (count > limit || (top.length === most && count <= retainerCount[top[most - 1]])) continue;
    let place = top.length;
    while (place > 0 && retainerCount[top[place - 1]] < count) place--;
    top.splice(place, 0, node);
    if (top.length > most) top.pop();
  }
  for (const node of top) chosen.add(node);
  return [...chosen].toSorted((a, b) => a - b);
}

/**
 * @param {{ key: string }} a
 * @param {{ key: string }} b
 */
export function byKey(a, b) {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
