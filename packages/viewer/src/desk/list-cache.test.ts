import { CancelledError } from "@heapscope/engine";
import { describe, expect, it } from "vitest";
import { byteSizeOf, createListCache } from "./list-cache.ts";

describe("createListCache", () => {
  it("makes a value once, also for two who ask at the same time", async () => {
    const cache = createListCache();
    let made = 0;
    const make = (): Promise<number> => Promise.resolve(++made);
    expect(await Promise.all([cache.once("a", make), cache.once("a", make)])).toEqual([1, 1]);
    expect(await cache.once("a", make)).toBe(1);
  });

  it("makes it again for whoever waits when the one who began has cancelled, and passes on other errors", async () => {
    const cache = createListCache();
    const first = cache.once("a", () => Promise.reject(new CancelledError()));
    const second = cache.once("a", () => Promise.resolve("made"));
    await expect(first).rejects.toThrow(CancelledError);
    expect(await second).toBe("made");
    await expect(cache.once("b", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await cache.once("b", () => Promise.resolve(2))).toBe(2);
  });

  it("lets go what was used longest ago when it is too much, but never what came last", async () => {
    const cache = createListCache(2500);
    const list = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(1000));
    const a = await cache.once("a", list);
    const b = await cache.once("b", list);
    expect(await cache.once("a", list)).toBe(a);
    await cache.once("c", list);
    expect(await cache.once("a", list)).toBe(a);
    expect(await cache.once("b", list)).not.toBe(b);
    const large = await cache.once("large", () => Promise.resolve(new Uint8Array(1e6)));
    expect(await cache.once("large", list)).toBe(large);
    expect(cache.byteSize).toBe(1e6);
  });
});

describe("byteSizeOf", () => {
  it("counts typed arrays, texts and fields, believes what says its own size, and ends with circles", () => {
    expect(byteSizeOf(new Float64Array(100))).toBe(800);
    expect(byteSizeOf({ byteSize: 12, rows: new Uint8Array(9999) })).toBe(12);
    const circle: { self?: unknown; text: string } = { text: "x".repeat(100) };
    circle.self = circle;
    expect(byteSizeOf(circle)).toBeGreaterThan(200);
    expect(byteSizeOf(Array.from({ length: 100_000 }, () => "ab"))).toBeGreaterThan(800_000);
  });
});
