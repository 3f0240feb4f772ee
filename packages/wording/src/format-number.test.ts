import { describe, expect, it } from "vitest";
import {
  formatCount,
  formatDistance,
  formatPercent,
  formatQuantity,
  formatRate,
  formatSigned,
  formatSize,
} from "./format-number.ts";

describe("formatSize", () => {
  it("uses DevTools' decimal units, with one decimal below 100", () => {
    const sizes = [
      0, 64, 999, 1000, 1250, 99_949, 99_950, 812_345, 999_499, 999_500, 12_345_678, 123_456_789,
    ];
    expect(sizes.map(formatSize)).toEqual([
      "0 B",
      "64 B",
      "999 B",
      "1.0 kB",
      "1.3 kB",
      "99.9 kB",
      "100 kB",
      "812 kB",
      "999 kB",
      "1.0 MB",
      "12.3 MB",
      "123 MB",
    ]);
  });

  it("goes on to gigabytes, and never shows 1000 of a unit", () => {
    expect(formatSize(999_499_999)).toBe("999 MB");
    expect(formatSize(999_500_000)).toBe("1.0 GB");
    expect(formatSize(123_456_789_012)).toBe("123 GB");
  });

  it("writes a loss with a minus sign", () => {
    expect(formatSize(-2048)).toBe("−2.0 kB");
  });
});

describe("counts", () => {
  it("group their digits", () => {
    expect([0, 999, 1000, 1234567, -1234].map(formatCount)).toEqual([
      "0",
      "999",
      "1,000",
      "1,234,567",
      "−1,234",
    ]);
  });

  it("say what is counted, in the singular for one", () => {
    expect(formatQuantity(1, "object")).toBe("1 object");
    expect(formatQuantity(2000, "object")).toBe("2,000 objects");
    expect(formatQuantity(2, "entry", "entries")).toBe("2 entries");
  });

  it("carry a sign where they are differences", () => {
    expect([5, 0, -5].map((value) => formatSigned(value, formatCount))).toEqual(["+5", "0", "−5"]);
  });
});

describe("formatPercent", () => {
  it("rounds to whole percents, and an empty whole has no parts", () => {
    expect(formatPercent(1, 3)).toBe("33 %");
    expect(formatPercent(0, 0)).toBe("0 %");
  });
});

describe("formatDistance", () => {
  it("shows a dash for objects that no GC root of the program reaches", () => {
    expect([-5, 0, 1, 1200, 99_999_999, 100_000_000, 100_000_003].map(formatDistance)).toEqual([
      "−",
      "0",
      "1",
      "1,200",
      "99,999,999",
      "−",
      "−",
    ]);
  });
});

describe("formatRate", () => {
  it("tells fast and slow growth in the time in which it comes to something", () => {
    expect([5_200_000, -1500, 340_000 / 60, 2_000_000 / 3600, -30_000 / 3600].map(formatRate)).toEqual([
      "+5.2 MB/s",
      "−1.5 kB/s",
      "+5.7 kB/s",
      "+33.3 kB/min",
      "−30.0 kB/h",
    ]);
  });

  it("calls less than a kilobyte an hour nothing", () => {
    expect([0, 0.2, -0.2].map(formatRate)).toEqual(["0 B/s", "0 B/s", "0 B/s"]);
  });
});
