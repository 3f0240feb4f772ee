// The built agent in real services: every way to start it, every trigger, and what it leaves behind.

import fs from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { compareSnapshots } from "@heapscope/engine";
import { openFile } from "@heapscope/engine/node";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findRuntime } from "../../../../scripts/runtimes.mjs";
import { installAgent, type AgentFolder } from "./built-agent.ts";

const token = "7f3c9a1e5b8d2460c4e1f7a93b5d8e024c6a1f9e3d7b5082";

let agent: AgentFolder;
beforeAll(() => void (agent = installAgent()));
afterAll(() => agent.remove());

/** A folder for captures of its own. */
let folders = 0;
function ownFolder(): { environment: Record<string, string>; list: () => string[]; path: string } {
  const folder = path.join(agent.folder, `captures-${(folders += 1)}`);
  return {
    path: folder,
    environment: { HEAPSCOPE_DIRECTORY: folder },
    list: () => (fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []),
  };
}

const idle = "setInterval(() => {}, 1000);";

describe("one line", () => {
  const esm = `import "node:fs"; ${idle}`;
  it.each<[string, readonly string[], string, string]>([
    ["--require, CommonJS", ["--require", "@heapscope/agent/register"], "r.cjs", idle],
    ["--require, ES module", ["--require", "@heapscope/agent/register"], "r.mjs", esm],
    ["--import, CommonJS", ["--import", "@heapscope/agent/register"], "i.cjs", idle],
    ["--import, ES module", ["--import", "@heapscope/agent/register"], "i.mjs", esm],
    ["start() in CommonJS", [], "s.cjs", `require("@heapscope/agent").start(); ${idle}`],
    ["start() in an ES module", [], "s.mjs", `import { start } from "@heapscope/agent"; start(); ${idle}`],
  ])("%s: SIGUSR2 gives a whole snapshot", async (_name, flags, file, text) => {
    const folder = ownFolder();
    const service = agent.start({ script: agent.write(file, text), flags, environment: folder.environment });
    await service.event("heapscope.agent.started");
    service.kill("SIGUSR2");
    const { attributes } = await service.event("heapscope.capture.written");
    const snapshot = await openFile(String(attributes["file.path"]));
    expect(snapshot.graph.nodeCount).toBeGreaterThan(10_000);
    expect(fs.statSync(String(attributes["file.path"])).mode & 0o777).toBe(0o600);
    expect(fs.statSync(folder.path).mode & 0o777).toBe(0o700);
    service.kill("SIGKILL");
  });

  it.each(["node-18", "node-22", "node-24", "node-26"])("works on %s", async (runtime) => {
    const folder = ownFolder();
    const service = agent.start({
      script: agent.write(
        "worker.mjs",
        `import { Worker } from "node:worker_threads"; new Worker("class InWorker {}; globalThis.kept = Array.from({ length: 77 }, () => new InWorker()); setInterval(() => {}, 1000); require('worker_threads').parentPort.postMessage(1)", { eval: true }).on("message", () => console.log("ready"));`,
      ),
      flags: ["--import", "@heapscope/agent/register"],
      node: await findRuntime(runtime),
      environment: folder.environment,
    });
    await service.line("ready");
    service.kill("SIGUSR2");
    await service.event("heapscope.capture.finished");
    const files = service.events
      .filter(({ name }) => name === "heapscope.capture.written")
      .map(({ attributes }) => String(attributes["file.path"]));
    expect(files).toHaveLength(2);
    const counts = await Promise.all(
      files.map(async (file) => {
        const snapshot = await openFile(file);
        return snapshot.groups.find(({ className }) => className === "InWorker")?.count ?? 0;
      }),
    );
    expect(counts).toEqual([0, 77]);
    service.kill("SIGKILL");
  });
});

