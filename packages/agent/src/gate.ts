// Whether a capture may start now: one at a time, not too soon after the last, not too often a day, not in quiet hours.
// Intervals are measured by a clock that nobody can set; only quiet hours ask what time it is.

import type { AgentStatus, TriggerName } from "./api.ts";
import { Refusal } from "./agent-error.ts";
import type { LimitSettings } from "./config/settings.ts";

const DAY_MS = 86_400_000;

export interface Gate {
  /** Throws a `Refusal`, or counts the capture. */
  enter(trigger: TriggerName): void;
  /** The end of what entered. */
  leave(trigger: TriggerName): void;
  describe(): AgentStatus["limits"];
}

/** `now` is monotonic milliseconds, `clock` the time of day; both for tests. */
export function createGate(
  { cooldown, perDay, quietHours }: LimitSettings,
  now: () => number = () => performance.now(),
  clock: () => Date = () => new Date(),
): Gate {
  let isBusy = false;
  let coolAt = -Infinity;
  let starts: number[] = [];

  /** Who can run code here needs no limits, and a person at the terminal knows what they do. */
  const isFree = (trigger: TriggerName): boolean => trigger === "code" || trigger === "control";
  const recent = (): number[] => (starts = starts.filter((start) => now() - start < DAY_MS));
  /** How long limits still forbid a capture. */
  const waitMs = (): number => {
    const [oldest] = recent();
    const dayMs = starts.length >= perDay && oldest !== undefined ? oldest + DAY_MS - now() : 0;
    return Math.max(0, coolAt - now(), dayMs);
  };

  return {
    enter(trigger) {
      if (isBusy) throw new Refusal("busy", "another capture is under way", 5000);
      if (!isFree(trigger)) {
        const wait = Math.ceil(waitMs());
        if (recent().length >= perDay)
          throw new Refusal("rate-limit", `there were ${perDay} captures within a day (limits.perDay)`, wait);
        if (wait > 0)
          throw new Refusal(
            "cooldown",
            `the next capture may start in ${Math.ceil(wait / 1000)} s (limits.cooldown)`,
            wait,
          );
        if (quietHours !== undefined && isWithin(clock(), quietHours))
          throw new Refusal("quiet-hours", "these are quiet hours (limits.quietHours)");
        starts.push(now());
      }
      isBusy = true;
    },
    leave(trigger) {
      isBusy = false;
      if (!isFree(trigger)) coolAt = now() + cooldown;
    },
    describe() {
      const wait = waitMs();
      const usedToday = recent().length;
      return {
        usedToday,
        perDay,
        ...(wait > 0 ? { nextAllowedAt: new Date(Date.now() + wait).toISOString() } : {}),
      };
    },
  };
}

function isWithin(time: Date, { from, to }: { from: number; to: number }): boolean {
  const minute = time.getHours() * 60 + time.getMinutes();
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
