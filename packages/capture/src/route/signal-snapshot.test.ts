import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { idle, spawnNode, spawnProgram, type SpawnedNode } from "../../test/spawn-node.ts";
import { keepObjects } from "../../test/spawn-target.ts";
import { readProcess } from "../process/read-process.ts";
import { findWriteObstacle, snapshotFolderOf, takeSnapshotBySignal } from "./signal-snapshot.ts";

let folder: string;
let cwd: string;
let program: SpawnedNode | undefined;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-signal-"));
  cwd = path.join(folder, "cwd");
  fs.mkdirSync(cwd);
});
afterEach(async () => {
  await program?.kill();
  program = undefined;
  fs.rmSync(folder, { recursive: true, force: true });
});

async function start(source: string, words: readonly string[] = []): Promise<SpawnedNode> {
  program = await spawnNode(["--heapsnapshot-signal=SIGUSR2", ...words, "-e", source], { cwd });
  return program;
}

test("the file moves to its destination when it is whole, and nothing of it stays behind", async () => {
  const { pid, child } = await start(`${keepObjects(300)} ${idle}`);
  const file = path.join(folder, "a.heapsnapshot");
  const receipt = await takeSnapshotBySignal(readProcess(pid), file);
  const content = fs.readFileSync(file);
  const { snapshot, strings } = JSON.parse(content.toString()) as {
    snapshot: { node_count: number };
    strings: string[];
  };
  expect(receipt).toMatchObject({
    path: file,
    byteLength: content.length,
    nodeCount: snapshot.node_count,
    sha256: createHash("sha256").update(content).digest("hex"),
  });
  expect(strings).toContain("detail 299");
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(fs.readdirSync(cwd)).toEqual([]);
  expect(fs.readdirSync(folder).toSorted()).toEqual(["a.heapsnapshot", "cwd"]);
  expect(child.exitCode).toBeNull();
});

test("objects keep their ids from one signal to the next", async () => {
  const { pid } = await start(`${keepObjects(300)} ${idle}`);
  const ids: number[][] = [];
  for (const name of ["a", "b"]) {
    const file = path.join(folder, name);
    await takeSnapshotBySignal(readProcess(pid), file);
    const { snapshot, nodes, strings } = JSON.parse(fs.readFileSync(file, "utf8")) as {
      snapshot: { meta: { node_fields: string[] } };
      nodes: number[];
      strings: string[];
    };
    const width = snapshot.meta.node_fields.length;
    const kept = strings.indexOf("Kept");
    ids.push(nodes.flatMap((_, i) => (i % width === 0 && nodes[i + 1] === kept ? [nodes[i + 2]!] : [])));
  }
  expect(ids[0]!.length).toBeGreaterThanOrEqual(300);
  expect(ids[1]).toEqual(ids[0]);
});

test("the folder of --diagnostic-dir is used, and the one that the program has changed to", async () => {
  const other = path.join(folder, "other");
  fs.mkdirSync(other);
  const { pid } = await start(`process.chdir(${JSON.stringify(other)}); ${idle}`);
  expect(fs.realpathSync(snapshotFolderOf(readProcess(pid)))).toBe(other);
  await takeSnapshotBySignal(readProcess(pid), path.join(folder, "a"));
  await program!.kill();

  const diagnostic = path.join(folder, "diagnostic");
  fs.mkdirSync(diagnostic);
  const second = await start(idle, [`--diagnostic-dir=${diagnostic}`]);
  expect(fs.realpathSync(snapshotFolderOf(readProcess(second.pid)))).toBe(diagnostic);
  await takeSnapshotBySignal(readProcess(second.pid), path.join(folder, "b"));
  expect(fs.readdirSync(diagnostic)).toEqual([]);
  expect(fs.statSync(path.join(folder, "b")).size).toBeGreaterThan(100_000);
});

test("what would end the process is seen before the signal", async () => {
  const { pid } = await start(idle);
  const facts = readProcess(pid);
  expect(findWriteObstacle(facts, 1000)).toBeUndefined();
  expect(findWriteObstacle(facts, 1e18)).toMatch(/MB free in .*cwd, and the file may need/);
  expect(findWriteObstacle({ ...facts, userId: 12345 }, 1000)).toMatch(/the process may not write to .*cwd/);
  expect(findWriteObstacle({ ...facts, diagnosticFolder: "/nowhere" }, 1000)).toMatch(
    /\/nowhere cannot be looked at \(the folder does not exist\)/,
  );
  // The process is still in it, and it can be looked at, but no file can be made there.
  fs.rmdirSync(cwd);
  expect(findWriteObstacle(facts, 1000)).toMatch(/cwd.* has been removed/);
});

test("a process that may not write files of that size gets no signal", async () => {
  program = await spawnProgram(
    "sh",
    ["-c", `ulimit -f 2000; exec "$0" --heapsnapshot-signal=SIGUSR2 -e '${idle}'`, process.execPath],
    { cwd },
  );
  const facts = readProcess(program.pid);
  expect(findWriteObstacle(facts, 500_000)).toBeUndefined();
  expect(findWriteObstacle(facts, 5_000_000)).toMatch(/may write files of \d MB \(ulimit -f\)/);
});

test("an abort takes the half-written file away and leaves the process running", async () => {
  const { pid, child } = await start(`${keepObjects(200_000)} ${idle}`);
  const abort = new AbortController();
  const capture = takeSnapshotBySignal(readProcess(pid), path.join(folder, "a"), {
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  await expect(capture).rejects.toMatchObject({ code: "aborted" });
  expect(fs.readdirSync(cwd)).toEqual([]);
  expect(fs.readdirSync(folder)).toEqual(["cwd"]);
  // The process is done with it when its event loop turns again.
  const second = await takeSnapshotBySignal(readProcess(pid), path.join(folder, "b"));
  expect(second.nodeCount).toBeGreaterThan(200_000);
  expect(child.exitCode).toBeNull();
});

test("a process that ends meanwhile is told from one that is slow", async () => {
  const { pid, child } = await start(`${keepObjects(200_000)} ${idle}`);
  const capture = takeSnapshotBySignal(readProcess(pid), path.join(folder, "a"), {
    onProgress: () => child.kill("SIGKILL"),
  });
  await expect(capture).rejects.toMatchObject({ code: "target-lost" });
  expect(fs.readdirSync(cwd)).toEqual([]);

  const busy = await start(`console.log("busy"); for (;;);`);
  const late = takeSnapshotBySignal(readProcess(busy.pid), path.join(folder, "b"), { timeoutMs: 1000 });
  await expect(late).rejects.toMatchObject({ code: "timeout" });
  expect(fs.readdirSync(folder)).toEqual(["cwd"]);
});
