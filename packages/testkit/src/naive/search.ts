/** What a search finds: nodes with a size, in order. */
import type { SearchPlace } from "@heapscope/engine";
import type { PlainHeap } from "../plain-heap.ts";
import { classNames } from "./classes.ts";
import { displayNames } from "./names.ts";
import { shallowSizes } from "./sizes.ts";

/** Node indexes, ascending. */
export function searchNodes(heap: PlainHeap, where: SearchPlace, test: RegExp): number[] {
  const names = displayNames(heap);
  const classes = classNames(heap);
  const shallow = shallowSizes(heap);
  return heap.nodes.flatMap(({ type, edges }, index) => {
    const isFound = {
      name: () => test.test(names[index]!),
      string: () => (type === "string" || type === "concatenated string") && test.test(names[index]!),
      property: () =>
        edges.some(
          (edge) => (edge.type === "property" || edge.type === "context") && test.test(String(edge.name)),
        ),
      class: () => test.test(classes[index]!),
    }[where];
    return shallow[index] !== 0 && isFound() ? [index] : [];
  });
}
