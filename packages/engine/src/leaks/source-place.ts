/**
 * Where in the source an object comes from. V8 writes a location for closures (where they are written), for generators
 * (their function) and for objects (their constructor; a class without a constructor has the place of the class). From
 * those, this finds the places of what has none: bound functions, promises, and instances in files of runtimes that write
 * locations for functions only.
 *
 * A function's place is where its parameters begin: the bracket behind the name, or the arrow function's first character.
 * A class without a constructor of its own begins at the word `class`.
 *
 * Cost: O(references of the object); for a promise also its retainers, which are computed at first.
 */
import { EdgeType, NodeType } from "../graph/node-types.ts";
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import type { HeapObject } from "../heap-object.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { getEdgeName } from "../passes/edge-names.ts";
import type { SourceLocation } from "../passes/location-index.ts";

/** A location with the name that V8 knows the function by; minified code has minified names. */
export interface FunctionPlace extends SourceLocation {
  /** The function's name, or the class's; absent for anonymous functions. */
  readonly function?: string;
}

/** Bound functions of bound functions, shapes made from shapes: no sound heap has longer chains of them. */
const LONGEST_CHAIN = 1000;
/** Who refers to a promise is asked this often; promises that more wait for have been told by then. */
const MOST_RETAINERS = 1000;

/**
 * The place of an object: of a function itself, of the function that a timer, a generator, an async call or a bound function
 * runs, of the async function that settles a promise or else of the handler or function that waits for it, otherwise of the
 * constructor. `undefined` where the file does not tell, as for literals and the language's own classes.
 */
export function findPlace(object: HeapObject): FunctionPlace | undefined {
  const { snapshot, node } = object;
  const { graph } = snapshot;
  if (graph.nodeType[node] === NodeType.closure) return placeOfFunction(snapshot, node);
  if (graph.nodeType[node] !== NodeType.object) return locate(snapshot, node, "");
  const callback = findCallback(object);
  if (callback !== undefined) return placeOfFunction(snapshot, callback.node);
  const called = follow(graph, node, "function");
  if (called !== -1 && graph.nodeType[called] === NodeType.closure)
    return placeOfFunction(snapshot, called) ?? locate(snapshot, node, "");
  const own = snapshot.locations.locationOf(node);
  if (own !== undefined) return named(own, object.className);
  const reactions = follow(graph, node, "reactions_or_result");
  if (reactions !== -1 || object.name === "Promise") return placeOfPromise(snapshot, node, reactions);
  const constructor = findConstructor(graph, node);
  return constructor === -1 ? undefined : placeOfFunction(snapshot, constructor);
}

/** Where Node keeps the function that a timer calls. */
const CALLBACKS: Readonly<Record<string, string>> = { Timeout: "_onTimeout", Immediate: "_onImmediate" };

/** The function that a timer calls; `undefined` for all that is no timer of Node's. **Cost**: O(references). */
export function findCallback(object: HeapObject): HeapObject | undefined {
  const property = CALLBACKS[object.className];
  if (property === undefined) return undefined;
  const edge = object.edges().find(({ type, name }) => type === "property" && name === property);
  return edge?.to.type === "closure" ? edge.to : undefined;
}

function placeOfFunction(snapshot: HeapSnapshot, closure: NodeIndex): FunctionPlace | undefined {
  const { graph } = snapshot;
  let node = closure;
  for (let steps = 0; steps < LONGEST_CHAIN; steps++) {
    const place = locate(snapshot, node, snapshot.object(node).name);
    if (place !== undefined) return place;
    node = follow(graph, node, "bound_function");
    if (node === -1) return undefined;
  }
  return undefined;
}

function locate(snapshot: HeapSnapshot, node: NodeIndex, name: string): FunctionPlace | undefined {
  const location = snapshot.locations.locationOf(node);
  return location === undefined ? undefined : named(location, name);
}

