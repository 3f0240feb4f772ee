import { describe, expect, it } from "vitest";
import { createGate } from "./gate.ts";

const DAY = 86_400_000;

function draw(limits: Partial<Parameters<typeof createGate>[0]> = {}) {
  const time = { now: 0, clock: new Date("2026-11-23T12:00:00") };
  const gate = createGate(
    { cooldown: 1000, perDay: 3, ...limits },
    () => time.now,
    () => time.clock,
  );
  const capture = (trigger: "signal" | "code" = "signal"): string => {
    try {
      gate.enter(trigger);
    } catch (error) {
      return (error as { code: string }).code;
    }
    gate.leave(trigger);
    return "captured";
  };
  return { time, gate, capture };
}

describe("the gate", () => {
  it("lets in one at a time, whoever asks", () => {
    const { gate } = draw();
    gate.enter("signal");
    expect(() => gate.enter("code")).toThrow(expect.objectContaining({ code: "busy" }));
    gate.leave("signal");
    expect(() => gate.enter("code")).not.toThrow();
  });

  it("keeps triggers apart by the cooldown, counted from the end of the last capture", () => {
    const { time, gate, capture } = draw();
    gate.enter("signal");
    time.now = 5000;
    gate.leave("signal");
    time.now = 5999;
    expect(() => gate.enter("signal")).toThrow(
      expect.objectContaining({ code: "cooldown", retryAfterMs: 1 }),
    );
    // Those without limits start no cooldown either.
    expect(capture("code")).toBe("captured");
    time.now = 6000;
    expect(capture()).toBe("captured");
  });

  it("counts triggers of any 24 hours", () => {
    const { time, gate, capture } = draw();
    for (const start of [0, 10_000, 20_000]) {
      time.now = start;
      expect(capture()).toBe("captured");
    }
    time.now = 30_000;
    expect(capture()).toBe("rate-limit");
    expect(gate.describe()).toMatchObject({ usedToday: 3, perDay: 3 });
    time.now = DAY;
    expect(capture()).toBe("captured");
    expect(capture("code")).toBe("captured");
  });

  it.each([
    ["12:00", "11:30-12:30", "quiet-hours"],
    ["12:30", "11:30-12:30", "captured"],
    ["23:30", "22:00-05:30", "quiet-hours"],
    ["05:29", "22:00-05:30", "quiet-hours"],
    ["05:30", "22:00-05:30", "captured"],
  ])("at %s in quiet hours %s: %s", (at, hours, outcome) => {
    const [from, to] = hours.split("-").map((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
    const { time, capture } = draw({ quietHours: { from: from!, to: to! } });
    time.clock = new Date(`2026-11-23T${at}:00`);
    expect(capture()).toBe(outcome);
    expect(capture("code")).toBe("captured");
  });

  it("does not care when somebody sets the clock", () => {
    const { time, capture } = draw();
    expect(capture()).toBe("captured");
    time.clock = new Date("1999-01-01T00:00:00");
    expect(capture()).toBe("cooldown");
    time.clock = new Date("2036-01-01T00:00:00");
    expect(capture()).toBe("cooldown");
    time.now = 1000;
    expect(capture()).toBe("captured");
  });
});
