/**
 * Compares what DevTools and our engine say about a snapshot or a pair, value by value, category by category.
 *
 * Everything must be equal: every node of every column, every row of every table with the nodes it counts. Rows are
 * matched by what identifies them, so that one missing row is one difference and not a shift of all that follow.
 * Called by oracle.mjs; golden.mjs uses the row comparison for tables that are kept whole.
 */
// @ts-check

/**
 * @typedef {import("./heap-analysis.mjs").HeapAnalysis} HeapAnalysis
 * @typedef {import("./heap-analysis.mjs").PairAnalysis} PairAnalysis
 *
 * @typedef {object} Category one line of the report
 * @property {string} name
 * @property {number} compared values or rows
 * @property {number} differing
 * @property {string[]} examples the first differences, a sentence each
 */

/** @type {{ name: string, column: "shallowSize" | "retainedSize" | "distance" | "dominator" | "detachedness" }[]} */
const numberColumns = [
  { name: "shallow sizes", column: "shallowSize" },
  { name: "retained sizes", column: "retainedSize" },
  { name: "distances", column: "distance" },
  { name: "dominators", column: "dominator" },
  { name: "detachedness", column: "detachedness" },
];

/**
 * @param {HeapAnalysis} devTools
 * @param {HeapAnalysis} engine
 * @param {number} limit examples per category
 * @returns {Promise<Category[]>}
 */
export async function compareAnalyses(devTools, engine, limit) {
  if (devTools.nodeCount !== engine.nodeCount) {
    const example = `DevTools ${devTools.nodeCount}, engine ${engine.nodeCount}`;
    return [{ name: "node count", compared: 1, differing: 1, examples: [example] }];
  }
  /** @param {number} node */
  const object = (node) => `node ${node} @${devTools.id[node]}`;
  /** @type {Category[]} */
  const categories = [compareColumn("ids", devTools.id, engine.id, limit, object)];
  for (const { name, column } of numberColumns) {
    categories.push(compareColumn(name, devTools[column], engine[column], limit, object));
  }
  categories.push(
    compareClassNames(devTools, engine, limit, object),
    await compareNames(devTools, engine, limit, object),
  );
  categories.push(
    compareRows(
      "groups",
      withoutKeys(devTools.groups, devTools.overwrittenKeys),
      withoutKeys(engine.groups, devTools.overwrittenKeys),
      (row) => row.key,
      limit,
    ),
    compareRows("statistics", statisticRows(devTools), statisticRows(engine), (row) => row.name, limit),
    compareRows("duplicate strings", devTools.duplicateStrings, engine.duplicateStrings, duplicateKey, limit),
    compareRows("retainers", retainerRows(devTools), retainerRows(engine), (row) => row.place, limit),
    compareRows(
      "groups under filters",
      filteredRows(devTools, devTools.overwrittenKeys),
      filteredRows(engine, devTools.overwrittenKeys),
      (row) => row.place,
      limit,
    ),
    compareRows("searches", devTools.searches, engine.searches, (row) => searchKey(row), limit),
    compareRows("ignored retainers", ignoredRows(devTools), ignoredRows(engine), (row) => row.place, limit),
    compareColumn(
      "native context owners",
      devTools.nativeContexts.owner,
      engine.nativeContexts.owner,
      limit,
      object,
    ),
    compareRows(
      "native contexts",
      nativeContextRows(devTools),
      nativeContextRows(engine),
      (row) => row.context,
      limit,
    ),
    compareRows(
      "allocations",
      allocationRows(devTools, devTools.overwrittenKeys),
      allocationRows(engine, devTools.overwrittenKeys),
      (row) => row.place,
      limit,
    ),
    compareRows("timeline samples", sampleRows(devTools), sampleRows(engine), (row) => row.place, limit),
  );
  return categories;
}

/**
 * @param {PairAnalysis} devTools
 * @param {PairAnalysis} engine
 * @param {readonly string[]} overwrittenKeys of both snapshots
 * @param {number} limit
 * @returns {Category[]}
 */
export function comparePairs(devTools, engine, overwrittenKeys, limit) {
  const expected = withoutKeys(devTools.rows, overwrittenKeys);
  return [
    compareRows(
      "comparison rows",
      expected,
      withoutKeys(engine.rows, overwrittenKeys),
      (row) => row.key,
      limit,
    ),
  ];
}

