/**
 * The dominator tree as an indented list of `name retained (shallow)`, those that retain most first:
 *
 *     root 160 (0)
 *       global 160 (0)
 *         cache 132 (32)
 *           entry 100 (100)
 */
import { labelNodes, type Printable } from "./label.ts";

/** Prints the subtree of `from`, which is the root if not given. */
export function printDominators(given: Printable, from: number = given.snapshot.root.node): string {
  const { snapshot } = given;
  const label = labelNodes(given);
  const lines: string[] = [];
  const open: [node: number, depth: number][] = [[from, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, depth] = next;
    const object = snapshot.object(node);
    lines.push(`${"  ".repeat(depth)}${label(node)} ${object.retainedSize} (${object.shallowSize})`);
    for (const child of object.dominated().reverse()) open.push([child.node, depth + 1]);
  }
  return lines.join("\n");
}
