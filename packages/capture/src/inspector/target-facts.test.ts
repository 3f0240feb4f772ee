import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { startFakeInspector, unknownCommand } from "../../test/fake-inspector.ts";
import type { FakeInspector } from "../../test/fake-inspector.ts";
import { spawnTarget } from "../../test/spawn-target.ts";
import type { SpawnedTarget } from "../../test/spawn-target.ts";
import { connectInspector } from "./inspector-session.ts";
import { evaluate, readNodeVersion, readTargetFacts } from "./target-facts.ts";
import type { TargetFacts } from "./target-facts.ts";
import { openThreads } from "./threads.ts";

let target: SpawnedTarget;
beforeAll(async () => {
  target = await spawnTarget(`process.title = "shop";
    new (require("worker_threads").Worker)("setInterval(() => {}, 1000)", { eval: true });`);
});
afterAll(() => target.kill());

let fake: FakeInspector | undefined;
afterEach(() => {
  fake?.close();
  fake = undefined;
});

/** The facts of a target that answers like this to evaluate, and like that to `Runtime.getHeapUsage`. */
async function factsFrom(value: unknown, usage: object = unknownCommand): Promise<TargetFacts> {
  fake = await startFakeInspector((method) =>
    method === "Runtime.evaluate" ? { result: { result: { type: "object", value } } } : usage,
  );
  const session = await connectInspector(fake.url);
  try {
    return await readTargetFacts(session);
  } finally {
    await session.close();
  }
}

test("Node tells all about itself and its heap in one answer", async () => {
  const session = await connectInspector(target.webSocketUrl);
  await vi.waitUntil(() => evaluate(session, "process.title === 'shop'"));
  const facts = await readTargetFacts(session);
  expect(facts).toMatchObject({
    runtime: "node",
    version: process.version,
    nodeVersion: process.version,
    v8Version: process.versions.v8,
    pid: target.pid,
    threadId: 0,
    title: "shop",
    memoryLimit: undefined,
  });
  expect(facts.args[0]).toBe(process.execPath);
  expect(facts.args).toContain("--inspect=127.0.0.1:0");
  expect(facts.statistics["used_heap_size"]).toBe(facts.heapUsed);
  expect(facts.statistics["heap_size_limit"]).toBe(facts.heapLimit);
  expect(facts.usage["rss"]).toBe(facts.residentSize);
  expect(facts.spaces.find(({ name }) => name === "old_space")!.used).toBeGreaterThan(100_000);
  expect(facts.machineFree).toBeGreaterThan(1_000_000);
  await session.close();
});

test("a worker tells about its own heap", async () => {
  const session = await connectInspector(target.webSocketUrl);
  const threads = await openThreads(session);
  const worker = await vi.waitUntil(() => threads.current()[1]);
  const [main, facts] = [await readTargetFacts(session), await readTargetFacts(worker.session)];
  expect(facts).toMatchObject({ runtime: "node", pid: target.pid, threadId: 1 });
  expect(facts.heapUsed).not.toBe(main.heapUsed);
  expect(facts.spaces.length).toBe(main.spaces.length);
  await threads.close();
  await session.close();
});

test("a program that has replaced the functions of its runtime loses only what they would have told", async () => {
  const patched = await spawnTarget(`process.memoryUsage = () => { throw new Error("no"); };
    require("v8").getHeapSpaceStatistics = () => [null, 7, { space_name: 8 }, { space_name: "x", space_size: "9" }];
    process.uptime = () => NaN; process.title = ""; process.argv = 5;`);
  const session = await connectInspector(patched.webSocketUrl);
  await vi.waitUntil(() => evaluate(session, "process.argv === 5"));
  const facts = await readTargetFacts(session);
  expect(facts).toMatchObject({
    pid: patched.pid,
    residentSize: undefined,
    usage: {},
    spaces: [],
    uptime: undefined,
    title: undefined,
  });
  expect(facts.heapUsed).toBe(facts.statistics["used_heap_size"]);
  await session.close();
  await patched.kill();
});

