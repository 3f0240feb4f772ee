/**
 * The orders of rows of objects, by DevTools' rules: what decides between equals, and that `__proto__` comes last.
 *
 * Nodes and references are sorted by columns of numbers (`sort-keys.ts`). Names become numbers first: each text that stands in the
 * file once is decoded once, no further than it is shown, a few thousand between two looks at the clock.
 */
import {
  CHECK_MASK,
  EdgeType,
  HeapEdge,
  NameKind,
  NodeType,
  runPass,
  type HeapSnapshot,
  type Pass,
  type RunOptions,
} from "@heapscope/engine";
import { LinkError, LONGEST_NAME, type Order } from "../protocol/index.ts";
import { pickRows, pickValues, rankTexts, sortByKeys, type SortKey } from "./sort-keys.ts";

/** Texts that are decoded between two yields. */
const TEXTS_AT_ONCE = 2048;

/** Nodes in an order of `name`, `id`, `distance`, `shallowSize`, `retainedSize`; by anything else, in their usual order. */
export async function orderNodes(
  snapshot: HeapSnapshot,
  nodes: Uint32Array,
  order: Order,
  run: RunOptions,
): Promise<Uint32Array> {
  return await runPass("sorting objects", sortNodes(snapshot, nodes, order), run);
}

function* sortNodes(
  snapshot: HeapSnapshot,
  nodes: Uint32Array,
  { by, descending }: Order,
): Pass<Uint32Array> {
  const column = function* (values: ArrayLike<number>, isDescending: boolean): Pass<SortKey> {
    return { values: yield* pickValues(values, nodes), descending: isDescending };
  };
  const { retainedSize, shallowSize, distance, graph } = snapshot;
  const byId = yield* column(graph.nodeId, false);
  let keys: SortKey[];
  if (by === "name" || by === "className")
    keys = [{ values: yield* rankNames(snapshot, nodes), descending }, byId];
  else if (by === "distance")
    keys = [yield* column(distance, descending), yield* column(retainedSize, true), byId];
  else if (by === "shallowSize") keys = [yield* column(shallowSize, descending), byId];
  else if (by === "id") keys = [{ ...byId, descending }];
  else keys = [yield* column(retainedSize, by === "retainedSize" ? descending : true), byId];
  const order = yield* sortByKeys(nodes.length, keys);
  return yield* pickRows(nodes, order);
}

/** References, each as a row of the object at its one end. */
export interface EdgeRows {
  readonly snapshot: HeapSnapshot;
  /** Row -> EdgeIndex. */
  readonly edges: Uint32Array;
  /** Row -> NodeIndex of the object that the row shows: what is referred to, or among retainers what refers. */
  readonly ends: Uint32Array;
  /** Row -> distance of that object, where it is another than in the snapshot. */
  readonly distance?: Float64Array;
}

/**
 * Positions of the rows in an order of `edge` (as DevTools, `name` means the same), `distance`, `shallowSize`, `retainedSize`,
 * `id`; by anything else, by retained size.
 */
export async function orderEdges(rows: EdgeRows, order: Order, run: RunOptions): Promise<Uint32Array> {
  return await runPass("sorting references", sortEdges(rows, order), run);
}

function* sortEdges(rows: EdgeRows, { by, descending }: Order): Pass<Uint32Array> {
  const { snapshot, edges, ends } = rows;
  const distance = rows.distance ?? (yield* pickValues(snapshot.distance, ends));
  const sizes = function* (values: Float64Array, isDescending: boolean): Pass<SortKey> {
    return { values: yield* pickValues(values, ends), descending: isDescending };
  };
  let keys: SortKey[];
  switch (by) {
    case "edge":
    case "name":
    case "className":
      keys = [yield* rankEdgeNames(rows, descending), yield* sizes(snapshot.retainedSize, true)];
      break;
    case "distance":
      keys = [
        { values: distance, descending },
        { values: yield* rankNames(snapshot, ends), descending: false },
      ];
      break;
    case "shallowSize":
      keys = [yield* sizes(snapshot.shallowSize, descending), yield* rankEdgeNames(rows, false)];
      break;
    case "id":
      keys = [{ values: yield* pickValues(snapshot.graph.nodeId, ends), descending }];
      break;
    default:
      keys = [
        yield* sizes(snapshot.retainedSize, by === "retainedSize" ? descending : true),
        yield* rankEdgeNames(rows, false),
      ];
  }
  return yield* sortByKeys(edges.length, keys);
}