/**
 * @template {{ key: string }} Row
 * @param {readonly Row[]} rows
 * @param {readonly string[]} keys
 */
function withoutKeys(rows, keys) {
  return keys.length === 0 ? rows : rows.filter((row) => !keys.includes(row.key));
}

/**
 * Matches rows by key and compares every field; typed arrays are compared entry by entry.
 * @template {object} Row
 * @param {string} name
 * @param {readonly Row[]} expected
 * @param {readonly Row[]} actual
 * @param {(row: Row) => string} keyOf unique within a table
 * @param {number} limit
 * @returns {Category}
 */
export function compareRows(name, expected, actual, keyOf, limit) {
  /** @type {string[]} */
  const examples = [];
  let differing = 0;
  /** @param {string} text */
  const report = (text) => {
    differing++;
    if (examples.length < limit) examples.push(text);
  };
  const actualByKey = new Map(actual.map((row) => [keyOf(row), row]));
  if (actualByKey.size !== actual.length)
    report(`the engine has ${actual.length - actualByKey.size} keys twice`);
  for (const row of expected) {
    const key = keyOf(row);
    const other = actualByKey.get(key);
    actualByKey.delete(key);
    if (other === undefined) {
      report(`${JSON.stringify(key)} is missing in the engine: ${showValue(row)}`);
      continue;
    }
    const fields = /** @type {(keyof Row)[]} */ (Object.keys(row)).filter(
      (field) => !equal(row[field], other[field]),
    );
    if (fields.length === 0) continue;
    const parts = fields.map(
      (field) => `${String(field)} ${showValue(row[field])} ≠ ${showValue(other[field])}`,
    );
    report(`${JSON.stringify(key)}: ${parts.join(", ")}`);
  }
  for (const [key, row] of actualByKey)
    report(`${JSON.stringify(key)} is only in the engine: ${showValue(row)}`);
  return { name, compared: expected.length, differing, examples };
}

/**
 * @param {string} name
 * @param {ArrayLike<number>} expected
 * @param {ArrayLike<number>} actual
 * @param {number} limit
 * @param {(node: number) => string} object
 * @returns {Category}
 */
function compareColumn(name, expected, actual, limit, object) {
  /** @type {string[]} */
  const examples = [];
  let differing = 0;
  for (let node = 0; node < expected.length; node++) {
    if (expected[node] === actual[node]) continue;
    differing++;
    if (examples.length < limit) examples.push(`${object(node)}: ${expected[node]} ≠ ${actual[node]}`);
  }
  return { name, compared: expected.length, differing, examples };
}

/**
 * @param {HeapAnalysis} devTools
 * @param {HeapAnalysis} engine
 * @param {number} limit
 * @param {(node: number) => string} object
 * @returns {Category}
 */
function compareClassNames(devTools, engine, limit, object) {
  const indexOfName = new Map(devTools.classNames.map((name, index) => [name, index]));
  const translation = engine.classNames.map((name) => indexOfName.get(name) ?? -1);
  const translated = engine.classOf.map((index) => translation[index]);
  const category = compareColumn("class names", devTools.classOf, translated, 0, object);
  for (let node = 0; node < devTools.nodeCount && category.examples.length < limit; node++) {
    if (devTools.classOf[node] === translated[node]) continue;
    const expected = JSON.stringify(devTools.classNames[devTools.classOf[node]]);
    category.examples.push(
      `${object(node)}: ${expected} ≠ ${JSON.stringify(engine.classNames[engine.classOf[node]])}`,
    );
  }
  return category;
}

/**
 * @param {HeapAnalysis} devTools
 * @param {HeapAnalysis} engine
 * @param {number} limit
 * @param {(node: number) => string} object
 * @returns {Promise<Category>}
 */
async function compareNames(devTools, engine, limit, object) {
  const category = compareColumn("display names", devTools.nameHash, engine.nameHash, 0, object);
  /** @type {number[]} */
  const nodes = [];
  for (let node = 0; node < devTools.nodeCount && nodes.length < limit; node++) {
    if (devTools.nameHash[node] !== engine.nameHash[node]) nodes.push(node);
  }
  if (nodes.length === 0) return category;
  const [expected, actual] = await Promise.all([devTools.names(nodes), engine.names(nodes)]);
  category.examples = nodes.map(
    (node, i) => `${object(node)}: ${JSON.stringify(expected[i])} ≠ ${JSON.stringify(actual[i])}`,
  );
  return category;
}

