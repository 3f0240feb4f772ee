import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { spawnTarget } from "../../test/spawn-target.ts";
import { noticeExit } from "./exit-notice.ts";
import { connectInspector } from "./inspector-session.ts";

test("a process that ends is left, and so it ends", async () => {
  const target = await spawnTarget(`setTimeout(() => process.exit(7), 300)`);
  const session = await connectInspector(target.webSocketUrl);
  const exiting = await noticeExit(session);
  const [code] = (await once(target.child, "exit")) as [number];
  expect(code).toBe(7);
  expect(exiting.aborted).toBe(true);
  await session.close();
  expect(session.ended.reason).toMatchObject({
    code: "target-lost",
    message: expect.stringContaining("came to its end") as string,
  });
});

test("who wants to stay may ask the heap profiler, while the process waits", async () => {
  const target = await spawnTarget(`setTimeout(() => process.exit(7), 300)`);
  const session = await connectInspector(target.webSocketUrl);
  await session.send("HeapProfiler.startSampling", {});
  const exiting = await noticeExit(session, { keep: true });
  await new Promise((resolve) => exiting.addEventListener("abort", resolve, { once: true }));
  expect(target.child.exitCode).toBeNull();
  const { profile } = await session.send("HeapProfiler.stopSampling");
  expect(profile.head.callFrame.functionName).toBe("(root)");
  await session.close();
  if (target.child.exitCode === null) await once(target.child, "exit");
  expect(target.child.exitCode).toBe(7);
});

test("what is not Node never ends in this way", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  server.on("connection", (socket) =>
    socket.on("message", (data: Buffer) => {
      const { id } = JSON.parse(data.toString()) as { id: number };
      socket.send(JSON.stringify({ id, error: { code: -32601, message: "wasn't found" } }));
    }),
  );
  const session = await connectInspector(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const exiting = await noticeExit(session);
  expect(exiting.aborted).toBe(false);
  await session.close();
  expect(exiting.aborted).toBe(false);
  await expect(noticeExit(session)).rejects.toMatchObject({ code: "target-lost" });
  server.close();
});
