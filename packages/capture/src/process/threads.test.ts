import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { idle, spawnNode, type SpawnedNode } from "../../test/spawn-node.ts";
import { findSignalThread, listThreadNames } from "./threads.ts";

const spawned: SpawnedNode[] = [];
afterEach(async () => {
  await Promise.all(spawned.splice(0).map((target) => target.kill()));
});

async function start(...words: string[]): Promise<SpawnedNode> {
  const target = await spawnNode(words);
  spawned.push(target);
  return target;
}

/** Waits until the thread has slept once more, or for a moment. */
async function sleptAgain(pid: number, before: number): Promise<boolean> {
  for (let round = 0; round < 20; round++) {
    if ((findSignalThread(pid)?.sleepCount ?? 0) > before) return true;
    await sleep(20);
  }
  return false;
}

test.runIf(process.platform === "linux")(
  "a thread of Node waits for SIGUSR1, and wakes up for it",
  async () => {
    const { pid } = await start("--inspect-port=0", "-e", idle);
    const thread = findSignalThread(pid);
    expect(thread?.threadId).toBeGreaterThan(pid);
    process.kill(pid, "SIGUSR1");
    expect(await sleptAgain(pid, thread!.sleepCount)).toBe(true);
  },
);

test.runIf(process.platform === "linux")(
  "the thread sleeps on when the program has a handler of its own",
  async () => {
    const { pid, child } = await start("-e", `process.on("SIGUSR1", () => console.log("own")); ${idle}`);
    const thread = findSignalThread(pid);
    expect(thread).toBeDefined();
    const said = new Promise((resolve) => child.stdout!.once("data", (data) => resolve(String(data))));
    process.kill(pid, "SIGUSR1");
    expect(await said).toBe("own\n");
    expect(findSignalThread(pid)).toEqual(thread);
  },
);

test.runIf(process.platform === "linux")("threads have names, the main thread's first", async () => {
  const { pid } = await start("-e", idle);
  const names = listThreadNames(pid);
  expect(names.length).toBeGreaterThan(3);
  expect(names[0]).toMatch(/^(?:node|MainThread|node-MainThread)$/);
});
