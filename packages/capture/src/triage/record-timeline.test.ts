import { once } from "node:events";
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { spawnTarget } from "../../test/spawn-target.ts";
import type { SpawnedTarget } from "../../test/spawn-target.ts";
import { connectInspector } from "../inspector/inspector-session.ts";
import type { InspectorSession } from "../inspector/inspector-session.ts";
import { forecastTimeline, recordTimeline } from "./record-timeline.ts";
import type { TimelineProgress } from "./record-timeline.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-timeline-"));
  file = path.join(folder, "a.heaptimeline");
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("with a program that leaks", () => {
  let target: SpawnedTarget;
  let session: InspectorSession;
  beforeAll(async () => {
    target = await spawnTarget(
      `class Session { constructor() { this.data = new Array(10).fill(0); } }
       const sessions = [];
       setInterval(() => sessions.push(new Session()), 5);`,
    );
  });
  afterAll(() => target.kill());
  beforeEach(async () => {
    session = await connectInspector(target.webSocketUrl);
  });
  afterEach(() => session.close());

  /** Whether V8 still counts objects for somebody. */
  async function isRecording(): Promise<boolean> {
    let heard = 0;
    const release = session.on("HeapProfiler.heapStatsUpdate", () => heard++);
    await new Promise((resolve) => setTimeout(resolve, 400));
    release();
    return heard > 2; // some may have been under way
  }

  test("a recording is a whole snapshot with the last object id of each moment", async () => {
    const progress: TimelineProgress[] = [];
    const receipt = await recordTimeline(session, file, {
      durationMs: 1200,
      onProgress: (step) => progress.push(step),
    });
    const { snapshot, samples, trace_tree } = JSON.parse(fs.readFileSync(file, "utf8")) as {
      snapshot: { node_count: number; meta: { sample_fields: string[] } };
      samples: number[];
      trace_tree: unknown[];
    };
    expect(snapshot.meta.sample_fields).toEqual(["timestamp_us", "last_assigned_id"]);
    expect(samples.length / 2).toBeGreaterThan(3);
    expect(samples.at(-2)! / 1000).toBeGreaterThan(1000);
    expect(trace_tree).toEqual([]);
    expect(receipt).toMatchObject({
      path: file,
      nodeCount: snapshot.node_count,
      byteLength: fs.statSync(file).size,
    });
    expect(receipt.recordedMs).toBeGreaterThan(1190);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(folder)).toEqual(["a.heaptimeline"]);

    const recording = progress.filter((step) => step.stage === "recording");
    expect(recording[0]).toEqual({ stage: "recording", elapsedMs: 0, liveCount: 0, liveSize: 0 });
    // A session is an object and an array with its elements, 5 ms apart at best.
    expect(recording.at(-1)!.liveCount).toBeGreaterThan(20);
    expect(recording.at(-1)!.liveCount).toBeLessThan(5000);
    expect(recording.at(-1)!.liveSize).toBeGreaterThan(20 * 100);
    expect(progress.at(-1)!.stage).toBe("receiving");
    expect(await isRecording()).toBe(false);
  });

  test("with stacks, the functions that allocated are in it", async () => {
    await recordTimeline(session, file, { durationMs: 300, stacks: true });
    const { trace_tree, strings } = JSON.parse(fs.readFileSync(file, "utf8")) as {
      trace_tree: unknown[];
      strings: string[];
    };
    expect(trace_tree.length).toBeGreaterThan(0);
    expect(strings).toContain("listOnTimeout");
  });

  test("ends early when it is enough, and keeps what there is", async () => {
    const receipt = await recordTimeline(session, file, {
      durationMs: 60_000,
      enough: AbortSignal.timeout(200),
    });
    expect(receipt.recordedMs).toBeLessThan(10_000);
    expect(fs.readdirSync(folder)).toEqual(["a.heaptimeline"]);
  });

  test("given up, it leaves no file, and V8 stops to record", async () => {
    const giveUp = recordTimeline(session, file, { durationMs: 60_000, signal: AbortSignal.timeout(700) });
    expect(await isRecording()).toBe(true);
    await expect(giveUp).rejects.toMatchObject({ code: "aborted" });
    expect(fs.readdirSync(folder)).toEqual([]);
    expect(await isRecording()).toBe(false);
  });
});

test("a process that ends meanwhile is an error and leaves no file", async () => {
  const target = await spawnTarget("");
  const session = await connectInspector(target.webSocketUrl);
  const recording = recordTimeline(session, file, { durationMs: 60_000 });
  setTimeout(() => void target.kill(), 200);
  await expect(recording).rejects.toMatchObject({ code: "target-lost" });
  expect(fs.readdirSync(folder)).toEqual([]);
});

test("a target that does not say when its objects are made is told apart from one that makes none", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const asked: string[] = [];
  server.on("connection", (socket) =>
    socket.on("message", (data: Buffer) => {
      const { id, method } = JSON.parse(data.toString()) as { id: number; method: string };
      asked.push(method);
      socket.send(JSON.stringify({ id, result: { result: { type: "undefined" } } }));
    }),
  );
  const session = await connectInspector(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await expect(recordTimeline(session, file, { durationMs: 1100 })).rejects.toMatchObject({
    code: "unsupported",
  });
  await session.close();
  expect(asked).toContain("HeapProfiler.disable");
  expect(asked).not.toContain("HeapProfiler.stopTrackingHeapObjects");
  expect(fs.readdirSync(folder)).toEqual([]);
  server.close();
});

// Heap in MB, Node's major version; measured: milliseconds per update, share of the time for the program.
test.each([
  [4, 20, 13, 0.76],
  [21, 20, 91, 0.02],
  [80, 18, 300, 0.01],
  [147, 20, 740, 0.01],
  [21, 22, 81, 0.65],
  [82, 26, 360, 0.62],
  [147, 22, 840, 0.44],
])(
  "what a recording does to a heap of %d MB on Node %d is forecast within a factor of two",
  (megabytes, major, ms, share) => {
    const forecast = forecastTimeline(megabytes * 1e6, major);
    expect(forecast.stepMs / ms).toBeGreaterThan(0.5);
    expect(forecast.stepMs / ms).toBeLessThan(2);
    expect(Math.abs(forecast.share - share)).toBeLessThan(0.25);
  },
);
