import { expect, test } from "vitest";
import { isExiting, parseStartTicks, readStartTime } from "./start-time.ts";

test("the start is found behind a name with spaces and brackets", () => {
  const stat =
    "10000 (a) (b c) S 9998 9998 29471 0 -1 4194304 5123 0 0 0 12 3 0 0 20 0 7 0 1291659 729989120 10096 1844 1 1 0 0";
  expect(parseStartTicks(stat)).toBe(1291659);
});

test("a process is ending from the moment the kernel has begun with it", () => {
  const stat = (state: string, flags: number): string =>
    `10000 (a) (b c) ${state} 9998 9998 29471 0 -1 ${flags} 5123 0 0 0 12 3 0 0 20 0 7 0 1291659 729989120 10096`;
  expect(isExiting(stat("S", 0x40_0000))).toBe(false);
  expect(isExiting(stat("T", 0x40_0000))).toBe(false);
  expect(isExiting(stat("R", 0x40_0104))).toBe(true);
  expect(isExiting(stat("D", 0x40_0004))).toBe(true);
  expect(isExiting(stat("Z", 0x40_0000))).toBe(true);
  expect(isExiting(stat("X", 0x40_0000))).toBe(true);
});

test("this process started when it says so", () => {
  const { startedAt, uptimeMs } = readStartTime("self");
  // Started before Node could look at a clock, but not long before.
  expect(uptimeMs).toBeGreaterThanOrEqual(Math.floor(process.uptime() * 1000) - 20);
  expect(Date.now() - startedAt.getTime()).toBeGreaterThanOrEqual(uptimeMs);
});
