/**
 * Goldens: DevTools' answers about the fixtures, recorded, so that tests need neither the package nor the network.
 *
 * Small, yet every node counts. A column is kept as one checksum per 4,096 nodes, so that a difference names its chunk,
 * and the full values of about 200 nodes are kept beside it, so that most differences show both values. Tables
 * (groups, statistics, comparison) are kept whole, with a checksum of the nodes that each row counts.
 *
 * Checksum: SHA-256 of the values as little-endian 64-bit floats, the first 48 bits in base64url (8 characters).
 * Texts enter as textHash (heap-analysis.mjs). Written by `npm run oracle -- --refresh`, read by goldens.test.ts.
 */
// @ts-check
import { createHash } from "node:crypto";
import { compareRows, searchKey } from "./compare-analyses.mjs";
import { textHash } from "./heap-analysis.mjs";

/** Nodes per checksum. */
export const chunkLength = 4096;
/** Nodes kept with all their values. */
const sampledNodes = 200;
/** Groups of equal strings kept whole. */
const keptDuplicateStrings = 50;
/** Which nodes' retainers are recorded. */
export const goldenSample = { spread: 50, most: 10, limit: 2000 };
/** Retainers of one node kept whole; the rest is in the list's checksum. */
const keptRetainers = 20;

/**
 * @typedef {import("./heap-analysis.mjs").HeapAnalysis} HeapAnalysis
 * @typedef {import("./heap-analysis.mjs").PairAnalysis} PairAnalysis
 * @typedef {Awaited<ReturnType<typeof goldenOf>>} Golden
 * @typedef {ReturnType<typeof pairGoldenOf>} PairGolden
 */

/**
 * @param {HeapAnalysis} analysis with the retainers of goldenSample
 */
export async function goldenOf(analysis) {
  const nodes = spreadNodes(analysis.nodeCount);
  const { nativeContexts } = analysis;
  return {
    nodeCount: analysis.nodeCount,
    columns: Object.fromEntries(
      Object.entries(columnsOf(analysis)).map(([name, column]) => [name, chunksOf(column)]),
    ),
    sampled: await sampledRows(analysis, nodes),
    groups: groupRows(analysis),
    statistics: analysis.statistics,
    duplicateStrings: {
      count: analysis.duplicateStrings.length,
      checksum: checksum(analysis.duplicateStrings.flatMap(duplicateNumbers)),
      largest: duplicateRows(analysis),
    },
    retainers: retainerRows(analysis),
    filteredGroups: filterRows(analysis),
    searches: searchRows(analysis),
    ignoredRetainers: ignoredRows(analysis),
    nativeContexts: {
      contexts: nativeContexts.contexts,
      sharedSize: nativeContexts.sharedSize,
      unattributedSize: nativeContexts.unattributedSize,
    },
    allocations: allocationRows(analysis),
    samples: analysis.samples ?? null,
  };
}

/** @param {PairAnalysis} analysis */
export function pairGoldenOf(analysis) {
  return { rows: comparisonRows(analysis) };
}

/**
 * What differs between a golden and an analysis, a sentence each; empty when all is equal.
 * @param {Golden} golden
 * @param {HeapAnalysis} analysis
 * @returns {Promise<string[]>}
 */
