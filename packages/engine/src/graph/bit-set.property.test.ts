import { runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { BitSet, RankedSet } from "./bit-set.ts";

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

it("numbers its members in ascending order", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(300), { maxLength: 300 }), (numbers) => {
      const bits = new BitSet(301);
      for (const number of numbers) bits.add(number);
      const ranked = new RankedSet(bits);
      const sorted = numbers.toSorted((a, b) => a - b);
      expect(ranked.size).toBe(sorted.length);
      expect(sorted.map((number) => ranked.rankOf(number))).toEqual([...sorted.keys()]);
      const members: number[] = [];
      ranked.forEach((number) => members.push(number));
      expect(members).toEqual(sorted);
      for (let i = 0; i <= 300; i++) expect(ranked.has(i)).toBe(numbers.includes(i));
    }),
    runParameters(500),
  );
});
