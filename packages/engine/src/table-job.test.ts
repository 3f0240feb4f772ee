import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import {
  CancelledError,
  openSnapshot,
  ownMemoryOf,
  prepareLeakOutline,
  runTableJob,
  type TableJob,
  type TableThread,
} from "./index.ts";

const bytes = gunzipSync(
  readFileSync(new URL("../../../fixtures/snapshots/chromium-page.heapsnapshot.gz", import.meta.url)),
);

it("gives the same groups when another thread lays out the dominator tree", async () => {
  const here = await openSnapshot(bytes);
  const jobs: TableJob[] = [];
  const there = await openSnapshot(bytes, {
    thread: {
      run: (job) => {
        // What a message between threads does to the job: shared memory stays, everything else is copied.
        const message = structuredClone(job);
        jobs.push(message);
        return Promise.resolve(runTableJob(message));
      },
    },
  });
  await there.prepare(["groups", "retainedSize", "dominator"]);
  expect(jobs).toHaveLength(1);
  expect(jobs[0]!.graph.edgeTarget.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(there.groups.map(({ key, retainedSize }) => [key, retainedSize])).toEqual(
    here.groups.map(({ key, retainedSize }) => [key, retainedSize]),
  );
  expect(there.dominator).toEqual(here.dominator);
});

it("does the job itself when the other thread cannot", async () => {
  const snapshot = await openSnapshot(bytes, { thread: { run: () => Promise.resolve(undefined) } });
  await snapshot.prepare(["groups"]);
  expect(snapshot.timings.map(({ pass }) => pass)).toContain("computing dominators");
});

it("asks no other thread for what does not need the dominator tree", async () => {
  const run = (): never => {
    throw new Error("asked");
  };
  const snapshot = await openSnapshot(bytes, { thread: { run } });
  await snapshot.prepare(["distance", "statistics", "retainers"]);
  expect(snapshot.totalSize).toBeGreaterThan(0);
});

it("gives the same leak outline when another thread finds what holds what, and says when it only waits for it", async () => {
  const here = await prepareLeakOutline(await openSnapshot(bytes), { keep: ["code"] });
  const asked: TableJob[] = [];
  const waits: number[] = [];
  const thread: TableThread = {
    run: async (job) => {
      asked.push(job);
      const table = runTableJob(structuredClone(job));
      const handedOver = structuredClone(table, { transfer: ownMemoryOf(table) });
      expect(ownMemoryOf(table).map(({ byteLength }) => byteLength)).toEqual([0, 0, 0, 0, 0]);
      return Promise.resolve(handedOver);
    },
  };
  const there = await prepareLeakOutline(await openSnapshot(bytes, { thread }), {
    keep: ["code"],
    onWaiting: () => waits.push(asked.length),
  });
  expect(asked.map(({ request }) => request)).toEqual([{ kind: "holding", keep: ["code"] }]);
  expect(waits).toEqual([1]);
  expect(there.held).toEqual(here.held);
  expect(here.held.tree.order.length).toBeGreaterThan(1000);
  expect([...there.nodesById]).toEqual([...here.nodesById]);
});

it("finds what holds what here when the other thread cannot, or when there is none", async () => {
  const expected = await prepareLeakOutline(await openSnapshot(bytes));
  const thread: TableThread = { run: () => Promise.resolve(undefined) };
  const outline = await prepareLeakOutline(await openSnapshot(bytes, { thread }));
  expect(outline.held).toEqual(expected.held);
  let waits = 0;
  await prepareLeakOutline(await openSnapshot(bytes), { onWaiting: () => waits++ });
  expect(waits, "nobody else has work").toBe(0);
});

it("is cancelled while another thread works", async () => {
  const signal = { aborted: false };
  const thread: TableThread = {
    run: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return undefined;
    },
  };
  const snapshot = await openSnapshot(bytes, { thread });
  const onWaiting = (): boolean => (signal.aborted = true);
  await expect(prepareLeakOutline(snapshot, { signal, onWaiting })).rejects.toThrow(CancelledError);
});
