/**
 * Small random heaps for property tests, dense in what the rules are about.
 *
 * A heap is built from three lists that fast-check shrinks on their own: nodes (most of them held by some earlier node,
 * so that the heap hangs together; the rest are unreachable or form cycles), loose edges between any two nodes (self
 * edges and multiple edges among them), and motifs: the small arrangements that a rule looks for and that chance would
 * never make, such as a WeakMap entry, the halves of a concatenated string or the chain map -> map -> native context.
 * Node numbers are taken modulo the number of nodes, so every shrunk list is still a heap.
 *
 * Left out on purpose, because DevTools itself has no answer there: two root edges to one target, concatenated strings
 * that contain themselves, and class names that collide with those that DevTools makes up, such as `(system)`.
 */
import * as fc from "fast-check";
import { formatDrawing } from "../drawing/format-drawing.ts";
import { layoutOf, runtimeNames, withoutDetachedness, type SnapshotLayout } from "../file/layout.ts";
import {
  clonePlainHeap,
  ephemeronLabel,
  plainHeap,
  plainNode,
  type PlainEdge,
  type PlainHeap,
  type PlainNode,
} from "../plain-heap.ts";

const objectNames = [
  "Object",
  "Object",
  "Object",
  "Foo",
  "Bar",
  "Array",
  "system / Context",
  "system / Context / f",
  "<div id=1>",
  "<b>",
];
const long = (letter: string, length = 38) => letter.repeat(length);
const propertyNames = [
  "a",
  "b",
  "c",
  "__proto__",
  "",
  "d,e",
  "it's",
  '"q"',
  "{z}",
  // A class name of 121 characters, which is one too many, and one of 120.
  long("k"),
  long("l"),
  long("m", 42),
  long("n"),
  long("o"),
  long("p", 41),
];

/** Types with the names that rules know, frequent ones repeated. */
const kinds: readonly (readonly [type: string, names: readonly string[]])[] = [
  ["object", objectNames],
  ["object", objectNames],
  ["object", ["Object"]],
  [
    "hidden",
    ["system / Map", "system / Cell", "system / NativeContext", "system / NativeContext / https://a"],
  ],
  ["hidden", ["system / Map"]],
  ["array", ["", "(object elements)", "(map descriptors)"]],
  ["array", ["(object properties)"]],
  ["string", ["", "s", "t", "t", long("u", 1024), long("v", 600), long("w", 424)]],
  ["concatenated string", ["(concatenated string)"]],
  ["sliced string", ["(sliced string)"]],
  ["closure", ["", "f"]],
  ["native", ["Foo", "HTMLDivElement", "Detached Widget", "system / ExternalStringData", "<p class=x>"]],
  ["native", ["system / JSArrayBufferData", "Node / Environment"]],
  ["code", ["(code)"]],
  ["regexp", ["/x/"]],
  ["number", ["3.14"]],
  ["synthetic", ["(Stack roots)", "(Document DOM trees)"]],
  ["symbol", ["sym"]],
  ["bigint", ["bigint"]],
  ["object shape", ["(object shape)"]],
  ["mystery node", ["from a newer V8"]],
];

const word = fc.constantFrom(...propertyNames);
const edgeKind: fc.Arbitrary<Omit<PlainEdge, "to">> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("property"), name: word }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("element"), name: fc.nat(8) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("context"), name: word }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("internal"),
      name: fc.constantFrom(
        "map",
        "elements",
        "code",
        "native_context",
        "sloppy_function_map",
        "1",
        "4",
        "7x",
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("hidden"), name: fc.nat(8) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("weak"), name: word }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("shortcut"), name: fc.constantFrom("w", "3", "12px") }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("mystery edge"), name: word }) },
);

const size = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 64 }).map((words) => words * 8) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 32, 2 ** 33 + 8, 2 ** 40) },
);
const location = fc.record(
  { scriptId: fc.integer({ min: 1, max: 2 }), line: fc.nat(1), column: fc.nat(1) },
  { noNullPrototype: true },
);

