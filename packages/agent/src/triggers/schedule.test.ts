import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CaptureDesk } from "../capture-desk.ts";
import { followSchedule } from "./schedule.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the schedule", () => {
  it("captures after the warm-up, then in equal steps, then never", () => {
    const asked: object[] = [];
    const desk = { capture: (request: object) => asked.push(request) } as unknown as CaptureDesk;
    const trigger = followSchedule({ after: 600_000, every: 60_000, count: 2, threads: "main" }, desk);
    vi.advanceTimersByTime(599_999);
    expect(asked).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(asked).toEqual([{ threads: "main" }]);
    vi.advanceTimersByTime(60_000);
    expect(asked).toHaveLength(2);
    expect(trigger.describe()).toEqual({ active: false, detail: "2 of 2 captures asked for" });
    vi.advanceTimersByTime(10_000_000);
    expect(asked).toHaveLength(2);
  });

  it("ends with the agent", () => {
    const asked: object[] = [];
    const desk = { capture: (request: object) => asked.push(request) } as unknown as CaptureDesk;
    const trigger = followSchedule({ after: 1000, every: 1000, count: 5 }, desk);
    vi.advanceTimersByTime(1000);
    trigger.stop();
    vi.advanceTimersByTime(10_000);
    expect(asked).toHaveLength(1);
  });
});
