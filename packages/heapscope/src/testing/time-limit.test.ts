import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { TimeLimit } from "./time-limit.ts";

const never = new Promise<never>(() => {});

it("does not wait for what never ends", async () => {
  const limit = new TimeLimit({ timeoutMs: 20 });
  await expect(limit.race(never)).rejects.toThrow("longer than the 20 ms of its timeoutMs");
  expect(() => limit.check()).toThrow("longer than the 20 ms");
  limit.end();
});

it("ends with the reason of the caller's signal, also one that was aborted before", async () => {
  const stop = new AbortController();
  const limit = new TimeLimit({ timeoutMs: Infinity, signal: stop.signal });
  const racing = limit.race(never);
  stop.abort(new Error("given up"));
  await expect(racing).rejects.toThrow("given up");
  const late = new TimeLimit({ timeoutMs: Infinity, signal: stop.signal });
  await expect(late.race(never)).rejects.toThrow("given up");
});

it("gives what is done in time, and tells no one later", async () => {
  const limit = new TimeLimit({ timeoutMs: 30 });
  expect(await limit.race(Promise.resolve(7))).toBe(7);
  limit.end();
  await sleep(40);
  expect(limit.signal.aborted).toBe(false);
});
