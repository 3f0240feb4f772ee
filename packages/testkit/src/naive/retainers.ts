/** Incoming edges, and the order in which DevTools' Retainers pane shows them. */
import type { PlainEdge, PlainHeap } from "../plain-heap.ts";
import { distances, unreachable } from "./distances.ts";
import { parseEphemeron } from "./ephemeron.ts";
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

/**
 * Nearest retainer first, then by its name, then the later edge first; weak edges and those of the root are left out.
 *
 * @param ignored nodes that are as if nothing referred to them: what cannot be reached then comes last, in its old order,
 *   and so does the other half of a WeakMap entry of which one half is lost
 */
export function retainersPane(
  heap: PlainHeap,
  node: number,
  ignored: ReadonlySet<number> = new Set(),
): (NaiveRetainer & { distance: number })[] {
  const names = displayNames(heap);
  const before = distances(heap);
  const after = ignored.size === 0 ? before : distances(heap, ignored);
  const incoming = incomingEdges(heap, node);
  const lostPairs = incoming
    .filter(({ from }) => ignored.size > 0 && after[from] === unreachable)
    .map(({ edge }) => parseEphemeron(edge)?.pair);
  const distanceOf = ({ from, edge }: NaiveRetainer): number => {
    const pair = parseEphemeron(edge)?.pair;
    if (pair !== undefined && lostPairs.includes(pair)) return lost;
    return after[from] === unreachable ? lost + Math.max(0, before[from]!) : after[from]!;
  };
  return incoming
    .filter(({ from, edge }) => edge.type !== "weak" && from !== heap.root)
    .map((retainer) => ({ ...retainer, distance: distanceOf(retainer) }))
    .sort((a, b) => {
      const [nameA, nameB] = [names[a.from]!, names[b.from]!];
      const byName = nameA < nameB ? -1 : nameA > nameB ? 1 : 0;
      return a.distance - b.distance || byName || b.index - a.index;
    });
}

/** The distance from which on rows are shown as unreachable. */
const lost = 200_000_000;
