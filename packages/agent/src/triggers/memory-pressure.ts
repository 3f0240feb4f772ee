// Captures when memory gets short. Looks four times a second at what costs microseconds to know; what counts is the lowest of the
// last looks, so that garbage which waits for its collection is no pressure. A bound that fired is armed again when its
// number has fallen by a tenth. Near V8's own limit two looks must do, since a process may have seconds left.

import v8 from "node:v8";
import type { AgentError } from "../api.ts";
import type { CaptureDesk, Trigger } from "../capture-desk.ts";
import type { MemorySettings } from "../config/settings.ts";
import { warning } from "../events.ts";

/** From a refusal to the next look, at least. */
const REST_MS = 5000;

/** A process may have half a second from its bound to its end. */
const SOON_MS = 50;
/** What the system says of a container costs more than the rest. */
const CONTAINER_MS = 1000;
export const NEAR = "";

/** What one look sees; bytes. */
export interface MemoryLook {
  /** Of the old generation, which is what has a limit that kills. */
  readonly heapUsed: number;
  readonly heapLimit: number;
  readonly rss: number;
  readonly external: number;
  /** Of the container, if it has a limit. */
  readonly container?: { readonly used: number; readonly limit: number } | undefined;
}

interface Bound {
  readonly name: string;
  readonly looks: number;
  readonly limit: number;
  measure(look: MemoryLook): number;
}

/** Decides, without timers. `now` in milliseconds, monotonic. */
export interface Pressure {
  /** The name of a bound that was crossed with this look; `NEAR`: that of the heap may be, look again soon. */
  cross(look: MemoryLook, now: number): string | undefined;
  /** Nothing could be captured: each bound that is crossed still says so again. */
  rearm(): void;
}

export function createPressure({ heap, rss, external, container, growth }: MemorySettings): Pressure {
  const all: Bound[] = [
    { name: "heap", looks: 2, limit: heap, measure: ({ heapUsed, heapLimit }) => heapUsed / heapLimit },
    {
      name: "rss",
      looks: 3,
      limit: rss,
      measure: (look) => (rss <= 1 ? look.rss / (look.container?.limit ?? Infinity) : look.rss),
    },
    { name: "external", looks: 3, limit: external, measure: (look) => look.external },
    {
      name: "container",
      looks: 3,
      limit: container,
      measure: (look) => (look.container ? look.container.used / look.container.limit : 0),
    },
  ];
  const bounds = all.filter(({ limit }) => limit > 0);
  const above = new Map<Bound, number>();
  const fired = new Set<Bound>();
  let until = Infinity;
  let low = Infinity;
  let lowBefore = Infinity;

  /** The lowest use of each half of the window against that of the half before. */
  const hasGrown = ({ heapUsed }: MemoryLook, now: number): boolean => {
    if (growth === undefined) return false;
    const half = growth.within / 2;
    if (until === Infinity) until = now + half;
    low = Math.min(low, heapUsed);
    if (now < until) return false;
    const isGrown = low - lowBefore >= growth.by;
    lowBefore = isGrown ? Infinity : low;
    low = Infinity;
    until = now + half;
    return isGrown;
  };

  return {
    cross(look, now) {
      let crossed: string | undefined;
      for (const bound of bounds) {
        const value = bound.measure(look);
        const count = value >= bound.limit ? (above.get(bound) ?? 0) + 1 : 0;
        above.set(bound, count);
        if (count === 1 && bound.name === "heap") crossed ??= NEAR;
        if (value < bound.limit * 0.9) fired.delete(bound);
        if (count < bound.looks || fired.has(bound)) continue;
        fired.add(bound);
        crossed = bound.name;
      }
      return hasGrown(look, now) ? (crossed ?? "growth") : crossed;
    },
    rearm: () => fired.clear(),
  };
}

/** `readContainer`: what the container uses and may use, or `undefined` without a limit. */
export function watchMemory(
  settings: MemorySettings,
  readContainer: () => MemoryLook["container"],
  desk: CaptureDesk,
): Trigger {
  const { times, every, recorder } = settings;
  const pressure = createPressure(settings);
  const heapLimit = findOldLimit(v8.getHeapStatistics().heap_size_limit, process.versions.node, flags());
  let left = times;
  let container: MemoryLook["container"];
  let readAt = -Infinity;
  let timer: NodeJS.Timeout;

  const look = (): void => {
    let nextMs = every;
    try {
      const now = performance.now();
      if (now - readAt >= CONTAINER_MS) {
        readAt = now;
        container = readContainer();
      }
      const { rss, external } = process.memoryUsage();
      const bound = pressure.cross({ heapUsed: measureOld(), heapLimit, external, rss, container }, now);
      if (bound === NEAR) {
        nextMs = SOON_MS;
      } else if (bound !== undefined) {
        const { error } = desk.capture({ recorder, label: `memory: ${bound}` }, "memory");
        if (error === undefined) {
          left -= 1;
        } else {
          // Refused, as in a cooldown: the pressure is still there afterwards.
          pressure.rearm();
          nextMs = Math.max(REST_MS, (error as AgentError).retryAfterMs ?? 0);
        }
      }
    } catch (error) {
      left = 0;
      desk.tell(warning(`memory is no longer watched: ${(error as Error).message}`));
    }
    if (left > 0) wait(nextMs);
  };
  const wait = (ms: number): void => {
    timer = setTimeout(look, ms).unref();
  };
  wait(every);
  return {
    describe: () => ({ active: left > 0, detail: `${times - left} of ${times} captures made` }),
    stop: () => clearTimeout(timer),
  };
}

/**
 * V8's `heap_size_limit` includes room for the young generation, 48 MB to 192 MB, which the objects that stay cannot use: with
 * --max-old-space-size=60 it says 108 MB or more, and the process dies at 60. `flags`: of the command line.
 */
export function findOldLimit(heapSizeLimit: number, version: string, flags: string): number {
  const MB = 2 ** 20;
  const old = Number(/--max[-_]old[-_]space[-_]size[= ](\d+)/.exec(flags)?.[1] ?? 0);
  if (old > 0) return old * MB;
  const major = Number.parseInt(version);
  const young = 3 * MB * (major < 24 ? 16 : major < 26 ? 64 : 32);
  // Small machines get a small one.
  return heapSizeLimit - Math.min(young, heapSizeLimit / 4);
}

function flags(): string {
  return `${process.env["NODE_OPTIONS"] ?? ""} ${process.execArgv.join(" ")}`;
}

function measureOld(): number {
  let old = 0;
  for (const { space_name: name, space_used_size: used } of v8.getHeapSpaceStatistics())
    if (!name.startsWith("new")) old += used;
  return old;
}
