import { expect, test } from "vitest";
import { formatCounts, formatCourse } from "./sparkline.ts";

test("slow growth is seen, since bars begin at the lowest size", () => {
  expect(formatCourse([100e6, 105e6, 110e6, 115e6], 10)).toBe("▁▃▆█");
});

test("what hardly changes is drawn flat, and what does not in the middle", () => {
  expect(formatCourse([100e6, 100.1e6, 99.9e6], 10)).toMatch(/^[▄▅]{3}$/);
  expect(formatCourse([7, 7, 7], 10)).toBe("▄▄▄".replaceAll("▄", formatCourse([7], 1)));
  expect(formatCourse([0, 0], 10)).toHaveLength(2);
});

test("counts begin at zero", () => {
  expect(formatCounts([0, 4, 8], 10)).toBe("▁▄█");
  expect(formatCounts([0, 0], 10)).toBe("▁▁");
});

test("the latest values are shown, with holes where nothing is known", () => {
  expect(formatCounts([8, 8, 1, undefined, 8], 3)).toMatch(/^[▁▂] █$/);
  expect(formatCourse([1, undefined], 10)).toHaveLength(1);
  expect(formatCourse([undefined], 10)).toBe("");
  expect(formatCourse([1, 2], 0)).toBe("");
  expect(formatCourse([1, 2], -5)).toBe("");
});
