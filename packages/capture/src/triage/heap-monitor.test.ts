import { once } from "node:events";
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { spawnTarget } from "../../test/spawn-target.ts";
import type { SpawnedTarget } from "../../test/spawn-target.ts";
import { connectInspector } from "../inspector/inspector-session.ts";
import type { InspectorSession } from "../inspector/inspector-session.ts";
import { evaluate } from "../inspector/target-facts.ts";
import { takeSnapshot } from "../snapshot/take-snapshot.ts";
import { startHeapMonitor, watchHeap } from "./heap-monitor.ts";
import type { HeapSample } from "./heap-monitor.ts";

async function collect(watch: AsyncIterable<HeapSample>): Promise<HeapSample[]> {
  const samples: HeapSample[] = [];
  for await (const sample of watch) samples.push(sample);
  return samples;
}

describe("in a Node process", () => {
  let target: SpawnedTarget;
  let session: InspectorSession;
  beforeAll(async () => {
    target = await spawnTarget("");
    session = await connectInspector(target.webSocketUrl);
    await evaluate(session, `void (globalThis.buffer = new ArrayBuffer(5_000_000))`);
  });
  afterAll(() => target.kill());

  test("a sample tells what the process itself says", async () => {
    const monitor = await startHeapMonitor(session);
    const sample = await monitor.sample();
    await monitor.stop();
    const said = (await evaluate(
      session,
      `({ ...process.memoryUsage(), limit: require("v8").getHeapStatistics().heap_size_limit })`,
    )) as Record<string, number>;
    const about = (value: number | undefined, expected: number | undefined): void => {
      expect(value! / expected!).toBeGreaterThan(0.7);
      expect(value! / expected!).toBeLessThan(1.4);
    };
    about(sample.heapUsed, said["heapUsed"]);
    about(sample.heapTotal, said["heapTotal"]);
    about(sample.residentSize, said["rss"]);
    about(sample.external, said["external"]);
    expect(sample.arrayBuffers).toBeGreaterThanOrEqual(5_000_000);
    expect(sample.heapLimit).toBe(said["limit"]);
    expect(sample.malloced).toBeGreaterThan(0);
    expect(sample).toMatchObject({ nativeContexts: 1, detachedContexts: 0 });
    expect(sample.spaces.map(({ name }) => name)).toEqual(expect.arrayContaining(["new_space", "old_space"]));
    for (const { used, size } of sample.spaces) expect(used).toBeLessThanOrEqual(size);
  });

  test("collections are told once each, by kind, with what was left after a full one", async () => {
    const monitor = await startHeapMonitor(session);
    await monitor.sample();
    for (let i = 0; i < 2; i++) await session.send("HeapProfiler.collectGarbage");
    await evaluate(session, `for (let i = 0; i < 1e6; i++) ({ garbage: [i] })`);
    await monitor.fold();
    const { collections, usedAfterFull, heapUsed } = await monitor.sample();
    expect(collections!.markCompact.count).toBeGreaterThanOrEqual(2);
    expect(collections!.scavenge.count).toBeGreaterThan(0);
    expect(collections!.markCompact.timeMs).toBeGreaterThan(0);
    expect(collections!.longestMs).toBeGreaterThan(0);
    expect(usedAfterFull).toBeGreaterThan(1_000_000);
    expect(usedAfterFull).toBeLessThan(heapUsed);
    const next = await monitor.sample();
    expect(next.collections!.markCompact).toEqual({ count: 0, timeMs: 0 });
    expect(next).not.toHaveProperty("usedAfterFull");
    await monitor.stop();
  });

  test("nothing stays in the process, whether the monitor is stopped or its session ends", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-monitor-"));
    let snapshots = 0;
    const countProfilers = async (): Promise<number> => {
      const file = path.join(folder, `${++snapshots}.heapsnapshot`);
      await takeSnapshot(session, file);
      const { snapshot, nodes, strings } = JSON.parse(fs.readFileSync(file, "utf8")) as {
        snapshot: { meta: { node_fields: string[]; node_types: [string[]] } };
        nodes: number[];
        strings: string[];
      };
      const { node_fields: fields, node_types: types } = snapshot.meta;
      const name = strings.indexOf("GCProfiler");
      let count = 0;
      for (let i = 0; i < nodes.length; i += fields.length)
        if (nodes[i + 1] === name && types[0][nodes[i]!] === "object") count++;
      return count;
    };
    // The prototype has the name of its class from Node 26 on.
    const before = await countProfilers();
    const monitor = await startHeapMonitor(session);
    await monitor.sample();
    expect(await countProfilers()).toBeGreaterThan(before);
    await monitor.stop();
    expect(await countProfilers()).toBe(before);

    const other = await connectInspector(target.webSocketUrl);
    await startHeapMonitor(other);
    expect(await countProfilers()).toBeGreaterThan(before);
    await other.close();
    await expect.poll(countProfilers, { timeout: 10_000 }).toBe(before);
    fs.rmSync(folder, { recursive: true });
  });

  test("a watch samples at once, then in its rhythm, as often as it was asked to", async () => {
    const samples = await collect(watchHeap(session, { intervalMs: 40, count: 4 }));
    expect(samples).toHaveLength(4);
    expect(samples[0]!.elapsedMs).toBeLessThan(40);
    for (const [i, { elapsedMs }] of samples.slice(1).entries())
      expect(elapsedMs - samples[i]!.elapsedMs).toBeGreaterThan(20);
  });

  test("a watch of some time ends with a sample at its end, however long the interval", async () => {
    const samples = await collect(watchHeap(session, { intervalMs: 60_000, durationMs: 120 }));
    expect(samples).toHaveLength(2);
    expect(samples[1]!.elapsedMs).toBeGreaterThanOrEqual(115);
  });

  test("a watch ends when it is told to, also while it waits", async () => {
    const enough = new AbortController();
    const samples: HeapSample[] = [];
    for await (const sample of watchHeap(session, { intervalMs: 60_000, until: enough.signal })) {
      samples.push(sample);
      setTimeout(() => enough.abort(), 50);
    }
    expect(samples).toHaveLength(1);
  });
});