describe("a service", () => {
  it("ends when it has nothing to do, whatever the agent watches and listens to", async () => {
    const service = agent.start({
      script: agent.write("short.cjs", "setTimeout(() => console.log('done'), 300);"),
      environment: {
        HEAPSCOPE_MEMORY: "on",
        HEAPSCOPE_SCHEDULE_AFTER: "1h",
        HEAPSCOPE_HTTP_TOKEN: token,
        HEAPSCOPE_HTTP_LISTEN: "0",
      },
    });
    expect(await service.ended).toBe(0);
    expect(service.stdout).toEqual(["done"]);
    const sockets = fs.readdirSync(path.join(agent.folder, "tmp", `heapscope-agent-${process.getuid?.()}`));
    expect(sockets.filter((name) => name.startsWith(`${service.pid}.`))).toEqual([]);
  });

  it("may wait for a capture of its own, with nothing else to do", async () => {
    const script = agent.write(
      "own.mjs",
      'import { capture } from "@heapscope/agent"; const { files } = await capture({ label: "own" }); console.log(files.length, files[0].path);',
    );
    const service = agent.start({ script, flags: [] });
    expect(await service.ended).toBe(0);
    const [, file] = service.stdout[0]!.split(" ");
    expect((await openFile(file!)).graph.nodeCount).toBeGreaterThan(10_000);
  });

  it("is as it was after stop()", async () => {
    const script = agent.write(
      "stop.cjs",
      `const { start, stop } = require("@heapscope/agent");
      const look = () => JSON.stringify({
        listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]).filter(([, count]) => count > 0).sort(),
        resources: process.getActiveResourcesInfo().filter((name) => !/^(PipeWrap|TTYWrap|Timeout|Immediate|CloseReq)$/.test(name)).sort(),
      });
      (async () => {
        const before = look();
        const agent = start({ memory: true, schedule: {}, http: { token: "${token}", listen: 0 } });
        await new Promise((resolve) => setTimeout(resolve, 1500));
        await agent.capture();
        const during = look();
        await stop();
        await new Promise((resolve) => setTimeout(resolve, 100));
        console.log(before === look(), before === during, before, look());
        await agent.capture().catch((error) => console.log(error.code));
      })();`,
    );
    const service = agent.start({ script, flags: [] });
    expect(await service.ended).toBe(0);
    expect(service.stdout[0]).toMatch(/^true false /);
    expect(service.stdout[1]).toBe("stopped");
  });

  it("runs without an agent when the configuration is wrong, and says why", async () => {
    const service = agent.start({
      script: agent.write(
        "wrong.cjs",
        "setTimeout(() => process.kill(process.pid, 'SIGUSR2'), 150); setTimeout(() => console.log('served'), 300);",
      ),
      environment: { HEAPSCOPE_REDACT: "stings" },
    });
    expect(await service.ended).toBe(0);
    expect(service.stdout).toEqual(["served"]);
    expect(service.stderr.join("\n")).toContain("@heapscope/agent is not running: redact must be");
    expect(service.events).toEqual([]);
  });

  it("that ends itself by SIGUSR2, after cleaning up, still ends", async () => {
    const service = agent.start({
      script: agent.write(
        "once.cjs",
        `process.once("SIGUSR2", () => { console.log("clean"); process.kill(process.pid, "SIGUSR2"); }); ${idle}`,
      ),
      environment: ownFolder().environment,
    });
    await service.event("heapscope.agent.warning");
    service.kill("SIGUSR2");
    expect(await service.ended).toBe("SIGUSR2");
    expect(service.stdout).toEqual(["clean"]);
  });

  it("started by a package manager has the agent, and the package manager has none", async () => {
    const folder = path.join(agent.folder, "npm");
    fs.mkdirSync(folder);
    const npm = path.join(folder, "npm-cli.js");
    fs.writeFileSync(
      npm,
      `require("node:child_process").spawnSync(process.execPath, [require("node:path").join(__dirname, "app.js")], { stdio: "inherit" });`,
    );
    fs.writeFileSync(path.join(folder, "app.js"), "setTimeout(() => {}, 300);");
    const service = agent.start({
      script: npm,
      flags: [],
      environment: { NODE_OPTIONS: "--require @heapscope/agent/register" },
    });
    expect(await service.ended).toBe(0);
    expect(
      service.events.map(({ name, attributes }) => [name, attributes["process.pid"] === service.pid]),
    ).toEqual([["heapscope.agent.started", false]]);
  });

  it("may use a function for redaction", async () => {
    const folder = ownFolder();
    const secret = ["secret", "of", "the", "house"].join(" ");
    const service = agent.start({
      flags: [],
      script: agent.write(
        "function.cjs",
        `globalThis.kept = { text: ["secret", "of", "the", "house"].join(" ") };
        globalThis.many = Array.from({ length: 50_000 }, (_, number) => ({ number, name: "name-" + number }));
        const agent = require("@heapscope/agent").start({ gzip: false, redact: (text) => text.replace(/house/, "xxxxx") });
        agent.capture().then(({ files }) => console.log(files[0].path));`,
      ),
      environment: folder.environment,
    });
    const file = await service.line("heapsnapshot");
    const text = fs.readFileSync(file, "latin1");
    expect(text.includes(secret)).toBe(false);
    expect(text.includes("secret of the xxxxx")).toBe(true);
    expect((await openFile(file)).graph.nodeCount).toBeGreaterThan(100_000);
  });

  it("whose worker threads come and go survives their capture", async () => {
    const service = agent.start({
      flags: [],
      script: agent.write(
        "pool.cjs",
        `const { Worker } = require("node:worker_threads");
        let isOver = false;
        const add = () => new Worker("setTimeout(() => process.exit(), Math.random() * 400)", { eval: true }).on("exit", () => isOver || add());
        for (let i = 0; i < 3; i += 1) add();
        const agent = require("@heapscope/agent").start();
        (async () => {
          for (let i = 0; i < 8; i += 1) await agent.capture();
          isOver = true;
          console.log("alive");
        })();`,
      ),
      environment: ownFolder().environment,
    });
    const ended = await service.ended;
    expect(ended, service.stderr.join("\n")).toBe(0);
    expect(service.stdout).toEqual(["alive"]);
  });

  // Node dies of a worker that ends while a session of the main thread, whose callbacks run there, is told of all workers.
  it("has its worker threads found from another thread", async () => {
    const service = agent.start({
      flags: [],
      script: agent.write(
        "sessions.cjs",
        `const { Worker } = require("node:worker_threads");
        const { Session } = require("node:inspector");
        const { post } = Session.prototype;
        const asked = [];
        Session.prototype.post = function (method, ...rest) { asked.push(method); return post.call(this, method, ...rest); };
        const worker = new Worker("setInterval(() => {}, 1000)", { eval: true });
        const agent = require("@heapscope/agent").start();
        worker.once("online", async () => {
          const { files } = await agent.capture();
          console.log(files.length, asked.filter((method) => method.startsWith("NodeWorker")).length);
          process.exit();
        });`,
      ),
      environment: ownFolder().environment,
    });
    expect(await service.ended).toBe(0);
    expect(service.stdout).toEqual(["2 0"]);
  });

  it.each(["node-20", "node-24"])(
    "with an inspector ends as it would in or after a capture, on %s",
    async (runtime) => {
      const script = agent.write(
        "ends.cjs",
        `const { Worker } = require("node:worker_threads");
      const worker = new Worker("globalThis.kept = Array.from({ length: 2e5 }, () => ({})); setInterval(() => {}, 1000)", { eval: true });
      const agent = require("@heapscope/agent").start();
      worker.once("online", async () => {
        const done = agent.capture();
        if (process.argv[2]) setTimeout(() => process.exit(7), process.argv[2]);
        await done;
        process.exit(7);
      });`,
      );
      const node = await findRuntime(runtime);
      for (const ms of ["", "200", "400"]) {
        const flags = ["--inspect=127.0.0.1:0"];
        const service = agent.start({
          script,
          node,
          flags,
          words: [ms],
          environment: ownFolder().environment,
        });
        expect([ms, await service.ended]).toEqual([ms, 7]);
      }
    },
  );

  it("keeps its own use of SIGUSR2", async () => {
    const folder = ownFolder();
    const service = agent.start({
      script: agent.write("usr2.cjs", `process.on("SIGUSR2", () => console.log("rotated")); ${idle}`),
      environment: folder.environment,
    });
    const warning = await service.event("heapscope.agent.warning");
    expect(warning.message).toContain("SIGUSR2 is handled by the service");
    service.kill("SIGUSR2");
    await service.line("rotated");
    await setTimeout(300);
    expect(folder.list()).toEqual([]);
    service.kill("SIGKILL");
  });

  it("tells what it is through its control socket", async () => {
    const service = agent.start({ environment: { HEAPSCOPE_MEMORY: "on", HEAPSCOPE_REDACT: "secrets" } });
    await service.event("heapscope.agent.started");
    await setTimeout(1500);
    const status = await service.status();
    expect(status).toMatchObject({
      schema: "heapscope/agent-status@1",
      pid: service.pid,
      runtime: process.version,
      redact: "secrets",
    });
    expect(status.triggers.map(({ trigger, active }) => [trigger, active])).toEqual([
      ["signal", true],
      ["memory", true],
      ["control", true],
    ]);
    expect(status.preflight.fits).toBe(true);
    service.kill("SIGKILL");
  });
});

