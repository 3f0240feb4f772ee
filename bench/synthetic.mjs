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
const string = nodeTypes.indexOf("string");
const synthetic = nodeTypes.indexOf("synthetic");
const element = edgeTypes.indexOf("element");
const property = edgeTypes.indexOf("property");
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

function writeGraph(path, nodeCount, extraEdges, forEachEdge) {
  const classes = 1000;
  const out = new TextWriter(path);
  out.text(header(nodeCount, nodeCount - 1 + extraEdges));
  let degree = 0;
  const count = () => void degree++;
  for (let node = 0; node < nodeCount; node++) {
    degree = 0;
    forEachEdge(node, count);
    const size = 16 + 8 * (node % 12);
    if (node < 2) out.row([synthetic, node, 2 * node + 1, 0, degree, 0], node === 0);
    else out.row([object, 2 + scatter(node, classes), 2 * node + 1, size, degree, 0], false);
  }
  out.text('],"edges":[');
  let first = true;
  const write = (target) => {
    out.row([property, 2 + (target % classes), 6 * target], first);
    first = false;
  };
  for (let node = 0; node < nodeCount; node++) forEachEdge(node, write);
  out.text(`${beforeStrings},"(GC roots)"`);
  for (let i = 0; i < classes; i++) out.text(`,"Class${i}"`);
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