test("collections are told in the middle of a program that never returns to its event loop", async () => {
  const target = await spawnTarget(
    `setTimeout(() => { for (let kept = []; ; kept.length < 1e4 || (kept = [])) kept.push({ a: [1] }); }, 50)`,
  );
  const session = await connectInspector(target.webSocketUrl);
  const samples = await collect(watchHeap(session, { intervalMs: 200, count: 4 }));
  expect(samples.at(-1)!.collections!.scavenge.count).toBeGreaterThan(0);
  await session.close();
  await target.kill();
});

test("a target that stands still is told to be late, and does not keep a watch from ending", async () => {
  const target = await spawnTarget(``);
  const session = await connectInspector(target.webSocketUrl);
  const late: number[] = [];
  const enough = new AbortController();
  let made = 0;
  for await (const _ of watchHeap(session, {
    intervalMs: 10,
    until: enough.signal,
    onLate: (lateMs) => {
      late.push(lateMs);
      enough.abort();
    },
  })) {
    if (++made === 2) {
      const sleep = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 8000)`;
      void session.send("Runtime.evaluate", { expression: sleep }).catch(() => {});
    }
  }
  expect(made).toBe(2);
  expect(late).toHaveLength(1);
  expect(late[0]).toBeGreaterThan(900);
  await target.kill();
  await session.close();
});

test("a process that ends meanwhile is an error", async () => {
  const target = await spawnTarget(``);
  const session = await connectInspector(target.webSocketUrl);
  const watch = watchHeap(session, { intervalMs: 20 });
  await watch.next();
  await target.kill();
  await expect(collect(watch)).rejects.toMatchObject({ code: "target-lost" });
});

describe("elsewhere", () => {
  /** An inspector that gives these answers. */
  async function monitorOf(answers: Record<string, unknown>) {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    server.on("connection", (socket) =>
      socket.on("message", (data: Buffer) => {
        const { id, method } = JSON.parse(data.toString()) as { id: number; method: string };
        socket.send(JSON.stringify({ id, result: answers[method] ?? {} }));
      }),
    );
    const session = await connectInspector(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const end = async (): Promise<void> => {
      await session.close();
      server.close();
    };
    return { session, end };
  }

  test("a page tells what V8 knows", async () => {
    const { session, end } = await monitorOf({
      "Runtime.evaluate": { result: { type: "object", objectId: "1" } },
      "Runtime.callFunctionOn": { result: { type: "object", value: { spaces: [] } } },
      "Runtime.getHeapUsage": {
        usedSize: 10,
        totalSize: 20,
        embedderHeapUsedSize: 3,
        backingStorageSize: 4,
      },
    });
    const monitor = await startHeapMonitor(session);
    expect(await monitor.sample()).toEqual({
      elapsedMs: expect.any(Number) as number,
      heapUsed: 10,
      heapTotal: 20,
      embedderUsed: 3,
      arrayBuffers: 4,
      spaces: [],
    });
    await end();
  });

  test("figures that are none are left out", async () => {
    const value = {
      memory: { rss: -1, external: "5", arrayBuffers: null },
      heap: { used_heap_size: 7, total_heap_size: 9, heap_size_limit: Number.MAX_VALUE * 2 },
      spaces: [{ space_name: 5 }, null],
      collections: { Scavenge: { count: "many", us: 2000, longestUs: 1500 }, Minor: 3 },
    };
    const { session, end } = await monitorOf({
      "Runtime.evaluate": { result: { type: "object", objectId: "1" } },
      "Runtime.callFunctionOn": { result: { type: "object", value } },
    });
    const monitor = await startHeapMonitor(session);
    expect(await monitor.sample()).toEqual({
      elapsedMs: expect.any(Number) as number,
      heapUsed: 7,
      heapTotal: 9,
      spaces: [
        { name: "5", used: 0, size: 0 },
        { name: "undefined", used: 0, size: 0 },
      ],
      collections: {
        scavenge: { count: 0, timeMs: 2 },
        markCompact: { count: 0, timeMs: 0 },
        other: { count: 0, timeMs: 0 },
        longestMs: 1.5,
      },
    });
    await end();
  });

  test("a target that will not be asked says why, on one harmless line", async () => {
    const { session, end } = await monitorOf({
      "Runtime.evaluate": {
        result: { type: "object" },
        exceptionDetails: { text: "Uncaught", exception: { description: "Error: \u001b[2Jno\n  at x" } },
      },
    });
    await expect(startHeapMonitor(session)).rejects.toMatchObject({
      code: "refused",
      message: expect.stringMatching(/ does not tell its heap's size: Error: \\u\{1b\}\[2Jno\.$/) as string,
    });
    await end();
  });
});
