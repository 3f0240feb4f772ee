/**
 * Names of references: as DevTools shows them, and as a person would write them in a path.
 */
import type { EdgeIndex, HeapGraph } from "../graph/heap-graph.ts";
import { EdgeType } from "../graph/node-types.ts";

/**
 * DevTools' name of an edge: a number for elements, hidden edges and shortcuts that are numbers, otherwise a text.
 * **Cost**: decodes the name.
 */
export function getEdgeName(graph: HeapGraph, edge: EdgeIndex): string | number {
  const type = graph.edgeType[edge];
  const name = graph.edgeName[edge];
  if (type === EdgeType.element || type === EdgeType.hidden) return name;
  const text = graph.strings.get(name);
  if (type !== EdgeType.shortcut) return text;
  const number = Number.parseInt(text, 10);
  return Number.isNaN(number) ? text : number;
}

/** The first `length` UTF-16 units of the name of an edge, or its number. **Cost**: O(length), whatever the name's. */
export function getEdgeNameStart(graph: HeapGraph, edge: EdgeIndex, length: number): string | number {
  const type = graph.edgeType[edge];
  return type === EdgeType.element || type === EdgeType.hidden || type === EdgeType.shortcut
    ? getEdgeName(graph, edge)
    : graph.strings.getPart(graph.edgeName[edge], 0, length);
}

const EPHEMERON_KEY = / \/ part of key \((?<key>.*? @\d+)\) -> value \(/;

/**
 * The reference as a person would write it: `.name`, `["a b"]`, `[3]`, `(closure scope).name`; for V8's own references
 * `(elements)`, and for the value of a `WeakMap` entry its key. **Cost**: decodes the name.
 */
export function describeEdge(graph: HeapGraph, edge: EdgeIndex): string {
  const name = getEdgeName(graph, edge);
  switch (graph.edgeType[edge]) {
    case EdgeType.property:
      return typeof name === "number" || !/^[\p{ID_Start}$_#][\p{ID_Continue}$]*$/u.test(name)
        ? `[${JSON.stringify(name)}]`
        : `.${name}`;
    case EdgeType.element:
      return `[${name}]`;
    case EdgeType.context:
      return `(closure scope).${name}`;
    case EdgeType.internal: {
      const key = EPHEMERON_KEY.exec(String(name))?.groups?.["key"];
      return key === undefined ? `(${name})` : `(WeakMap value of ${key})`;
    }
    case EdgeType.hidden:
      return `(internal ${name})`;
    case EdgeType.shortcut:
      return "(root)";
    default:
      return `(${name})`;
  }
}
