import { afterEach, expect, test } from "vitest";
import { spawnTarget, type SpawnedTarget } from "../../test/spawn-target.ts";
import { connectInspector } from "../inspector/inspector-session.ts";
import { evaluate } from "../inspector/target-facts.ts";
import { hasSettled, measureLiveSize } from "./live-size.ts";

const MB = 1e6;

test.each([
  ["nothing is known after one measurement", [20 * MB], false],
  ["a heap that stays has settled", [20 * MB, 20.1 * MB], true],
  ["a heap that shrinks has settled", [20 * MB, 15 * MB], true],
  ["the first growth may be a warm-up", [20 * MB, 25 * MB], false],
  ["growth that becomes less is a warm-up", [20 * MB, 30 * MB, 34 * MB], false],
  ["growth that becomes more is no steady state", [20 * MB, 21 * MB, 26 * MB], false],
  ["steady growth is a leak from the start, not a warm-up", [20 * MB, 25 * MB, 30.5 * MB], true],
  ["a small share of a large heap is nothing", [2000 * MB, 2010 * MB], true],
])("%s", (_, sizes, expected) => {
  expect(hasSettled(sizes)).toBe(expected);
});

let target: SpawnedTarget | undefined;
afterEach(async () => {
  await target?.kill();
});

test("what is alive is measured without garbage, with the buffers it holds", async () => {
  target = await spawnTarget("globalThis.kept = [];");
  const session = await connectInspector(target.webSocketUrl);
  const before = await measureLiveSize(session);
  await evaluate(session, "for (let i = 0; i < 2e5; i++) ({ garbage: [i] }); 0");
  expect(Math.abs((await measureLiveSize(session)) - before)).toBeLessThan(0.5 * MB);
  await evaluate(
    session,
    "kept.push(new Uint8Array(8e6).fill(1), Array.from({ length: 1e6 }, Math.random)); 0",
  );
  const after = await measureLiveSize(session);
  expect(after - before).toBeGreaterThan(8 * MB);
  await session.close();
});
