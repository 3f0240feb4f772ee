// Bad things happen to the agent inside of a service that works: an HTTP server whose every answer is counted. Whatever
// happens, the service answers all requests, lives on, and no half file has a final name.

import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { openFile } from "@heapscope/engine/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { installAgent, type AgentFolder, type Service, type ServiceOptions } from "./built-agent.ts";

let agent: AgentFolder;
let script: string;
beforeAll(() => {
  agent = installAgent();
  script = agent.write(
    "server.cjs",
    `const http = require("node:http");
    const cache = new Map();
    const server = http.createServer((request, response) => {
      const { pathname } = new URL(request.url, "http://x");
      if (pathname === "/exit") { response.end("bye"); return setImmediate(() => process.exit(0)); }
      cache.set(cache.size % 5000, { pathname, tags: ["a", "b"] });
      response.end(JSON.stringify([...Array(20).keys()]));
    }).listen(0, "127.0.0.1", () => console.log("port", server.address().port));
    process.on("uncaughtException", (error) => console.log("UNCAUGHT", error.stack));
    process.on("unhandledRejection", (error) => console.log("UNHANDLED", error?.stack));`,
  );
});
const running: { service: Service; load: Load }[] = [];
afterEach(async () => {
  for (const { service, load } of running.splice(0)) {
    await load.stop();
    service.kill("SIGKILL");
  }
});
afterAll(() => agent.remove());

interface Load {
  /** Answers so far. */
  readonly answered: number;
  readonly failed: number;
  stop(): Promise<void>;
}

/** Asks without pause on four connections. */
function drive(port: number): Load {
  const load = { answered: 0, failed: 0 };
  const keepAlive = new http.Agent({ keepAlive: true, maxSockets: 4 });
  let isOver = false;
  const ask = (): Promise<void> =>
    new Promise((resolve) => {
      http
        .get({ port, host: "127.0.0.1", path: "/work", agent: keepAlive }, (response) => {
          response.resume().on("end", () => {
            load.answered += 1;
            resolve();
          });
        })
        .on("error", () => {
          load.failed += 1;
          resolve();
        });
    });
  const loops = Array.from({ length: 4 }, async () => {
    while (!isOver) await ask();
  });
  return Object.assign(load, {
    async stop() {
      isOver = true;
      await Promise.all(loops);
      keepAlive.destroy();
    },
  });
}

let folders = 0;
async function serve(
  options: ServiceOptions = {},
): Promise<{ service: Service; load: Load; folder: string; port: number }> {
  const folder = path.join(agent.folder, `survival-${(folders += 1)}`);
  const service = agent.start({
    script,
    ...options,
    environment: { HEAPSCOPE_DIRECTORY: folder, ...options.environment },
  });
  const port = Number((await service.line("port")).split(" ")[1]);
  const load = drive(port);
  running.push({ service, load });
  return { service, load, folder, port };
}

/** Still there, still answering, and nothing came out of the agent. */
async function expectUnharmed({ service, load }: { service: Service; load: Load }): Promise<void> {
  const before = load.answered;
  await setTimeout(200);
  expect(load.answered).toBeGreaterThan(before);
  expect([load.failed, service.process.exitCode, service.process.signalCode]).toEqual([0, null, null]);
  expect(service.stdout.filter((line) => line.startsWith("UN"))).toEqual([]);
}

/** Final names in the folder: all are whole. */
async function expectWholeFiles(folder: string): Promise<string[]> {
  const names = fs.existsSync(folder)
    ? fs.readdirSync(folder).filter((name) => /\.heapsnapshot(\.gz)?$/.test(name) && !name.startsWith("."))
    : [];
  for (const name of names)
    expect((await openFile(path.join(folder, name))).graph.nodeCount).toBeGreaterThan(10_000);
  return names;
}

