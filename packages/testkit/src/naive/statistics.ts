/** The pie chart of DevTools' Statistics. */
import type { PlainHeap } from "../plain-heap.ts";
import { shallowSizes, totalSize } from "./sizes.ts";

export interface NaiveStatistics {
  total: number;
  native: { total: number; typedArrays: number };
  v8heap: { total: number; code: number; strings: number; jsArrays: number; system: number };
}

export function statistics(heap: PlainHeap): NaiveStatistics {
  const shallow = shallowSizes(heap);
  const sum = (belongs: (index: number) => boolean) =>
    shallow.reduce((total, size, index) => (belongs(index) ? total + size : total), 0);
  const typeOf = (index: number) => heap.nodes[index]!.type;
  const nameOf = (index: number) => heap.nodes[index]!.name;
  const strings = ["string", "concatenated string", "sliced string"];
  const elsewhere = ["hidden", "native", "code", ...strings];
  const arrays = heap.nodes.flatMap((_node, index) =>
    nameOf(index) === "Array" && !elsewhere.includes(typeOf(index)) ? [index] : [],
  );
  const total = totalSize(heap);
  const native = heap.extraNativeBytes + sum((index) => typeOf(index) === "native");
  return {
    total,
    native: {
      total: native,
      typedArrays: sum(
        (index) => typeOf(index) === "native" && nameOf(index) === "system / JSArrayBufferData",
      ),
    },
    v8heap: {
      total: total - native,
      code: sum((index) => typeOf(index) === "code"),
      strings: sum((index) => strings.includes(typeOf(index))),
      jsArrays: arrays.reduce((size, array) => size + shallow[array]! + elementsOf(heap, array, shallow), 0),
      system: sum((index) => typeOf(index) === "hidden"),
    },
  };
}

/** The size of an array's elements when nothing else refers to them. */
function elementsOf(heap: PlainHeap, array: number, shallow: number[]): number {
  const edge = heap.nodes[array]!.edges.find(({ type, name }) => type === "internal" && name === "elements");
  if (edge === undefined) return 0;
  const referrers = heap.nodes.flatMap((node) => node.edges).filter(({ to }) => to === edge.to).length;
  return referrers === 1 ? shallow[edge.to]! : 0;
}
