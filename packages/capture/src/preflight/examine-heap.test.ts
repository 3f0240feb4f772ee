import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startFakeInspector } from "../../test/fake-inspector.ts";
import { spawnTarget } from "../../test/spawn-target.ts";
import type { SpawnedTarget } from "../../test/spawn-target.ts";
import { connectInspector } from "../inspector/inspector-session.ts";
import { evaluate, readTargetFacts } from "../inspector/target-facts.ts";
import type { TargetFacts } from "../inspector/target-facts.ts";
import { examineHeap, isUndecided } from "./examine-heap.ts";
import type { HeapFacts } from "./heap-facts.ts";
import type { MemoryRoom } from "./memory-room.ts";

const MB = 1e6;

function room(free: number): MemoryRoom {
  return { free, binding: "machine", machineAvailable: free };
}

function heap(small: number, largeObjects = 0): HeapFacts {
  return { used: small + largeObjects, largeObjects, isUpperBound: false, nodeMajor: 24 };
}

let target: SpawnedTarget;
beforeAll(async () => {
  target = await spawnTarget(
    // Longer ones would be outside of the heap.
    `globalThis.texts = Array.from({ length: 130 }, () => Buffer.alloc(500_000, "x").toString("latin1"));
     globalThis.isUp = true;`,
  );
});
afterAll(() => target.kill());

test("a heap that fits in any case is not counted", async () => {
  const fake = await startFakeInspector(() => ({ result: {} }));
  const session = await connectInspector(fake.url);
  const facts = {
    runtime: "node",
    nodeVersion: "v24.21.0",
    heapUsed: 5 * MB,
    spaces: [{ name: "large_object_space", size: MB, used: MB }],
  } as unknown as TargetFacts;
  const seen = await examineHeap(session, facts, { memory: room(8000 * MB) });
  expect(seen).toMatchObject({ used: 5 * MB, largeObjects: MB, nodeMajor: 24 });
  expect(seen.census).toBeUndefined();
  expect(fake.asked).toEqual([]);
  await session.close();
  fake.close();
});

test("large objects that may be texts or arrays are counted before a capture is refused for them", async () => {
  const session = await connectInspector(target.webSocketUrl);
  await vi.waitUntil(() => evaluate(session, "globalThis.isUp === true"));
  const facts = await readTargetFacts(session);
  const onCount = vi.fn();
  const seen = await examineHeap(session, facts, { memory: room(2000 * MB), onCount });
  expect(seen.largeObjects).toBeGreaterThan(60 * MB);
  expect(seen.census!.characters).toBeGreaterThan(60 * MB);
  expect(seen.census!.longestArray).toBeLessThan(100_000);
  expect(onCount).toHaveBeenCalledOnce();
  expect(onCount.mock.calls[0]![0]).toBeLessThan(1000);
  await session.close();
});

test("nothing is counted where the count itself would make a long pause, or none is wanted", async () => {
  const session = await connectInspector(target.webSocketUrl);
  const facts = await readTargetFacts(session);
  const memory = room(2000 * MB);
  expect((await examineHeap(session, facts, { memory, maxPauseMs: 0 })).census).toBeUndefined();
  expect((await examineHeap(session, facts, { memory, maxPauseMs: 10 })).census).toBeUndefined();
  await session.close();
});

test("sizes leave open whether it fits, when only the dearest kind of objects would not", () => {
  expect(isUndecided(heap(100 * MB), { memory: room(8000 * MB) })).toBe(false);
  expect(isUndecided(heap(100 * MB), { memory: room(4000 * MB) })).toBe(true); // small WeakMaps
  expect(isUndecided(heap(10 * MB, 50 * MB), { memory: room(8000 * MB) })).toBe(true); // a large array
  // Refused whatever the objects are.
  expect(isUndecided(heap(100 * MB), { memory: room(300 * MB) })).toBe(false);
});

test("sizes leave open whether it takes long, when large objects alone would make it so", () => {
  expect(isUndecided(heap(10 * MB, 20 * MB))).toBe(false);
  expect(isUndecided(heap(10 * MB, 50 * MB))).toBe(true);
  expect(isUndecided(heap(500 * MB, 50 * MB))).toBe(false);
});

test("Node 18 is counted when its many texts may make it slow", () => {
  expect(isUndecided({ ...heap(5 * MB), nodeMajor: 18 })).toBe(false);
  expect(isUndecided({ ...heap(30 * MB), nodeMajor: 18 })).toBe(true);
  expect(isUndecided({ ...heap(30 * MB), nodeMajor: 20 })).toBe(false);
});

test("what cannot be counted is decided by its sizes", () => {
  const memory = room(4000 * MB);
  expect(isUndecided({ ...heap(100 * MB), isCompressed: true }, { memory })).toBe(false);
  const process: HeapFacts = { used: 100 * MB, largeObjects: undefined, isUpperBound: true };
  expect(isUndecided(process, { memory })).toBe(false);
});
