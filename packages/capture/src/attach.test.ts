import fs from "node:fs";
import { createServer, type Server } from "node:net";
import os from "node:os";
import path from "node:path";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { idle, spawnNode, spawnProgram, type SpawnedNode } from "../test/spawn-node.ts";
import { keepObjects } from "../test/spawn-target.ts";
import { attach } from "./attach.ts";
import { findTarget } from "./find-target.ts";
import { connectInspector } from "./inspector/inspector-session.ts";
import { evaluate } from "./inspector/target-facts.ts";
import { listListeningSockets } from "./process/sockets.ts";
import { takeSnapshot } from "./snapshot/take-snapshot.ts";

// Programs open their inspectors on ports of their own, so that these tests and others do not get into each other's way.
const ANY_PORT = "--inspect-port=127.0.0.1:0";

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-attach-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const programs: SpawnedNode[] = [];
afterEach(async () => {
  for (const program of programs.splice(0)) await program.kill();
});

async function start(words: readonly string[]): Promise<SpawnedNode> {
  const program = await spawnNode(words);
  programs.push(program);
  return program;
}

/** What an operator would see of a process from outside. */
function lookAt({ pid }: SpawnedNode): object {
  return {
    threads: fs.readdirSync(`/proc/${pid}/task`).length,
    files: fs.readdirSync(`/proc/${pid}/fd`).length,
    sockets: listListeningSockets(pid),
  };
}

describe.each(["CommonJS", "ESM"])("a program in %s without an inspector", (kind) => {
  async function startProgram(source: string): Promise<SpawnedNode> {
    const file = path.join(folder, kind === "ESM" ? "program.mjs" : "program.cjs");
    fs.writeFileSync(file, source);
    return start([ANY_PORT, file]);
  }

  test("is attached to by its process id, and is afterwards as it was", async () => {
    const program = await startProgram(`${keepObjects(50)} ${idle}`);
    const before = lookAt(program);
    const attachment = await attach(String(program.pid));
    expect(attachment).toMatchObject({ route: "sigusr1", pid: program.pid });
    expect(await evaluate(attachment.session, "kept.length")).toBe(50);
    expect(await attachment.close()).toEqual([]);
    expect(lookAt(program)).toEqual(before);
    // It can be opened again, so the way is as open as it was.
    const again = await attach(String(program.pid));
    expect(await again.close()).toEqual([]);
    expect(program.child.exitCode).toBeNull();
  });

  test("is left closed when it is given up in the middle of a snapshot", async () => {
    const program = await startProgram(`${keepObjects(100_000)} ${idle}`);
    const before = lookAt(program);
    const attachment = await attach(String(program.pid));
    const abort = new AbortController();
    const capture = takeSnapshot(attachment.session, path.join(folder, "a.heapsnapshot"), {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(capture).rejects.toMatchObject({ code: "aborted" });
    await attachment.close();
    await expect.poll(() => lookAt(program), { timeout: 20_000 }).toEqual(before);
    expect(program.child.exitCode).toBeNull();
    expect(program.child.signalCode).toBeNull();
  });
});

test("a program that handles SIGUSR1 itself is recognised by what the signal does not do", async () => {
  const program = await start(["-e", `process.on("SIGUSR1", () => {}); ${idle}`, ANY_PORT]);
  await expect(attach(String(program.pid))).rejects.toMatchObject({
    code: "no-route",
    message: expect.stringContaining("handles SIGUSR1 itself"),
  });
});

test("a program with SIGUSR1 switched off gets no signal", async () => {
  const program = await start([
    "-e",
    `process.on("SIGUSR2", () => {}); process.kill(process.pid, 0); ${idle}`,
  ]);
  const target = await findTarget(String(program.pid));
  if (target.kind !== "process") throw new Error("a process was looked for");
  const { signals } = target.facts;
  const off = { ...target.facts, signals: { ...signals, caught: 0n, blocked: signals.blocked | (1n << 9n) } };
  const { listRoutes } = await import("./route/route-offers.ts");
  const routes = listRoutes(off, { state: "closed", clients: [] }, undefined);
  await expect(attach({ ...target, facts: off, routes })).rejects.toMatchObject({
    code: "no-route",
    message: expect.stringContaining("SIGUSR1 is switched off"),
  });
  expect(lookAt(program)).toMatchObject({ sockets: [] });
});

test("a program that opens other ports all the time gets its inspector opened, found and closed all the same", async () => {
  const program = await start([
    ANY_PORT,
    "-e",
    `${keepObjects(9)} const { createServer } = require("node:net");
     setInterval(() => { const server = createServer(() => {}).listen(0, "127.0.0.1"); setTimeout(() => server.close(), 300); }, 20);
     ${idle}`,
  ]);
  const attachment = await attach(String(program.pid));
  expect(await evaluate(attachment.session, "kept.length")).toBe(9);
  expect(await attachment.close()).toEqual([]);
});

test("a process whose inspector would tell nobody its address gets no signal", async () => {
  const program = await start([ANY_PORT, "--inspect-publish-uid=stderr", "-e", idle]);
  await expect(attach(String(program.pid))).rejects.toMatchObject({
    code: "no-route",
    message: expect.stringContaining("--inspect-publish-uid"),
  });
  expect(program.stderr()).toBe("");
});

test("a process that has become another program since it was found gets no signal", async () => {
  const program = await start([ANY_PORT, "-e", idle]);
  const target = await findTarget(String(program.pid));
  if (target.kind !== "process") throw new Error("a process was looked for");
  for (const change of [{ executable: "/bin/other" }, { startTicks: target.facts.startTicks - 1 }]) {
    const earlier = { ...target, facts: { ...target.facts, ...change } };
    await expect(attach(earlier)).rejects.toMatchObject({
      code: "executable" in change ? "no-route" : "no-such-process",
    });
  }
  expect(program.stderr()).toBe("");
});

describe("a port that is taken", () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as { port: number }).port;
  });
  afterEach(() => server.close());

  test("names its holder, and no signal is sent", async () => {
    const program = await start([`--inspect-port=127.0.0.1:${port}`, "-e", idle]);
    await expect(attach(String(program.pid))).rejects.toMatchObject({
      code: "no-route",
      message: expect.stringContaining(`port ${port}, which process ${process.pid}`),
    });
    expect(program.stderr()).toBe("");
  });

  test("does not matter when it is another program's inspector port that is asked for", async () => {
    const other = await start([`--inspect-port=127.0.0.1:${port}`, "-e", idle]);
    const program = await start([ANY_PORT, "-e", `${keepObjects(7)} ${idle}`]);
    const attachment = await attach(String(program.pid));
    expect(await evaluate(attachment.session, "kept.length")).toBe(7);
    await attachment.close();
    expect(other.child.exitCode).toBeNull();
  });
});