describe("triggers", () => {
  it("follow a schedule: two snapshots whose ids can be compared", async () => {
    const service = agent.start({
      script: agent.write(
        "grows.cjs",
        "class Session {}; const sessions = []; setInterval(() => { for (let i = 0; i < 50; i += 1) sessions.push(new Session()); }, 20);",
      ),
      environment: {
        ...ownFolder().environment,
        HEAPSCOPE_SCHEDULE_AFTER: "500ms",
        HEAPSCOPE_SCHEDULE_EVERY: "3s",
      },
    });
    await service.event("heapscope.capture.finished", 2);
    const files = service.events
      .filter(({ name }) => name === "heapscope.capture.written")
      .map(({ attributes }) => String(attributes["file.path"]));
    const [base, target] = await Promise.all(files.map((file) => openFile(file)));
    const { groups, matchedBy } = compareSnapshots(base!, target!);
    expect(matchedBy).toBe("id");
    const session = groups.find(({ className }) => className === "Session");
    expect(session?.added).toBeGreaterThan(100);
    expect(session?.removed).toBe(0);
    service.kill("SIGKILL");
  });

  it.each(["node-22", "node-24", "node-26"])(
    "leave ids alone, with worker threads, too, on %s",
    async (runtime) => {
      const service = agent.start({
        flags: [],
        node: await findRuntime(runtime),
        script: agent.write(
          "ids.cjs",
          `const { Worker } = require("node:worker_threads");
        const worker = new Worker("setInterval(() => {}, 1000)", { eval: true });
        const agent = require("@heapscope/agent").start({ signal: false });
        worker.once("online", async () => {
          const files = [];
          for (let i = 0; i < 2; i += 1) files.push(...(await agent.capture()).files);
          console.log(JSON.stringify(files.map(({ path }) => path)));
          process.exit();
        });`,
        ),
        environment: ownFolder().environment,
      });
      const files = JSON.parse(await service.line("heapsnapshot")) as string[];
      expect(files).toHaveLength(4);
      const [base, , target] = await Promise.all(files.map((file) => openFile(file)));
      expect(compareSnapshots(base!, target!).matchedBy).toBe("id");
    },
  );

  it("capture before V8's heap limit ends the process", async () => {
    const folder = ownFolder();
    const service = agent.start({
      flags: ["--max-old-space-size=60", "--require", "@heapscope/agent/register"],
      script: agent.write(
        "leak.cjs",
        "class Leaked { constructor() { this.numbers = new Array(200).fill(0.5); } } globalThis.kept = []; setInterval(() => { for (let i = 0; i < 60; i += 1) kept.push(new Leaked()); }, 10);",
      ),
      environment: { ...folder.environment, HEAPSCOPE_MEMORY_HEAP: "0.8", HEAPSCOPE_MEMORY_EVERY: "100ms" },
    });
    const { attributes } = await service.event("heapscope.capture.written");
    expect(attributes["heapscope.label"]).toBe("memory: heap");
    const snapshot = await openFile(String(attributes["file.path"]));
    const leaked = snapshot.groups.find(({ className }) => className === "Leaked");
    expect(leaked?.retainedSize).toBeGreaterThan(20e6);
    service.kill("SIGKILL");
  });

  it("take the memory record where a snapshot does not fit, and say why", async () => {
    const service = agent.start({
      script: agent.write(
        "big.cjs",
        `const { start } = require("@heapscope/agent");
        require("node:fs").statfs = (_path, done) => done(null, { bavail: 1, bsize: 4096 });
        require("node:fs").statfsSync = () => ({ bavail: 1, bsize: 4096 });
        const agent = start();
        agent.capture().then(({ recorder, insteadOf, files }) => console.log(JSON.stringify({ recorder, insteadOf, file: files[0].path })));`,
      ),
      flags: [],
      environment: ownFolder().environment,
    });
    const { recorder, insteadOf, file } = JSON.parse(await service.line("recorder")) as {
      recorder: string;
      insteadOf: { recorder: string; reason: string };
      file: string;
    };
    expect([recorder, insteadOf.recorder]).toEqual(["memory-record", "heap-snapshot"]);
    expect(insteadOf.reason).toMatch(/disk|free/);
    const record = JSON.parse(fs.readFileSync(file, "utf8")) as object;
    expect(record).toHaveProperty("heap.spaces");
  });

  it("that come at once: one captures, the others are told to wait", async () => {
    const service = agent.start({
      flags: [],
      script: agent.write(
        "twice.cjs",
        `const agent = require("@heapscope/agent").start();
        Promise.allSettled([agent.capture(), agent.capture(), agent.capture()]).then((all) => console.log(all.map(({ status, reason }) => reason?.code ?? status).join()));`,
      ),
      environment: ownFolder().environment,
    });
    expect(await service.line("fulfilled")).toBe("fulfilled,busy,busy");
  });
});

describe("bundled services", () => {
  it("by esbuild into one file still capture", async () => {
    const entry = agent.write(
      "bundle-me.mjs",
      `import { start } from "@heapscope/agent"; const agent = start(); agent.capture().then(({ files }) => console.log(files[0].path));`,
    );
    const out = path.join(agent.folder, "bundled", "app.cjs");
    await build({
      entryPoints: [entry],
      outfile: out,
      bundle: true,
      minify: true,
      platform: "node",
      format: "cjs",
      absWorkingDir: agent.folder,
    });
    fs.renameSync(path.join(agent.folder, "node_modules"), path.join(agent.folder, "away"));
    try {
      const service = agent.start({ script: out, flags: [], environment: ownFolder().environment });
      expect((await openFile(await service.line("heapsnapshot"))).graph.nodeCount).toBeGreaterThan(10_000);
    } finally {
      fs.renameSync(path.join(agent.folder, "away"), path.join(agent.folder, "node_modules"));
    }
  });
});
