/** Strings of equal content, as DevTools' "Duplicated strings" has them. */
import type { PlainHeap, PlainNode } from "../plain-heap.ts";
import { dominatedSets } from "./dominators.ts";
import { displayNames } from "./names.ts";
import { retainedSizes, shallowSizes } from "./sizes.ts";

export interface NaiveDuplicates {
  value: string;
  nodes: number[];
  shallowSize: number;
  retainedSize: number;
  /** The file says that the text goes on; members have the same length and hash. */
  markedTruncated: boolean;
}

/** Groups of two and more, those that retain most first; of equals, in order of the first member. */
export function duplicateStrings(heap: PlainHeap): NaiveDuplicates[] {
  const names = displayNames(heap);
  const shallow = shallowSizes(heap);
  const retained = retainedSizes(heap, dominatedSets(heap));
  const groups = new Map<string, NaiveDuplicates>();
  heap.nodes.forEach((node, index) => {
    const isString = node.type === "string" || node.type === "concatenated string";
    if (!isString || shallow[index] === 0 || isFlat(node, names)) return;
    const follow = (from: PlainNode | undefined, name: string) => {
      const edge = from?.edges.find((candidate) => candidate.type === "internal" && candidate.name === name);
      return edge === undefined ? undefined : heap.nodes[edge.to];
    };
    const value = (name: string, kind: string) => {
      const box = follow(node, name);
      return box?.type === "number" && box.name === kind ? follow(box, "value")?.name : undefined;
    };
    const markedTruncated = value("truncated", "bool") === "true";
    const parts = markedTruncated ? [toInteger(value("length", "int")), toInteger(value("hash", "int"))] : [];
    const key = JSON.stringify([markedTruncated, names[index], ...parts]);
    const empty = { value: names[index]!, nodes: [], shallowSize: 0, retainedSize: 0, markedTruncated };
    const group = groups.get(key) ?? empty;
    groups.set(key, group);
    group.nodes.push(index);
    group.shallowSize += shallow[index]!;
    group.retainedSize += retained[index]!;
  });
  const order = (group: NaiveDuplicates) => (group.markedTruncated ? 1 : 0);
  return [...groups.values()]
    .filter((group) => group.nodes.length > 1)
    .sort((a, b) => b.retainedSize - a.retainedSize || order(a) - order(b));
}

/** V8 flattened it: one half is the text, the other is empty. */
function isFlat(node: PlainNode, names: string[]): boolean {
  if (node.type !== "concatenated string") return false;
  return node.edges.some(
    ({ type, name, to }) =>
      type === "internal" && (name === "first" || name === "second") && names[to] === "",
  );
}

function toInteger(text: string | undefined): number | null {
  const value = Number.parseInt(text ?? "", 10);
  return Number.isNaN(value) ? null : value;
}