test("an inspector that is open is used on whatever port it is, and stays open", async () => {
  const program = await start(["--inspect=127.0.0.1:0", "-e", idle]);
  const attachment = await attach(String(program.pid));
  expect(attachment.route).toBe("inspector");
  await attachment.close();
  expect(listListeningSockets(program.pid)).toHaveLength(1);
});

test("an inspector that a debugger uses is left alone unless told otherwise", async () => {
  const program = await start(["--inspect=127.0.0.1:0", "-e", idle]);
  const [socket] = listListeningSockets(program.pid)!;
  // Connections of our own and of our children do not count, so the debugger must be somebody else's.
  const connect = `require("node:net").connect(${socket!.port}, "127.0.0.1", () => console.log(process.pid)).on("data", () => {}); setTimeout(() => {}, 60_000);`;
  const launcher = await spawnProgram("sh", ["-c", '"$0" -e "$1" & sleep 0.5', process.execPath, connect]);
  const debuggerPid = Number(launcher.line);
  try {
    await once(launcher.child, "exit");
    await expect(attach(String(program.pid))).rejects.toMatchObject({
      code: "in-use",
      message: expect.stringContaining(`used by process ${debuggerPid}`),
    });
    const forced = await attach(String(program.pid), { force: true });
    await forced.close();
  } finally {
    process.kill(debuggerPid, "SIGKILL");
  }
});

test("a process that waits for a child opens its inspector late, and whoever gives up is told so", async () => {
  const program = await start([
    ANY_PORT,
    "-e",
    `console.log("ready"); setTimeout(() => require("node:child_process").execSync("sleep 3"), 100); setInterval(() => {}, 1000);`,
  ]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const steps: string[] = [];
  await expect(
    attach(String(program.pid), { timeoutMs: 1000, onStep: (text) => steps.push(text) }),
  ).rejects.toMatchObject({ code: "blocked", message: expect.stringContaining("--close-inspector") });
  expect(steps.at(-1)).toMatch(/its main thread is busy/);
  // What the message says: it opens later, and this closes it.
  await expect.poll(() => listListeningSockets(program.pid)?.length, { timeout: 10_000 }).toBe(1);
  const late = await attach(String(program.pid), { closeInspector: true });
  expect(await late.close()).toEqual([]);
  expect(listListeningSockets(program.pid)).toEqual([]);
});

test.each([
  ["999999999", "no-such-process"],
  ["no command line has these words in it", "no-such-process"],
  ["", "bad-address"],
  ["1", "no-route"],
])("“%s” is refused: %s", async (target, code) => {
  await expect(attach(target)).rejects.toMatchObject({ code });
});

test("several processes that match are named, and the one that is meant can be chosen", async () => {
  const mark = `mark${process.pid}`;
  const one = await start(["--inspect=127.0.0.1:0", "-e", idle, mark]);
  const two = await start(["--inspect=127.0.0.1:0", "-e", idle, mark, "second"]);
  await expect(findTarget(mark)).rejects.toMatchObject({
    code: "ambiguous",
    message: expect.stringMatching(new RegExp(`${one.pid} \\(.*${two.pid} \\(`)),
  });
  expect(await findTarget(`${mark} second`)).toMatchObject({ kind: "process", facts: { pid: two.pid } });
});

test("an address is an address: with or without a host, and as the process printed it", async () => {
  const program = await start(["--inspect=127.0.0.1:0", "-e", idle]);
  const [socket] = listListeningSockets(program.pid)!;
  const url = /ws:\S+/.exec(program.stderr())![0];
  for (const address of [`:${socket!.port}`, `127.0.0.1:${socket!.port}`, `localhost:${socket!.port}`, url]) {
    const attachment = await attach(address);
    expect(await evaluate(attachment.session, "process.pid")).toBe(program.pid);
    await attachment.close();
  }
  await (await connectInspector(url)).close();
});