export async function goldenDifferences(golden, analysis) {
  if (golden.nodeCount !== analysis.nodeCount) {
    return [`node count: ${golden.nodeCount} ≠ ${analysis.nodeCount}`];
  }
  /** @type {string[]} */
  const differences = [];
  for (const [name, column] of Object.entries(columnsOf(analysis))) {
    const chunks = chunksOf(column);
    const first = golden.columns[name].findIndex((expected, index) => expected !== chunks[index]);
    if (first === -1) continue;
    const count = golden.columns[name].filter((expected, index) => expected !== chunks[index]).length;
    const range = `nodes ${first * chunkLength} to ${Math.min(analysis.nodeCount, (first + 1) * chunkLength) - 1}`;
    differences.push(
      `${name}: ${count} of ${chunks.length} chunks differ, the first is chunk ${first} (${range})`,
    );
  }
  const nodes = golden.sampled.map(({ node }) => node);
  const limit = 5;
  const { nativeContexts } = analysis;
  const { checksum: duplicateChecksum, count, largest } = golden.duplicateStrings;
  const categories = [
    compareRows(
      "sampled nodes",
      golden.sampled,
      await sampledRows(analysis, nodes),
      (row) => `node ${row.node}`,
      limit,
    ),
    compareRows("groups", golden.groups, groupRows(analysis), (row) => row.key, limit),
    compareRows("statistics", [golden.statistics], [analysis.statistics], () => "statistics", limit),
    compareRows("largest duplicate strings", largest, duplicateRows(analysis), (row) => row.value, limit),
    compareRows(
      "duplicate strings",
      [{ count, checksum: duplicateChecksum }],
      [
        {
          count: analysis.duplicateStrings.length,
          checksum: checksum(analysis.duplicateStrings.flatMap(duplicateNumbers)),
        },
      ],
      () => "all",
      limit,
    ),
    compareRows("retainers", golden.retainers, retainerRows(analysis), (row) => `node ${row.node}`, limit),
    compareRows(
      "groups under filters",
      golden.filteredGroups,
      filterRows(analysis),
      (row) => row.filter,
      limit,
    ),
    compareRows("searches", golden.searches, searchRows(analysis), (row) => row.search, limit),
    compareRows(
      "ignored retainers",
      golden.ignoredRetainers.map(flatQuestion),
      ignoredRows(analysis).map(flatQuestion),
      (row) => row.question,
      limit,
    ),
    compareRows(
      "native contexts",
      golden.nativeContexts.contexts,
      nativeContexts.contexts,
      (row) => `node ${row.node}`,
      limit,
    ),
    compareRows(
      "native context totals",
      [
        {
          sharedSize: golden.nativeContexts.sharedSize,
          unattributedSize: golden.nativeContexts.unattributedSize,
        },
      ],
      [{ sharedSize: nativeContexts.sharedSize, unattributedSize: nativeContexts.unattributedSize }],
      () => "totals",
      limit,
    ),
    compareRows(
      "allocations",
      golden.allocations ?? [],
      allocationRows(analysis) ?? [],
      (row) => row.way,
      limit,
    ),
    compareRows(
      "timeline samples",
      sampleRows(golden.samples),
      sampleRows(analysis.samples),
      (row) => row.key,
      limit,
    ),
  ];
  return [...differences, ...sentencesOf(categories)];
}

/**
 * @param {PairGolden} golden
 * @param {PairAnalysis} analysis
 * @returns {string[]}
 */
export function pairGoldenDifferences(golden, analysis) {
  return sentencesOf([
    compareRows("comparison rows", golden.rows, comparisonRows(analysis), (row) => row.key, 5),
  ]);
}

/** @param {import("./compare-analyses.mjs").Category[]} categories */
function sentencesOf(categories) {
  return categories.flatMap(({ name, examples }) => examples.map((example) => `${name}: ${example}`));
}

/**
 * @param {HeapAnalysis} analysis
 * @returns {Record<string, ArrayLike<number>>}
 */
function columnsOf(analysis) {
  const classHash = analysis.classNames.map(textHash);
  return {
    id: analysis.id,
    shallowSize: analysis.shallowSize,
    retainedSize: analysis.retainedSize,
    distance: analysis.distance,
    dominator: analysis.dominator,
    detachedness: analysis.detachedness,
    className: Float64Array.from(analysis.classOf, (index) => classHash[index]),
    name: analysis.nameHash,
    nativeContext: analysis.nativeContexts.owner,
  };
}

/** @param {ArrayLike<number>} column */
function chunksOf(column) {
  const values = Float64Array.from(column);
  const chunks = [];
  for (let start = 0; start < values.length; start += chunkLength) {
    chunks.push(checksum(values.subarray(start, start + chunkLength)));
  }
  return chunks;
}

/**
 * @param {ArrayLike<number>} values
 * @returns {string}
 */
export function checksum(values) {
  const bytes = Buffer.alloc(values.length * 8);
  for (let i = 0; i < values.length; i++) bytes.writeDoubleLE(values[i], i * 8);
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 8);
}

/** @param {number} nodeCount */
function spreadNodes(nodeCount) {
  const count = Math.min(sampledNodes, nodeCount);
  return Array.from({ length: count }, (_, i) => Math.floor((i * nodeCount) / count));
}

/**
 * @param {HeapAnalysis} analysis
 * @param {number[]} nodes
 */
async function sampledRows(analysis, nodes) {
  const names = await analysis.names(nodes);
  return nodes.map((node, i) => ({
    node,
    id: analysis.id[node],
    shallowSize: analysis.shallowSize[node],
    retainedSize: analysis.retainedSize[node],
    distance: analysis.distance[node],
    dominator: analysis.dominator[node],
    detachedness: analysis.detachedness[node],
    className: analysis.classNames[analysis.classOf[node]],
    name: shorten(names[i]),
  }));
}

