// Writes heap snapshot files that no program produced: sizes V8 would need tens of gigabytes to write itself.
//
// The layout and metadata are those of Node 24 (one line, six node fields), node 1 is "(GC roots)". Every graph is
// computed from the node number by arithmetic, so nothing is held in memory and a file of 2 GB takes about a minute.
// Called by generate.mjs.
import { closeSync, openSync, writeSync } from "node:fs";

const nodeTypes = [
  "hidden array string object code closure regexp number native synthetic",
  "concatenated string|sliced string|symbol|bigint|object shape",
].flatMap((list, i) => list.split(i === 0 ? " " : "|"));
const edgeTypes = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"];
const meta = {
  node_fields: ["type", "name", "id", "self_size", "edge_count", "detachedness"],
  node_types: [nodeTypes, "string", "number", "number", "number", "number"],
  edge_fields: ["type", "name_or_index", "to_node"],
  edge_types: [edgeTypes, "string_or_number", "node"],
  trace_function_info_fields: ["function_id", "name", "script_name", "script_id", "line", "column"],
  trace_node_fields: ["id", "function_info_index", "count", "size", "children"],
  sample_fields: ["timestamp_us", "last_assigned_id"],
  location_fields: ["object_index", "script_id", "line", "column"],
};
const object = nodeTypes.indexOf("object");
const array = nodeTypes.indexOf("array");
const string = nodeTypes.indexOf("string");
const closure = nodeTypes.indexOf("closure");
const hidden = nodeTypes.indexOf("hidden");
const synthetic = nodeTypes.indexOf("synthetic");
const element = edgeTypes.indexOf("element");
const property = edgeTypes.indexOf("property");
const internal = edgeTypes.indexOf("internal");
const beforeStrings =
  '],"trace_function_infos":[],"trace_tree":[],"samples":[],"locations":[],"strings":["<dummy>"';

/** 20 M nodes in a binary tree, each with one more edge to any node at all: nothing is near anything. */
export function writeRandomEdges(path, nodeCount = 20_000_000) {
  writeGraph(path, nodeCount, nodeCount, (node, edge) => {
    for (let child = 2 * node + 1; child <= 2 * node + 2 && child < nodeCount; child++) edge(child);
    edge(scatter(node, nodeCount));
  });
}

/** 32 M nodes in a tree of four children each, with two more edges to near nodes: a file of more than 2 GiB. */
export function writeHugeTree(path, nodeCount = 32_000_000) {
  writeGraph(path, nodeCount, 2 * nodeCount, (node, edge) => {
    for (let child = 4 * node + 1; child <= 4 * node + 4 && child < nodeCount; child++) edge(child);
    const near = Math.max(0, node - 500);
    edge(near + (scatter(node, 1000) % (nodeCount - near)));
    edge(near + (scatter(node + nodeCount, 1000) % (nodeCount - near)));
  });
}

/** 3,000 nodes, each with an edge to every one of them: 9 M edges, and dominators that are all the root. */
export function writeDense(path, nodeCount = 3_000) {
  writeGraph(path, nodeCount, nodeCount * nodeCount - (nodeCount - 1), (node, edge) => {
    for (let target = 0; target < nodeCount; target++) edge(target);
  });
}

/** 10 GB: more edges than fit into a few arrays of 2^31 bytes. See `writeCompilerLike`. */
export function writeTenGigabytes(path) {
  writeCompilerLike(path, 92_000_000);
}

/** Where edges lead that are neither of the tree nor to a hub. */
export const REACHES = ["local", "usual", "random"];

/** Edges that `writeCompilerLike` writes for each node, nearly. */
export const COMPILER_LIKE_EDGES = 4 + 1 + 2 / 3 + 1 / 50;

