import { describe, expect, it } from "vitest";
import type { MemorySettings } from "../config/settings.ts";
import { createPressure, findOldLimit, NEAR, type MemoryLook } from "./memory-pressure.ts";

const MB = 1e6;
const settings: MemorySettings = {
  heap: 0,
  rss: 0,
  external: 0,
  container: 0,
  every: 1000,
  times: 2,
  recorder: "heap-snapshot",
};
const look = (part: Partial<MemoryLook>): MemoryLook => ({
  heapUsed: 0,
  heapLimit: 1000 * MB,
  rss: 0,
  external: 0,
  ...part,
});

/** What crossed at each look, one a second; "" is nothing. */
function crossings(options: Partial<MemorySettings>, looks: readonly Partial<MemoryLook>[]): string[] {
  const pressure = createPressure({ ...settings, ...options });
  return looks.map((part, second) => pressure.cross(look(part), second * 1000) ?? "");
}
const heap = (...shares: number[]): Partial<MemoryLook>[] =>
  shares.map((share) => ({ heapUsed: share * 1000 * MB }));

describe("memory pressure", () => {
  it("is a heap near its limit, at two looks in a row", () => {
    expect(crossings({ heap: 0.85 }, heap(0.5, 0.9, 0.5, 0.9, 0.9))).toEqual(["", "", "", "", "heap"]);
  });

  it("fires once, and again only after a fall by a tenth", () => {
    const shares = [0.9, 0.9, 0.9, 0.84, 0.9, 0.9, 0.7, 0.9, 0.9];
    expect(crossings({ heap: 0.85 }, heap(...shares))).toEqual(["", "heap", "", "", "", "", "", "", "heap"]);
  });

  it("fires again when nothing could be captured", () => {
    const pressure = createPressure({ ...settings, heap: 0.85 });
    const cross = (): string | undefined => pressure.cross(look({ heapUsed: 900 * MB }), 0);
    expect([cross(), cross(), cross()]).toEqual([NEAR, "heap", undefined]);
    pressure.rearm();
    expect(cross()).toBe("heap");
  });

  it.each<[string, Partial<MemorySettings>, Partial<MemoryLook>]>([
    ["rss", { rss: 500 * MB }, { rss: 501 * MB }],
    ["rss", { rss: 0.5 }, { rss: 501 * MB, container: { used: 1, limit: 1000 * MB } }],
    ["external", { external: 500 * MB }, { external: 501 * MB }],
    ["container", { container: 0.9 }, { container: { used: 901, limit: 1000 } }],
  ])("is %s above its bound at three looks in a row", (name, options, part) => {
    expect(crossings(options, [part, part, part, part])).toEqual(["", "", name, ""]);
    expect(crossings(options, [part, part, {}, part, part])).toEqual(["", "", "", "", ""]);
  });

  it("knows no share of a container without a limit", () => {
    const part = { rss: 900 * MB };
    expect(crossings({ rss: 0.5, container: 0.9 }, [part, part, part])).toEqual(["", "", ""]);
  });

  const growth = { by: 50 * MB, within: 60_000 };
  const seconds = (count: number, used: (second: number) => number): Partial<MemoryLook>[] =>
    Array.from({ length: count }, (_, second) => ({ heapUsed: used(second) * MB }));

  it("is growth under a sawtooth: the lows rise", () => {
    const looks = seconds(70, (second) => 100 + (second % 10) * 30 + second * 2);
    expect(crossings({ growth }, looks).filter(Boolean)).toEqual(["growth"]);
  });

  it("is no sawtooth, however high, that comes back", () => {
    const looks = seconds(300, (second) => 100 + (second % 20) * 40);
    expect(crossings({ growth }, looks).filter(Boolean)).toEqual([]);
  });

  it("is no growth below the bound, nor one that has ended before the window", () => {
    expect(
      crossings(
        { growth },
        seconds(300, (second) => 100 + second * 0.5),
      ).filter(Boolean),
    ).toEqual([]);
    expect(
      crossings(
        { growth },
        seconds(300, (second) => (second < 5 ? 50 + second * 10 : 95)),
      ).filter(Boolean),
    ).toEqual([]);
  });

  it("fires again only a window later", () => {
    const looks = Array.from({ length: 9100 }, (_, second) => ({ heapUsed: second * MB }));
    const fired = crossings({ growth: { by: 100 * MB, within: 3_600_000 } }, looks).flatMap((name, second) =>
      name ? [second] : [],
    );
    expect(fired).toHaveLength(2);
    expect(fired[1]! - fired[0]!).toBeGreaterThan(3400);
  });
});

describe("the limit of the heap that kills", () => {
  const MiB = 2 ** 20;
  // What `v8.getHeapStatistics().heap_size_limit` says with these flags.
  it.each<[string, string, number, number]>([
    ["20.20.2", "--max-old-space-size=60", 108, 60],
    ["24.21.0", "--expose-gc --max_old_space_size=256", 448, 256],
    ["18.20.8", "", 4144, 4096],
    ["22.23.3", "", 4144, 4096],
    ["24.21.0", "", 4288, 4096],
    ["26.10.0", "", 4192, 4096],
    ["24.21.0", "", 268, 201],
  ])(
    "on Node %s with “%s” is what V8 says, %d, without the young generation: %d",
    (version, flags, says, limit) => {
      expect(findOldLimit(says * MiB, version, flags)).toBe(limit * MiB);
    },
  );
});
