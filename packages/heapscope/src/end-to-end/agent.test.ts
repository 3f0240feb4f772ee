// `heapscope capture`, `ps`, `leaks` and `agent status` on services with the built agent: that it is found and used, that what
// it redacts stays redacted, and that its folder is left as it was.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { openFile } from "@heapscope/engine/node";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  installAgent,
  type AgentFolder,
  type Service,
  type ServiceOptions,
} from "../../../agent/src/end-to-end/built-agent.ts";
import { keepObjects } from "../../../capture/test/spawn-target.ts";
import type { AgentStatus as ReadStatus } from "@heapscope/capture";
import { findRuntime } from "../../../../scripts/runtimes.mjs";
import type { Agents, AgentStatus } from "../schemas/agent-status.ts";
import type { Capture } from "../schemas/capture.ts";
import type { Processes } from "../schemas/ps.ts";
import { textWidth } from "../text/text-width.ts";
import { buildCommand, type BuiltCommand } from "./built-command.ts";

/** Compiles only while the schema promises what is read of an agent. */
const asRead = (status: AgentStatus): ReadStatus => status;

let command: BuiltCommand;
let agents: AgentFolder;
beforeAll(() => {
  command = buildCommand();
  agents = installAgent();
});
afterAll(async () => {
  command.remove();
  await agents.remove();
});

/** A folder for each test, inside the one where the command runs. */
let folder: string;
/** Of the test's agent. */
let captures: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(command.folder, "test-"));
  captures = fs.mkdtempSync(path.join(agents.folder, "captures-"));
});

const services: Service[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) {
    service.kill("SIGKILL");
    await service.ended;
  }
});

const idle = `setInterval(() => {}, 1000);`;
const file = (name: string): string => path.join(folder, name);

/** Starts a service, and waits until its agent can be talked to. */
async function start(source: string, options: ServiceOptions = {}): Promise<Service> {
  const script = agents.write(`service-${Math.random().toString(36).slice(2)}.cjs`, `${source}\n${idle}`);
  const service = agents.start({
    script,
    ...options,
    flags: ["--inspect-port=127.0.0.1:0", ...(options.flags ?? ["--require", "@heapscope/agent/register"])],
    environment: { HEAPSCOPE_DIRECTORY: captures, ...options.environment },
  });
  services.push(service);
  await service.event("heapscope.agent.started");
  const control = path.join(
    agents.folder,
    "tmp",
    `heapscope-agent-${process.geteuid!()}`,
    `${service.pid}.json`,
  );
  await expect.poll(() => fs.existsSync(control), { timeout: 20_000 }).toBe(true);
  return service;
}

/** A result, checked against its schema. */
function read<Result>(schema: string, ...words: string[]): Result {
  const { code, stdout, stderr } = command.run([...words, "--json"]);
  expect(code, stdout + stderr).toBe(0);
  const result = JSON.parse(stdout) as Result;
  const validate = new Ajv2020({ allErrors: true }).compile(
    JSON.parse(command.run(["schema", schema]).stdout) as object,
  );
  validate(result);
  expect(validate.errors).toBeNull();
  return result;
}

const capture = ({ pid }: Service, name: string, ...words: string[]): Capture =>
  read<Capture>("capture", "capture", String(pid), file(name), "--yes", ...words);

