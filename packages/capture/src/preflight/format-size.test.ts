import { expect, test } from "vitest";
import { formatCount, formatDuration, formatPause, formatSize } from "./format-size.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [99_950_000, "100 MB"],
  [1_234_567_890, "1.2 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test("counts have their thousands apart", () => {
  expect(formatCount(1_234_567.8)).toBe("1,234,568");
});

test.each([
  [10, 900, "less than 1 s"],
  [100, 4400, "up to 4 s"],
  [1600, 5000, "2–5 s"],
  [4600, 5400, "about 5 s"],
  [40_000, 190_000, "40 s–3 min"],
  [130_000, 400_000, "2–7 min"],
])("a pause of %d to %d ms is %s", (from, to, text) => {
  expect(formatPause({ from, to })).toBe(text);
});

test("a duration is no shorter than a second, and from two minutes on in minutes", () => {
  expect(formatDuration(3)).toBe("1 s");
  expect(formatDuration(119_000)).toBe("119 s");
  expect(formatDuration(120_000)).toBe("2 min");
});
