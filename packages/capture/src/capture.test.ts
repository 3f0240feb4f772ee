import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { openFile } from "@heapscope/engine/node";
import { compareSnapshots } from "@heapscope/engine";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { idle, spawnNode, type SpawnedNode } from "../test/spawn-node.ts";
import { keepObjects } from "../test/spawn-target.ts";
import { capture, preflight, type CaptureEvent } from "./capture.ts";
import type { CaptureManifest } from "./capture-record.ts";
import { connectInspector } from "./inspector/inspector-session.ts";
import { evaluate } from "./inspector/target-facts.ts";
import { listListeningSockets } from "./process/sockets.ts";

const ANY_PORT = "--inspect-port=127.0.0.1:0";
const startWorker = (name: string, count: number): string =>
  `new (require("node:worker_threads").Worker)(${JSON.stringify(`${keepObjects(count)} setInterval(() => {}, 1000); require("node:worker_threads").parentPort.postMessage(0);`)}, { eval: true, name: ${JSON.stringify(name)} }).once("message", () => console.log("ready"));`;

let folder: string;
let program: SpawnedNode;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-capture-"));
});
afterEach(async () => {
  await program?.kill();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function start(source: string, words: readonly string[] = [ANY_PORT]): Promise<string> {
  program = await spawnNode([...words, "-e", source], { cwd: folder });
  return String(program.pid);
}

async function countKept(file: string): Promise<number> {
  const snapshot = await openFile(file);
  return snapshot.groups.find(({ className }) => className === "Kept")?.count ?? 0;
}

test("all threads of a process become one set, each with its heap, its name and its record", async () => {
  const target = await start(`${keepObjects(10)} ${startWorker("pool 0", 20)} setInterval(() => {}, 1000);`);
  const result = await capture(target, path.join(folder, "set.heapsnapshot"));
  expect(result).toMatchObject({
    route: "sigusr1",
    warnings: [],
    target: { runtime: "node", pid: program.pid },
  });
  const names = ["set.heapsnapshot", "set.worker-1-pool-0.heapsnapshot"];
  expect(result.snapshots.map(({ path: file }) => path.basename(file!))).toEqual(names);
  expect(fs.readdirSync(folder).toSorted()).toEqual(
    [...names, ...names.map((name) => `${name}.json`), "set.capture.json"].toSorted(),
  );
  for (const name of fs.readdirSync(folder))
    expect(fs.statSync(path.join(folder, name)).mode & 0o777, name).toBe(0o600);
  expect(await Promise.all(names.map((name) => countKept(path.join(folder, name))))).toEqual([10, 20]);

  const manifest = JSON.parse(fs.readFileSync(result.manifest!, "utf8")) as CaptureManifest;
  expect(manifest.files.map(({ file, thread }) => [file, thread.id, thread.name])).toEqual([
    [names[0], 0, "main"],
    [names[1], 1, "worker 1 pool-0".replace("pool-0", "pool 0")],
  ]);
  expect(manifest.totals.bytes).toBe(
    names.reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0),
  );
  expect(listListeningSockets(program.pid)).toEqual([]);
});

test("the record tells the engine where a snapshot is from, and the outcome beside the prediction", async () => {
  const target = await start(`${keepObjects(10)} ${idle}`);
  const file = path.join(folder, "a.heapsnapshot.gz");
  await capture(target, file, { gzip: true, threads: "main", tool: "test 1.0" });
  const { captureRecord: record, captureRecordProblem } = await openFile(file);
  expect(captureRecordProblem).toBeUndefined();
  expect(record).toMatchObject({
    tool: "test 1.0",
    route: "sigusr1",
    target: { pid: program.pid, runtime: "node", version: process.version, thread: { id: 0, name: "main" } },
    options: { collectGarbage: false, numericValues: true, exposeInternals: false },
    measured: { fileSize: fs.statSync(file).size },
  });
  expect(record!.heap.statistics!["used_heap_size"]).toBeGreaterThan(1_000_000);
  expect(record!.scripts.length).toBeGreaterThan(0);
  expect(record!.predicted!.fileSize).toBeGreaterThan(record!.measured!.fileSize);
  expect(record!.predicted!.extraMemory).toBeGreaterThan(record!.measured!.extraMemory!);
  expect(record!.predicted!.pauseMs.from).toBeLessThan(record!.pauseMs!);
});

describe("a series", () => {
  test("shares object ids, which the records say and the engine confirms", async () => {
    const target = await start(
      `${keepObjects(10)} globalThis.more = []; setInterval(() => more.push(new Kept(0)), 20); ${idle}`,
    );
    const events: CaptureEvent[] = [];
    const { snapshots } = await capture(target, path.join(folder, "s"), {
      count: 2,
      intervalMs: 1500,
      onEvent: (event) => events.push(event),
    });
    expect(snapshots.map(({ path: file }) => path.basename(file!))).toEqual([
      "s-1.heapsnapshot",
      "s-2.heapsnapshot",
    ]);
    expect(snapshots[1]!.idSpace).toBe(snapshots[0]!.idSpace);
    const [base, later] = await Promise.all(snapshots.map(({ path: file }) => openFile(file!)));
    const comparison = compareSnapshots(base!, later!);
    expect(comparison.idCheck).toMatchObject({ comparable: true, recorded: "same" });
    expect(comparison.groups.find(({ className }) => className === "Kept")!.added).toBeGreaterThan(0);
    expect(events.some(({ kind }) => kind === "waiting")).toBe(true);
    expect(snapshots[1]!.capturedAt.getTime() - snapshots[0]!.capturedAt.getTime()).toBeGreaterThan(1400);
  });

  test("says when another client has come and gone in between", async () => {
    const target = await start(idle, ["--inspect=127.0.0.1:0"]);
    const url = /ws:\S+/.exec(program.stderr())![0];
    let visited: Promise<void> | undefined;
    const { snapshots, warnings } = await capture(target, path.join(folder, "s"), {
      count: 2,
      intervalMs: 2500,
      onEvent: ({ kind }) => {
        if (kind === "waiting") visited ??= visit(url);
      },
    });
    expect(snapshots[1]!.idSpace).not.toBe(snapshots[0]!.idSpace);
    expect(warnings).toEqual([
      expect.stringContaining("Another client's inspector session ended between snapshots 1 and 2"),
    ]);
    const { captureRecord } = await openFile(snapshots[1]!.path!);
    expect(captureRecord!.ids.note).toContain("Another client");
  });

  test("that breaks off keeps what is whole, and says so", async () => {
    const target = await start(idle);
    const running = capture(target, path.join(folder, "s"), {
      count: 3,
      intervalMs: 60_000,
      onEvent: ({ kind }) => {
        if (kind === "waiting") program.child.kill("SIGKILL");
      },
    });
    await expect(running).rejects.toMatchObject({
      code: "target-lost",
      message: expect.stringContaining("One snapshot is whole and stays: s-1.heapsnapshot."),
    });
    expect(fs.readdirSync(folder).toSorted()).toEqual(["s-1.heapsnapshot", "s-1.heapsnapshot.json"]);
  });
});

test("one thread is captured by its name, and an unknown one is refused with the names that there are", async () => {
  const target = await start(`${startWorker("pool", 20)} setInterval(() => {}, 1000);`);
  const { snapshots } = await capture(target, path.join(folder, "w"), { threads: "pool" });
  expect(snapshots.map(({ thread }) => thread.name)).toEqual(["worker 1 pool"]);
  await expect(capture(target, path.join(folder, "x"), { threads: "nobody" })).rejects.toMatchObject({
    code: "bad-address",
    message: expect.stringContaining("it has: main, worker 1 pool"),
  });
  expect(listListeningSockets(program.pid)).toEqual([]);
});

test("what is declined is left alone, after the cost was said", async () => {
  const target = await start(idle);
  const declined = capture(target, path.join(folder, "a"), {
    confirm: ({ estimates }) => {
      expect(estimates.map(({ label }) => label)).toEqual(["Pause", "Memory", "File"]);
      return false;
    },
  });
  await expect(declined).rejects.toMatchObject({ code: "declined" });
  expect(fs.readdirSync(folder)).toEqual([]);
  expect(listListeningSockets(program.pid)).toEqual([]);
  const report = await preflight(target);
  expect(report.refusals).toEqual([]);
  expect(report.prediction.extraMemory).toBeGreaterThan(0);
});

test("a stream gets the main thread, and no record is written", async () => {
  const target = await start(`${keepObjects(5)} ${startWorker("pool", 20)} setInterval(() => {}, 1000);`);
  const stream = new PassThrough();
  let length = 0;
  stream.on("data", (bytes: Buffer) => (length += bytes.length));
  const { snapshots } = await capture(target, stream);
  expect(snapshots).toMatchObject([{ path: undefined, byteLength: length, thread: { name: "main" } }]);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test("the signal is taken where no session can be had, or when it is asked for", async () => {
  const target = await start(`${keepObjects(10)} ${idle}`, [ANY_PORT, "--heapsnapshot-signal=SIGUSR2"]);
  const file = path.join(folder, "a.heapsnapshot");
  const { route, options, warnings } = await capture(target, file, { route: "signal" });
  expect({ route, options }).toEqual({
    route: "signal",
    options: { collectGarbage: false, numericValues: false, exposeInternals: false },
  });
  expect(warnings.join(" ")).toContain("holds the main thread only");
  expect(await countKept(file)).toBe(10);
  expect(fs.readdirSync(folder).toSorted()).toEqual(["a.heapsnapshot", "a.heapsnapshot.json"]);
});

test("a series by signal does not claim common ids while an inspector is open", async () => {
  const target = await start(idle, ["--inspect=127.0.0.1:0", "--heapsnapshot-signal=SIGUSR2"]);
  const open = await capture(target, path.join(folder, "open"), { route: "signal", count: 2, intervalMs: 1 });
  expect(open.snapshots[1]!.idSpace).not.toBe(open.snapshots[0]!.idSpace);
  expect(open.warnings.join(" ")).toContain("somebody may have come and gone");
  await program.kill();

  const quiet = await start(idle, [ANY_PORT, "--heapsnapshot-signal=SIGUSR2"]);
  const closed = await capture(quiet, path.join(folder, "closed"), {
    route: "signal",
    count: 2,
    intervalMs: 1,
  });
  expect(closed.snapshots[1]!.idSpace).toBe(closed.snapshots[0]!.idSpace);
});

test("what a record or a thread's file would replace is seen before the process stands still", async () => {
  const target = await start(`${startWorker("pool", 1)} setInterval(() => {}, 1000);`);
  const taken = ["a.heapsnapshot.json", "b.worker-1-pool.heapsnapshot"];
  for (const name of taken) fs.writeFileSync(path.join(folder, name), "precious");
  fs.mkdirSync(path.join(folder, "c.heapsnapshot"));
  for (const name of ["a", "b"])
    await expect(capture(target, path.join(folder, name))).rejects.toMatchObject({ code: "file-exists" });
  await expect(capture(target, path.join(folder, "c"), { overwrite: true })).rejects.toMatchObject({
    message: expect.stringContaining("is no ordinary file"),
  });
  for (const name of taken) expect(fs.readFileSync(path.join(folder, name), "utf8")).toBe("precious");
  expect(fs.readdirSync(folder).toSorted()).toEqual([...taken, "c.heapsnapshot"].toSorted());
});

test.each([
  ["an existing file", "a.heapsnapshot", "file-exists"],
  ["a folder that is not there", "nowhere/a.heapsnapshot", "write-failed"],
])("%s is refused before the process is touched", async (_what, name, code) => {
  fs.writeFileSync(path.join(folder, "a.heapsnapshot"), "precious");
  const target = await start(idle);
  await expect(capture(target, path.join(folder, name))).rejects.toMatchObject({ code });
  expect(program.stderr()).toBe("");
  expect(fs.readFileSync(path.join(folder, "a.heapsnapshot"), "utf8")).toBe("precious");
});

async function visit(url: string): Promise<void> {
  const session = await connectInspector(url);
  await evaluate(session, "1");
  await session.close();
}

test("work can be done before each snapshot, in the session of all of them", async () => {
  const target = await start(`globalThis.kept = []; class Kept {} ${idle}`);
  const rounds: number[] = [];
  const result = await capture(target, `${folder}/`, {
    threads: "main",
    count: 3,
    intervalMs: 600_000, // not waited for
    async beforeRound(round, session) {
      rounds.push(round);
      expect(fs.readdirSync(folder).filter((name) => name.endsWith(".heapsnapshot"))).toHaveLength(round - 1);
      await evaluate(session!, `for (let i = 0; i < ${round * 10}; i++) kept.push(new Kept()); 0`);
    },
  });
  expect(rounds).toEqual([1, 2, 3]);
  const files = result.snapshots.map(({ path: file }) => file!);
  expect(files.map((file) => path.basename(file))).toEqual([
    "1.heapsnapshot",
    "2.heapsnapshot",
    "3.heapsnapshot",
  ]);
  expect(path.basename(result.manifest!)).toBe("capture.json");
  expect(await Promise.all(files.map(countKept))).toEqual([10, 30, 60]);
  expect(new Set(result.snapshots.map(({ idSpace }) => idSpace)).size).toBe(1);
});

test("work that fails ends the capture with its error, and the process is as it was", async () => {
  const target = await start(idle);
  const failing = capture(target, `${folder}/`, {
    threads: "main",
    count: 2,
    beforeRound: (round) => (round === 1 ? Promise.resolve() : Promise.reject(new Error("no work"))),
  });
  await expect(failing).rejects.toThrow("no work");
  expect(fs.readdirSync(folder).toSorted()).toEqual(["1.heapsnapshot", "1.heapsnapshot.json"]);
  await expect.poll(() => listListeningSockets(program.pid)).toEqual([]);
});