/** @param {HeapAnalysis} analysis */
function groupRows(analysis) {
  return analysis.groups.map(({ nodes, ...row }) => ({ ...row, nodes: checksum(nodes) }));
}

/** @param {HeapAnalysis} analysis */
function duplicateRows(analysis) {
  return analysis.duplicateStrings.slice(0, keptDuplicateStrings).map(({ ids, value, ...row }) => ({
    value: shorten(value),
    ...row,
    ids: checksum(ids),
  }));
}

/** @param {import("./heap-analysis.mjs").DuplicateStringRow} row */
function duplicateNumbers(row) {
  return [textHash(row.value), row.count, row.shallowSize, row.retainedSize, ...row.ids];
}

/** @param {HeapAnalysis} analysis */
function retainerRows(analysis) {
  return analysis.retainers.map(({ node, rows }) => ({
    node,
    count: rows.length,
    first: rows
      .slice(0, keptRetainers)
      .map((row) => `${row.type} ${shorten(row.name)} of ${row.from}`)
      .join("\n"),
    all: checksum(rows.flatMap((row) => [row.edge, textHash(row.type), textHash(row.name), row.from])),
  }));
}

/**
 * A row for each filter: how many groups, objects and bytes, and all groups in a checksum.
 * @param {HeapAnalysis} analysis
 */
function filterRows(analysis) {
  /**
   * @param {readonly import("./heap-analysis.mjs").GroupRow[]} groups
   * @param {"count" | "shallowSize" | "retainedSize"} field
   */
  const sum = (groups, field) => groups.reduce((total, group) => total + group[field], 0);
  return analysis.filteredGroups.map(({ filter, groups }) => ({
    filter: JSON.stringify(filter),
    groups: groups.length,
    count: sum(groups, "count"),
    shallowSize: sum(groups, "shallowSize"),
    retainedSize: sum(groups, "retainedSize"),
    all: groupChecksum(groups),
  }));
}

/** @param {readonly import("./heap-analysis.mjs").GroupRow[]} groups */
function groupChecksum(groups) {
  return checksum(
    groups.flatMap(({ key, className, count, shallowSize, retainedSize, distance, nodes }) => [
      textHash(key),
      textHash(className),
      count,
      shallowSize,
      retainedSize,
      distance,
      ...nodes,
    ]),
  );
}

/** @param {HeapAnalysis} analysis */
function searchRows(analysis) {
  return analysis.searches.map(({ ids, ...search }) => ({
    search: searchKey(search),
    count: ids.length,
    ids: checksum(ids),
  }));
}

/** @param {HeapAnalysis} analysis */
function ignoredRows(analysis) {
  return analysis.ignoredRetainers.map(({ ignored, nodes, distanceHash, rows }) => ({
    ignored,
    nodes,
    distanceHash,
    count: rows.length,
    all: checksum(
      rows.flatMap((row) => [row.edge, textHash(row.name), row.from, row.distance, row.ignored ? 1 : 0]),
    ),
  }));
}

/**
 * Rows are compared field by field, lists are not.
 * @template {import("./heap-analysis.mjs").IgnoredQuestion} Row
 * @param {Row} row
 */
function flatQuestion({ ignored, nodes, ...row }) {
  return { question: `without ${ignored.join(", ")} retainers of ${nodes.join(", ")}`, ...row };
}

/** @param {PairAnalysis} analysis */
function comparisonRows(analysis) {
  return analysis.rows.map(({ addedNodes, removedNodes, ...row }) => ({
    ...row,
    addedNodes: checksum(addedNodes),
    removedNodes: checksum(removedNodes),
  }));
}

/** @param {HeapAnalysis} analysis */
function allocationRows(analysis) {
  if (analysis.allocations === undefined) return null;
  return analysis.allocations.map(({ way, liveObjects, ...row }) => ({
    way: way.join("."),
    ...row,
    liveGroups: liveObjects.length,
    liveObjects: groupChecksum(liveObjects),
  }));
}

/** @param {import("./heap-analysis.mjs").SampleAnalysis | null | undefined} samples */
function sampleRows(samples) {
  const { timestampsMs = [], lastAssignedIds = [], sizes = [] } = samples ?? {};
  return timestampsMs.map((timestampMs, i) => ({
    key: `sample ${i}`,
    timestampMs,
    lastAssignedId: lastAssignedIds[i],
    size: sizes[i],
  }));
}

/**
 * Long texts (source code, mostly) are told apart by their hash; keeping them whole would double the goldens.
 * @param {string} text
 */
function shorten(text) {
  return text.length <= 100 ? text : `${text.slice(0, 60)}… (${text.length} units, hash ${textHash(text)})`;
}
