import { runPass } from "@heapscope/engine";
import { describe, expect, it } from "vitest";
import { rankTexts, sortByKeys, type SortKey } from "./sort-keys.ts";

/** A generator of numbers that are the same at each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

function sortSlowly(count: number, keys: readonly SortKey[]): number[] {
  return Array.from({ length: count }, (_, row) => row).sort((a, b) => {
    for (const { values, descending } of keys) {
      const left = values[a]!;
      const right = values[b]!;
      if (left !== right) return left < right === descending ? 1 : -1;
    }
    return a - b;
  });
}

describe("sortByKeys", () => {
  const special = [0, -0, 1, -1, 0.5, -5, 1e8, 2 ** 40, -(2 ** 52), Infinity, -Infinity, 4294967296];
  for (const count of [0, 1, 5, 4096, 4097, 20_000])
    it(`sorts ${count} rows as comparing does: by all keys, in both directions, equal ones as they were`, async () => {
      const draw = numbers(count);
      const values = Float64Array.from({ length: count }, () => special[draw(special.length)]!);
      const sizes = Float64Array.from({ length: count }, () => draw(100) * 8);
      for (const [first, second] of [
        [false, true],
        [true, false],
      ] as const) {
        const keys = [
          { values: sizes, descending: first },
          { values, descending: second },
        ];
        const order = await runPass("", sortByKeys(count, keys));
        expect(Array.from(order)).toEqual(sortSlowly(count, keys));
      }
    });
});

describe("rankTexts", () => {
  it("orders texts by their UTF-16 units and gives equal ones the same number, also with long common beginnings", async () => {
    const draw = numbers(7);
    const parts = ["a", "b", "", "\0", "\uffff", "\ud83d\ude00", "node_modules/", "ab"];
    const texts = Array.from({ length: 30_000 }, () =>
      Array.from({ length: draw(6) }, () => parts[draw(parts.length)]!).join(""),
    );
    const ranks = await runPass("", rankTexts(texts));
    const order = Array.from(texts.keys()).sort((a, b) => ranks[a]! - ranks[b]!);
    for (let i = 1; i < order.length; i++) {
      const before = order[i - 1]!;
      const after = order[i]!;
      expect(ranks[before]! < ranks[after]!).toBe(texts[before]! < texts[after]!);
    }
    expect(ranks.every((rank, i) => i === 0 || (rank === ranks[0]) === (texts[i] === texts[0]))).toBe(true);
  });

  it("has numbers for no text and for many that are all the same", async () => {
    expect(await runPass("", rankTexts([]))).toHaveLength(0);
    expect(new Set(await runPass("", rankTexts(Array.from({ length: 10_000 }, () => "Session")))).size).toBe(
      1,
    );
  });
});
