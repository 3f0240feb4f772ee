/** Retaining paths, one a line: `(root) global → .cache cache → [0] entry`. */
import type { HeapPath } from "@heapscope/engine";
import { labelNodes, type Printable } from "./label.ts";

/** Prints one path, from the root's child to the object. */
export function printPath(given: Printable, path: HeapPath): string {
  const label = labelNodes(given);
  return path.map(({ edge, object }) => `${edge.description} ${label(object.node)}`).join(" → ");
}

/** Prints the paths to an object, shortest first. */
export function printPaths(given: Printable, node: number, limit?: number): string {
  const paths = given.snapshot.object(node).paths(limit);
  return paths.map((path) => printPath(given, path)).join("\n");
}