/**
 * Any number of nodes in the shape of the TypeScript heaps, as counted in two of them: 5.7 edges a node, of which half lead to
 * 100 nodes (maps and prototypes), a fifth to a single one, a tenth to within 64 nodes, and few others farther than 2^20; of
 * the nodes, 60 % have one retainer, 21 % two, 9 % more than five. Here a node has
 *
 * - one edge from its parent, in whose subtree the nodes are numbered from the top down, as a program makes them;
 * - an edge to the first hub, one to another of the first ten, one to another of the first hundred;
 * - one edge at most 2^16 back (for one of a thousand nodes, on), and for two of three nodes one at most 2^20 back, near ones as
 *   likely as far ones by the magnitude of the distance; three of four of these lead to every twelfth node only, as if it were
 *   a parent or a symbol;
 * - for every 50th node one edge to any node before it.
 *
 * So the passes need about as long for an edge as on a real heap. (Were there many edges to what nothing else has reached yet,
 * the walk would wander about, and the dominators take three times as long.)
 *
 * With the reach "local" the edges back lead at most 32 nodes away, with "random" anywhere.
 *
 * @param {number} nodeCount at least 60,000
 * @param {"local" | "usual" | "random"} reach
 */
export function writeCompilerLike(path, nodeCount, reach = "usual") {
  const hub = (n) => 300 + 509 * n;
  const at = (place) => Math.min(Math.max(0, place), nodeCount - 1);
  const popular = (node) => node - (node % 12);
  const distances = {
    local: (random) => random & 31,
    usual: (random, greatest) => (random >>> 8) & (2 ** (1 + (random % greatest)) - 1),
    random: (random) => random,
  };
  const distance = distances[reach];
  const far = (node, greatest, salt) => {
    const random = scatter(node + salt, 2 ** 32);
    if (reach === "random") return random % nodeCount;
    return at(node - distance(random, greatest));
  };
  const near = (node) => {
    const random = scatter(node + 1, 2 ** 32);
    if (reach === "random") return popular(random % nodeCount);
    const away = distance(random, 16);
    return popular(at(random >>> 22 === 0 ? node + away : node - away));
  };
  const forEachEdge = (node, edge) => {
    // The subtree of a node that is a multiple of 2^n, and of no greater power, are the 2^n nodes from it on.
    for (let power = 1; (node & power) === 0 && node + power < nodeCount; power *= 2) edge(node + power);
    edge(hub(0), internal);
    edge(hub(1 + (node % 9)), internal);
    edge(hub(10 + scatter(node, 90)), internal);
    edge(near(node));
    if (node % 3 !== 0) edge(node % 3 === 1 ? popular(far(node, 20, 7)) : far(node, 20, 7));
    if (node % 50 === 0) edge(scatter(node + 3, node + 1));
  };
  const extraEdges = 4 * nodeCount + (nodeCount - Math.ceil(nodeCount / 3)) + Math.ceil(nodeCount / 50);
  // One in twenty a string, three hidden, three arrays, one a function, the rest objects: as counted.
  const types = [
    string,
    ...Array(3).fill(hidden),
    ...Array(3).fill(array),
    closure,
    ...Array(12).fill(object),
  ];
  writeGraph(path, nodeCount, extraEdges, forEachEdge, {
    names: 20_000,
    typeOf: (node) => types[scatter(node, types.length)],
  });
}

/** 6,000 strings of 100,000 characters each: more text than the longest string V8 can hold (512 Mi characters). */
export function writeLongStrings(path, count = 6_000, length = 100_000) {
  const out = new TextWriter(path);
  out.text(header(count + 2, count + 1));
  out.row([synthetic, 0, 1, 0, 1, 0], true);
  out.row([synthetic, 1, 3, 0, count, 0], false);
  for (let i = 0; i < count; i++) out.row([string, 2 + i, 2 * i + 5, length + 16, 0, 0], false);
  out.text('],"edges":[');
  out.row([element, 1, 6], true);
  for (let i = 0; i < count; i++) out.row([element, i, 6 * (i + 2)], false);
  out.text(`${beforeStrings},"(GC roots)"`);
  // Escapes of every kind V8 writes, so that the whole text cannot be copied verbatim.
  const filler = String.raw`\"quoted\"\n\u00E9tude `.repeat(Math.ceil(length / 17));
  for (let i = 0; i < count; i++) out.text(`,"${i} ${filler.slice(0, filler.lastIndexOf(" ", length))}"`);
  out.text("]}");
  out.close();
}

