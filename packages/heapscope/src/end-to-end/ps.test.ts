// `heapscope ps` on real processes: what it says about them, and that they do not notice.

import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { idle, spawnNode, type SpawnedNode } from "../../../capture/test/spawn-node.ts";
import type { Processes, ProcessLine } from "../schemas/ps.ts";
import { textWidth } from "../text/text-width.ts";
import { buildCommand, type BuiltCommand } from "./built-command.ts";

let command: BuiltCommand;
beforeAll(() => {
  command = buildCommand();
});
afterAll(() => command.remove());

const spawned: SpawnedNode[] = [];
afterEach(async () => {
  await Promise.all(spawned.splice(0).map((target) => target.kill()));
});

async function start(...words: string[]): Promise<SpawnedNode> {
  // The usual port may be somebody else's, which would close a route.
  const target = await spawnNode(["--inspect-port=0", ...words]);
  spawned.push(target);
  return target;
}

/** A text that no other process has in its command line. */
function createMark(): string {
  return `mark-${randomUUID().slice(0, 8)}`;
}

function print(...words: string[]): string {
  const { code, stdout, stderr } = command.run(["ps", ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

function read(...words: string[]): Processes {
  const result = JSON.parse(print(...words, "--json")) as Processes;
  const schema = JSON.parse(command.run(["schema", "ps"]).stdout) as object;
  const validate = new Ajv2020({ allErrors: true }).compile(schema);
  validate(result);
  expect(validate.errors).toBeNull();
  return result;
}

function readOne(...words: string[]): ProcessLine {
  const { processes } = read(...words);
  expect(processes).toHaveLength(1);
  return processes[0]!;
}

const hasScript =
  spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") ?? false;

/** What a terminal of this width gets to see, without colours. */
function show(width: number, ...words: string[]): string {
  const line = [process.execPath, command.file, "ps", ...words].map((word) => `'${word}'`).join(" ");
  const { stdout } = spawnSync("script", ["-qec", `stty cols ${width} rows 50; ${line}`, "/dev/null"], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], TERM: "xterm-256color", NO_COLOR: "1" },
  });
  return stdout.replaceAll("\r\n", "\n");
}

const version = process.version.slice(1);