const nodeSpec = fc.record({
  kind: fc.nat(kinds.length - 1),
  name: fc.nat(20),
  size,
  id: fc.integer({ min: 2, max: 30 }),
  detachedness: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constantFrom(1, 2) },
  ),
  location: fc.option(location, { nil: undefined, freq: 3 }),
  /** The earlier node that refers to this one. */
  holder: fc.option(fc.record({ node: fc.nat(), edge: edgeKind }), { nil: undefined, freq: 5 }),
});
// Without bias, because these numbers are taken modulo something small.
const choice = fc.noBias(fc.nat(9999));
const looseEdge = fc.record({ from: choice, to: choice, edge: edgeKind });

const motifNames = [
  "ephemeron",
  "foreign ephemeron",
  "concatenation",
  "array elements",
  "map chain",
  "native context",
  "shape",
  "truncated strings",
  "string length",
  "cycle",
  "DOM tree",
  "event listener",
  "console",
] as const;
const motif = fc.record({
  motif: fc.constantFrom(...motifNames),
  a: choice,
  b: choice,
  c: choice,
  d: choice,
  edge: edgeKind,
});
type Motif = typeof motif extends fc.Arbitrary<infer T> ? T : never;

const rootEdges = fc.array(
  fc.record({ to: fc.nat(), type: fc.constantFrom("shortcut", "element", "element", "weak", "internal") }),
  { maxLength: 3 },
);

