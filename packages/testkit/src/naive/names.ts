/** Display names. */
import type { PlainEdge, PlainHeap, PlainNode } from "../plain-heap.ts";

/** An edge as DevTools prints it: a shortcut whose name begins with an integer is that integer. */
export function edgeName(edge: PlainEdge): string | number {
  if (edge.type !== "shortcut") return edge.name;
  const index = Number.parseInt(String(edge.name), 10);
  return Number.isNaN(index) ? edge.name : index;
}

/** Each node's display name. Needs concatenated strings without cycles. */
export function displayNames(heap: PlainHeap): string[] {
  return heap.nodes.map((node) => {
    if (node.type === "concatenated string") return flatten(heap, node);
    return isPlainObject(node) ? describeProperties(node) : node.name;
  });
}

/** What interfaces apply to. */
export function isPlainObject(node: PlainNode): boolean {
  return node.type === "object" && node.name === "Object";
}

/** The properties of an object that describe its shape, in edge order. */
export function describingProperties(node: PlainNode): string[] {
  return node.edges
    .filter((edge) => edge.type === "property" && edge.name !== "__proto__")
    .map((edge) => String(edge.name));
}

/** A property as it stands in a class name. */
export function formatProperty(name: string): string {
  return /[,'"{}]/.test(name) ? JSON.stringify(name) : name;
}

/** The leaves from left to right until there are 1,024 characters. */
function flatten(heap: PlainHeap, node: PlainNode, before = ""): string {
  if (before.length >= 1024) return before;
  if (node.type !== "concatenated string") return before + node.name;
  const half = (name: string) => {
    const edge = node.edges.find((candidate) => candidate.type === "internal" && candidate.name === name);
    return heap.nodes[edge?.to ?? 0]!;
  };
  return flatten(heap, half("second"), flatten(heap, half("first"), before));
}

/** `{a, b, …, y, z}`: properties from the front and from the back in turn while they fit in 100 characters. */
function describeProperties(node: PlainNode): string {
  const rest = describingProperties(node).map(formatProperty);
  let front = "{";
  let back = "}";
  for (let fromBack = false; rest.length > 0; fromBack = !fromBack) {
    const next = fromBack ? rest.at(-1)! : rest[0]!;
    if (front.length > 1 && front.length + back.length + next.length > 100) break;
    if (fromBack) back = rest.pop()! + (back.length > 1 ? ", " : "") + back;
    else front += (front.length > 1 ? ", " : "") + rest.shift()!;
  }
  return front + (rest.length > 0 ? ", …" : "") + (back.length > 1 ? ", " : "") + back;
}
