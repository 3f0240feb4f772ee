import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startFakeInspector } from "../../test/fake-inspector.ts";
import { keepObjects, spawnTarget, type SpawnedTarget } from "../../test/spawn-target.ts";
import { takeSnapshot } from "../snapshot/take-snapshot.ts";
import { connectInspector, type InspectorSession } from "./inspector-session.ts";
import { evaluate } from "./target-facts.ts";
import { openThreads } from "./threads.ts";

const startWorker = (name: string, count: number): string =>
  `new (require("node:worker_threads").Worker)(${JSON.stringify(`${keepObjects(count)} setInterval(() => {}, 1000);`)}, { eval: true, name: ${JSON.stringify(name)} });`;

let target: SpawnedTarget;
let session: InspectorSession;
let folder: string;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-threads-"));
  target = await spawnTarget(
    `${startWorker("pool-0", 11)} ${startWorker("", 22)} globalThis.isMain = true; globalThis.add = () => { ${startWorker("late", 33)} };`,
  );
  session = await connectInspector(target.webSocketUrl);
  // The workers have started when they answer.
  await expect
    .poll(
      async () => {
        const threads = await openThreads(session);
        const counts = await Promise.all(
          threads
            .current()
            .map((thread) =>
              evaluate(thread.session, "globalThis.kept?.length ?? 0", { timeoutMs: 1000 }).catch(() => -1),
            ),
        );
        await threads.close();
        return counts;
      },
      { timeout: 20_000 },
    )
    .toEqual([0, 11, 22]);
});
afterEach(async () => {
  await session.close();
  await target.kill();
  fs.rmSync(folder, { recursive: true });
});

test("every worker is listed by its thread id and name, and has a heap of its own", async () => {
  const threads = await openThreads(session);
  expect(threads.current().map(({ id, name }) => [id, name])).toEqual([
    [0, "main"],
    [1, "worker 1 pool-0"],
    [2, "worker 2"],
  ]);
  for (const [index, thread] of threads.current().entries()) {
    const file = path.join(folder, `${index}.heapsnapshot`);
    const { renumbered } = await takeSnapshot(thread.session, file);
    expect(renumbered).toBe(false);
    const { strings } = JSON.parse(fs.readFileSync(file, "utf8")) as { strings: string[] };
    expect(strings.includes("isMain")).toBe(index === 0);
    expect(strings.includes("detail 10")).toBe(index > 0);
  }
  await threads.close();
});

test("a worker that starts later is there, and one that ends fails what is asked of it", async () => {
  const threads = await openThreads(session);
  await evaluate(session, "add()");
  await expect.poll(() => threads.current().map(({ name }) => name)).toContain("worker 3 late");
  const late = threads.current().find(({ id }) => id === 3)!;
  await evaluate(late.session, "void setTimeout(() => process.exit(), 100)");
  await expect.poll(() => threads.current().length).toBe(3);
  await expect(evaluate(late.session, "1")).rejects.toMatchObject({
    code: "target-lost",
    message: expect.stringContaining("A worker thread of"),
  });
  await threads.close();
});

test("leaving the threads leaves the main session, and ending it ends theirs", async () => {
  const threads = await openThreads(session);
  const [, worker] = threads.current();
  await threads.close();
  await expect(evaluate(worker!.session, "1")).rejects.toMatchObject({ code: "target-lost" });
  expect(await evaluate(session, "isMain")).toBe(true);

  const again = await openThreads(session);
  const [, second] = again.current();
  const waiting = evaluate(second!.session, "for (;;);");
  const failed = expect(waiting).rejects.toMatchObject({ code: "target-lost" });
  await session.close();
  await failed;
});

test("Deno's workers, which it tells of after its answer and in other words, are threads all the same", async () => {
  const deno = await startFakeInspector((method, send, params) => {
    if (method === "NodeWorker.enable") {
      const workerInfo = {
        workerId: "1",
        type: "node_worker",
        title: "worker [1]",
        url: "file:///worker.js",
      };
      const event = { sessionId: "1", workerInfo, waitingForDebugger: false };
      setTimeout(() => send({ method: "NodeWorker.attachedToWorker", params: event }), 50);
    }
    if (method === "NodeWorker.sendMessageToWorker") {
      const { id } = JSON.parse(params["message"] as string) as { id: number };
      const message = JSON.stringify({ id, result: { result: { type: "number", value: 2 } } });
      const event = { sessionId: "1", message, workerId: "1" };
      send({ method: "NodeWorker.receivedMessageFromWorker", params: event });
    }
    return { result: { result: { type: "string", value: "object" } } };
  });
  const main = await connectInspector(deno.url);
  const threads = await openThreads(main);
  expect(threads.current().map(({ id, name }) => ({ id, name }))).toEqual([
    { id: 0, name: "main" },
    { id: 1, name: "worker 1" },
  ]);
  expect(await evaluate(threads.current()[1]!.session, "1 + 1")).toBe(2);
  await main.close();
  deno.close();
});