describe.runIf(process.platform === "linux")("ps", () => {
  it("prints the answer, the table, and what to do next", async () => {
    const mark = createMark();
    const { pid } = await start("-e", idle, mark);
    const text = print(mark)
      .replaceAll(/\d+\.\d MB/g, "40.0 MB")
      .replaceAll(/ +\d+m?s  /g, "  1s  ");
    const shown = `node -e 'console.log("ready"); setInterval(() => {}, 1000);' ${mark}`;
    expect(text.split("\n")).toEqual([
      `Process ${pid} (${shown.slice(0, 59)}…) uses 40.0 MB and can be captured.`,
      "",
      expect.stringMatching(/^ *PID {2}Command +Runtime +RSS +Up {2}Inspector {2}Routes$/),
      expect.stringMatching(
        new RegExp(
          `^ *${pid} {2}node -e '.*' ${mark} {2}node ${version} +40\\.0 MB {2}1s {2}closed +sigusr1$`,
        ),
      ),
      "",
      `next: heapscope capture ${pid}   take a snapshot of it`,
      "",
    ]);
  });

  it("tells programs everything, the most memory first", async () => {
    const mark = createMark();
    const plain = await start("--max-old-space-size=100", "-e", idle, mark);
    const large = await start("--inspect=0", "-e", `globalThis.kept = Buffer.alloc(64e6, 1); ${idle}`, mark);
    const signal = await start("--heapsnapshot-signal=SIGUSR2", "-e", idle, mark);
    const { pattern, processes } = read(mark);
    expect(pattern).toBe(mark);
    expect(processes[0]!.pid).toBe(large.pid);
    const byPid = new Map(processes.map((line) => [line.pid, line]));
    expect(new Set(byPid.keys())).toEqual(new Set([plain.pid, large.pid, signal.pid]));
    expect(byPid.get(plain.pid)).toMatchObject({
      runtime: "node",
      version: process.version,
      heapLimit: 100 * 1024 * 1024,
      userId: process.getuid!(),
      sameNetwork: true,
      inspector: { state: "closed", clients: [] },
    });
    expect(byPid.get(plain.pid)).not.toHaveProperty("heapUsed");
    const url = /ws:\/\/\S+/.exec(large.stderr())![0];
    expect(byPid.get(large.pid)).toMatchObject({
      inspector: { state: "open", url, address: "127.0.0.1", port: Number(new URL(url).port) },
      routes: ["inspector"],
      unavailable: [
        {
          route: "agent",
          reason: "no @heapscope/agent runs in it; start it with node --import @heapscope/agent/register",
        },
        { route: "sigusr1", reason: "its inspector is open already" },
        { route: "signal", reason: "it was not started with --heapsnapshot-signal=SIGUSR2" },
      ],
    });
    expect(byPid.get(signal.pid)).toMatchObject({ signal: "SIGUSR2", routes: ["sigusr1", "signal"] });
  });

  it("opens no session, unless --heap asks for it", async () => {
    const target = await start("--inspect=0", "-e", idle);
    const said = target.stderr();
    expect(readOne(String(target.pid))).not.toHaveProperty("heapUsed");
    expect(target.stderr()).toBe(said);
    const line = readOne(String(target.pid), "--heap");
    expect(line.heapUsed).toBeGreaterThan(1_000_000);
    expect(line.heapLimit).toBeGreaterThan(line.heapUsed!);
    await expect.poll(() => target.stderr()).toContain("Debugger attached");
    expect(readOne(String(target.pid)).inspector.state).toBe("open");
    expect(print(String(target.pid), "--heap")).toMatch(/ \d+\.\d MB of \d+(?:\.\d)? [MG]B /);
  });

  it("says why a process cannot be captured, and what to do about it", async () => {
    const { pid } = await start("-e", idle);
    process.kill(pid, "SIGSTOP");
    await expect.poll(() => readOne(String(pid)).state).toBe("stopped");
    const text = print(String(pid));
    expect(text).toContain(" and cannot be captured.\n");
    expect(text).toContain(
      `\n${pid} cannot be captured: it is stopped and answers nobody; let it go on with kill -CONT ${pid}.\n`,
    );
    expect(text).not.toContain("heapscope capture");
  });

  it("warns of an inspector that is open to the network", async () => {
    const { pid } = await start("--inspect=0.0.0.0:0", "-e", idle);
    expect(print(String(pid))).toMatch(
      new RegExp(
        `\n${pid}: its inspector listens on 0\\.0\\.0\\.0:\\d+; whoever reaches that port can run code there\\.\n`,
      ),
    );
  });

  it("finds nothing without complaint, but not a process that does not exist", () => {
    expect(print(createMark())).toMatch(
      /^No process with a JavaScript heap has 'mark-\w+' in its command line\.\n/,
    );
    const { code, stdout, stderr } = command.run(["ps", "4194305", "--json"]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      "heapscope: there is no process 4194305, or none that this user may see; check the number.\n",
    );
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "no-such-process" } });
  });

  it("leaves out itself and the package runner that has started it", async () => {
    const program = `process.title = "npm exec heapscope ps";
      const { stdout } = require("child_process").spawnSync(process.execPath, [${JSON.stringify(command.file)}, "ps", "--json"], { encoding: "utf8" });
      console.log(process.pid + " " + JSON.parse(stdout).processes.map(({ pid }) => pid).join(" "));
      setInterval(() => {}, 1000);`;
    const { line } = await start("-e", program);
    const [runner, ...listed] = line.split(" ");
    expect(listed).not.toContain(runner);
    expect(listed).toContain(String(process.pid));
  });
});

describe.runIf(process.platform === "linux" && hasScript)("ps on a terminal", () => {
  it.each([80, 200])("keeps every line within %d columns", async (width) => {
    const mark = createMark();
    await start(
      "--max-old-space-size=100",
      "--heapsnapshot-signal=SIGUSR2",
      "-e",
      idle,
      mark,
      "x".repeat(100),
    );
    await start("--inspect=0", "-e", idle, mark);
    const shown = show(width, mark).split("\nnext: ")[0]!.split("\n");
    expect(shown.length).toBeGreaterThan(4);
    expect(shown.find((line) => textWidth(line) > width)).toBeUndefined();
  });

  it("leaves out what matters least when there is no room, and says so", async () => {
    const { pid } = await start("--max-old-space-size=100", "--heapsnapshot-signal=SIGUSR2", "-e", idle);
    expect(show(200, String(pid))).toMatch(/ Heap +RSS +Up +Inspector +Signal +Routes\n/);
    const narrow = show(80, String(pid));
    expect(narrow).toMatch(/^ *PID +Command +Runtime +(?:Heap +)?RSS .*Routes\n/m);
    expect(narrow).toMatch(/\n… no room for Signal.*; a wider window or --json shows\s+all\n/);
  });

  it("is never obeyed a title that a process gave itself", async () => {
    const { pid } = await start(
      "-e",
      String.raw`process.title = "\x1b[31mevil\n\u202e" + process.pid; ${idle}`,
    );
    const shown = show(120, String(pid));
    expect(shown).toContain(String.raw`\x1b[31mevil\n\u{202e}${pid}`);
    expect(shown).not.toContain("\u001b[31m");
    expect(shown).not.toContain("\u202e");
  });
});

