import { openFile } from "@heapscope/engine/node";
import { drawHeap } from "@heapscope/testkit";
import { expect, it } from "vitest";
import { deskOf } from "../test-desk.ts";

const fixture = (name: string) =>
  openFile(new URL(`../../../../../fixtures/snapshots/${name}.gz`, import.meta.url).pathname);

it("has the engine's numbers", async () => {
  const snapshot = await fixture("node-24-pair-1.heapsnapshot");
  const desk = deskOf(snapshot);
  const answer = await desk.answer("overview", { file: 0 });
  expect(answer).toMatchObject({
    nodeCount: snapshot.graph.nodeCount,
    edgeCount: snapshot.graph.edgeCount,
    stringCount: snapshot.strings.length,
    totalSize: snapshot.totalSize,
    statistics: snapshot.statistics,
    groupCount: snapshot.groups.length,
  });
  expect(answer.groups.map(({ className, retainedSize }) => [className, retainedSize])).toEqual(
    snapshot.groups.slice(0, 10).map(({ className, retainedSize }) => [className, retainedSize]),
  );
  expect(answer.dominators.map(({ id, retainedSize }) => [id, retainedSize])).toEqual(
    snapshot.root
      .dominated()
      .slice(0, 10)
      .map(({ id, retainedSize }) => [id, retainedSize]),
  );
  const duplicates = await desk.answer("duplicates", { file: 0 });
  expect(duplicates.strings.map(({ value }) => value)).toEqual(
    snapshot.duplicateStrings.slice(0, 10).map(({ value }) => value.slice(0, 300)),
  );
  expect(duplicates.wastedSize).toBeGreaterThan(1000);
  const facts = new Map(answer.facts.map(({ fact, value }) => [fact, value]));
  expect(facts.get("runtime")).toMatch(/^node v24\./);
  expect(facts.get("capturedAt")).toBe(snapshot.captureRecord!.capturedAt);
  expect(facts.get("thread")).toBe("main");
  expect(facts.get("exposeInternals")).toBe("no");
});

it("has no facts without a record, and cuts those of a hostile one", async () => {
  const { snapshot } = await drawHeap("global -a-> b");
  expect((await deskOf(snapshot).answer("overview", { file: 0 })).facts).toEqual([]);
  const hostile = await drawHeap("global -a-> b", { record: { tool: "x".repeat(100_000) } });
  const { facts } = await deskOf(hostile.snapshot).answer("overview", { file: 0 });
  expect(facts.find(({ fact }) => fact === "tool")!.value).toHaveLength(300);
});

it("has the intervals of a timeline", async () => {
  const snapshot = await fixture("node-24-timeline.heaptimeline");
  const answer = await deskOf(snapshot).answer("timeline", { file: 0 });
  const timeline = snapshot.timeline!;
  expect(timeline.length).toBeGreaterThan(2);
  expect(answer.endUs.map((us) => us / 1000)).toEqual(timeline.map(({ endMs }) => endMs));
  expect(answer.lastId).toEqual(timeline.map(({ lastAssignedId }) => lastAssignedId));
  expect(answer.liveSize).toEqual(timeline.map(({ liveSize }) => liveSize));
  expect(answer.liveCount).toEqual(timeline.map(({ liveCount }) => liveCount));
});

it("has no intervals without a timeline", async () => {
  const { snapshot } = await drawHeap("global -a-> b");
  const answer = await deskOf(snapshot).answer("timeline", { file: 0 });
  expect(answer).toEqual({ endUs: [], lastId: [], liveCount: [], liveSize: [] });
});
