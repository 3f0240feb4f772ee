/**
 * Distances: steps from the user roots; for what they do not reach, 100,000,000 and the steps from the root; -5 for
 * what nothing reaches. A breadth-first search with a queue and DevTools' three exceptions.
 */
import type { PlainEdge, PlainHeap, PlainNode } from "../plain-heap.ts";
import { parseEphemeron } from "./ephemeron.ts";
import { findUserRoots } from "./roots.ts";

export const unreachable = -5;
export const systemDistance = 100_000_000;

/** Each node's distance. @param ignored nodes that no edge leads to */
export function distances(heap: PlainHeap, ignored: ReadonlySet<number> = new Set()): number[] {
  const result = heap.nodes.map(() => unreachable);
  const halfSeen = new Set<string>();
  const search = (queue: number[]): void => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const node = heap.nodes[next]!;
      for (const edge of node.edges) {
        if (edge.type === "weak" || result[edge.to] !== unreachable || ignored.has(edge.to)) continue;
        if (!counts(node, edge, halfSeen)) continue;
        result[edge.to] = result[next]! + 1;
        queue.push(edge.to);
      }
    }
  };
  const userRoots = findUserRoots(heap);
  for (const node of userRoots) result[node] = 1;
  search([...userRoots]);
  result[heap.root] = userRoots.length > 0 ? systemDistance : 0;
  search([heap.root]);
  return result;
}

/** The value of a WeakMap entry is as far away as the farther of table and key: the half met second counts. */
function counts(node: PlainNode, edge: PlainEdge, halfSeen: Set<string>): boolean {
  const isNativeContext = node.type === "hidden" && node.name === "system / NativeContext";
  if (isNativeContext && edge.name === "sloppy_function_map") return false;
  if (node.type === "array" && node.name === "(map descriptors)") {
    const index = Number.parseInt(String(edge.name), 10);
    return index < 2 || index % 3 !== 1;
  }
  const label = parseEphemeron(edge);
  if (label === undefined || halfSeen.delete(label.pair)) return true;
  halfSeen.add(label.pair);
  return false;
}
