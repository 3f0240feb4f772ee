/** Incoming edges, and the order in which DevTools' Retainers pane shows them. */
import type { PlainEdge, PlainHeap } from "../plain-heap.ts";
import { distances, unreachable } from "./distances.ts";
import { displayNames } from "./names.ts";

export interface NaiveRetainer {
  from: number;
  edge: PlainEdge;
  /** Position of the edge in the file. */
  index: number;
}

/** All incoming edges of a node in file order. */
export function incomingEdges(heap: PlainHeap, node: number): NaiveRetainer[] {
  let index = 0;
  return heap.nodes
    .flatMap((source, from) => source.edges.map((edge) => ({ from, edge, index: index++ })))
    .filter(({ edge }) => edge.to === node);
}

/** Nearest retainer first, then by its name, then the later edge first; weak edges and those of the root are left out. */
export function retainersPane(heap: PlainHeap, node: number): NaiveRetainer[] {
  const names = displayNames(heap);
  const distance = distances(heap).map((steps) => (steps === unreachable ? 200_000_000 : steps));
  return incomingEdges(heap, node)
    .filter(({ from, edge }) => edge.type !== "weak" && from !== heap.root)
    .sort((a, b) => {
      const [nameA, nameB] = [names[a.from]!, names[b.from]!];
      const byName = nameA < nameB ? -1 : nameA > nameB ? 1 : 0;
      return distance[a.from]! - distance[b.from]! || byName || b.index - a.index;
    });
}
