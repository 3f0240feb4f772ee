import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { idle, spawnNode, spawnProgram, type SpawnedNode } from "../../test/spawn-node.ts";
import { findProcesses, listProcesses } from "./list-processes.ts";

const spawned: SpawnedNode[] = [];
afterEach(async () => {
  await Promise.all(spawned.splice(0).map((target) => target.kill()));
});

async function start(words: readonly string[]): Promise<SpawnedNode> {
  const target = await spawnNode(words);
  spawned.push(target);
  return target;
}

const onLinux = test.runIf(process.platform === "linux");

onLinux("every Node process is listed but this one, and nothing that is no runtime", async () => {
  const node = await start(["-e", idle]);
  const other = await spawnProgram("sh", ["-c", "echo ready; exec sleep 60"]);
  spawned.push(other);
  const pids = listProcesses().map(({ pid }) => pid);
  expect(pids).toContain(node.pid);
  expect(pids).not.toContain(other.pid);
  expect(pids).not.toContain(process.pid);
});

onLinux("what has exited is not listed, whether its parent has fetched it or not", async () => {
  const line = `"$0" -e "" & echo $!; exec sleep 60`;
  const parent = await spawnProgram("sh", ["-c", line, process.execPath]);
  spawned.push(parent);
  const gone = spawn(process.execPath, ["-e", ""]);
  await once(gone, "exit");
  await expect.poll(() => listProcesses().map(({ pid }) => pid)).not.toContain(Number(parent.line));
  expect(listProcesses().map(({ pid }) => pid)).not.toContain(gone.pid);
});

onLinux("a pattern finds all whose command line contains it, with case, wherever it stands", async () => {
  const mark = randomUUID();
  const first = await start(["-e", idle, "--", `--name=Shop-${mark}`, "a b"]);
  const second = await start([`--title=shop-${mark} worker`, "-e", idle]);
  const found = (pattern: string): number[] =>
    findProcesses(pattern)
      .map(({ pid }) => pid)
      .sort((a, b) => a - b);
  expect(found(mark)).toEqual([first.pid, second.pid].sort((a, b) => a - b));
  expect(found(`Shop-${mark}`)).toEqual([first.pid]);
  expect(found(`Shop-${mark} a b`)).toEqual([first.pid]);
  expect(found(`shop-${mark} worker`)).toEqual([second.pid]);
  expect(found(`${mark}!`)).toEqual([]);
});

onLinux("a pattern finds neither this process nor those that started it", () => {
  const found = findProcesses("").map(({ pid }) => pid);
  expect(found).not.toContain(process.pid);
  expect(found).not.toContain(process.ppid);
});