/** The sentence with which it refuses, without its beginning. */
function refuse(...words: string[]): string {
  const { code, stdout, stderr } = command.run(words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr
    .trim()
    .split("\n")
    .at(-1)!
    .replace(/^heapscope: /, "");
}

async function countOf(name: string, className: string): Promise<number> {
  const { groups } = await openFile(file(name));
  return groups.find((group) => group.className === className)?.count ?? 0;
}

describe.runIf(process.platform === "linux")("capture by the agent", () => {
  it.each(["node-20", "node-24"])(
    "of all threads on %s, and the agent's folder is as it was",
    async (runtime) => {
      const worker = `class Crate {} globalThis.kept = Array.from({ length: 7 }, () => new Crate());
      require("node:worker_threads").parentPort.postMessage(0); setInterval(() => {}, 1000);`;
      const service = await start(
        `${keepObjects(321)}
       new (require("node:worker_threads").Worker)(${JSON.stringify(worker)}, { eval: true }).on("message", () => console.log("ready"));`,
        { node: await findRuntime(runtime) },
      );
      await service.line("ready");
      const result = capture(service, "set.heapsnapshot", "--without-numbers");
      expect(result).toMatchObject({
        route: "agent",
        target: { pid: service.pid, runtime: "node" },
        captureOptions: { numericValues: false },
        files: [{ thread: { id: 0, name: "main" } }, { thread: { id: 1, name: "worker 1" } }],
        warnings: [],
      });
      expect(fs.readdirSync(folder).toSorted()).toEqual([
        "set.capture.json",
        "set.heapsnapshot",
        "set.heapsnapshot.json",
        "set.worker-1.heapsnapshot",
        "set.worker-1.heapsnapshot.json",
      ]);
      for (const name of fs.readdirSync(folder))
        expect(fs.statSync(file(name)).mode & 0o777, name).toBe(0o600);
      expect(await countOf("set.heapsnapshot", "Kept")).toBe(321);
      expect(await countOf("set.worker-1.heapsnapshot", "Crate")).toBe(7);
      const { captureRecord, captureRecordProblem } = await openFile(file("set.heapsnapshot"));
      expect(captureRecordProblem).toBeUndefined();
      expect(captureRecord).toMatchObject({
        route: "agent",
        tool: "heapscope",
        target: { pid: service.pid, thread: { id: 0, name: "main" } },
        file: { sha256: result.files![0]!.sha256 },
      });
      expect(captureRecord!.heap.statistics!["used_heap_size"]).toBeGreaterThan(1e6);
      expect(fs.readdirSync(captures)).toEqual([]);
      expect(service.stderr).toEqual([]); // its inspector was never opened
    },
  );

  it("as a series whose object ids mean the same, also with the capture before it", async () => {
    const service = await start(
      `${keepObjects(11)} globalThis.more = []; setInterval(() => more.push(new Kept(0)), 20);`,
    );
    capture(service, "before.heapsnapshot", "--without-numbers");
    const words = ["--count", "2", "--interval", "1s", "--without-numbers"];
    const { files = [], route } = capture(service, "run.heapsnapshot", ...words);
    expect(route).toBe("agent");
    expect(files[0]!.idSpace).toBe(files[1]!.idSpace);
    for (const base of [file("before.heapsnapshot"), files[0]!.file]) {
      const { stdout } = command.run(["diff", base, files[1]!.file, "--json"]);
      const { idCheck, groups } = JSON.parse(stdout) as {
        idCheck: object;
        groups: { className: string; added: number; removed: number }[];
      };
      expect(idCheck).toMatchObject({ comparable: true, recorded: "same" });
      const kept = groups.find(({ className }) => className === "Kept")!;
      expect(kept.added).toBeGreaterThan(0);
      expect(kept.removed).toBe(0);
    }
    expect(fs.readdirSync(captures)).toEqual([]);
  });

  it("compressed or not as asked here, whatever the agent does, and to standard output", async () => {
    const service = await start(keepObjects(11), { environment: { HEAPSCOPE_GZIP: "false" } });
    const { nodeCount } = capture(service, "a.heapsnapshot.gz");
    const text = gunzipSync(fs.readFileSync(file("a.heapsnapshot.gz"))).toString();
    expect((JSON.parse(text) as { snapshot: { node_count: number } }).snapshot.node_count).toBe(nodeCount);
    const { code, stdout } = command.run(["capture", String(service.pid), "-"]);
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout) as object)).toContain("strings");
    expect(fs.readdirSync(captures)).toEqual([]);
  });

  it("redacts as the service wants it, and another route says that it does not", async () => {
    const service = await start(
      `globalThis.user = { mail: ["anna.berg", "shop.example"].join("@") + "".padEnd(0), list: Array.from({ length: 9 }, (_, i) => "bert" + i + "@shop" + ".example") };`,
      { environment: { HEAPSCOPE_REDACT: "secrets" } },
    );
    const { warnings, files } = capture(service, "redacted.heapsnapshot", "--threads", "main");
    expect(fs.readFileSync(file("redacted.heapsnapshot"), "latin1")).not.toMatch(/bert\d@shop/);
    expect(warnings!.join()).toContain(`The agent of process ${service.pid} redacts (secrets)`);
    expect(files![0]!.redacted!.changed).toBeGreaterThanOrEqual(9);
    const around = capture(service, "whole.heapsnapshot", "--threads", "main", "--route", "sigusr1");
    expect(around.route).toBe("sigusr1");
    expect(around.warnings).toEqual([
      `The agent of process ${service.pid} redacts its snapshots (secrets); on this route nothing is redacted, and the file holds every text as it is.`,
    ]);
    expect(fs.readFileSync(file("whole.heapsnapshot"), "latin1")).toMatch(/bert\d@shop/);
  });

  it("says what it would cost without doing it", async () => {
    const service = await start("");
    const { dryRun, predicted, refusals } = capture(service, "a.heapsnapshot", "--dry-run");
    expect({ dryRun, refusals }).toEqual({ dryRun: true, refusals: [] });
    expect(predicted.fileSize).toBeGreaterThan(1e6);
    expect(service.events.some(({ name }) => name.startsWith("heapscope.capture"))).toBe(false);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("is refused while the agent makes another", async () => {
    const service = await start(
      `require("@heapscope/agent").start().capture({ recorder: "heap-profile", duration: "60s" });`,
      { flags: [] },
    );
    await service.event("heapscope.capture.started");
    expect(refuse("capture", String(service.pid), file("a"))).toMatch(
      /^the agent in process \d+ refused: another capture is under way/,
    );
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("gives up on a process that is blocked, and says so", async () => {
    const service = await start(`process.on("SIGUSR2", () => { for (;;); });`);
    service.kill("SIGUSR2");
    expect(refuse("capture", String(service.pid), file("a"), "--timeout", "1s")).toMatch(
      /^the agent in process \d+ did not answer within 1 s; its main thread may be blocked/,
    );
  });

  it.each<[string, NodeJS.Signals]>([
    ["Ctrl-C", "SIGINT"],
    ["SIGTERM", "SIGTERM"],
  ])("ends on %s with nothing left, here and there", async (_name, signal) => {
    const service = await start(keepObjects(60_000));
    const child = spawn(
      process.execPath,
      [command.file, "capture", String(service.pid), file("a"), "--yes"],
      {
        stdio: "ignore",
      },
    );
    await service.event("heapscope.capture.started");
    child.kill(signal);
    expect(await once(child, "close")).toEqual([signal === "SIGINT" ? 130 : 143, null]);
    expect(fs.readdirSync(folder)).toEqual([]);
    expect(fs.readdirSync(captures)).toEqual([]);
    expect(await service.status()).not.toHaveProperty("capturing");
  });

  it("of a process that is killed meanwhile fails with a sentence and no file", async () => {
    const service = await start(keepObjects(60_000));
    const child = spawn(process.execPath, [command.file, "capture", String(service.pid), file("a"), "--yes"]);
    let stderr = "";
    child.stderr.on("data", (piece) => (stderr += String(piece)));
    await service.event("heapscope.capture.started");
    service.kill("SIGKILL");
    expect(await once(child, "close")).toEqual([2, null]);
    expect(stderr).toContain(
      `heapscope: process ${service.pid} ended meanwhile; if it died during a capture`,
    );
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  const mayUnshare = spawnSync("unshare", ["-mpf", "--mount-proc", "true"]).status === 0;
  // Needs the right to make namespaces, which a container often lacks.
  it.runIf(mayUnshare)("of a process in another file system and process namespace", async () => {
    const script = agents.write("contained.cjs", `${keepObjects(321)} ${idle}`);
    const inside = `mount -t tmpfs none "$TMPDIR" && exec "${process.execPath}" --require @heapscope/agent/register "$0"`;
    const outer = agents.start({
      script,
      node: "unshare",
      flags: ["-mpf", "--mount-proc", "sh", "-c", inside],
      environment: { HEAPSCOPE_DIRECTORY: path.join(agents.folder, "tmp", "inside") },
    });
    services.push(outer);
    await outer.event("heapscope.agent.started");
    const pid = Number(fs.readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, "utf8"));
    try {
      const status = (): number | null => command.run(["agent", "status", String(pid)]).code;
      await expect.poll(status, { timeout: 20_000 }).toBe(0);
      expect(read<AgentStatus>("agent-status", "agent", "status", String(pid))).toMatchObject({
        pid: 1,
        process: { pid, innerPid: 1 },
      });
      const result = read<Capture>(
        "capture",
        "capture",
        String(pid),
        file("a.heapsnapshot"),
        "--without-numbers",
      );
      expect(result).toMatchObject({ route: "agent", warnings: [] });
      expect(await countOf("a.heapsnapshot", "Kept")).toBe(321);
      expect(fs.readdirSync(`/proc/${pid}/root${path.join(agents.folder, "tmp", "inside")}`)).toEqual([]);
    } finally {
      process.kill(pid, "SIGKILL");
    }
  });
});

describe.runIf(process.platform === "linux")("leaks of a process with an agent", () => {
  const leaking = `class Session { constructor() { this.data = new Array(50).fill(1.5); } }
    globalThis.sessions = []; setInterval(() => { for (let i = 0; i < 20; i++) sessions.push(new Session()); }, 10);`;
  const words = ["--interval", "1s", "--rounds", "2", "--warmup", "none", "--yes", "--json"];

  it("takes a route with a session, which shows who allocates, and says what that gets around", async () => {
    const service = await start(leaking, { environment: { HEAPSCOPE_REDACT: "strings" } });
    const { stdout, stderr } = command.run(["leaks", String(service.pid), "--out", file("out"), ...words]);
    const { suspects } = JSON.parse(stdout) as { suspects: { className: string }[] };
    expect(suspects[0]!.className).toBe("Session");
    expect(stderr).toContain("on this route nothing is redacted");
  });

  it("takes the agent's, if that is asked for", async () => {
    const service = await start(leaking, { environment: { HEAPSCOPE_REDACT: "strings" } });
    const { stdout } = command.run([
      "leaks",
      String(service.pid),
      "--out",
      file("out"),
      "--route",
      "agent",
      ...words,
    ]);
    const { verdict, suspects } = JSON.parse(stdout) as {
      verdict: string;
      suspects: { className: string }[];
    };
    expect({ verdict, className: suspects[0]?.className }).toEqual({ verdict: "leak", className: "Session" });
    expect(fs.readdirSync(captures)).toEqual([]);
    expect(service.stderr).toEqual([]);
  });
});

const hasScript =
  spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") ?? false;

/** What a terminal of this width gets to see, without colours. */
function show(width: number, ...words: string[]): string {
  const line = [process.execPath, command.file, ...words].map((word) => `'${word}'`).join(" ");
  const { stdout } = spawnSync("script", ["-qec", `stty cols ${width} rows 50; ${line}`, "/dev/null"], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], TERM: "xterm-256color", NO_COLOR: "1" },
  });
  return stdout.replaceAll("\r\n", "\n");
}

