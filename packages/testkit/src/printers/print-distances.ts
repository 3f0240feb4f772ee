/** Every node's distance, one a line, in node order. */
import { formatDistance, labelNodes, type Printable } from "./label.ts";

export function printDistances(given: Printable): string {
  const label = labelNodes(given);
  return Array.from(
    given.snapshot.distance,
    (distance, node) => `${label(node)} ${formatDistance(distance)}`,
  ).join("\n");
}
