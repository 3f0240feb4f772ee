// The recorders in real processes, on every Node that the agent runs on: what they write is opened with the engine, and
// compared with what V8 writes itself. Bundled as the agent is, without the triggers.

import { execFile, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { NodeType, type HeapSnapshot } from "@heapscope/engine";
import { openFile } from "@heapscope/engine/node";
import { buildSync } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bundleThread } from "../../../../scripts/agent-thread.mjs";
import { findRuntime } from "../../../../scripts/runtimes.mjs";
import type { CapturedFile } from "../api.ts";

const run = promisify(execFile);
/** A small disk needs a mount that nobody else sees. */
const mayMount = spawnSync("unshare", ["-m", "true"]).status === 0;

let home: string;
let folder: string;
beforeAll(async () => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "record-"));
  buildSync({
    stdin: {
      contents: `export * from "./thread-link.ts"; export * from "./recorders/recorders.ts"; export * from "./preflight/preflight.ts";`,
      resolveDir: path.join(import.meta.dirname, ".."),
    },
    outfile: path.join(home, "parts.cjs"),
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node18.18",
    define: { HEAPSCOPE_AGENT_THREAD: JSON.stringify(await bundleThread()) },
  });
  fs.writeFileSync(
    path.join(home, "preload.cjs"),
    `console.log(JSON.stringify({ preloaded: require("worker_threads").isMainThread }));`,
  );
});
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(home, "captures-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What the programs below have in common; `say` prints a line for the test. */
const PROGRAM = `
const { createThreadLink, recorders, examine } = require("./parts.cjs");
const say = (line) => console.log(JSON.stringify(line));
const directory = process.argv[2];
const link = createThreadLink({
  settings: { directory, gzip: process.argv[3] !== "plain", redact: false, redactPatterns: [] },
  version: "1.2.3",
  tell: say,
});
const ending = new AbortController();
const capture = async (recorder, more) => {
  const warnings = [];
  const files = await recorders[recorder]({
    id: require("crypto").randomBytes(16).toString("hex"),
    recorder, trigger: "code", request: { label: "a label" }, durationMs: 400, threads: "main", numericValues: false,
    preflight: examine(directory, false), thread: link, signal: ending.signal, warn: (text) => warnings.push(text), ...more,
  });
  say({ recorder, files, warnings });
  return files;
};
class Tagged { constructor(number) { this.list = [number]; this.name = "tag " + number; } }
globalThis.tagged = [];
const fill = (count) => { for (let number = 0; number < count; number++) tagged.push(new Tagged(number)); };
process.on("exit", () => link.removePartialFiles());
setTimeout(() => {}, 50_000).unref();
// Nothing of the agent keeps a process alive; this does.
const alive = setInterval(() => {}, 1000);
const done = () => clearInterval(alive);
`;

interface Said {
  readonly recorder?: string;
  readonly files?: readonly CapturedFile[];
  readonly warnings?: readonly string[];
  readonly [more: string]: unknown;
}

/** What the program said, when it has ended by itself. */
async function runProgram(
  node: string,
  body: string,
  { flags = [] as string[], environment = {}, mode = "" } = {},
): Promise<Said[]> {
  const file = path.join(home, `program-${path.basename(folder)}.cjs`);
  fs.writeFileSync(
    file,
    `${PROGRAM}\n(async () => {\n${body}\n})().then(done, (error) => { say({ code: error.code, message: error.message }); done(); });\n`,
  );
  const { stdout } = await run(await findRuntime(node), [...flags, file, folder, mode], {
    cwd: home,
    timeout: 55_000,
    env: { ...process.env, ...environment },
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Said);
}

const names = (): string[] => fs.readdirSync(folder).toSorted();

/** Ids of the objects of a class, ascending, and how much memory they take. */
function describeClass(snapshot: HeapSnapshot, name: string): { ids: number[]; size: number } {
  const ids: number[] = [];
  let size = 0;
  for (const cursor = snapshot.cursor(); cursor.next();) {
    if (cursor.className !== name || cursor.type !== NodeType.object) continue;
    ids.push(cursor.id);
    size += cursor.shallowSize;
  }
  return { ids: ids.toSorted((a, b) => a - b), size };
}

/** The others differ little; `HEAPSCOPE_ALL_NODES=1` runs them, too. */
const nodes = process.env["HEAPSCOPE_ALL_NODES"]
  ? ["node-18", "node-20", "node-22", "node-24", "node-26"]
  : ["node-18", "node-24"];

describe.each(nodes)("on %s", (node) => {
  test("a heap snapshot has the numbers that V8's own has, and objects keep their ids until the next", async () => {
    const [first, second] = await runProgram(
      node,
      `fill(1000);
      await capture("heap-snapshot");
      require("v8").writeHeapSnapshot(directory + "/own.heapsnapshot");
      await capture("heap-snapshot");`,
    );
    const files = [first!.files![0]!.path, path.join(folder, "own.heapsnapshot"), second!.files![0]!.path];
    const snapshots = await Promise.all(files.map((file) => openFile(file)));
    const [one, own, two] = snapshots.map((snapshot) => describeClass(snapshot, "Tagged"));
    expect(one!.ids).toHaveLength(1000);
    expect(own).toEqual(one);
    expect(two).toEqual(one);
    // Between the two: what the capture itself has left.
    const [small, large] = [snapshots[0]!, snapshots[1]!]
      .map(({ graph }) => graph.nodeCount)
      .toSorted((a, b) => a - b);
    expect(large! / small!).toBeLessThan(1.1);

    const [{ captureRecord: record, graph, captureRecordProblem }] = [snapshots[0]!];
    expect(captureRecordProblem).toBeUndefined();
    expect([record!.file.nodeCount, record!.file.edgeCount]).toEqual([graph.nodeCount, graph.edgeCount]);
    expect(record).toMatchObject({
      route: "agent",
      tool: "@heapscope/agent 1.2.3",
      target: { runtime: "node", thread: { id: 0, name: "main" } },
      predicted: { extraMemory: expect.any(Number), fileSize: expect.any(Number) },
      measured: { fileSize: first!.files![0]!.bytes, pauseMs: first!.files![0]!.pauseMs },
      heap: { usage: { heapUsed: expect.any(Number) }, spaces: expect.any(Array) },
    });
    expect(snapshots[2]!.captureRecord!.ids.space).toBe(record!.ids.space);
    expect(first!.files![0]).toMatchObject({ nodeCount: graph.nodeCount, pauseMs: expect.any(Number) });
  });

  test("worker threads are captured; one that is busy or ends is left out at most", async () => {
    const [{ files, warnings }] = (await runProgram(
      node,
      `const { Worker } = require("worker_threads");
      const start = (text) => new Promise((resolve) => {
        const worker = new Worker("class InWorker {}; globalThis.kept = Array.from({ length: 50 }, () => new InWorker()); const { parentPort } = require('worker_threads'); parentPort.postMessage(1);" + text, { eval: true });
        worker.once("message", () => resolve(worker));
      });
      const idle = await start("setInterval(() => {}, 1000)");
      const busy = await start("setImmediate(() => { for (;;); })");
      const short = await start("");
      await capture("heap-snapshot", { threads: "all" });
      await Promise.all([idle.terminate(), busy.terminate()]);`,
    )) as [Said];
    // Since Node 22 an inspector waits until a thread has nothing to do.
    const answering = /node-(18|20)/.test(node) ? [0, 1, 2] : [0, 1];
    expect(files!.map(({ thread }) => thread.id).filter((id) => id < 3)).toEqual(answering);
    for (const { path: file, thread } of files!) {
      const snapshot = await openFile(file);
      expect(describeClass(snapshot, "InWorker").ids).toHaveLength(thread.id === 0 ? 0 : 50);
      expect(snapshot.captureRecord!.target.thread).toEqual(thread);
    }
    expect(files!.length + warnings!.length).toBeLessThanOrEqual(4);
  });

  test("a timeline, a heap profile and a CPU profile are whole, and renew ids", async () => {
    const said = await runProgram(
      node,
      `const busy = setInterval(() => fill(50), 5);
      await capture("heap-snapshot");
      for (const recorder of ["timeline", "heap-profile", "cpu-profile"]) await capture(recorder);
      clearInterval(busy);`,
    );
    const [snapshot, timeline, heap, cpu] = said.map(({ files }) => files![0]!.path);
    const opened = await openFile(timeline!);
    expect(opened.timeline!.length).toBeGreaterThan(1);
    expect(opened.captureRecord!.ids.space).toBe((await openFile(snapshot!)).captureRecord!.ids.space);
    expect(said[1]!.warnings).toEqual([expect.stringContaining("object ids of earlier snapshots")]);
    const [heapProfile, cpuProfile] = [heap!, cpu!].map((file) =>
      JSON.parse(spawnSync("gzip", ["-dc", file]).stdout.toString()),
    );
    expect(heapProfile).toMatchObject({ head: { children: expect.any(Array) } });
    expect(cpuProfile.nodes.length).toBeGreaterThan(1);
    expect(JSON.parse(fs.readFileSync(`${cpu!}.json`, "utf8")).ids.space).not.toBe(
      opened.captureRecord!.ids.space,
    );
  });

  test("a memory record says who has the memory, and nothing on the service's outputs", async () => {
    const [{ files }] = (await runProgram(node, `fill(5000); await capture("memory-record");`)) as [Said];
    const record = JSON.parse(fs.readFileSync(files![0]!.path, "utf8"));
    expect(record).toMatchObject({
      schema: "heapscope/memory-record@1",
      label: "a label",
      heap: { usage: { rss: expect.any(Number) }, statistics: { heap_size_limit: expect.any(Number) } },
      resources: { Timeout: expect.any(Number) },
      snapshot: { fits: true },
      workers: 0,
    });
    if (node !== "node-18") expect(record.classes.Array).toBeGreaterThan(5000);
    expect(names()).toHaveLength(1);
  });

  test("a capture that is stopped leaves nothing", async () => {
    const said = await runProgram(
      node,
      `fill(1000);
      const captured = capture("heap-snapshot", {});
      await new Promise((resolve) => setTimeout(resolve, 5));
      ending.abort();
      await captured.catch(({ code }) => say({ code }));
      const profile = capture("cpu-profile", { durationMs: 1e6, signal: AbortSignal.timeout(100) });
      await profile.catch(({ code }) => say({ code }));
      await link.stop();`,
    );
    expect(said).toEqual([{ code: "stopped" }, { code: "stopped" }]);
    expect(names()).toEqual([]);
  });

  test("a process that ends in the middle leaves nothing half", async () => {
    await runProgram(
      node,
      `fill(20_000);
      void capture("heap-snapshot", {}).then(() => say("late"));
      const wait = () => require("fs").readdirSync(directory).length > 0 ? setImmediate(() => { say("half"); process.exit(0); }) : setImmediate(wait);
      wait();
      await new Promise(() => {});`,
    );
    expect(names().filter((name) => name.includes("partial"))).toEqual([]);
  });

  test("a thread that is killed in the middle fails the capture, and the next one succeeds", async () => {
    const said = await runProgram(
      node,
      `fill(20_000);
      process.once("worker", (thread) => thread.once("online", () => setTimeout(() => thread.terminate(), 1)));
      await capture("cpu-profile").catch(({ code, message }) => say({ code, message }));
      await capture("heap-snapshot");`,
    );
    expect(said[0]).toMatchObject({ code: "failed", message: expect.stringContaining("thread ended") });
    expect(said[1]!.files).toHaveLength(1);
    expect(names()).toHaveLength(2);
  });

  test.runIf(mayMount)(
    "a disk that is full fails the capture, not the process, and leaves nothing",
    async () => {
      const file = path.join(home, `full-${node}.cjs`);
      fs.writeFileSync(
        file,
        `${PROGRAM}
      fill(20_000);
      capture("heap-snapshot")
        .catch(({ code, message }) => say({ code, message }))
        .then(() => { say(require("fs").readdirSync(directory)); done(); });`,
      );
      const mount = 'mount -t tmpfs -o size=1m none "$1" && exec "$2" "$3" "$1" plain';
      const { stdout } = await run(
        "unshare",
        ["-m", "sh", "-c", mount, "sh", folder, await findRuntime(node), file],
        { timeout: 55_000 },
      );
      const [failed, left] = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(failed).toMatchObject({ code: "failed", message: expect.stringContaining("ENOSPC") });
      expect(left).toEqual([]);
    },
  );

  test("what is preloaded into the service is not loaded into the agent's thread", async () => {
    const preload = path.join(home, "preload.cjs");
    const said = await runProgram(node, `await capture("memory-record");`, {
      flags: ["--require", preload],
      environment: { NODE_OPTIONS: `--require ${preload}` },
    });
    expect(said.filter(({ preloaded }) => preloaded === false)).toEqual([]);
    expect(said.at(-1)!.files).toHaveLength(1);
  });
});

test.each(["node-20", "node-24"])(
  "on %s a capture takes little more memory than V8's own file",
  async (node) => {
    const peak = async (how: string, mode: string): Promise<number> =>
      Number(
        (
          await runProgram(node, `fill(100_000); ${how}; say({ peak: process.resourceUsage().maxRSS });`, {
            mode,
          })
        ).at(-1)!["peak"],
      );
    const own = await peak(`require("v8").writeHeapSnapshot(directory + "/own.heapsnapshot")`, "");
    const bytes = fs.statSync(path.join(folder, "own.heapsnapshot")).size;
    const ours = await peak(`await capture("heap-snapshot")`, "gzip");
    console.log(
      `${node}: peak ${own >> 10} MB of V8's own, ${ours >> 10} MB of the agent, file ${bytes >> 20} MB`,
    );
    // The thread, its code and what is under way; never the file.
    expect(ours - own).toBeLessThan(80 * 1024);
  },
);
