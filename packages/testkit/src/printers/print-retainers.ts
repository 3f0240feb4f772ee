/** The Retainers pane of one object: `cache property:"entry" at 2`, in the engine's order. */
import { formatDistance, labelNodes, type Printable } from "./label.ts";

export function printRetainers(given: Printable, node: number): string {
  const label = labelNodes(given);
  return given.snapshot
    .object(node)
    .retainers()
    .map(({ from, type, name }) => {
      const distance = formatDistance(from.distance);
      return `${label(from.node)} ${type}:${JSON.stringify(name)} at ${distance}`;
    })
    .join("\n");
}
