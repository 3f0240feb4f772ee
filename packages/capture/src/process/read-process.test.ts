import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { idle, spawnNode, spawnProgram, type SpawnedNode } from "../../test/spawn-node.ts";
import { listThreadNames } from "./threads.ts";
import { ifReadable, listPids, listProcFolder } from "./proc-file.ts";
import { goesOn, isRunning, readProcess, type ProcessFacts } from "./read-process.ts";
import { hasSignal, readStatus } from "./status.ts";

const isRoot = process.geteuid?.() === 0;
const mayUnshare = spawnSync("unshare", ["-npf", "--mount-proc", "true"]).status === 0;

const spawned: SpawnedNode[] = [];
let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "heapscope-process-")));
  writeFileSync(join(folder, "app.js"), idle);
  writeFileSync(join(folder, "app.mjs"), `await null; ${idle}`);
});
afterEach(async () => {
  await Promise.all(spawned.splice(0).map((target) => target.kill()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(
  words: readonly string[],
  options: Parameters<typeof spawnNode>[1] = {},
): Promise<SpawnedNode> {
  const target = await spawnNode(words, { cwd: folder, ...options });
  spawned.push(target);
  return target;
}

function readParent(pid: number): number | undefined {
  return ifReadable(() => readStatus(pid).parentPid);
}

/** What a user without rights to the process gets to know. */
function readAsNobody(pid: number): ProcessFacts {
  process.seteuid!(65_534);
  try {
    return readProcess(pid);
  } finally {
    process.seteuid!(0);
  }
}

describe.runIf(process.platform === "linux")("a process", () => {
  test("that is killed does not go on, from the first moment, however long it takes to be gone", async () => {
    const target = await start(["-e", `globalThis.kept = Buffer.alloc(3e8, 1); ${idle}`]);
    const facts = readProcess(target.pid);
    expect(isRunning(facts)).toBe(true);
    expect(isRunning({ ...facts, startTicks: facts.startTicks - 1 })).toBe(false);
    expect(await goesOn(facts, 60)).toBe(true);
    process.kill(target.pid, "SIGKILL");
    const startedAt = performance.now();
    expect(await goesOn(facts)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });

  test("that is about to end gets the time for it", async () => {
    const { pid } = await start(["-e", 'console.log("ready"); setTimeout(() => process.exit(), 400)']);
    expect(await goesOn(readProcess(pid))).toBe(false);
  });

  test("is described without touching it", async () => {
    const { pid } = await start(["--stack-size=900", "app.js", "--port", "80"]);
    const facts = readProcess(pid);
    expect(facts).toMatchObject({
      pid,
      innerPid: pid,
      parentPid: process.pid,
      userId: process.geteuid!(),
      command: "node app.js --port 80",
      args: [process.execPath, "--stack-size=900", "app.js", "--port", "80"],
      runtime: "node",
      version: process.version,
      executable: realpathSync(process.execPath),
      workingFolder: folder,
      nodeOptions: [],
      heapLimit: undefined,
      sameNetwork: true,
      sameMount: true,
      samePidNamespace: true,
      container: undefined,
      heapSnapshotSignal: undefined,
      inspectorFlags: { address: undefined, port: undefined, permission: false, publishesHttp: true },
    });
    expect(["running", "sleeping"]).toContain(facts.state);
    expect(facts.residentSize).toBeGreaterThan(facts.anonymousSize);
    expect(facts.anonymousSize).toBeGreaterThan(1_000_000);
    expect(Date.now() - facts.startedAt.getTime()).toBeGreaterThanOrEqual(facts.uptimeMs);
    expect(hasSignal(facts.signals.caught, constants.signals.SIGUSR1)).toBe(true);
    expect(readProcess(pid).startTicks).toBe(facts.startTicks);
  });

  test("has its flags from NODE_OPTIONS and its command line, which wins", async () => {
    const NODE_OPTIONS = '--max-old-space-size=100 --heapsnapshot-signal=SIGUSR2 --diagnostic-dir="my files"';
    const first = readProcess((await start(["app.mjs"], { env: { NODE_OPTIONS } })).pid);
    expect(first).toMatchObject({
      command: "node app.mjs",
      nodeOptions: ["--max-old-space-size=100", "--heapsnapshot-signal=SIGUSR2", "--diagnostic-dir=my files"],
      heapLimit: 100 * 1024 * 1024,
      heapSnapshotSignal: { name: "SIGUSR2", number: constants.signals.SIGUSR2 },
      diagnosticFolder: join(folder, "my files"),
    });
    expect(hasSignal(first.signals.caught, constants.signals.SIGUSR2)).toBe(true);
    const words = ["--max_old_space_size=200", "--heapsnapshot-signal", "SIGHUP", "app.mjs"];
    expect(readProcess((await start(words, { env: { NODE_OPTIONS } })).pid)).toMatchObject({
      heapLimit: 200 * 1024 * 1024,
      heapSnapshotSignal: { name: "SIGHUP", number: constants.signals.SIGHUP },
    });
  });

  test("goes by the title that it gives itself", async () => {
    const { pid } = await start(["-e", `process.title = "shop: worker 3"; ${idle}`]);
    expect(readProcess(pid)).toMatchObject({
      command: "shop: worker 3",
      args: ["shop: worker 3"],
      runtime: "node",
    });
  });

  test("that is stopped is seen to be", async () => {
    const { pid } = await start(["app.js"]);
    process.kill(pid, "SIGSTOP");
    for (let round = 0; round < 100 && readProcess(pid).state !== "stopped"; round++) await sleep(10);
    expect(readProcess(pid).state).toBe("stopped");
  });

  test("that has exited and was not fetched by its parent is a zombie", async () => {
    // `exec` makes a parent that never looks after its children.
    const line = `"$0" -e "" & echo $!; exec sleep 60`;
    const parent = await spawnProgram("sh", ["-c", line, process.execPath]);
    spawned.push(parent);
    const pid = Number(parent.line);
    for (let round = 0; round < 500 && readProcess(pid).state !== "zombie"; round++) await sleep(10);
    expect(readProcess(pid)).toMatchObject({
      state: "zombie",
      args: [],
      residentSize: 0,
      executable: undefined,
    });
  });

  test("that does not exist, or is a thread, is refused with a remedy", async () => {
    expect(() => readProcess(4_194_305)).toThrow(
      expect.objectContaining({
        code: "no-such-process",
        message: "There is no process 4194305, or none that this user may see; check the number.",
      }),
    );
    const { pid } = await start(["app.js"]);
    expect(listThreadNames(pid).length).toBeGreaterThan(1);
    const thread = Number(listProcFolder(pid, "task").at(-1));
    expect(() => readProcess(thread)).toThrow(
      expect.objectContaining({
        code: "no-such-process",
        message: `${thread} is a thread of process ${pid}; give ${pid}.`,
      }),
    );
  });

  // Only root may become somebody else to look from there.
  test.runIf(isRoot)("of another user keeps to itself what the system keeps", async () => {
    const { pid } = await start(["--max-old-space-size=100", "app.js"]);
    expect(readAsNobody(pid)).toMatchObject({
      userId: 0,
      runtime: "node",
      command: "node app.js",
      heapLimit: 100 * 1024 * 1024,
      version: undefined,
      executable: undefined,
      workingFolder: undefined,
      nodeOptions: undefined,
      sameNetwork: undefined,
      sameMount: undefined,
      samePidNamespace: undefined,
    });
  });

  test.skipIf(isRoot)(
    "of another user keeps to itself what the system keeps, also from who cannot become root",
    () => {
      expect(readProcess(1)).toMatchObject({
        pid: 1,
        userId: 0,
        executable: undefined,
        sameNetwork: undefined,
      });
    },
  );

  test.runIf(isRoot)("of another user tells root everything", async () => {
    const { pid } = await start(["-e", idle], { uid: 65_534, gid: 65_534, cwd: "/" });
    expect(readProcess(pid)).toMatchObject({
      userId: 65_534,
      version: process.version,
      workingFolder: "/",
      nodeOptions: [],
    });
  });

  // Needs the right to make namespaces, which a container often lacks.
  test.runIf(mayUnshare)("in namespaces of its own is in a container of some kind", async () => {
    const words = ["-npf", "--mount-proc", process.execPath, "-e", idle];
    const outer = await spawnProgram("unshare", words);
    spawned.push(outer);
    const pid = listPids().find((each) => readParent(each) === outer.pid);
    expect(readProcess(pid!)).toMatchObject({
      innerPid: 1,
      sameNetwork: false,
      sameMount: false,
      samePidNamespace: false,
      container: { kind: "other" },
    });
    process.kill(pid!, "SIGKILL");
  });
});

test("on other systems there is a remedy", () => {
  const platform = Object.getOwnPropertyDescriptor(process, "platform")!;
  Object.defineProperty(process, "platform", { ...platform, value: "darwin" });
  try {
    expect(() => readProcess(process.pid)).toThrow(
      expect.objectContaining({
        code: "unsupported",
        message:
          "Processes can be found on Linux only; start the process with --inspect and give its address: host:port.",
      }),
    );
  } finally {
    Object.defineProperty(process, "platform", platform);
  }
});
