import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { openSnapshot, runDominatorJob, type DominatorJob } from "./index.ts";

const bytes = gunzipSync(
  readFileSync(new URL("../../../fixtures/snapshots/chromium-page.heapsnapshot.gz", import.meta.url)),
);

it("gives the same groups when another thread lays out the dominator tree", async () => {
  const here = await openSnapshot(bytes);
  const jobs: DominatorJob[] = [];
  const there = await openSnapshot(bytes, {
    thread: {
      run: (job) => {
        // What a message between threads does to the job: shared memory stays, everything else is copied.
        jobs.push(structuredClone(job));
        return Promise.resolve(runDominatorJob(jobs[0]!));
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
