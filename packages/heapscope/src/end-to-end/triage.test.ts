// `top`, `sample` and `timeline` as users run them, against a real process that leaks at a known place.

import { Ajv2020 } from "ajv/dist/2020.js";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textWidth } from "../text/text-width.ts";
import { buildCommand, type BuiltCommand } from "./built-command.ts";

let command: BuiltCommand;
let server: Target;

/** Keeps one session every 5 ms; and makes garbage. The name of its file would clear the screen. */
const leak = `const sessions = [];
class Session { constructor() { this.data = new Array(200).fill(0); } }
function open() { sessions.push(new Session()); }
function serve() { open(); for (let i = 0; i < 2000; i++) ({ garbage: [i] }); }
setInterval(serve, 5);
`;
const hostileName = "leak\u001b[2J.js";

beforeAll(async () => {
  command = buildCommand();
  command.write(hostileName, leak);
  // Without compiled code no function is inlined, and no garbage is optimised away.
  server = await start(["--jitless", "--inspect=127.0.0.1:0", hostileName]);
});
afterAll(async () => {
  await server.end();
  command.remove();
});

interface Target {
  readonly child: ChildProcess;
  /** \`ws://…\`; empty without --inspect. */
  readonly url: string;
  readonly said: () => string;
  end(): Promise<void>;
}

