import http from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { spawnTarget, type SpawnedTarget } from "../../test/spawn-target.ts";
import { connectInspector, type InspectorSession } from "../inspector/inspector-session.ts";
import { evaluate } from "../inspector/target-facts.ts";
import { countRequests } from "./request-count.ts";

const server = `globalThis.channels = require("node:diagnostics_channel");
globalThis.heard = 0;
require("node:http").createServer((request, response) => response.end("hello"))
  .listen(0, "127.0.0.1", function () { globalThis.port = this.address().port; });`;

let target: SpawnedTarget;
let session: InspectorSession;
beforeEach(async () => {
  target = await spawnTarget(server);
  session = await connectInspector(target.webSocketUrl);
  await expect.poll(() => ask("typeof port")).toBe("number");
});
afterEach(async () => {
  await session.close();
  await target.kill();
});

const ask = (expression: string): Promise<unknown> => evaluate(session, expression);
const isHeard = (): Promise<unknown> => ask(`channels.channel("http.server.request.start").hasSubscribers`);

async function sendRequests(count: number): Promise<void> {
  const port = (await ask("port")) as number;
  for (let i = 0; i < count; i++)
    await new Promise<void>((resolve, reject) => {
      http
        .get({ port, host: "127.0.0.1", agent: false }, (response) =>
          response.resume().once("end", () => resolve()),
        )
        .once("error", reject);
    });
}

test("requests are counted while a counter is at work, and nobody listens afterwards", async () => {
  await sendRequests(2);
  const counter = await countRequests(session);
  expect(await counter.read()).toBe(0);
  await sendRequests(3);
  expect(await counter.read()).toBe(3);
  await counter.stop();
  await expect.poll(isHeard).toBe(false);
  await sendRequests(1);
});

test("a listener of the program's own is not disturbed", async () => {
  await ask(`channels.subscribe("http.server.request.start", () => { heard++; })`);
  const counter = await countRequests(session);
  await sendRequests(2);
  await counter.stop();
  await sendRequests(2);
  expect(await ask("heard")).toBe(4);
  expect(await isHeard()).toBe(true);
});

test("when the session ends in the middle, the listener leaves with a later request", async () => {
  await countRequests(session);
  await sendRequests(1);
  await session.close();
  session = await connectInspector(target.webSocketUrl);
  expect(await isHeard()).toBe(true);
  const isHeardAfterRequest = async (): Promise<unknown> => {
    await session.send("HeapProfiler.collectGarbage");
    await sendRequests(1);
    return isHeard();
  };
  await expect.poll(isHeardAfterRequest).toBe(false);
});

test("a target that does not tell of its requests is refused with another way", async () => {
  await ask(`process.getBuiltinModule = undefined; channels.subscribe = undefined; 0`);
  await expect(countRequests(session)).rejects.toMatchObject({
    code: "unsupported",
    message: expect.stringContaining("let rounds last for a time instead") as string,
  });
});
