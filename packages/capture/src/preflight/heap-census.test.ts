import { afterEach, expect, test, vi } from "vitest";
import { startFakeInspector, unknownCommand } from "../../test/fake-inspector.ts";
import type { FakeInspector } from "../../test/fake-inspector.ts";
import { keepObjects, spawnTarget } from "../../test/spawn-target.ts";
import { connectInspector } from "../inspector/inspector-session.ts";
import { evaluate } from "../inspector/target-facts.ts";
import { parseHeapCensus, takeHeapCensus } from "./heap-census.ts";
import type { HeapCensus } from "./heap-census.ts";

let fake: FakeInspector | undefined;
afterEach(() => fake?.close());

/** Places of the histogram that are not empty → how many objects have that size. */
function type(overall: number, histogram: Readonly<Record<number, number>>): object {
  const counts = Array.from({ length: 16 }, (_, bucket) => histogram[bucket] ?? 0);
  return { overall, count: counts.reduce((a, b) => a + b), over_allocated: 0, histogram: counts };
}

function event(types: Record<string, object>, fields: Record<string, number> = {}): object {
  const live = JSON.stringify({ isolate: "0x1", field_data: fields, type_data: types });
  return { name: "V8.GC_Objects_Stats", pid: 7, tid: 7, args: { live } };
}

function censusOf(types: Record<string, object>, fields?: Record<string, number>): HeapCensus {
  return parseHeapCensus([event(types, { tagged_fields: 1e12, ...fields })])!;
}

test("a census of a real heap counts its objects and finds its longest array", async () => {
  const target = await spawnTarget(`${keepObjects(50_000)}
    globalThis.weak = new WeakMap(kept.slice(0, 1000).map((object) => [object, {}]));`);
  const session = await connectInspector(target.webSocketUrl);
  await vi.waitUntil(() => evaluate(session, "typeof weak === 'object'"));
  const census = (await takeHeapCensus(session))!;
  // Each has an object and a text of its own, and two numbers at most.
  expect(census.objects).toBeGreaterThan(150_000);
  expect(census.objects).toBeLessThan(300_000);
  expect(census.strings).toBeGreaterThan(50_000);
  expect(census.characters).toBeGreaterThan(50_000 * 16);
  expect(census.references).toBeGreaterThan(4 * 50_000);
  expect(census.references).toBeLessThan(3_000_000);
  expect(census.numbers).toBeGreaterThanOrEqual(50_000);
  expect(census.longestArray).toBeGreaterThanOrEqual(50_000);
  expect(census.longestArray).toBeLessThan(150_000);
  expect(census.weakEntries).toBeGreaterThanOrEqual(1000);
  expect(census.weakEntries).toBeLessThan(5000);
  await session.close();
  await target.kill();
});

test("the longest array is what the others of its type leave of the bytes", () => {
  const words = { ARRAY_ELEMENTS_TYPE: type(80_000_000 + 3 * 600_000 + 100 * 32, { 1: 100, 15: 4 }) };
  const { longestArray } = censusOf(words);
  expect(longestArray).toBeGreaterThanOrEqual(10_000_000);
  expect(longestArray).toBeLessThan(10_100_000);
});

test("where the histogram has an end, no array is longer than that", () => {
  expect(censusOf({ FIXED_ARRAY_TYPE: type(900_000, { 3: 3500, 10: 2 }) }).longestArray).toBe(32_768 / 8);
});

test("of one long table every third word is no reference", () => {
  const map = { JS_COLLECTION_TABLE_TYPE: type(24_000_000, { 15: 1 }) };
  expect(censusOf(map).longestArray).toBe(2_000_000 + 65_536);
  const two = { JS_COLLECTION_TABLE_TYPE: type(24_000_000 + 524_288, { 15: 2 }) };
  expect(censusOf(two).longestArray).toBe(3_000_000);
});

test("texts, bytes and numbers are no references, however long", () => {
  const flat = type(100_000_000, { 15: 1 });
  const census = censusOf({
    SEQ_ONE_BYTE_STRING_TYPE: flat,
    SCRIPT_SOURCE_EXTERNAL_ONE_BYTE_TYPE: flat,
    BYTECODE_ARRAY_TYPE: flat,
    FIXED_DOUBLE_ARRAY_TYPE: flat,
    JS_TYPED_ARRAY_TYPE: flat,
  });
  expect(census).toMatchObject({ objects: 5, strings: 1, characters: 100_000_000, longestArray: 0 });
});

test("no array has more references than the heap", () => {
  const elements = { ARRAY_ELEMENTS_TYPE: type(80_000_000, { 15: 1 }) };
  expect(censusOf(elements, { tagged_fields: 800_000 }).longestArray).toBe(100_000);
});

test("entries of weak maps are counted from the size of their tables", () => {
  expect(censusOf({ EPHEMERON_HASH_TABLE_TYPE: type(48_000_000, { 14: 100 }) }).weakEntries).toBe(2_000_000);
});

test("properties and boxes with numbers are counted", () => {
  const types = { JS_OBJECT_TYPE: type(800, { 2: 10 }) };
  const census = censusOf(types, { inobject_smi_fields: 160, boxed_double_fields: 80 });
  expect(census.numbers).toBe(30);
});

test("the statistics of other threads, and of the dead, are left out", () => {
  const main = event({ JS_OBJECT_TYPE: type(320, { 1: 10 }) });
  const worker = { ...event({ JS_OBJECT_TYPE: type(32, { 1: 1 }) }), tid: 8 };
  const dead = { ...main, args: { dead: "{}" } };
  expect(parseHeapCensus([main, dead, worker])!.objects).toBe(10);
  expect(parseHeapCensus([worker])).toBeUndefined();
});

test.each([
  [[]],
  [[null, 7, "x", [], {}]],
  [[{ name: "V8.GC_Objects_Stats", args: null }]],
  [[{ name: "V8.GC_Objects_Stats", args: { live: 7 } }]],
  [[{ name: "V8.GC_Objects_Stats", args: { live: "nonsense" } }]],
  [[{ name: "V8.GC_Objects_Stats", args: { live: "[]" } }]],
  [[{ name: "V8.GC_Objects_Stats", args: { live: '{"type_data":{"A_TYPE":null,"B":{"count":-1}}}' } }]],
  [[{ name: "V8.GC_Objects_Stats", args: { live: '{"type_data":{"A":{"count":1,"histogram":"x"}}}' } }]],
])("events like %j hold no census", (events) => {
  expect(parseHeapCensus(events)).toBeUndefined();
});

test("a target that cannot trace has no census", async () => {
  fake = await startFakeInspector(() => unknownCommand);
  const session = await connectInspector(fake.url);
  expect(await takeHeapCensus(session)).toBeUndefined();
  expect(fake.asked).toEqual(["NodeTracing.start"]);
  await session.close();
});

test("tracing is stopped although the collection fails", async () => {
  fake = await startFakeInspector((method) =>
    method === "HeapProfiler.collectGarbage" ? unknownCommand : { result: {} },
  );
  const session = await connectInspector(fake.url);
  expect(await takeHeapCensus(session)).toBeUndefined();
  expect(fake.asked.at(-1)).toBe("NodeTracing.stop");
  await session.close();
});

test("a target that sends something else than events is no inspector", async () => {
  fake = await startFakeInspector((method, send) => {
    if (method === "NodeTracing.stop") send({ method: "NodeTracing.dataCollected", params: { value: 7 } });
    return { result: {} };
  });
  const session = await connectInspector(fake.url);
  await expect(takeHeapCensus(session)).rejects.toMatchObject({ code: "not-an-inspector" });
  await session.close();
});