async function start(words: readonly string[], environment: Record<string, string> = {}): Promise<Target> {
  const child = spawn(process.execPath, words, {
    cwd: command.folder,
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (data) => {
    said += String(data);
  });
  const isInspected = words.some((word) => word.startsWith("--inspect"));
  while (isInspected && !said.includes("ws://")) await once(child.stderr, "data");
  return {
    child,
    url: /ws:\/\/\S+/.exec(said)?.[0] ?? "",
    said: () => said,
    async end() {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

// oxlint-disable-next-line typescript/no-explicit-any -- results of all shapes, looked into freely
type Json = any;

/** The result of a run that must go well, checked against the schema that the built command prints. */
function read(...words: string[]): Json {
  const { code, stdout } = command.run([...words, "--json"]);
  expect(code).toBe(0);
  const result = JSON.parse(stdout) as Json;
  const { stdout: schema } = command.run(["schema", words[0]!]);
  const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(schema) as object);
  validate(result);
  expect(validate.errors).toBeNull();
  return result;
}

/** Runs the command until it has been sent these signals, the first after a second, the others at once. */
async function interrupt(words: readonly string[], signals: readonly NodeJS.Signals[]) {
  const child = spawn(process.execPath, [command.file, ...words], {
    cwd: command.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  child.stdout.on("data", (data) => {
    stdout += String(data);
  });
  child.stderr.resume();
  const closed = once(child, "close") as Promise<[number | null]>;
  await sleep(2000);
  for (const signal of signals) {
    child.kill(signal);
    await sleep(20);
  }
  const [code] = await closed;
  return { code, stdout };
}

describe("top", () => {
  it("prints a line for each sample into a pipe, and what they come to", () => {
    const { code, stdout, stderr } = command.run(["top", server.url, "--count", "3", "--interval", "100ms"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [titles, ...lines] = stdout.split("\n");
    expect(titles).toMatch(
      /^ +time +used +after full +total +external +buffers +rss +scavenges +mark-compacts/,
    );
    expect(lines.slice(0, 3).every((line) => /^\d\d:\d\d:\d\d +[\d.]+ MB /.test(line))).toBe(true);
    expect(lines[3]).toMatch(
      / uses [\d.]+ MB of heap \(limit [\d.]+ [MG]B\) and [\d.]+ MB of memory in all; /,
    );
    expect(stdout).toContain(`\nnext: heapscope sample ${server.url} `);
  });

  it("gives programs all samples in one object", () => {
    const result = read("top", server.url, "--count", "4", "--interval", "200ms");
    expect(result).toMatchObject({ ended: "count", intervalMs: 200, route: "inspector" });
    expect(result.samples).toHaveLength(4);
    expect(result.samples[3].collections.scavenge.count).toBeGreaterThanOrEqual(0);
    expect(result.samples[3].spaces.map((space: Json) => space.name)).toContain("old_space");
    expect(result.growth.durationMs).toBeGreaterThan(550);
  });

  it("must be told when to end, if it is to print one object", () => {
    const { code, stdout } = command.run(["top", server.url, "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: "usage",
        message: "--json prints one object at the end; say when that is, with --count or --seconds.",
      },
    });
  });

  it.each(["5", "1 parsec", "-1s", "0s", ""])("refuses %j as an interval", (interval) => {
    const { code, stderr } = command.run(["top", server.url, "--interval", interval]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^heapscope: --interval: '.*' is not a time; give a number with its unit, for example/,
    );
  });

  it("ends well with Ctrl-C, and says that this was why", async () => {
    const { code, stdout } = await interrupt(["top", server.url, "--seconds", "600", "--json"], ["SIGINT"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schema: "heapscope/top@1", ended: "interrupt" });
  });

  it("tells what it saw of a process that ends", async () => {
    const target = await start(["--inspect=127.0.0.1:0", "-e", "setTimeout(() => process.exit(), 2500)"]);
    const result = read("top", target.url, "--interval", "100ms", "--seconds", "60");
    expect(result.ended).toBe("target");
    expect(result.samples.length).toBeGreaterThan(3);
  });

  it.skipIf(process.platform !== "linux")(
    "leaves the process as it was when its reader has seen enough",
    async () => {
      const target = await start([hostileName], { NODE_OPTIONS: "--inspect-port=0" });
      await sleep(300);
      const child = spawn(
        process.execPath,
        [command.file, "top", String(target.child.pid), "--interval", "50ms"],
        {
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
      let stderr = "";
      child.stderr.on("data", (data) => {
        stderr += String(data);
      });
      child.stdout.once("data", () => child.stdout.destroy());
      const [code] = (await once(child, "close")) as [number | null];
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(target.said()).toMatch(/Debugger listening on ws:[^]*Debugger ending on ws:/);
      await target.end();
    },
  );

  const hasScript =
    spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") ?? false;
  it.skipIf(!hasScript).each([80, 200])("draws itself on a terminal of %d columns", (width) => {
    const line = `'${process.execPath}' '${command.file}' top '${server.url}' --count 3 --interval 100ms`;
    const { stdout } = spawnSync("script", ["-qec", `stty cols ${width} rows 30; ${line}`, "/dev/null"], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], TERM: "xterm-256color", NO_COLOR: "1" },
    });
    // The last frame, without what positions it.
    const shown = stripVTControlCharacters(stdout).replaceAll("\r\n", "\n");
    const lines = shown.slice(shown.lastIndexOf("\nMemory ")).split("\n");
    expect(lines.find((each) => textWidth(each) > width && !each.includes("heapscope "))).toBeUndefined();
    expect(lines.some((each) => /^Heap used +[\d.]+ MB .* [▁▂▃▄▅▆▇█]{3}$/u.test(each))).toBe(true);
    expect(shown).toContain("Ctrl-C ends this.");
    expect(stdout).toContain("\u001b[?25h"); // the cursor is back
  });
});

describe("sample", () => {
  const flags = ["--seconds", "1", "--interval-bytes", "4096", "--overwrite"];

  it("names the function that allocates what stays, and keeps the profile for other tools", () => {
    const { code, stdout, stderr } = command.run(["sample", server.url, "a.heapprofile", ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^[\d.]+ [kM]B of what was allocated in 1\.\d s are still alive, by an estimate from [\d,]+ samples; \d+ % come from Session at .*leak\\x1b\[2J\.js:2:28\.\n/,
    );
    expect(stdout).toMatch(/\nSession .*:2:28\n {2}← open .*:3:14\n {4}← serve .*:4:15\n/);
    expect(stdout).toContain("\na.heapprofile (");
    expect(stdout).not.toContain("\u001b");

    const file = join(command.folder, "a.heapprofile");
    expect(Object.keys(JSON.parse(readFileSync(file, "utf8")) as object).sort()).toEqual(["head", "samples"]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("gives programs sites with their callers", () => {
    const result = read("sample", server.url, "b.heapprofile", ...flags);
    const [first] = result.sites;
    expect(first.selfSize / result.totalSize).toBeCloseTo(first.share, 6);
    expect(first.sampleCount).toBeGreaterThan(0);
    expect(result.sites.some((site: Json) => site.callers.length > 0)).toBe(true);
    expect(result.sites.reduce((sum: number, site: Json) => sum + site.selfSize, 0)).toBeCloseTo(
      result.totalSize,
      0,
    );
    expect(read("sample", server.url, "b.heapprofile", ...flags, "--limit", "1").sites).toHaveLength(1);
  });

  it("tells all that is allocated when asked for it, which is far more", () => {
    const live = read("sample", server.url, "c.heapprofile", ...flags);
    const all = read("sample", server.url, "c.heapprofile", ...flags, "--include-collected");
    expect(all.totalSize).toBeGreaterThan(3 * live.totalSize);
    expect(all.includeCollected).toBe(true);
  });

  it.skipIf(process.platform === "win32")(
    "keeps with Ctrl-C what was sampled, and with two nothing",
    async () => {
      const early = await interrupt(["sample", server.url, "d.heapprofile", "--seconds", "600"], ["SIGINT"]);
      expect(early.code).toBe(0);
      expect(early.stdout).toContain("d.heapprofile (");
      expect(existsSync(join(command.folder, "d.heapprofile"))).toBe(true);

      // The second one comes while the process, which stands still, has not yet given the profile.
      const target = await start([
        "--inspect=127.0.0.1:0",
        "-e",
        `setTimeout(() => require("child_process").execFileSync("sleep", ["6"]), 1500)`,
      ]);
      const words = ["sample", target.url, "e.heapprofile", "--seconds", "600"];
      expect(await interrupt(words, ["SIGINT", "SIGINT"])).toEqual({ code: 130, stdout: "" });
      expect(readdirSync(command.folder).filter((name) => name.includes("e.heapprofile"))).toEqual([]);
      expect(target.child.exitCode).toBeNull();
      await target.end();
    },
  );

  it("does not write over a file, nor to standard output", () => {
    command.write("precious.heapprofile", "precious");
    const { code, stderr } = command.run(["sample", server.url, "precious.heapprofile", "--seconds", "1"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/precious\.heapprofile exists already; /) as string,
    });
    expect(command.run(["sample", server.url, "-"])).toMatchObject({ code: 2, stdout: "" });
  });

  it("names what it cannot reach, with the remedy", () => {
    const { code, stdout } = command.run(["sample", "127.0.0.1:9", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "unreachable" } });
  });
});

describe("timeline", () => {
  it("tells what was made meanwhile and is alive, and says beforehand what that costs", () => {
    const { code, stdout, stderr } = command.run([
      "timeline",
      server.url,
      "a.heaptimeline",
      "--seconds",
      "2",
      "--yes",
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^While it records, the program gets about \d+ % of the time, with pauses of .*\. Then a snapshot is taken:\n {2}Pause /,
    );
    expect(stdout).toMatch(
      /^[\d.]+ [kM]B in [\d,]+ objects that were made in 2\.\d s are still alive, most of it /,
    );
    expect(stdout).toMatch(/\nSession +\d+ +[\d.]+ kB +\d+ %\n/);
    expect(stdout).toMatch(/\n0\.0–0\.2 s +[\d.]+ k?B/);
    expect(statSync(join(command.folder, "a.heaptimeline")).mode & 0o777).toBe(0o600);
    expect(command.run(["summary", "a.heaptimeline"]).code).toBe(0);
  });

  it("gives programs intervals, constructors and, with stacks, functions", () => {
    const result = read("timeline", server.url, "b.heaptimeline", "--seconds", "2", "--stacks", "--yes");
    expect(result).toMatchObject({ stacks: true, nodeCount: expect.any(Number) as number });
    const session = result.groups.find((group: Json) => group.className === "Session");
    expect(session.count).toBeGreaterThan(5);
    expect(session.count).toBeLessThan(500);
    expect(result.intervals.length).toBeGreaterThan(3);
    expect(result.liveSize).toBeGreaterThan(session.shallowSize);
    expect(result.allocations.length).toBeGreaterThan(0);
    expect(result.allocations.length).toBe(result.allocatingCount);
    expect(result).not.toHaveProperty("receipt");
  });

  // From Node 22 on, V8 leaves half of the time to the program.
  it.skipIf(Number(process.versions.node.split(".")[0]) >= 22)(
    "does not bring a program to a stand unless it is told to",
    async () => {
      const target = await start([
        "--inspect=127.0.0.1:0",
        "-e",
        "const kept = Array.from({ length: 4e5 }, (_, i) => ({ i, list: [i] })); setInterval(() => kept, 1000);",
      ]);
      await sleep(1000);
      const { code, stdout } = command.run([
        "timeline",
        target.url,
        "c.heaptimeline",
        "--seconds",
        "1",
        "--json",
      ]);
      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({
        error: { code: "too-slow", message: expect.stringContaining("heapscope sample") as string },
      });
      expect(existsSync(join(command.folder, "c.heaptimeline"))).toBe(false);
      await target.end();
    },
  );
});