/** @param {HeapAnalysis} analysis */
function statisticRows(analysis) {
  return Object.entries(analysis.statistics).map(([name, bytes]) => ({ name, bytes }));
}

/**
 * A group of equal strings is known by its first member; the texts of two groups may be equal when both were cut.
 * @param {import("./heap-analysis.mjs").DuplicateStringRow} row
 */
function duplicateKey(row) {
  return `@${row.ids[0]}`;
}

/**
 * One row per retainer and place in the list, so that order counts.
 * @param {HeapAnalysis} analysis
 */
function retainerRows(analysis) {
  return analysis.retainers.flatMap(({ node, rows }) =>
    rows.map((row, position) => ({
      place: `node ${node} @${analysis.id[node]}, retainer ${position}`,
      ...row,
    })),
  );
}

/**
 * @param {HeapAnalysis} analysis
 * @param {readonly string[]} overwrittenKeys
 */
function filteredRows(analysis, overwrittenKeys) {
  return analysis.filteredGroups.flatMap(({ filter, groups }) =>
    withoutKeys(groups, overwrittenKeys).map((row) => ({
      place: `${JSON.stringify(filter)} ${row.key}`,
      ...row,
    })),
  );
}

/** @param {import("./heap-analysis.mjs").SearchQuestion} search */
export function searchKey({ query, isRegex, caseSensitive, inContexts = false }) {
  return JSON.stringify({ query, isRegex, caseSensitive, inContexts });
}

/**
 * A row for the distances of all nodes, then one for each retainer.
 * @param {HeapAnalysis} analysis
 */
function ignoredRows(analysis) {
  return analysis.ignoredRetainers.flatMap(({ ignored, nodes, distanceHash, rows }) => {
    const question = `without ${ignored.join(", ")} retainers of ${nodes.join(", ")}`;
    /** @type {({ place: string } & Record<string, unknown>)[]} */
    const all = [{ place: `${question}, distances`, distanceHash }];
    return [...all, ...rows.map((row, position) => ({ place: `${question}, row ${position}`, ...row }))];
  });
}

/** @param {HeapAnalysis} analysis */
function nativeContextRows(analysis) {
  const { contexts, sharedSize, unattributedSize } = analysis.nativeContexts;
  return [
    ...contexts.map((context) => ({ context: `node ${context.node}`, ...context })),
    { context: "shared", attributedSize: sharedSize },
    { context: "none", attributedSize: unattributedSize },
  ];
}

/**
 * A row for each function and caller, and one for each group of what is alive of its objects.
 * @param {HeapAnalysis} analysis
 * @param {readonly string[]} overwrittenKeys
 */
function allocationRows(analysis, overwrittenKeys) {
  return (analysis.allocations ?? []).flatMap(({ way, liveObjects, ...row }) => {
    const place = `row ${way.join(".")}`;
    /** @type {({ place: string } & Record<string, unknown>)[]} */
    const all = [{ place, ...row }];
    const groups = withoutKeys(liveObjects, overwrittenKeys);
    return [...all, ...groups.map((group) => ({ place: `${place}, live ${group.key}`, ...group }))];
  });
}

/** @param {HeapAnalysis} analysis */
function sampleRows(analysis) {
  const { timestampsMs = [], lastAssignedIds = [], sizes = [] } = analysis.samples ?? {};
  return timestampsMs.map((timestampMs, position) => ({
    place: `sample ${position}`,
    timestampMs,
    lastAssignedId: lastAssignedIds[position],
    size: sizes[position],
  }));
}

/**
 * @param {unknown} a
 * @param {unknown} b
 */
function equal(a, b) {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) return Object.is(a, b);
  const left = /** @type {Uint32Array} */ (a);
  const right = /** @type {Uint32Array} */ (b);
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

/** @param {unknown} value */
function showValue(value) {
  const text = JSON.stringify(value, (_key, part) => (ArrayBuffer.isView(part) ? showList(part) : part));
  return text === undefined ? "nothing" : text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** @param {ArrayBufferView} view */
function showList(view) {
  const list = /** @type {Uint32Array} */ (view);
  return list.length <= 8 ? Array.from(list) : `${list.length} entries from ${list.slice(0, 6).join(", ")}`;
}
