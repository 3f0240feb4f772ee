import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { prepareLeakOutline, prepareOutline, type HeapSnapshot } from "@heapscope/engine";
import { drawFile } from "@heapscope/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openFile, openReduced, SnapshotFileError } from "./index.ts";

let folder: string;
let file: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-reduced-"));
  file = path.join(folder, "a.heapsnapshot");
  fs.writeFileSync(file, drawFile("global -a-> a:A@3\na -b-> b:B@5"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

it("lets go of the columns of edges, of the texts and of all the snapshot", async () => {
  const gone: Record<string, WeakRef<object>> = {};
  /** What is looked at in one turn of the event loop stays until its end. */
  const watched =
    <T>(name: string, reduce: (snapshot: HeapSnapshot) => Promise<T>) =>
    async (snapshot: HeapSnapshot): Promise<T> => {
      const reduced = await reduce(snapshot);
      gone[`snapshot of ${name}`] = new WeakRef(snapshot);
      gone[`edges of ${name}`] = new WeakRef(snapshot.graph.edgeTarget.buffer);
      gone[`first edges of ${name}`] = new WeakRef(snapshot.graph.firstEdge.buffer);
      gone[`strings of ${name}`] = new WeakRef(snapshot.graph.strings);
      await setImmediate();
      return reduced;
    };
  const kept = [
    await openReduced(file, watched("outline", prepareOutline)),
    await openReduced(file, watched("leak outline", prepareLeakOutline)),
  ];
  await setImmediate();
  // The second one has collected what the first may have left.
  const whole = await openReduced(file, (snapshot) => Promise.resolve(new WeakRef(snapshot.graph)));
  await setImmediate();
  expect(whole).toBeInstanceOf(WeakRef);
  expect(Object.keys(gone)).toHaveLength(8);
  expect(Object.entries(gone).filter(([, reference]) => reference.deref() !== undefined)).toEqual([]);
  expect(kept.map(({ graph }) => graph.nodeCount)).toEqual(kept.map(({ nodesById }) => nodesById.length));
});

it("rejects as opening the file does", async () => {
  await expect(openReduced(path.join(folder, "none"), prepareOutline)).rejects.toThrow(SnapshotFileError);
});

it("reads the same whether a thread is held ready or not", async () => {
  const [a, b] = [await openFile(file), await openFile(file, { keepsThread: false })];
  expect([...b.retainedSize]).toEqual([...a.retainedSize]);
});
