import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { idle, spawnNode, spawnProgram, type SpawnedNode } from "../../test/spawn-node.ts";
import { findInspector } from "./find-inspector.ts";
import { HttpStatusError } from "./inspector-http.ts";
import { ifReadable, listPids } from "./proc-file.ts";
import { readProcess, type ProcessFacts } from "./read-process.ts";
import { findPortHolder, listListeningSockets } from "./sockets.ts";
import { readStatus } from "./status.ts";

const mayUnshare = spawnSync("unshare", ["-npf", "--mount-proc", "true"]).status === 0;

const spawned: SpawnedNode[] = [];
const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(spawned.splice(0).map((target) => target.kill()));
  for (const server of servers.splice(0)) server.close();
});

async function start(...words: string[]): Promise<SpawnedNode> {
  const target = await spawnNode(words);
  spawned.push(target);
  return target;
}

async function listen(server: Server, host: string): Promise<number> {
  servers.push(server);
  server.listen(0, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Starts a program that is no descendant of this process, since its shell ends at once; returns its id. */
async function startStranger(program: string): Promise<number> {
  const shell = spawn("sh", ["-c", `"$0" -e "$1" & echo $!`, process.execPath, program], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  for await (const data of shell.stdout) {
    said += String(data);
    if (said.includes("ready") && /\d\n/.test(said)) break;
  }
  return Number(/\d+/.exec(said)![0]);
}

/** The address as Node prints it. */
function printedUrl({ stderr }: SpawnedNode): string | undefined {
  return /ws:\/\/\S+/.exec(stderr())?.[0];
}

describe.runIf(process.platform === "linux")("the inspector", () => {
  test("of a process that was started without is closed", async () => {
    const { pid } = await start("-e", idle);
    expect(await findInspector(readProcess(pid))).toEqual({ state: "closed", clients: [] });
  });

  test.each([["--inspect=0"], ["--inspect=localhost:0"], ["--inspect=0.0.0.0:0"]])(
    "is found with %s, with the address that the process printed",
    async (flag) => {
      const target = await start(flag, "-e", idle);
      const { state, url, socket, clients } = await findInspector(readProcess(target.pid));
      expect({ state, clients }).toEqual({ state: "open", clients: [] });
      const printed = new URL(printedUrl(target)!);
      expect(new URL(url!).pathname).toBe(printed.pathname);
      expect(socket!.port).toBe(Number(printed.port));
      expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:/);
    },
  );

  test("is found on the port that the flags name", async () => {
    const free = createTcpServer();
    const port = await listen(free, "127.0.0.1");
    servers.length = 0;
    await new Promise((resolve) => free.close(resolve));
    const target = await start(`--inspect=${port}`, "-e", idle);
    expect((await findInspector(readProcess(target.pid))).url).toBe(printedUrl(target));
    expect(findPortHolder(process.pid, "127.0.0.1", port)).toEqual({ pid: target.pid });
    expect(findPortHolder(process.pid, "127.0.0.2", port)).toBeUndefined();
    expect(findPortHolder(process.pid, "0.0.0.0", port)).toEqual({ pid: target.pid });
  });

  test("is found when SIGUSR1 has opened it, also in an ES module", async () => {
    const target = await start("--inspect-port=0", "--input-type=module", "-e", `await null; ${idle}`);
    expect((await findInspector(readProcess(target.pid))).state).toBe("closed");
    process.kill(target.pid, "SIGUSR1");
    await expect.poll(async () => (await findInspector(readProcess(target.pid))).state).toBe("open");
    expect((await findInspector(readProcess(target.pid))).url).toBe(printedUrl(target));
  });

  test("is in use when somebody else is connected, but not by our own connections", async () => {
    const target = await start("--inspect=0", "-e", idle);
    const facts = readProcess(target.pid);
    const { port } = (await findInspector(facts)).socket!;
    const own = connect(port, "127.0.0.1");
    await once(own, "connect");
    const program = `require("net").connect(${port}, "127.0.0.1", () => { ${idle} })`;
    await start("-e", program); // as the relay into another network namespace
    expect((await findInspector(facts)).state).toBe("open");
    const client = await startStranger(program);
    const inUse = await findInspector(facts);
    expect(inUse).toMatchObject({ state: "in-use", url: printedUrl(target), clients: [{ pid: client }] });
    expect(inUse.clients[0]!.command).toMatch(/^node -e /);
    own.destroy();
    process.kill(client, "SIGKILL");
    await expect.poll(async () => (await findInspector(facts)).state).toBe("open");
  });

  test("that does not publish its address is open, without one", async () => {
    const target = await start("--inspect=0", "--inspect-publish-uid=stderr", "-e", idle);
    const { state, url, socket } = await findInspector(readProcess(target.pid));
    expect({ state, url }).toEqual({ state: "open", url: undefined });
    expect(socket!.port).toBe(Number(new URL(printedUrl(target)!).port));
  });

  test("of a stopped process is not asked", async () => {
    const { pid } = await start("--inspect=0", "-e", idle);
    const facts = readProcess(pid);
    process.kill(pid, "SIGSTOP");
    const state = await findInspector({ ...facts, state: "stopped" });
    expect(state).toMatchObject({ state: "unknown", socket: { address: "127.0.0.1" }, clients: [] });
  });

  // Needs the right to make namespaces, which a container often lacks.
  test.runIf(mayUnshare)("in another network is seen, and asked by whoever can reach it", async () => {
    const outer = await spawnProgram("unshare", [
      "-npf",
      "--mount-proc",
      process.execPath,
      "--inspect=0",
      "-e",
      idle,
    ]);
    spawned.push(outer);
    const pid = listPids().find((each) => ifReadable(() => readStatus(each).parentPid) === outer.pid)!;
    const facts = readProcess(pid);
    const unreachable = await findInspector(facts);
    expect(unreachable).toMatchObject({ state: "unknown", socket: { address: "127.0.0.1" } });
    const asked: string[] = [];
    const reached = await findInspector(facts, {
      http: async (address, path) => {
        asked.push(`${address}${path}`);
        return path === "/json/version"
          ? `{"Browser":"node.js/v24.21.0"}`
          : `[{"webSocketDebuggerUrl":"ws://elsewhere:1/0b5c"}]`;
      },
    });
    const address = `127.0.0.1:${unreachable.socket!.port}`;
    expect(reached).toMatchObject({ state: "open", url: `ws://${address}/0b5c` });
    expect(asked).toEqual([`${address}/json/version`, `${address}/json/list`]);
    process.kill(pid, "SIGKILL");
  });
});

// This very process, with servers of the test in it.
describe.runIf(process.platform === "linux")("of an application", () => {
  const self = (): ProcessFacts => ({ ...readProcess(process.pid), version: "v20.0.0" });

  test("a port that is open to the network is never asked", async () => {
    let count = 0;
    const server = createServer((_request, response) => {
      count++;
      response.end("hello");
    });
    await listen(server, "0.0.0.0");
    expect(await findInspector(self())).toEqual({ state: "closed", clients: [] });
    expect(count).toBe(0);
  });

  test.each([
    ["another answer", 200, `{"hello":"world"}`],
    ["no JSON", 200, "<h1>hello</h1>"],
    ["null", 200, "null"],
    ["a browser that is none", 200, `{"Browser":"Firefox/150"}`],
    ["a status", 404, ""],
  ])("a local port with %s is no inspector", async (_, status, body) => {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    await listen(server, "127.0.0.1");
    expect(await findInspector(self())).toEqual({ state: "closed", clients: [] });
  });

  test("a local port that speaks something else, or nothing, is no inspector", async () => {
    await listen(
      createTcpServer((socket) => socket.on("error", () => {}).end("+OK ready\r\n")),
      "127.0.0.1",
    );
    await listen(
      createTcpServer((socket) => socket.on("error", () => {})),
      "::1",
    );
    expect(await findInspector(self())).toEqual({ state: "closed", clients: [] });
  });

  test("an answer without end is given up", async () => {
    const server = createServer((_request, response) => {
      const write = (): void => {
        while (response.write("x".repeat(1 << 16)));
        response.once("drain", write);
      };
      write();
    });
    await listen(server, "127.0.0.1");
    expect((await findInspector(self())).state).toBe("closed");
    server.closeAllConnections();
  });

  test("an address that an answer names is replaced by the one that was asked", async () => {
    const server = createServer((request, response) =>
      response.end(
        request.url === "/json/version"
          ? `{"Browser":"node.js/v20.0.0"}`
          : `[{"type":"node","webSocketDebuggerUrl":"ws://evil.example:80/path"}]`,
      ),
    );
    const port = await listen(server, "127.0.0.1");
    expect((await findInspector(self())).url).toBe(`ws://127.0.0.1:${port}/path`);
  });

  test("the signal ends the search", async () => {
    await listen(
      createTcpServer((socket) => socket.on("error", () => {})),
      "127.0.0.1",
    );
    const signal = AbortSignal.timeout(50);
    await expect(findInspector(self(), { signal })).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("sockets are its own, with address and port", async () => {
    const port = await listen(createTcpServer(), "::1");
    expect(listListeningSockets(process.pid)).toContainEqual(
      expect.objectContaining({ address: "::1", port }),
    );
    expect(listListeningSockets(4_194_305)).toEqual([]);
  });

  test("a failed question carries its status", () => {
    expect(new HttpStatusError(404)).toMatchObject({ status: 404, message: "HTTP status 404" });
  });
});
