// Captures when memory gets short. Looks once a second at what costs microseconds to know; what counts is the lowest of the
// last looks, so that garbage which waits for its collection is no pressure. A bound that fired is armed again when its
// number has fallen by a tenth. Near V8's own limit two looks must do, since a process may have seconds left.

import v8 from "node:v8";
import type { AgentError } from "../api.ts";
import type { CaptureDesk, Trigger } from "../capture-desk.ts";
import type { MemorySettings } from "../config/settings.ts";
import { warning } from "../events.ts";

/** From a refusal to the next look, at least. */
const REST_MS = 5000;

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
  /** The name of a bound that was crossed with this look. */
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
  let past: { now: number; used: number }[] = [];

  /** The lowest use of the window's second half against that of its first. */
  const hasGrown = ({ heapUsed }: MemoryLook, now: number): boolean => {
    if (growth === undefined) return false;
    const { by, within } = growth;
    const last = past.at(-1);
    // A long window keeps sixty lows, not every look.
    if (last !== undefined && now - last.now < within / 60) last.used = Math.min(last.used, heapUsed);
    else past.push({ now, used: heapUsed });
    past = past.filter((look) => now - look.now <= within);
    const [first] = past;
    if (first === undefined || now - first.now < within * 0.95) return false;
    const lowest = (from: number, to: number): number =>
      Math.min(
        ...past.filter((look) => now - look.now >= from && now - look.now <= to).map(({ used }) => used),
      );
    if (lowest(0, within / 2) - lowest(within / 2, within) < by) return false;
    past = [];
    return true;
  };

  return {
    cross(look, now) {
      let crossed: string | undefined;
      for (const bound of bounds) {
        const value = bound.measure(look);
        const count = value >= bound.limit ? (above.get(bound) ?? 0) + 1 : 0;
        above.set(bound, count);
        if (value < bound.limit * 0.9) fired.delete(bound);
        if (count < bound.looks || fired.has(bound)) continue;
        fired.add(bound);
        crossed ??= bound.name;
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
  const { times, every, recorder, lastResort } = settings;
  const pressure = createPressure(settings);
  let left = times;
  let restUntil = 0;
  if (lastResort) armLastResort(desk);

  const heapLimit = findOldLimit(v8.getHeapStatistics().heap_size_limit, process.versions.node, flags());
  const look = (): void => {
    try {
      const now = performance.now();
      if (left === 0 || now < restUntil) return;
      const { rss, external } = process.memoryUsage();
      const bound = pressure.cross(
        { heapUsed: measureOld(), heapLimit, external, rss, container: readContainer() },
        now,
      );
      if (bound === undefined) return;
      const { error } = desk.capture({ recorder, label: `memory: ${bound}` }, "memory");
      if (error === undefined) {
        left -= 1;
      } else {
        // Refused, as in a cooldown: the pressure is still there afterwards.
        pressure.rearm();
        restUntil = now + Math.max(REST_MS, (error as AgentError).retryAfterMs ?? 0);
      }
    } catch (error) {
      clearInterval(timer);
      desk.tell(warning(`memory is not watched any longer: ${(error as Error).message}`));
    }
  };
  const timer = setInterval(look, every).unref();
  return {
    describe: () => ({ active: left > 0, detail: `${times - left} of ${times} captures made` }),
    stop: () => clearInterval(timer),
  };
}

function armLastResort(desk: CaptureDesk): void {
  if (Number(process.versions.node.split(".")[0]) >= 20) v8.setHeapSnapshotNearHeapLimit(1);
  else
    desk.tell(
      warning("memory.lastResort needs Node 20: older ones hang when they write a snapshot at their limit"),
    );
}

/**
 * V8's `heap_size_limit` includes room for the young generation, 48 MB to 192 MB, which the objects that stay cannot use: with
 * --max-old-space-size=60 it says 108 MB or more, and the process dies at 60. `flags`: of the command line.
 */
export function findOldLimit(heapSizeLimit: number, version: string, flags: string): number {
  const MB = 2 ** 20;
  const flag = (name: string): number =>
    Number(new RegExp(`--max[-_]${name}[-_]space[-_]size[= ](\\d+)`).exec(flags)?.[1] ?? 0);
  const old = flag("old");
  if (old > 0) return old * MB;
  const major = Number.parseInt(version);
  const young = 3 * MB * (flag("semi") || (major < 24 ? 16 : major < 26 ? 64 : 32));
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