/** The ranks of the nodes' names. Most nodes have the name that V8 gave them, which many share. */
function* rankNames(snapshot: HeapSnapshot, nodes: Uint32Array): Pass<Float64Array> {
  const { graph, names } = snapshot;
  const texts: string[] = [];
  const textOf = new Uint32Array(nodes.length);
  const textOfString = new Map<number, number>();
  /** Of names that are made, which many plain objects share. */
  const textOfName = new Map<string, number>();
  let made = 0;
  for (let i = 0; i < nodes.length; i++) {
    if ((i & CHECK_MASK) === 0) yield (i / nodes.length) * 0.3;
    const node = nodes[i]!;
    const type = graph.nodeType[node];
    // Plain objects and ropes are named for what they consist of, detached nodes for being that.
    const isRaw =
      type !== NodeType.consString &&
      (type !== NodeType.object || names.kind(node) !== NameKind.object) &&
      !names.isRenamed(node);
    const string = graph.nodeName[node]!;
    const known = isRaw ? textOfString.get(string) : undefined;
    if (known !== undefined) {
      textOf[i] = known;
      continue;
    }
    // Counted by rows: of many plain objects there are few texts, and each must be made to know that.
    if (made++ % TEXTS_AT_ONCE === 0) yield (i / nodes.length) * 0.3;
    const name = snapshot.object(node).nameStart(LONGEST_NAME);
    textOf[i] = textOfName.get(name) ?? texts.push(name) - 1;
    if (isRaw) textOfString.set(string, textOf[i]!);
    else textOfName.set(name, textOf[i]!);
  }
  const ranks = yield* rankTexts(texts);
  return yield* pickValues(ranks, textOf);
}

/** In front of all numbers that references have as names. */
const BEFORE_NUMBERS = -(2 ** 52);

/** The order of references by name, as DevTools has it: texts, then numbers; `__proto__` last in both directions. */
function* rankEdgeNames({ snapshot, edges }: EdgeRows, descending: boolean): Pass<SortKey> {
  const { graph, root } = snapshot;
  const texts: string[] = [];
  /** Row -> position of its text, plus 1; 0 for a number. */
  const textOf = new Uint32Array(edges.length);
  const textOfString = new Map<number, number>();
  const values = new Float64Array(edges.length);
  for (let i = 0; i < edges.length; i++) {
    if ((i & CHECK_MASK) === 0) yield (i / edges.length) * 0.3;
    const edge = edges[i]!;
    const type = graph.edgeType[edge];
    const isNumber = type === EdgeType.element || type === EdgeType.hidden || type === EdgeType.shortcut;
    const string = graph.edgeName[edge]!;
    const known = isNumber ? undefined : textOfString.get(string);
    if (known !== undefined) {
      textOf[i] = known;
      continue;
    }
    const name = new HeapEdge(snapshot, edge, root).nameStart(LONGEST_NAME);
    if (typeof name === "number") {
      values[i] = name;
      continue;
    }
    if (texts.length % TEXTS_AT_ONCE === 0) yield (i / edges.length) * 0.3;
    textOf[i] = texts.push(name);
    if (!isNumber) textOfString.set(string, textOf[i]!);
  }
  const ranks = yield* rankTexts(texts);
  const last = descending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  for (let i = 0; i < edges.length; i++) {
    if ((i & CHECK_MASK) === 0) yield 0.9;
    if (textOf[i] === 0) continue;
    const text = textOf[i]! - 1;
    values[i] = texts[text] === "__proto__" ? last : BEFORE_NUMBERS + ranks[text]!;
  }
  return { values, descending };
}

/** The order that was asked for, or the usual one; a `LinkError` for a field that the table's rows do not have. */
export function checkOrder(order: Order, fields: readonly string[]): void {
  if (fields.includes(order.by)) return;
  throw new LinkError(
    "bad-question",
    `This table cannot be sorted by that; it can be by ${fields.join(", ")}.`,
  );
}