describe.runIf(process.platform === "linux")("agent status", () => {
  it("tells programs all that the agent says, and people what matters", async () => {
    const service = await start("", {
      environment: { HEAPSCOPE_REDACT: "secrets", HEAPSCOPE_HTTP_TOKEN: undefined },
    });
    capture(service, "a.heapsnapshot");
    const status = read<AgentStatus>("agent-status", "agent", "status", String(service.pid));
    expect(asRead(status)).toMatchObject({
      schema: "heapscope/agent-status@1",
      pid: service.pid,
      process: { pid: service.pid, userId: process.geteuid!() },
      runtime: process.version,
      directory: captures,
      redact: "secrets",
      exporters: [{ type: "stdout" }],
      captures: [{ trigger: "control", recorder: "heap-snapshot" }],
      preflight: { fits: true },
    });
    const { stdout } = command.run(["agent", "status", String(service.pid)]);
    expect(stdout).toMatch(
      new RegExp(
        String.raw`^@heapscope/agent \S+ in process ${service.pid} \(node .*\), for .*: ready, redacts secrets\.\n`,
      ),
    );
    expect(stdout).toMatch(/\nSnapshot {2}a pause of .* to .*\n {2}memory {2}at most .* of .* free\n/);
    expect(stdout).toMatch(/\nTrigger {2}Active {2}Detail\nsignal {3}yes {5}SIGUSR2\n/);
    expect(stdout).toMatch(/ ago {2}control {2}heap-snapshot +1 /);
    expect(stdout).toContain(`\nnext: heapscope capture ${service.pid} `);
  });

  it("without a process lists the agents, with those that do not answer", async () => {
    const [one, two] = await Promise.all([start(""), start(`process.on("SIGUSR2", () => { for (;;); });`)]);
    two.kill("SIGUSR2");
    const { agents: all } = read<Agents>("agents", "agent", "status");
    const byPid = new Map(all.map((each) => [each.process.pid, each]));
    expect(byPid.get(one.pid)).toMatchObject({
      redact: "off",
      triggers: ["signal", "control"],
      captures: 0,
      fits: true,
    });
    expect(byPid.get(two.pid)).toMatchObject({ error: expect.stringContaining("did not answer within 3 s") });
    const text = command.run(["agent", "status"]).stdout;
    expect(text).toMatch(/^\d+ processes with an agent, \d+ of which did not answer\.\n/);
    expect(text).toContain(`${two.pid}: The agent in process ${two.pid} did not answer`);
  });

  it.runIf(hasScript)("fits terminals of 80 and 200 columns", async () => {
    const service = await start("");
    capture(service, "a.heapsnapshot");
    for (const width of [80, 200]) {
      for (const words of [
        ["agent", "status"],
        ["agent", "status", String(service.pid)],
      ]) {
        const lines = show(width, ...words).split("\n");
        expect(lines.length).toBeGreaterThan(4);
        for (const line of lines) expect(textWidth(line), line).toBeLessThanOrEqual(width);
      }
    }
    expect(show(200, "agent", "status", String(service.pid))).toContain(`Folder    ${captures}\n`);
  });

  it("of a process without one says how to start it with one", async () => {
    const bare = spawn(process.execPath, ["-e", idle], { stdio: "ignore" });
    await once(bare, "spawn");
    try {
      await expect.poll(() => fs.readFileSync(`/proc/${bare.pid}/cmdline`, "utf8")).toContain("-e");
      expect(refuse("agent", "status", String(bare.pid))).toBe(
        `there is no agent to ask in process ${bare.pid}: no @heapscope/agent runs in it; start it with node --import @heapscope/agent/register.`,
      );
      expect(refuse("capture", String(bare.pid), file("a"), "--route", "agent")).toContain(
        "start it with node --import @heapscope/agent/register",
      );
    } finally {
      bare.kill("SIGKILL");
    }
    expect(refuse("agent", "status", "localhost:9229")).toContain("an agent is asked by its process");
    expect(refuse("agent", "stop", "1")).toContain("'stop' is not one of status");
  });

  it("is what ps points to", async () => {
    const service = await start("");
    const { processes } = read<Processes>("ps", "ps", String(service.pid));
    expect(processes[0]).toMatchObject({
      routes: ["agent", "sigusr1"],
      agent: { version: expect.any(String) },
    });
    expect(JSON.stringify(processes)).not.toContain("token");
    const { stdout } = command.run(["ps", String(service.pid)]);
    expect(stdout).toMatch(/ agent, sigusr1\n/);
    expect(stdout).toContain(`heapscope agent status ${service.pid} `);
  });
});