describe("a service under load survives", () => {
  it("a capture", async () => {
    const drawn = await serve();
    drawn.service.kill("SIGUSR2");
    await drawn.service.event("heapscope.capture.finished");
    await expectUnharmed(drawn);
    expect(await expectWholeFiles(drawn.folder)).toHaveLength(1);
  });

  it("a storm of signals: one capture at a time, few words about the rest", async () => {
    const drawn = await serve({ environment: { HEAPSCOPE_LIMITS_COOLDOWN: "1h" } });
    for (let round = 0; round < 50; round += 1) {
      for (let signal = 0; signal < 10; signal += 1) drawn.service.kill("SIGUSR2");
      await setTimeout(20);
    }
    await drawn.service.event("heapscope.capture.finished");
    await expectUnharmed(drawn);
    const count = (name: string): number =>
      drawn.service.events.filter((event) => event.name === name).length;
    expect(count("heapscope.capture.started")).toBe(1);
    expect(count("heapscope.capture.refused")).toBeGreaterThan(0);
    expect(count("heapscope.capture.refused")).toBeLessThan(20);
    expect(await expectWholeFiles(drawn.folder)).toHaveLength(1);
  });

  it("a hook that throws, and one that rejects", async () => {
    for (const throws of ["throw new Error('hook')", "return Promise.reject(new Error('hook'))"]) {
      const file = agent.write(
        `hook-${throws.length}.cjs`,
        `require("@heapscope/agent").start({ onEvent() { ${throws} }, exporters: [{ type: "stdout" }] }); require("./server.cjs");`,
      );
      const drawn = await serve({ script: file, flags: [] });
      drawn.service.kill("SIGUSR2");
      await drawn.service.event("heapscope.capture.finished");
      expect((await drawn.service.event("heapscope.agent.warning")).message).toBe("onEvent threw: hook");
      await expectUnharmed(drawn);
    }
  });

  it("a folder that vanishes, before and between captures", async () => {
    const drawn = await serve();
    drawn.service.kill("SIGUSR2");
    await drawn.service.event("heapscope.capture.finished", 1);
    fs.rmSync(drawn.folder, { recursive: true });
    drawn.service.kill("SIGUSR2");
    await drawn.service.event("heapscope.capture.finished", 2);
    expect(await expectWholeFiles(drawn.folder)).toHaveLength(1);
    await expectUnharmed(drawn);
  });

  it("a folder that cannot be one", async () => {
    const file = agent.write("a-file", "");
    const drawn = await serve({ environment: { HEAPSCOPE_DIRECTORY: path.join(file, "captures") } });
    drawn.service.kill("SIGUSR2");
    const { message } = await drawn.service.event("heapscope.capture.failed");
    expect(message).toMatch(/could not be written to .*captures: /);
    await expectUnharmed(drawn);
  });

  it("snapshots larger than the retention: the newest stays, the others go, and that is said", async () => {
    const drawn = await serve({ environment: { HEAPSCOPE_RETENTION_BYTES: "1 kB" } });
    drawn.service.kill("SIGUSR2");
    const first = await drawn.service.event("heapscope.capture.written", 1);
    await drawn.service.event("heapscope.capture.finished", 1);
    expect(await expectWholeFiles(drawn.folder)).toHaveLength(1);
    drawn.service.kill("SIGUSR2");
    const { attributes } = await drawn.service.event("heapscope.capture.discarded");
    expect(first.attributes["file.path"]).toContain(attributes["file.name"]);
    expect(attributes["heapscope.discard.reason"]).toBe("bytes");
    await expectUnharmed(drawn);
    expect(await expectWholeFiles(drawn.folder)).toHaveLength(1);
  });

  it("a store that answers with errors, and one that does not answer", async () => {
    const asked: string[] = [];
    const broken = http
      .createServer((request, response) => {
        asked.push(`${request.method} ${request.url}`);
        request.resume();
        if (request.url?.startsWith("/hang")) return;
        response.writeHead(500).end("no");
      })
      .listen(0, "127.0.0.1");
    await new Promise((resolve) => broken.once("listening", resolve));
    const { port } = broken.address() as { port: number };
    const exporters = [
      { type: "stdout" },
      {
        type: "s3",
        endpoint: `http://127.0.0.1:${port}`,
        bucket: "b",
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
      },
      { type: "http", url: `http://127.0.0.1:${port}/hang/{name}` },
    ];
    const drawn = await serve({ environment: { HEAPSCOPE_EXPORTERS: JSON.stringify(exporters) } });
    drawn.service.kill("SIGUSR2");
    const failed = await drawn.service.event("heapscope.export.failed");
    expect(failed.attributes["heapscope.export.final"]).toBe(false);
    await expectUnharmed(drawn);
    expect(await expectWholeFiles(drawn.folder)).toHaveLength(1);
    expect(asked.some((line) => line.startsWith("PUT"))).toBe(true);
    broken.closeAllConnections();
    broken.close();
  });

  it("signals while it starts: none is lost, none harms", async () => {
    const file = agent.write(
      "slow-start.cjs",
      `const end = Date.now() + 700; console.log("starting"); while (Date.now() < end); require("./server.cjs");`,
    );
    const folder = path.join(agent.folder, "start-up");
    const service = agent.start({ script: file, environment: { HEAPSCOPE_DIRECTORY: folder } });
    await service.line("starting");
    service.kill("SIGUSR2");
    await service.event("heapscope.capture.finished");
    expect(await expectWholeFiles(folder)).toHaveLength(1);
    service.kill("SIGKILL");
  });

  it("its own end in the middle of a capture: nothing half is left", async () => {
    for (const delay of [0, 30, 80, 150]) {
      const drawn = await serve();
      await drawn.load.stop();
      drawn.service.kill("SIGUSR2");
      await setTimeout(delay);
      http.get({ port: drawn.port, host: "127.0.0.1", path: "/exit" }).on("error", () => {});
      expect(await drawn.service.ended).toBe(0);
      await expectWholeFiles(drawn.folder);
      const left = fs.existsSync(drawn.folder)
        ? fs.readdirSync(drawn.folder).filter((name) => name.includes("partial"))
        : [];
      expect(left).toEqual([]);
      running.splice(0);
    }
  });

  it("a capture asked for while it exits", async () => {
    const file = agent.write(
      "at-exit.cjs",
      `const agent = require("@heapscope/agent").start();
      process.on("exit", () => { agent.capture().catch(() => {}); console.log("exiting"); });
      setTimeout(() => {}, 100);`,
    );
    const folder = path.join(agent.folder, "at-exit");
    const service = agent.start({ script: file, flags: [], environment: { HEAPSCOPE_DIRECTORY: folder } });
    expect(await service.ended).toBe(0);
    expect(service.stdout).toEqual(["exiting"]);
    expect(
      fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => !name.endsWith(".json")) : [],
    ).toEqual([]);
  });
});