test("a page has a heap, but no process", async () => {
  const page = {
    browser: "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/156.0.1.2 Safari/537.36",
    pageLimit: 4e9,
  };
  const facts = await factsFrom(page, { result: { usedSize: 2_000_000, totalSize: 3_000_000 } });
  expect(facts).toMatchObject({
    runtime: "chromium",
    version: "156.0.1.2",
    nodeVersion: undefined,
    pid: undefined,
    heapUsed: 2_000_000,
    heapTotal: 3_000_000,
    heapLimit: 4e9,
    residentSize: undefined,
    spaces: [],
  });
});

test("a runtime that pretends to be Node is told apart", async () => {
  const usage = { heapUsed: 1, heapTotal: 2 };
  const node = "v24.0.0";
  expect(await factsFrom({ deno: "2.9.6", node, usage })).toMatchObject({
    runtime: "deno",
    version: "2.9.6",
    nodeVersion: undefined,
  });
  fake!.close();
  expect(await factsFrom({ bun: "1.4.5", node, statistics: {}, usage })).toMatchObject({
    runtime: "bun",
    version: "1.4.5",
  });
  fake!.close();
  expect(await factsFrom({ electron: "40.0.0", node, statistics: {}, usage })).toMatchObject({
    runtime: "electron",
    version: "40.0.0",
    nodeVersion: node,
  });
});

test.each([
  undefined,
  null,
  7,
  "text",
  [1, 2],
  {},
  { node: 5, usage: [], statistics: "x", spaces: {}, args: { length: 9 }, pid: "1", uptime: -1 },
])("from an answer like %j nothing is believed", async (value) => {
  const facts = await factsFrom(value, { result: { usedSize: "many" } });
  expect(facts).toMatchObject({ runtime: "other", version: undefined, pid: undefined, heapUsed: 0 });
  expect(facts).toMatchObject({ args: [], usage: {}, statistics: {}, spaces: [], residentSize: undefined });
});

test("a limit of 2^63 is none", async () => {
  const said = { usage: { heapUsed: 1, heapTotal: 1 }, memoryLimit: 2 ** 63, memoryFree: 0 };
  expect(await factsFrom(said)).toMatchObject({ memoryLimit: undefined, memoryFree: undefined });
});

test("Node that is still loading its modules is asked again", async () => {
  const said = { node: "v24.0.0", usage: { heapUsed: 1, heapTotal: 1 } };
  let asked = 0;
  fake = await startFakeInspector(() => {
    const value = asked++ === 0 ? said : { ...said, statistics: { used_heap_size: 5 } };
    return { result: { result: { type: "object", value } } };
  });
  const session = await connectInspector(fake.url);
  expect(await readTargetFacts(session)).toMatchObject({ heapUsed: 5 });
  await session.close();
});

test.each([{}, { result: null }, { result: 7 }])(
  "an answer to evaluate that is %j is no inspector's",
  async (result) => {
    fake = await startFakeInspector(() => ({ result }));
    const session = await connectInspector(fake.url);
    await expect(evaluate(session, "1")).rejects.toMatchObject({ code: "not-an-inspector" });
    await expect(readNodeVersion(session)).rejects.toMatchObject({ code: "not-an-inspector" });
    await session.close();
  },
);

test.each([{}, null, { text: 7 }, { exception: "x" }, { exception: { description: 9 } }])(
  "an exception that is described as %j is still an error",
  async (exceptionDetails) => {
    fake = await startFakeInspector(() => ({ result: { result: { type: "object" }, exceptionDetails } }));
    const session = await connectInspector(fake.url);
    await expect(evaluate(session, "1")).rejects.toMatchObject({
      code: "refused",
      message: `An expression failed in ${fake.url}: it does not say why.`,
    });
    await session.close();
  },
);
