import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import type { AddressInfo } from "node:net";
import { spawnTarget } from "../../test/spawn-target.ts";
import type { SpawnedTarget } from "../../test/spawn-target.ts";
import { connectInspector } from "./inspector-session.ts";
import { formatLocation, readScripts } from "./script-locations.ts";
import { evaluate, readTargetFacts } from "./target-facts.ts";

let target: SpawnedTarget;
beforeAll(async () => {
  target = await spawnTarget(`eval("class Named {} //# sourceURL=file:///srv/shop/named.js")`);
});
afterAll(() => target.kill());

test("the target's facts are its own", async () => {
  const session = await connectInspector(target.webSocketUrl);
  const facts = await readTargetFacts(session);
  expect(facts).toMatchObject({ nodeVersion: process.version, pid: target.pid });
  expect(facts.heapUsed).toBeGreaterThan(1_000_000);
  expect(facts.heapTotal).toBeGreaterThanOrEqual(facts.heapUsed);
  expect(facts.heapLimit).toBeGreaterThan(facts.heapTotal);
  expect(facts.residentSize).toBeGreaterThan(facts.heapUsed);
  await session.close();
});

test("an expression that throws is an error with its first line", async () => {
  const session = await connectInspector(target.webSocketUrl);
  await expect(evaluate(session, `null.x`)).rejects.toMatchObject({
    code: "refused",
    message: `An expression failed in ${target.webSocketUrl}: TypeError: Cannot read properties of null (reading 'x').`,
  });
  await session.close();
});

test("scripts are known by id, and a location is shown as editors count", async () => {
  const session = await connectInspector(target.webSocketUrl);
  const scripts = await readScripts(session);
  const named = [...scripts.values()].find(({ url }) => url === "file:///srv/shop/named.js");
  expect(named).toBeDefined();
  expect(formatLocation(scripts, { scriptId: named!.scriptId, line: 4, column: 0 })).toBe(
    "/srv/shop/named.js:5:1",
  );
  expect(formatLocation(scripts, { scriptId: 4_000_000, line: 0, column: 0 })).toBeUndefined();
  await session.close();
});

test("a command that the target does not know is refused with its own words", async () => {
  const session = await connectInspector(target.webSocketUrl);
  await expect(session.send("HeapProfiler.takeHeapSnapshott" as "Debugger.enable")).rejects.toMatchObject({
    code: "refused",
  });
  await session.close();
});

test("everything that waits fails when the session is closed, and everything asked later", async () => {
  const session = await connectInspector(target.webSocketUrl);
  const waiting = session.send("Runtime.evaluate", {
    expression: "new Promise(() => {})",
    awaitPromise: true,
  });
  const failure = expect(waiting).rejects.toMatchObject({ code: "target-lost" });
  await session.close();
  await failure;
  expect(session.ended.aborted).toBe(true);
  await expect(session.send("Debugger.enable")).rejects.toMatchObject({ code: "target-lost" });
});

test("a command gives up after its time, or when its signal says so, and the session goes on", async () => {
  const session = await connectInspector(target.webSocketUrl);
  const never = { expression: "new Promise(() => {})", awaitPromise: true };
  await expect(session.send("Runtime.evaluate", never, { timeoutMs: 50 })).rejects.toMatchObject({
    code: "timeout",
  });
  const signal = AbortSignal.timeout(50);
  await expect(session.send("Runtime.evaluate", never, { signal })).rejects.toMatchObject({
    code: "aborted",
  });
  expect(await evaluate(session, "1 + 1")).toBe(2);
  await session.close();
});

test.each([
  "good morning",
  "null",
  "[]",
  `{"id":1,"error":{}}`,
  `{"id":1,"result":7}`,
  `{"method":"HeapProfiler.reportHeapSnapshotProgress"}`,
])("a WebSocket that says %s fails what waits instead of the program", async (message) => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  server.on("connection", (socket) => socket.on("message", () => socket.send(message)));
  const session = await connectInspector(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  session.on("HeapProfiler.reportHeapSnapshotProgress", ({ done }) => expect(done).toBeDefined());
  await expect(session.send("Debugger.enable", undefined, { timeoutMs: 5000 })).rejects.toMatchObject({
    code: "not-an-inspector",
  });
  await session.close();
  server.close();
});
