import { once } from "node:events";
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { spawnTarget } from "../../test/spawn-target.ts";
import type { SpawnedTarget } from "../../test/spawn-target.ts";
import { connectInspector } from "../inspector/inspector-session.ts";
import type { InspectorSession } from "../inspector/inspector-session.ts";
import type { SamplingProfile } from "../inspector/protocol.ts";
import { findAllocationSites } from "./allocation-sites.ts";
import { takeSnapshot } from "../snapshot/take-snapshot.ts";
import { sampleAllocations, startSampler } from "./sampling-profile.ts";
import type { SampleProgress } from "./sampling-profile.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-sampling-"));
  file = path.join(folder, "a.heapprofile");
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Keeps what `keep` makes, and throws away what `drop` makes, which is much more. */
const program = `const kept = [];
function keep() { kept.push(new Array(1000).fill(0)); }
function drop() { for (let i = 0; i < 100; i++) new Array(1000).fill(0); }
setInterval(function tick() { keep(); drop(); }, 2);`;

describe("with a program that leaks", () => {
  let target: SpawnedTarget;
  let session: InspectorSession;
  beforeAll(async () => {
    target = await spawnTarget(program);
  });
  afterAll(() => target.kill());
  beforeEach(async () => {
    session = await connectInspector(target.webSocketUrl);
  });
  afterEach(() => session.close());

  /** Whether a sampler is at work, whoever started it. */
  function isSampling(): Promise<boolean> {
    return session.send("HeapProfiler.getSamplingProfile").then(
      () => true,
      () => false,
    );
  }

  test("a sampler between snapshots leaves their object ids as they are", async () => {
    const first = await takeSnapshot(session, path.join(folder, "1.heapsnapshot"));
    const sampler = await startSampler(session, { intervalBytes: 4096 });
    await sleep(100);
    const profile = await sampler.stop();
    expect(profile.samples.length).toBeGreaterThan(0);
    expect(await isSampling()).toBe(false);
    const second = await takeSnapshot(session, path.join(folder, "2.heapsnapshot"));
    expect(second.idSpace).toBe(first.idSpace);
    sampler.abandon(); // too late to do anything
    const third = await takeSnapshot(session, path.join(folder, "3.heapsnapshot"));
    expect(third.idSpace).toBe(first.idSpace);
  });

  test("a sampler that is given up samples no more, and makes room for another one", async () => {
    const sampler = await startSampler(session);
    await expect(startSampler(session)).rejects.toMatchObject({ code: "busy" });
    sampler.abandon();
    expect(await isSampling()).toBe(false);
    await (await startSampler(session)).stop();
  });

  test("what is still alive is told by the function that allocated it", async () => {
    const progress: SampleProgress[] = [];
    const receipt = await sampleAllocations(session, file, {
      durationMs: 600,
      intervalBytes: 4096,
      onProgress: (step) => progress.push(step),
    });
    const { sites, totalSize, sampleCount } = findAllocationSites(receipt.profile);
    const keep = sites.find(({ name }) => name === "keep" || name === "tick")!; // may have been inlined
    expect(keep.location).toMatch(/^\[eval\]:[24]:\d+$/);
    expect(keep.size / totalSize).toBeGreaterThan(0.5);
    expect(keep.sampleCount).toBeGreaterThan(20);
    expect(sampleCount).toBeGreaterThanOrEqual(keep.sampleCount);
    expect(sites.find(({ name }) => name === "drop")?.size ?? 0).toBeLessThan(keep.size / 4);
    expect(receipt.durationMs).toBeGreaterThan(590);
    expect(progress[0]).toEqual({ stage: "sampling", elapsedMs: 0 });
    expect(progress.at(-1)!.stage).toBe("collecting");
    expect(await isSampling()).toBe(false);
  });

  test("the file is V8's profile as it is, whole, readable by its owner only, with nothing beside it", async () => {
    const receipt = await sampleAllocations(session, file, { durationMs: 200 });
    const written = JSON.parse(fs.readFileSync(file, "utf8")) as SamplingProfile;
    expect(written).toEqual(receipt.profile);
    expect(Object.keys(written).toSorted()).toEqual(["head", "samples"]);
    expect(receipt).toMatchObject({ path: file, byteLength: fs.statSync(file).size, intervalBytes: 131_072 });
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(folder)).toEqual(["a.heapprofile"]);
  });

  test("with what was collected, the function that makes most garbage is on top", async () => {
    const { profile } = await sampleAllocations(session, file, {
      durationMs: 400,
      intervalBytes: 4096,
      includeCollected: true,
    });
    const { sites } = findAllocationSites(profile);
    const drop = sites.find(({ name }) => name === "drop" || name === "tick")!;
    expect(drop.size).toBeGreaterThan(10 * (sites.find(({ name }) => name === "keep")?.size ?? 0));
  });

  test("ends early when it is enough, and keeps what there is", async () => {
    const receipt = await sampleAllocations(session, file, {
      durationMs: 60_000,
      enough: AbortSignal.timeout(300),
    });
    expect(receipt.durationMs).toBeLessThan(5000);
    expect(receipt.profile.samples.length).toBeGreaterThan(0);
    expect(fs.readdirSync(folder)).toEqual(["a.heapprofile"]);
  });

  test("given up, it leaves no file and no sampler", async () => {
    const giveUp = sampleAllocations(session, file, {
      durationMs: 60_000,
      signal: AbortSignal.timeout(100),
    });
    await expect(giveUp).rejects.toMatchObject({ code: "aborted" });
    expect(fs.readdirSync(folder)).toEqual([]);
    expect(await isSampling()).toBe(false);
  });

  test("a sampler of somebody else is neither disturbed nor joined", async () => {
    const other = await connectInspector(target.webSocketUrl);
    await other.send("HeapProfiler.startSampling", {});
    await expect(sampleAllocations(session, file, { durationMs: 100 })).rejects.toMatchObject({
      code: "busy",
      message: expect.stringContaining("are being sampled already (--heap-prof") as string,
    });
    expect(await isSampling()).toBe(true);
    expect(fs.readdirSync(folder)).toEqual([]);
    await other.close();
  });

  test("one session samples once at a time", async () => {
    const first = sampleAllocations(session, file, { durationMs: 200 });
    await expect(sampleAllocations(session, `${file}2`, { durationMs: 1 })).rejects.toMatchObject({
      code: "busy",
    });
    await first;
  });

  test("a file that is there already is refused before the process is touched", async () => {
    fs.writeFileSync(file, "precious");
    await expect(sampleAllocations(session, file, { durationMs: 60_000 })).rejects.toMatchObject({
      code: "file-exists",
    });
    expect(await isSampling()).toBe(false);
    await sampleAllocations(session, file, { durationMs: 10, overwrite: true });
    expect(fs.readFileSync(file, "utf8")).toMatch(/^\{"head":/);
  });
});

