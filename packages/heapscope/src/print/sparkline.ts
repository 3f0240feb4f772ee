// The course of a number as a line of small bars: `▁▂▃▅▂▇`, by sparkly.

import sparkly from "sparkly";

type Range = readonly [from: number, to: number];

/** The last `width` values; `undefined` leaves a hole. Bars begin at zero. */
export function formatCounts(values: readonly (number | undefined)[], width: number): string {
  // Without a range sparkly would draw the middle.
  return draw(values, width, (_lowest, highest) => [0, Math.max(highest, 1)]);
}

/** What changes by less than this part of it is drawn as flat as it is. */
const FLAT = 0.05;

/** The last `width` sizes. Bars begin at the lowest, so that slow growth is seen. */
export function formatCourse(values: readonly (number | undefined)[], width: number): string {
  return draw(values, width, (lowest, highest) => {
    const margin = Math.max(0, highest * FLAT - (highest - lowest), 1) / 2;
    return [lowest - margin, highest + margin];
  });
}

function draw(
  values: readonly (number | undefined)[],
  width: number,
  rangeOf: (lowest: number, highest: number) => Range,
): string {
  const shown = width > 0 ? values.slice(-width) : [];
  const known = shown.filter((value) => value !== undefined);
  if (known.length === 0) return "";
  const [minimum, maximum] = rangeOf(Math.min(...known), Math.max(...known));
  return sparkly(
    shown.map((value) => value ?? Number.NaN),
    { minimum, maximum },
  ).trimEnd();
}