function named(location: SourceLocation, name: string): FunctionPlace {
  return name === "" || name === "(anonymous)" ? location : { ...location, function: name };
}

/**
 * An async call refers to the promise that it will settle, a reaction to the promise that its handler will settle. Only if
 * nobody is known to settle it, what waits for it tells where it was used.
 */
function placeOfPromise(
  snapshot: HeapSnapshot,
  promise: NodeIndex,
  reactions: NodeIndex,
): FunctionPlace | undefined {
  const { retainers } = snapshot;
  const { firstRetainer } = retainers;
  const first = firstRetainer[promise];
  const end = Math.min(firstRetainer[promise + 1], first + MOST_RETAINERS);
  let handler: FunctionPlace | undefined;
  for (let row = first; row < end; row++) {
    const from = retainers.nodeOf(row);
    const place = placeOfCall(snapshot, from);
    if (place !== undefined) return place;
    if (isReaction(snapshot, from)) handler ??= placeOfReaction(snapshot, from);
  }
  if (handler !== undefined) return handler;
  return reactions !== -1 && isReaction(snapshot, reactions)
    ? placeOfReaction(snapshot, reactions)
    : undefined;
}

/** The place of a generator or of an async call that stands still. */
function placeOfCall(snapshot: HeapSnapshot, node: NodeIndex): FunctionPlace | undefined {
  const { graph } = snapshot;
  // Programs can name a property "function", too, but not hold registers.
  if (graph.nodeType[node] !== NodeType.object || follow(graph, node, "parameters_and_registers") === -1)
    return undefined;
  const called = follow(graph, node, "function");
  return called === -1 ? undefined : placeOfFunction(snapshot, called);
}

function isReaction(snapshot: HeapSnapshot, node: NodeIndex): boolean {
  return (
    snapshot.graph.nodeType[node] === NodeType.hidden &&
    snapshot.object(node).name === "system / PromiseReaction"
  );
}

/**
 * The handler; that of an `await` is V8's own and refers to the call, which is what waits, and that of `finally` refers to
 * the program's.
 */
function placeOfReaction(snapshot: HeapSnapshot, reaction: NodeIndex): FunctionPlace | undefined {
  const { graph } = snapshot;
  for (let edge = graph.firstEdge[reaction]; edge < graph.firstEdge[reaction + 1]; edge++) {
    const handler = graph.edgeTarget[edge];
    if (graph.nodeType[handler] !== NodeType.closure) continue;
    const place = placeOfFunction(snapshot, handler);
    if (place !== undefined) return place;
    const context = follow(graph, handler, "context");
    if (context === -1) continue;
    for (let held = graph.firstEdge[context]; held < graph.firstEdge[context + 1]; held++) {
      const to = graph.edgeTarget[held];
      const waiting =
        graph.nodeType[to] === NodeType.closure ? placeOfFunction(snapshot, to) : placeOfCall(snapshot, to);
      if (waiting !== undefined) return waiting;
    }
  }
  return undefined;
}

/** The constructor that an object's shape names. A shape made from another leads there by way of that one. */
function findConstructor(graph: HeapGraph, object: NodeIndex): NodeIndex {
  let shape = follow(graph, object, "map");
  for (let steps = 0; steps < LONGEST_CHAIN && shape !== -1; steps++) {
    const constructor = follow(graph, shape, "constructor");
    if (constructor !== -1) return graph.nodeType[constructor] === NodeType.closure ? constructor : -1;
    shape = follow(graph, shape, "back_pointer");
  }
  return -1;
}

/** What V8's own reference of this name leads to, or -1. */
function follow(graph: HeapGraph, from: NodeIndex, name: string): NodeIndex {
  const { firstEdge, edgeType, edgeTarget } = graph;
  for (let edge = firstEdge[from]; edge < firstEdge[from + 1]; edge++)
    if (edgeType[edge] === EdgeType.internal && getEdgeName(graph, edge) === name) return edgeTarget[edge];
  return -1;
}