describe.runIf(process.platform === "linux")("ps --watch", () => {
  /** Runs it until it has printed `isEnough`, ends it with a signal, and returns all of it. */
  async function watch(
    words: readonly string[],
    isEnough: (text: string) => boolean,
    signal: NodeJS.Signals,
  ): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const line = [command.file, "ps", "--watch", "--interval", "100ms", ...words];
    const child = spawn(process.execPath, line, { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stderr.on("data", (data) => (stderr += String(data)));
    child.stdout.on("data", (data) => {
      stdout += String(data);
      if (isEnough(stdout)) child.kill(signal);
    });
    const [code] = (await once(child, "close")) as [number | null];
    return { code, stdout, stderr };
  }

  it.each(["SIGINT", "SIGTERM"] as const)(
    "prints one block after the other until %s, and ends well",
    async (signal) => {
      const { pid } = await start("-e", idle);
      const isEnough = (text: string): boolean => text.split("\n\nProcess ").length >= 3;
      const { code, stdout, stderr } = await watch([String(pid)], isEnough, signal);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const blocks = stdout.split(/\n\n(?=Process )/);
      expect(blocks.length).toBeGreaterThanOrEqual(3);
      for (const block of blocks)
        expect(block).toMatch(new RegExp(`^Process ${pid} [^]*\nnext: heapscope capture ${pid} `));
      expect(stdout).not.toContain("\u001b");
    },
  );

  it("is refused with --json, which prints one object", () => {
    const { code, stderr } = command.run(["ps", "--watch", "--json"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "heapscope: --json prints one object, and --watch never ends; leave one of them out.\n",
    });
  });

  it("sees processes come and go", async () => {
    const mark = createMark();
    const target = await start("-e", idle, mark);
    let isEnding = false;
    const isEnough = (text: string): boolean => {
      if (!isEnding && text.includes(` ${target.pid} `)) {
        isEnding = true;
        target.child.kill("SIGKILL");
      }
      return text.includes("No process with a JavaScript heap has");
    };
    expect((await watch([mark], isEnough, "SIGINT")).code).toBe(0);
  });

  it("ends well when its reader has seen enough, and says so when the output has no room", () => {
    const line = `"$0" "$1" ps ${createMark()} --watch --interval 100ms`;
    const run = (rest: string): ReturnType<typeof spawnSync> =>
      spawnSync("bash", ["-c", `set -o pipefail; ${line} ${rest}`, process.execPath, command.file], {
        encoding: "utf8",
        timeout: 20_000,
      });
    expect(run("| head -n 1")).toMatchObject({ status: 0, stderr: "" });
    expect(run("> /dev/full")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^heapscope: the output could not be written \(ENOSPC/),
    });
  });

  it("refuses to open sessions again and again", () => {
    const { code, stderr } = command.run(["ps", "--watch", "--heap"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^heapscope: --heap with --watch would open sessions again and again; /);
  });

  it.runIf(hasScript)(
    "draws in one place of a terminal until Ctrl-C, and gives the cursor back",
    async () => {
      const { pid } = await start("-e", idle);
      const line = `stty cols 100 rows 20; exec '${process.execPath}' '${command.file}' ps ${pid} --watch --interval 100ms`;
      const terminal = spawn("script", ["-qec", line, "/dev/null"], {
        stdio: ["pipe", "pipe", "ignore"],
        env: { PATH: process.env["PATH"], TERM: "xterm-256color", NO_COLOR: "1" },
      });
      let shown = "";
      let frames = 0;
      let isEnding = false; // the terminal echoes it
      terminal.stdout.on("data", (data) => {
        shown += String(data);
        frames += String(data).split("\u001b[?2026h").length - 1;
        if (frames < 3 || isEnding) return;
        isEnding = true;
        terminal.stdin.write("\u0003");
      });
      const [code] = (await once(terminal, "close")) as [number | null];
      expect(code).toBe(0);
      // Once as a whole, then only the lines that have changed.
      expect(shown.split(`Process ${pid} `).length - 1).toBeLessThan(frames);
      expect(shown.lastIndexOf("\u001b[?25h")).toBeGreaterThan(shown.lastIndexOf("\u001b[?25l"));
    },
  );
});
