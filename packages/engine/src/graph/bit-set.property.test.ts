import { runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { BitSet } from "./bit-set.ts";

it("holds what a Set of the same operations holds", () => {
  const operation = fc.tuple(fc.constantFrom("add" as const, "delete" as const), fc.nat());
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.array(operation, { maxLength: 100 }),
      (length, operations) => {
        const bits = new BitSet(length);
        const set = new Set<number>();
        for (const [kind, number] of operations) {
          bits[kind](number % length);
          set[kind](number % length);
        }
        expect(bits.size).toBe(set.size);
        for (let i = 0; i < length; i++) expect(bits.has(i)).toBe(set.has(i));
      },
    ),
    runParameters(500),
  );
});
