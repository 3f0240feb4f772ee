import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { spawnTarget } from "../../test/spawn-target.ts";
import { connectInspector } from "../inspector/inspector-session.ts";
import { evaluate } from "../inspector/target-facts.ts";
import { watchPause } from "./loop-pause.ts";

test("the longest time in which the event loop does not turn is told, and the timer ends itself", async () => {
  const target = await spawnTarget("");
  const session = await connectInspector(target.webSocketUrl);
  const watch = await watchPause(session);
  await evaluate(session, `{ const end = performance.now() + 120; while (performance.now() < end); }`);
  const pauseMs = await watch!.stop();
  expect(pauseMs).toBeGreaterThanOrEqual(119);
  await expect
    .poll(() =>
      evaluate(session, `process.getActiveResourcesInfo().filter((name) => name === "Timeout").length`),
    )
    .toBe(1); // the program's own
  await target.kill();
  await session.close();
});

test("a measurement that ends while Node is about to call its timer does no harm", async () => {
  // A hook of the program makes that moment long: it runs after a timer was chosen and before it is called.
  const target = await spawnTarget(`const word = new Int32Array(new SharedArrayBuffer(4));
    require("async_hooks").createHook({ before() { Atomics.wait(word, 0, 0, 3); } }).enable();`);
  const session = await connectInspector(target.webSocketUrl);
  for (let i = 0; i < 40; i++) {
    const watch = await watchPause(session);
    expect(watch).toBeDefined();
    await sleep(10 + (i % 10));
    await watch!.stop();
  }
  await sleep(50);
  expect(await evaluate(session, `process.getActiveResourcesInfo().length > 0`)).toBe(true);
  expect(target.child.exitCode).toBe(null);
  await target.kill();
  await session.close();
});
