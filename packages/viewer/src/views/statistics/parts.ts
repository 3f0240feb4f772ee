/**
 * What a heap consists of, in parts that add up to the whole: DevTools' kinds, in the order of its pie. The kinds that DevTools
 * puts inside of others (typed arrays are native) are taken out of them, so that no byte counts twice.
 */
import type { Statistics } from "@heapscope/engine";

export type PartName = "code" | "strings" | "jsArrays" | "typedArrays" | "native" | "system" | "objects";

export interface Part {
  readonly name: PartName;
  readonly size: number;
}

/** All seven parts; those of size 0 too. Their sizes add up to `total`. */
export function partsOf({ total, native, v8heap }: Statistics): readonly Part[] {
  const { code, strings, jsArrays, system } = v8heap;
  return [
    { name: "code", size: code },
    { name: "strings", size: strings },
    { name: "jsArrays", size: jsArrays },
    { name: "typedArrays", size: native.typedArrays },
    { name: "native", size: native.total - native.typedArrays },
    { name: "system", size: system },
    { name: "objects", size: total - native.total - code - strings - jsArrays - system },
  ];
}

/** The largest of them. */
export function largestPart(parts: readonly Part[]): Part {
  return parts.reduce((largest, part) => (part.size > largest.size ? part : largest));
}
