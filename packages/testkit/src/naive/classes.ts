/** Class names, the interfaces that stand in for `Object`, and the keys by which classes are told apart. */
import type { PlainHeap, PlainNode } from "../plain-heap.ts";
import { describingProperties, formatProperty, isPlainObject } from "./names.ts";

/** A shape that plain objects are named for. */
export interface InterfaceDefinition {
  name: string;
  properties: string[];
}

/** The shapes that at least two plain objects, and one in a thousand, begin with; the most frequent first. */
export function inferInterfaces(heap: PlainHeap): InterfaceDefinition[] {
  const plain = heap.nodes.filter(isPlainObject);
  const candidates = new Map<string, InterfaceDefinition & { count: number }>();
  for (const node of plain) {
    const properties: string[] = [];
    let name = "{";
    for (const property of describingProperties(node)) {
      const formatted = formatProperty(property);
      if (name.length > 1 && name.length + formatted.length > 120) break;
      name += (name.length > 1 ? ", " : "") + formatted;
      properties.push(property);
    }
    if (properties.length === 0) continue;
    const candidate = candidates.get(name) ?? { name: `${name}}`, properties, count: 0 };
    candidate.count++;
    candidates.set(name, candidate);
  }
  return [...candidates.values()]
    .filter((candidate) => candidate.count >= Math.max(2, plain.length / 1000))
    .sort((a, b) => b.count - a.count);
}

/** Each node's class. @param interfaces those of the other snapshot when two are compared */
export function classNames(
  heap: PlainHeap,
  interfaces: InterfaceDefinition[] = inferInterfaces(heap),
): string[] {
  return heap.nodes.map((node) => (isPlainObject(node) ? matchInterface(node, interfaces) : classOf(node)));
}

/** Keys of classes: objects of one name from different places are different classes. */
export function classKeys(heap: PlainHeap, names: string[] = classNames(heap)): string[] {
  return heap.nodes.map(({ type, location }, node) =>
    type === "object" && location !== undefined
      ? `${location.scriptId},${location.line},${location.column},${names[node]}`
      : `,${names[node]}`,
  );
}

function classOf(node: PlainNode): string {
  switch (node.type) {
    case "hidden":
      return "(system)";
    case "code":
      return "(compiled code)";
    case "closure":
      return "Function";
    case "regexp":
      return "RegExp";
    case "object":
    case "native":
      // `<div id="a">` -> `<div>`
      return node.name.replace(/^(<[^ ]*|Detached <[^ ]*) .*$/su, "$1>");
    default:
      return `(${node.type})`;
  }
}

/** The definition with the most properties that the object has all of; of equals, the first. */
function matchInterface(node: PlainNode, interfaces: InterfaceDefinition[]): string {
  const own = node.edges.filter((edge) => edge.type === "property").map((edge) => String(edge.name));
  const fits = interfaces.filter(({ properties }) =>
    properties.every((property) => count(own, property) >= count(properties, property)),
  );
  const most = Math.max(...fits.map((definition) => definition.properties.length));
  return fits.find((definition) => definition.properties.length === most)?.name ?? "Object";
}

function count(list: string[], word: string): number {
  return list.filter((candidate) => candidate === word).length;
}
