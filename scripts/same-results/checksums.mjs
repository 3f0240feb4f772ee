// Checksums of everything that the engine says about a snapshot: a line a table. Runs wherever the engine does, so it uses
// nothing but the language. Called by in-node.mjs, and in a browser by in-browser.mjs.

/** Every table that `prepare` knows; a new one is added here. */
const columns = [
  "shallowSize",
  "retainedSize",
  "dominator",
  "dominatorTree",
  "distance",
  "detachedness",
  "retainers",
  "classes",
  "groups",
  "statistics",
  "duplicateStrings",
  "nativeContexts",
  "allocations",
  "timeline",
  "nodesById",
  "scriptUrls",
  "groupKeys",
];

/**
 * Name → checksum, of 8 hexadecimal digits.
 *
 * @param {() => Promise<import("@heapscope/engine").HeapSnapshot>} open
 * @param {Pick<typeof import("@heapscope/engine"), "prepareLeakOutline">} engine
 * @returns {Promise<Record<string, string>>}
 */
export async function checksumsOf(open, { prepareLeakOutline }) {
  const snapshot = await open();
  /** @type {Record<string, string>} */
  const sums = {};
  // First as in a program that wants groups, which decides what runs where and when; then all others.
  await snapshot.prepare(["groups"]);
  await snapshot.prepare(/** @type {any} */ (columns));
  for (const column of columns) sums[column] = sumOf(/** @type {any} */ (snapshot)[column]);
  // After the others: the first of them turns the sizes of the file into shallow sizes, in place.
  for (const [name, value] of Object.entries(snapshot.graph))
    if (name !== "strings") sums[`graph.${name}`] = sumOf(value);
  sums["graph.strings"] = sumOfStrings(snapshot.strings);
  sums.header = sumOf(snapshot.header);
  sums.interfaces = sumOf(snapshot.interfaces);
  sums.totalSize = sumOf(snapshot.totalSize);
  // What a search for leaks starts from. Of another one: a snapshot's thread does one job.
  sums.held = sumOf((await prepareLeakOutline(await open())).held);
  return sums;
}

/** @param {import("@heapscope/engine").StringTable} strings */
function sumOfStrings(strings) {
  let hash = mix(start, strings.length);
  for (let index = 0; index < strings.length; index++) hash = mixText(hash, strings.get(index));
  return hexadecimal(hash);
}

/** @param {unknown} value */
function sumOf(value) {
  return hexadecimal(mixValue(start, value));
}

const start = 0x811c9dc5;

/**
 * FNV-1a of 32 bits, by words: what differs in one word never gets the same sum.
 *
 * @param {number} hash
 * @param {number} word
 */
function mix(hash, word) {
  return Math.imul(hash ^ word, 0x01000193);
}

/**
 * Values, and whatever can be reached from them: columns, lists, tables of columns, maps.
 *
 * @param {number} hash
 * @param {unknown} value
 * @returns {number}
 */
function mixValue(hash, value) {
  if (ArrayBuffer.isView(value)) return mixColumn(hash, value);
  if (value instanceof Map) return mixValue(hash, [...value]);
  if (Array.isArray(value)) {
    hash = mix(hash, value.length);
    for (const item of value) hash = mixValue(hash, item);
    return hash;
  }
  if (typeof value === "object" && value !== null) {
    // Also what its class computes when asked: the members of a group.
    for (const name of namesIn(value)) hash = mixValue(mixText(hash, name), /** @type {any} */ (value)[name]);
    return hash;
  }
  // Not JSON, in which -0 is 0 and NaN is null.
  return mixText(hash, Object.is(value, -0) ? "-0" : `${typeof value} ${String(value)}`);
}

/**
 * Own properties and getters of the classes.
 *
 * @param {object} value
 */
function namesIn(value) {
  const names = new Set(Object.keys(value));
  for (
    let prototype = Object.getPrototypeOf(value);
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  )
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
      if (property.get !== undefined) names.add(name);
  return [...names].toSorted();
}

/**
 * @param {number} hash
 * @param {ArrayBufferView} column
 */
function mixColumn(hash, { buffer, byteOffset, byteLength }) {
  hash = mix(hash, byteLength);
  if (byteOffset % 4 !== 0 || byteLength % 4 !== 0) {
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) hash = mix(hash, byte);
    return hash;
  }
  const words = new Uint32Array(buffer, byteOffset, byteLength / 4);
  for (let i = 0; i < words.length; i++) hash = mix(hash, /** @type {number} */ (words[i]));
  return hash;
}

/**
 * @param {number} hash
 * @param {string} text
 */
function mixText(hash, text) {
  hash = mix(hash, text.length);
  for (let i = 0; i < text.length; i++) hash = mix(hash, text.charCodeAt(i));
  return hash;
}

/** @param {number} hash */
function hexadecimal(hash) {
  return (hash >>> 0).toString(16).padStart(8, "0");
}
