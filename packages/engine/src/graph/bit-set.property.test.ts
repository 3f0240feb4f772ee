import { runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { BitSet } from "./bit-set.ts";

it("holds what a Set of the same additions holds", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.array(fc.nat(), { maxLength: 100 }),
      (length, numbers) => {
        const bits = new BitSet(length);
        const set = new Set<number>();
        for (const number of numbers) {
          bits.add(number % length);
          set.add(number % length);
        }
        for (let i = 0; i < length; i++) expect(bits.has(i)).toBe(set.has(i));
      },
    ),
    runParameters(500),
  );
});