/**
 * Writes nodes 0 to `nodeCount` - 1, which have one edge from a parent each (the root has none) and `extraEdges` more.
 *
 * @param forEachEdge (node, edge) => void; calls `edge(target, type)` for each edge of a node, always the same
 * @param options `names`: how many different ones; `typeOf`: node → its type
 */
function writeGraph(path, nodeCount, extraEdges, forEachEdge, { names = 1000, typeOf = () => object } = {}) {
  const classes = 1000;
  const edgeCount = nodeCount - 1 + extraEdges;
  const classOf = (node) => 2 + scatter(node, classes);
  const out = new TextWriter(path);
  out.text(header(nodeCount, edgeCount));
  let degree = 0;
  const count = () => void degree++;
  for (let node = 0; node < nodeCount; node++) {
    degree = 0;
    forEachEdge(node, count);
    const size = 16 + 8 * (node % 12);
    if (node < 2) out.row([synthetic, node, 2 * node + 1, 0, degree, 0], node === 0);
    else out.row([typeOf(node), classOf(node), 2 * node + 1, size, degree, 0], false);
  }
  out.text('],"edges":[');
  let written = 0;
  let place = 0;
  let firstName = 0;
  const write = (target, type = property) => {
    // Nodes of a class have the same names of references, so that they look alike.
    out.row([type, 2 + ((firstName + place++) % names), 6 * target], written++ === 0);
  };
  for (let node = 0; node < nodeCount; node++) {
    place = 0;
    firstName = classOf(node) * 19;
    forEachEdge(node, write);
  }
  if (written !== edgeCount) throw new Error(`${written} edges were written, ${edgeCount} announced`);
  out.text(`${beforeStrings},"(GC roots)"`);
  for (let i = 0; i < names; i++) out.text(`,"${i < classes ? "Class" : "name"}${i}"`);
  out.text("]}");
  out.close();
}

function header(nodeCount, edgeCount) {
  const snapshot = {
    meta,
    node_count: nodeCount,
    edge_count: edgeCount,
    trace_function_count: 0,
    extra_native_bytes: 0,
  };
  return `{"snapshot":${JSON.stringify(snapshot)},\n"nodes":[`;
}

/** A number below `limit` that depends on `n` without a pattern; the same on every machine. */
function scatter(n, limit) {
  let x = Math.imul(n ^ 0x9e3779b9, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) % limit;
}

/** Buffered ASCII output: integers go straight into bytes, which is what makes gigabytes feasible. */
class TextWriter {
  #fd;
  #buffer = Buffer.allocUnsafe(1 << 20);
  #length = 0;

  constructor(path) {
    this.#fd = openSync(path, "w", 0o600);
  }

  text(text) {
    if (text.length > this.#buffer.length - this.#length) this.#flush();
    if (text.length > this.#buffer.length) writeSync(this.#fd, text, null, "latin1");
    else this.#length += this.#buffer.latin1Write(text, this.#length);
  }

  row(numbers, first) {
    if (this.#length > this.#buffer.length - 200) this.#flush();
    for (let i = 0; i < numbers.length; i++) {
      if (i > 0 || !first) this.#buffer[this.#length++] = 0x2c;
      this.#number(numbers[i]);
    }
  }

  close() {
    this.#flush();
    closeSync(this.#fd);
  }

  #number(value) {
    let digits = 1;
    for (let power = 10; value >= power; power *= 10) digits++;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const rest = Math.floor(value / 10);
      this.#buffer[at] = 0x30 + value - rest * 10;
      value = rest;
    }
    this.#length += digits;
  }

  #flush() {
    writeSync(this.#fd, this.#buffer, 0, this.#length);
    this.#length = 0;
  }
}
