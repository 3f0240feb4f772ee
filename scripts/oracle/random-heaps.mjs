/**
 * Random snapshot files for the oracle: small graphs in which everything that DevTools has a rule for meets everything
 * else — names with a meaning, WeakMap entries with either half missing, nodes that only weak edges or cycles hold,
 * detached DOM nodes, shared and unshared internal nodes, locations. Equal numbers on some thousand of them say more
 * about odd cases than any real file.
 *
 * Left out is what no V8 writes and DevTools cannot read or we answer otherwise on purpose: edges to the root (they make
 * the root a page object), ropes that contain themselves (DevTools does not come back), two root edges to one node
 * (DevTools visits it twice).
 * Called by oracle.mjs for --random.
 */
// @ts-check

const nodeTypes = [
  "hidden",
  "array",
  "string",
  "object",
  "code",
  "closure",
  "regexp",
  "number",
  "native",
  "synthetic",
  "concatenated string",
  "sliced string",
  "symbol",
  "bigint",
  "object shape",
];
const edgeTypes = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"];

/** Names that some rule looks at, and names that are hard to show. */
const nodeNames = [
  "Object",
  "Object",
  "Array",
  "(map descriptors)",
  "system / NativeContext",
  "system / NativeContext / x",
  "Detached system / NativeContext",
  "system / Context",
  "system / ExternalStringData",
  "system / JSArrayBufferData",
  "(Document DOM trees)",
  "Detached <div id=a>",
  "Detached Foo",
  '<div id="a">',
  "<div>",
  "Foo",
  "RegExp",
  "(system)",
  "",
  "bool",
  "int",
  "true",
  "12",
  "same text",
  "two\nlines",
  "{a, b}",
  "x".repeat(120),
];
const edgeNames = [
  "a",
  "b",
  "c",
  "__proto__",
  "elements",
  "map",
  "native_context",
  "first",
  "second",
  "truncated",
  "length",
  "hash",
  "value",
  "sloppy_function_map",
  "0",
  "4",
  "7",
  "",
  "x,y",
  'q"',
  "12abc",
  "longproperty".repeat(6),
  "longproperty".repeat(11),
];

/** @typedef {{ type: string, name: string, id: number, size: number, detachedness: number }} RandomNode */
/** @typedef {{ from: number, type: string, name: string | number, to: number }} RandomEdge */

/**
 * @param {number} seed the same seed gives the same text
 * @returns {string} a .heapsnapshot
 */
export function randomHeap(seed) {
  const random = randomNumbers(seed);
  /** @param {number} below */
  const integer = (below) => Math.floor(random() * below);
  /** @template T @param {readonly T[]} list @returns {T} */
  const pick = (list) => list[integer(list.length)];
  /** @param {number} probability */
  const chance = (probability) => random() < probability;

  const plainShare = pick([0.1, 0.2, 0.6]);
  const seededShare = pick([0, 0.05, 0.3]);
  const edgesPerNode = pick([3, 4, 6, 8]);
  /** @type {RandomNode[]} */
  const nodes = [{ type: "synthetic", name: "", id: 1, size: 0, detachedness: 0 }];
  for (let i = 1, count = 2 + integer(60); i < count; i++) {
    const isPlain = chance(plainShare);
    nodes.push({
      type: isPlain ? "object" : pick(nodeTypes),
      name: isPlain ? "Object" : pick(nodeNames),
      id: chance(0.9) ? 2 * i + 1 : 2 * i,
      size: chance(0.15) ? 0 : integer(200),
      detachedness: chance(seededShare) ? 1 + integer(2) : 0,
    });
  }

  /** @type {RandomEdge[]} */
  const edges = [];
  const someNode = () => 1 + integer(nodes.length - 1);
  /** @param {number} value @param {number} from */
  const addWeakMapEntry = (value, from) => {
    const [key, table] = [someNode(), chance(0.6) && from !== 0 ? from : someNode()];
    const text = `(K @${nodes[key].id}) -> value (${chance(0.1) ? "two\nlines" : "V"} @${nodes[value].id})`;
    for (const half of [key, table]) {
      const name = `${integer(9)} / part of key ${text} pair in WeakMap (table @${nodes[table].id})`;
      if (chance(0.85))
        edges.push({ from: half, type: chance(0.95) ? "internal" : "property", name, to: value });
    }
  };
  for (const [from, node] of nodes.entries()) {
    for (let count = from === 0 ? 1 + integer(4) : integer(edgesPerNode); count > 0; count--) {
      const to = someNode();
      if (chance(0.05)) addWeakMapEntry(to, from);
      const type = from === 0 ? pick(["shortcut", "element", "element", ...edgeTypes]) : pick(edgeTypes);
      const name = type === "element" || type === "hidden" ? integer(12) : pick(edgeNames);
      const isRopeHalf = node.type === "concatenated string" && type === "internal";
      const isTwice = from === 0 && edges.some((edge) => edge.from === 0 && edge.to === to);
      if (!isTwice && !(isRopeHalf && to >= from)) edges.push({ from, type, name, to });
    }
  }
  const locations = nodes.flatMap((_, node) =>
    chance(0.1) ? [[node, 1 + integer(3), integer(2), integer(2)]] : [],
  );
  return formatHeap(nodes, edges, locations, chance(0.8));
}

/**
 * @param {RandomNode[]} nodes
 * @param {RandomEdge[]} edges
 * @param {number[][]} locations rows of node, script, line, column
 * @param {boolean} hasDetachedness whether the file has that field
 */
function formatHeap(nodes, edges, locations, hasDetachedness) {
  /** @type {Map<string, number>} */
  const indexOfString = new Map();
  /** @param {string} text */
  const stringIndex = (text) => {
    const index = indexOfString.get(text) ?? indexOfString.size;
    indexOfString.set(text, index);
    return index;
  };
  const nodeFields = [
    "type",
    "name",
    "id",
    "self_size",
    "edge_count",
    ...(hasDetachedness ? ["detachedness"] : []),
  ];
  const rows = nodes.map(({ type, name, id, size, detachedness }, node) => [
    nodeTypes.indexOf(type),
    stringIndex(name),
    id,
    size,
    edges.filter((edge) => edge.from === node).length,
    ...(hasDetachedness ? [detachedness] : []),
  ]);
  const edgeRows = edges
    .toSorted((a, b) => a.from - b.from)
    .map(({ type, name, to }) => [
      edgeTypes.indexOf(type),
      typeof name === "number" ? name : stringIndex(name),
      to * nodeFields.length,
    ]);
  return JSON.stringify({
    snapshot: {
      meta: {
        node_fields: nodeFields,
        node_types: [nodeTypes, "string", "number", "number", "number", "number"],
        edge_fields: ["type", "name_or_index", "to_node"],
        edge_types: [edgeTypes, "string_or_number", "node"],
        trace_function_info_fields: [],
        trace_node_fields: [],
        sample_fields: ["timestamp_us", "last_assigned_id"],
        location_fields: ["object_index", "script_id", "line", "column"],
      },
      node_count: nodes.length,
      edge_count: edges.length,
      trace_function_count: 0,
    },
    nodes: rows.flat(),
    edges: edgeRows.flat(),
    trace_function_infos: [],
    trace_tree: [],
    samples: [],
    locations: locations.flatMap(([node, ...place]) => [node * nodeFields.length, ...place]),
    strings: [...indexOfString.keys()],
  });
}

/**
 * Uniform numbers in [0, 1) (mulberry32).
 * @param {number} seed
 */
function randomNumbers(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
