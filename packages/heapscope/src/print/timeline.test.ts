import { expect, test } from "vitest";
import { joinIntervals } from "./timeline.ts";

const every50ms = (totalMs: number) =>
  Array.from({ length: totalMs / 50 }, (_, index) => ({ endMs: (index + 1) * 50, liveSize: 10 }));

test("the engine's intervals become as many as can be read, of whole seconds", () => {
  const joined = joinIntervals(every50ms(30_000), 30_000);
  expect(joined).toHaveLength(15);
  expect(joined[0]).toEqual({ fromMs: 0, toMs: 2000, size: 400, share: 1 });
  expect(joined.at(-1)).toMatchObject({ fromMs: 28_000, toMs: 30_000, size: 400 });
});

test("nothing is lost, however late an update comes", () => {
  const joined = joinIntervals([...every50ms(2000), { endMs: 2930, liveSize: 7 }], 2100);
  expect(joined.reduce((sum, { size }) => sum + size, 0)).toBe(40 * 10 + 7);
  expect(joined.at(-1)!.toMs).toBe(2100);
});

test("a recording that ended at once is one interval", () => {
  expect(joinIntervals([], 3)).toEqual([{ fromMs: 0, toMs: 3, size: 0, share: 0 }]);
  expect(joinIntervals([], 0)).toHaveLength(1);
});