test("a process that ends meanwhile is an error and leaves no file", async () => {
  const target = await spawnTarget(program);
  const session = await connectInspector(target.webSocketUrl);
  const sampling = sampleAllocations(session, file, { durationMs: 60_000 });
  setTimeout(() => void target.kill(), 100);
  await expect(sampling).rejects.toMatchObject({ code: "target-lost" });
  expect(fs.readdirSync(folder)).toEqual([]);
});

test.each([
  ["it has no samples", {}],
  ["a function of it is none", { samples: [], head: { callFrame: { functionName: 3 } } }],
  ["its stacks have no end", { samples: [], head: nest(1200) }],
])("what is no profile does not become a file: %s", async (reason, profile) => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  server.on("connection", (socket) =>
    socket.on("message", (data: Buffer) => {
      const { id, method } = JSON.parse(data.toString()) as { id: number; method: string };
      const answer =
        method === "HeapProfiler.getSamplingProfile"
          ? { error: { code: -32000, message: "not started" } }
          : { result: { profile } };
      socket.send(JSON.stringify({ id, ...answer }));
    }),
  );
  const session = await connectInspector(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await expect(sampleAllocations(session, file, { durationMs: 1 })).rejects.toMatchObject({
    code: "incomplete",
    message: expect.stringContaining(reason) as string,
  });
  expect(fs.readdirSync(folder)).toEqual([]);
  await session.close();
  server.close();
});

function nest(depth: number): object {
  const frame = { functionName: "f", url: "" };
  let node: object = { callFrame: frame, selfSize: 0, children: [] };
  for (let i = 0; i < depth; i++) node = { callFrame: frame, selfSize: 0, children: [node] };
  return node;
}