const heapSpec = fc.record({
  // "max": the length is uniform; by default small heaps, in which rules never meet, would be the most frequent.
  nodes: fc.array(nodeSpec, { maxLength: 21, size: "max" }),
  edges: fc.array(looseEdge, { maxLength: 24, size: "max" }),
  motifs: fc.array(motif, { maxLength: 6, size: "max" }),
  /** Node dumps have a user root; with `exposeInternals` there is none. */
  hasUserRoot: fc.oneof(
    { weight: 3, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  rootEdges,
  extraNativeBytes: fc.constantFrom(0, 0, 24),
});
type HeapSpec = typeof heapSpec extends fc.Arbitrary<infer T> ? T : never;

/** Heaps of 2 to 23 nodes and at most about three edges a node. A failing one prints itself as a drawing. */
export function arbitraryHeap(): fc.Arbitrary<PlainHeap> {
  return heapSpec.map(buildHeap);
}

/**
 * Two captures of one program: most objects are in both, some were replaced, resized, or changed their shape. What keeps
 * its id keeps its type and name, as in V8.
 */
export function arbitraryPair(): fc.Arbitrary<[base: PlainHeap, target: PlainHeap]> {
  const change = fc.record({
    node: fc.nat(),
    kind: fc.constantFrom("replace", "replace", "resize", "new property", "lose edges"),
    size,
    name: word,
  });
  return fc.tuple(arbitraryHeap(), fc.array(change, { maxLength: 8 })).map(([base, changes]) => {
    const target = clonePlainHeap(base);
    for (const { node: number, kind, size: selfSize, name } of changes) {
      const node = target.nodes[number % target.nodes.length]!;
      if (kind === "replace") node.id += 200;
      if (kind === "resize") node.selfSize = selfSize;
      if (kind === "new property")
        node.edges.push({ type: "property", name, to: number % target.nodes.length });
      if (kind === "lose edges" && number % target.nodes.length !== target.root) node.edges = [];
    }
    return [base, describeHeap(target)];
  });
}

/** How the file is written: every runtime's layout, sometimes without the field that seeds DOM states. */
export function arbitraryLayout(): fc.Arbitrary<SnapshotLayout> {
  const layouts: [name: string, layout: SnapshotLayout][] = [
    ...runtimeNames.map((runtime): [string, SnapshotLayout] => [runtime, layoutOf(runtime)]),
    ["node-24 timeline", layoutOf("node-24", { timeline: true })],
    ["node-18 without detachedness", withoutDetachedness(layoutOf("node-18"))],
  ];
  return fc.constantFrom(...layouts).map(([name, layout]) => describable({ ...layout }, () => name));
}

function buildHeap(spec: HeapSpec): PlainHeap {
  const root = plainNode({ type: "synthetic", name: "", id: 1 });
  const gcRoots = plainNode({ type: "synthetic", name: "(GC roots)", id: 3 });
  const taken = new Set([1, 3]);
  const nodes: PlainNode[] = [root, gcRoots];
  for (const node of spec.nodes) {
    const [type, names] = kinds[node.kind]!;
    let id = 2 * node.id + (type === "native" ? 0 : 1); // odd in V8's heap, even outside
    while (taken.has(id)) id += 2;
    taken.add(id);
    const hasLocation = type === "object" || type === "closure";
    nodes.push(
      plainNode({
        type,
        name: names[node.name % names.length]!,
        id,
        selfSize: node.size,
        detachedness: node.detachedness,
        location: hasLocation ? node.location : undefined,
      }),
    );
  }
  root.edges.push({ type: "element", name: 1, to: 1 });
  if (spec.hasUserRoot && nodes.length > 2) root.edges.push({ type: "shortcut", name: "2", to: 2 });
  spec.nodes.forEach(({ holder }, index) => {
    if (holder === undefined) return;
    // The earlier nodes are (GC roots) and those of the spec; the root itself holds only what `rootEdges` says.
    nodes[1 + (holder.node % (index + 1))]!.edges.push({ ...holder.edge, to: index + 2 });
  });
  for (const { from, to, edge } of spec.edges) {
    nodes[1 + (from % (nodes.length - 1))]!.edges.push({ ...edge, to: to % nodes.length });
  }
  for (const { to, type } of spec.rootEdges) {
    const target = to % nodes.length;
    if (root.edges.some((edge) => edge.to === target)) continue;
    // Only the user root of the spec may be one, so that half of the heaps have none at all.
    if (!spec.hasUserRoot && nodes[target]!.type !== "synthetic") continue;
    const position = root.edges.length + 1;
    root.edges.push({ type, name: type === "element" ? position : String(position), to: target });
  }
  for (const each of spec.motifs) if (nodes.length > 2) addMotif(nodes, each);
  labelEphemerons(nodes, spec.motifs);
  return describeHeap(plainHeap(nodes, { extraNativeBytes: spec.extraNativeBytes }));
}

/** One of the nodes that are neither the root nor (GC roots). */
function pick(nodes: PlainNode[], number: number): number {
  return 2 + (number % (nodes.length - 2));
}

function addMotif(nodes: PlainNode[], { motif, a, b, c, d, edge }: Motif): void {
  const [A, B, C, D] = [a, b, c, d].map((number) => pick(nodes, number)) as [number, number, number, number];
  const retype = (index: number, type: string, name: string): void => {
    Object.assign(nodes[index]!, { type, name, location: undefined });
  };
  const link = (from: number, type: string, name: string | number, to: number): void => {
    nodes[from]!.edges.push({ type, name, to });
  };
  switch (motif) {
    case "concatenation": {
      // The halves come later in the file, so that no text contains itself.
      if (A + 1 >= nodes.length || nodes[A]!.edges.some(({ name }) => name === "first" || name === "second"))
        return;
      retype(A, "concatenated string", "(concatenated string)");
      const later = (number: number) => A + 1 + (number % (nodes.length - A - 1));
      // Texts around the limit of 1,024 characters.
      if (d % 3 > 0) retype(later(b), "string", d % 3 === 1 ? long("v", 600) : long("w", 424));
      if (b % 8 !== 0) link(A, "internal", "first", later(b));
      if (c % 8 !== 0) link(A, "internal", "second", later(c));
      return;
    }
    case "array elements":
      retype(A, "object", "Array");
      if (A !== B) retype(B, "array", "(object elements)");
      link(A, "internal", "elements", B);
      link(B, "element", d % 8, C);
      return;
    case "map chain":
      link(A, "internal", "map", B);
      link(B, "internal", "map", C);
      link(C, "internal", "native_context", D);
      if (d % 2 === 0) retype(D, "hidden", "system / NativeContext");
      return;
    case "native context":
      retype(A, "hidden", a % 2 === 0 ? "system / NativeContext" : "system / NativeContext / https://b");
      link(A, "internal", "sloppy_function_map", B);
      return;
    case "shape":
      // The same properties on several plain objects make an interface.
      for (const index of [A, B, C]) {
        retype(index, "object", "Object");
        const first = d % propertyNames.length;
        for (const name of propertyNames.slice(first, first + 1 + (c % 5))) link(index, "property", name, D);
      }
      return;
    case "truncated strings":
      for (const index of [A, D]) {
        retype(index, "string", "t");
        nodes[index]!.selfSize ||= 24;
        link(index, "internal", "truncated", B);
      }
      retype(B, "number", "bool");
      retype(C, "string", d % 5 === 0 ? "false" : "true");
      link(B, "internal", "value", C);
      return;
    case "string length":
      link(A, "internal", d % 2 === 0 ? "length" : "hash", B);
      retype(B, "number", "int");
      retype(C, "string", d % 3 === 0 ? "1024" : "2000");
      link(B, "internal", "value", C);
      return;
    case "cycle":
      link(A, edge.type, edge.name, B);
      link(B, edge.type, edge.name, A);
      return;
    case "DOM tree":
      for (const index of [A, B, C]) retype(index, "native", "HTMLDivElement");
      nodes[A]!.detachedness = 1 + (d % 2);
      link(A, "element", 1, B);
      link(B, "element", 1, C);
      return;
    case "event listener":
      // Calls back a function, or an object that refers to one, or neither.
      retype(A, "native", "V8EventListener");
      link(A, d % 2 === 0 ? "element" : "shortcut", d % 2 === 0 ? 1 : "1", B);
      if (c % 3 > 0) link(c % 3 === 1 ? B : C, "internal", "code", D);
      link(B, edge.type, edge.name, C);
      return;
    case "console":
      // (GC roots) holds what the console showed; elsewhere such a name means nothing.
      link(b % 3 === 0 ? B : 1, d % 3 === 0 ? "shortcut" : "internal", `${c % 9} / DevTools console`, A);
      link(A, edge.type, edge.name, B);
      return;
    case "ephemeron":
    case "foreign ephemeron":
      return; // labelled below, when every node has its last name
  }
}

function labelEphemerons(nodes: PlainNode[], motifs: readonly Motif[]): void {
  if (nodes.length <= 2) return;
  for (const { motif, a, b, c, d } of motifs) {
    if (motif !== "ephemeron" && motif !== "foreign ephemeron") continue;
    const [table, key, value, other] = [a, b, c, d].map((number) => nodes[pick(nodes, number)]!) as [
      PlainNode,
      PlainNode,
      PlainNode,
      PlainNode,
    ];
    const label = ephemeronLabel(table, key, value);
    // A foreign label stands on an edge of a node that is neither table nor key.
    for (const source of motif === "ephemeron" ? [table, key] : [other]) {
      const name = `${source.edges.length + 1} / ${label}`;
      source.edges.push({ type: "internal", name, to: nodes.indexOf(value) });
    }
  }
}

/** Makes fast-check print a heap as a drawing. */
function describeHeap(heap: PlainHeap): PlainHeap {
  return describable(heap, () => `drawing of ${heap.nodes.length} nodes:\n${formatDrawing(heap)}\n`);
}

/** Says how fast-check prints a value. */
function describable<T extends object>(value: T, describe: () => string): T {
  return Object.defineProperty(value, fc.toStringMethod, { enumerable: false, value: describe });
}
