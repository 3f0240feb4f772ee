// `heapscope open` as a program: it serves the page and its files until it is told to stop.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { WebSocket } from "ws";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { drawFile } from "@heapscope/testkit";
import type { MessageToPage } from "@heapscope/viewer/protocol";
import { buildServerCommand, fixture, type BuiltCommand } from "./built-command.ts";
import { drawShop } from "./draw-shop.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- answers of all shapes
type Json = any;

let command: BuiltCommand;
const running = new Set<ChildProcess>();

beforeAll(() => {
  command = buildServerCommand();
  command.write("cut.heapsnapshot", drawFile("global -a-> a:A(8)").slice(0, 400));
  command.write("letters.heapsnapshot", drawFile(`global -a-> a:string:"${"a".repeat(40)}"(56)`));
  command.write("cpu.cpuprofile", JSON.stringify(cpuProfile));
});
afterAll(() => command.remove());
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
});

const call = {
  functionName: "serve",
  scriptId: "1",
  url: "file:///srv/app.js",
  lineNumber: 0,
  columnNumber: 0,
};
const cpuProfile = {
  nodes: [
    { id: 1, callFrame: { ...call, functionName: "(root)" }, hitCount: 0, children: [2] },
    { id: 2, callFrame: call, hitCount: 2 },
  ],
  startTime: 0,
  endTime: 2000,
  samples: [2, 2],
  timeDeltas: [1000, 1000],
};

interface Run {
  readonly child: ChildProcess;
  /** What it has written so far. */
  readonly output: { stdout: string; stderr: string };
  readonly url: string;
}

/** Starts it and waits for the address. */
async function start(words: readonly string[], input?: string): Promise<Run> {
  const child = spawn(process.execPath, [command.file, "open", ...words], {
    cwd: command.folder,
    env: { PATH: process.env["PATH"] },
  });
  running.add(child);
  if (input !== undefined) child.stdin.end(input);
  const output = { stdout: "", stderr: "" };
  child.stderr.on("data", (part) => (output.stderr += String(part)));
  child.stdout.on("data", (part) => (output.stdout += String(part)));
  await expect.poll(() => output.stdout, { timeout: 20_000 }).toMatch(/http:.*\n/);
  return { child, output, url: /http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\//.exec(output.stdout)![0] };
}

async function stop({ child }: Run, signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
  const exit = once(child, "exit");
  child.kill(signal);
  return (await exit)[0] as number | null;
}

/** A page that asks. */
class Page {
  readonly #socket: WebSocket;
  readonly #messages: MessageToPage[] = [];

  constructor(url: string) {
    this.#socket = new WebSocket(`${url.replace("http", "ws")}link`, { origin: new URL(url).origin });
    this.#socket.on("message", (text) => this.#messages.push(JSON.parse(String(text)) as MessageToPage));
  }

  async ask(name: string, ask: object): Promise<Json> {
    if (this.#socket.readyState === WebSocket.CONNECTING) await once(this.#socket, "open");
    const id = this.#messages.length + Math.ceil(Math.random() * 1e9);
    this.#socket.send(JSON.stringify({ type: "ask", id, name, ask }));
    const isAnswer = (message: MessageToPage): boolean =>
      (message.type === "answer" || message.type === "error") && message.id === id;
    await expect.poll(() => this.#messages.some(isAnswer), { timeout: 20_000 }).toBe(true);
    const message = this.#messages.find(isAnswer) as Json;
    return message.type === "error" ? { code: message.code } : message.answer;
  }

  whenClosed(): Promise<unknown> {
    return once(this.#socket, "close");
  }
}

describe("open", () => {
  it("says where the viewer is, answers every page, and ends with Ctrl-C", async () => {
    const run = await start(["server.heapsnapshot", "later.heapsnapshot"]);
    expect(run.output.stdout).toMatch(
      /^The viewer is ready; open its address in a browser of this machine:\n\n {2}http:.*\n\n/,
    );
    const html = await (await fetch(run.url)).text();
    expect(html).toContain('<meta name="heapscope-link" content="server"');
    const script = /<script type="module"[^>]* src="\.\/([^"]+)"/.exec(html)![1]!;
    expect((await fetch(run.url + script)).headers.get("content-type")).toBe(
      "text/javascript; charset=utf-8",
    );
    expect((await fetch(new URL("/", run.url))).status).toBe(404);

    const pages = [new Page(run.url), new Page(run.url)];
    for (const page of pages) {
      const question = { table: "summary", params: { file: 1, text: "Session" }, of: "", start: 0, count: 5 };
      expect((await page.ask("rows", question)).rows).toEqual([
        expect.objectContaining({ className: "Session", count: 3 }),
      ]);
    }
    const files = await pages[0]!.ask("files", {});
    expect(files.map(({ name, state }: Json) => [name, state])).toEqual([
      ["server.heapsnapshot", "ready"],
      ["later.heapsnapshot", "ready"],
    ]);
    expect(await pages[0]!.ask("rows", { table: "summary", params: { file: "x" } })).toHaveProperty("code");
    expect(await pages[0]!.ask("constructor", {})).toHaveProperty("code");
    const closed = Promise.all(pages.map((page) => page.whenClosed()));
    expect(await stop(run)).toBe(0);
    await closed;
    expect(run.output.stderr).toBe("");
  });

  it("ends well when it is terminated, too", async () => {
    expect(await stop(await start(["server.heapsnapshot"]), "SIGTERM")).toBe(0);
  });

  it("tells what it serves as one object when the files are read", async () => {
    const run = await start(["server.heapsnapshot", "cut.heapsnapshot", "cpu.cpuprofile", "--json"]);
    const result = JSON.parse(run.output.stdout) as Json;
    const schema = JSON.parse(command.run(["schema", "open"]).stdout) as object;
    const validate = new Ajv2020({ allErrors: true }).compile(schema);
    validate(result);
    expect(validate.errors).toBeNull();
    expect(result).toMatchObject({
      schema: "heapscope/open@1",
      url: run.url,
      port: Number(new URL(run.url).port),
      opened: false,
      files: [
        { file: "server.heapsnapshot", state: "ready", kind: "snapshot", nodeCount: expect.any(Number) },
        {
          file: "cut.heapsnapshot",
          state: "failed",
          problem: expect.stringMatching(/^cut\.heapsnapshot: the file ends too early/),
        },
        { file: "cpu.cpuprofile", state: "ready", kind: "profile" },
      ],
    });
    expect(run.output.stderr).toMatch(/^cut\.heapsnapshot: the file ends too early .*\n$/);
    const files = await new Page(run.url).ask("files", {});
    expect(files[1]).toMatchObject({ state: "failed", problem: expect.stringContaining("ends too early") });
    expect(await stop(run)).toBe(0);
    expect(run.output.stdout.trim().split("\n")).toHaveLength(1);
  });

  it("reads standard input", async () => {
    const run = await start(
      ["-", "--json"],
      readFileSync(join(command.folder, "server.heapsnapshot"), "utf8"),
    );
    expect(JSON.parse(run.output.stdout)).toMatchObject({ files: [{ file: "-", state: "ready" }] });
    const [file] = await new Page(run.url).ask("files", {});
    expect(file.name).toBe("standard input");
    expect(await stop(run)).toBe(0);
  });

  it("serves the page that opens files by itself when there are none", async () => {
    const run = await start(["--json"]);
    expect(JSON.parse(run.output.stdout)).toMatchObject({ files: [] });
    expect(await (await fetch(run.url)).text()).toContain('<meta name="heapscope-link" content="worker"');
    const socket = new WebSocket(`${run.url.replace("http", "ws")}link`, { origin: new URL(run.url).origin });
    await expect(once(socket, "open")).rejects.toThrow("404");
    expect(await stop(run)).toBe(0);
  });

  it("gives the places of source maps and capture records", async () => {
    const run = await start([fixture("node-24-pair-1"), "--json"]);
    const overview = await new Page(run.url).ask("overview", { file: 0 });
    expect(overview.facts).toContainEqual({ fact: "runtime", value: expect.stringContaining("24.21.0") });
    expect(await stop(run)).toBe(0);
  });

  it("gives places in the working folder as they can be typed there", async () => {
    const script = join(realpathSync(command.folder), "src", "server.js");
    command.write("near.heapsnapshot", drawShop([], 1).replaceAll("/srv/app/server.js", script));
    const run = await start(["near.heapsnapshot"]);
    const question = { table: "summary", params: { file: 0, text: "Shop" }, of: "", start: 0, count: 1 };
    const { rows } = await new Page(run.url).ask("rows", question);
    expect(rows).toEqual([expect.objectContaining({ className: "Shop", location: "src/server.js:3:26" })]);
    expect(await stop(run)).toBe(0);
  });

  it("answers an expression that tries exponentially many ways", async () => {
    const run = await start(["letters.heapsnapshot"]);
    const params = { file: 0, text: String.raw`/^(?:\w+\s?)+!$/` };
    const question = { table: "search", params, of: "", start: 0, count: 5 };
    expect(await new Page(run.url).ask("rows", question)).toMatchObject({ total: 0 });
    expect(await stop(run)).toBe(0);
  });

  it("fails when nothing can be shown", () => {
    const missing = command.run(["open", "missing.heapsnapshot"]);
    expect(missing).toMatchObject({
      code: 2,
      stdout: "",
      stderr: "heapscope: missing.heapsnapshot does not exist; check the path.\n",
    });
    const cut = command.run(["open", "cut.heapsnapshot", "--json"]);
    expect(cut.code).toBe(2);
    expect(JSON.parse(cut.stdout)).toMatchObject({ schema: "heapscope/error@1", error: { code: "file" } });
    expect(cut.stderr).toMatch(/^heapscope: cut\.heapsnapshot: the file ends too early/);
    const both = command.run(["open", "cut.heapsnapshot", "missing.heapsnapshot", "--json"]);
    expect(both.stderr).toMatch(
      /^cut\.heapsnapshot: .*\nmissing\.heapsnapshot does not exist.*\nheapscope: none of the 2 files can be shown\.\n$/,
    );
    expect(command.run(["open", "-", "-"]).stderr).toBe(
      "heapscope: standard input can be read only once; give files.\n",
    );
  });

  it("takes a port, and says so if it cannot have it", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    expect(command.run(["open", "--port", String(port)]).stderr).toBe(
      `heapscope: port ${port} is in use; choose another with --port, or leave it out.\n`,
    );
    server.close();
    await once(server, "close");
    const run = await start(["--port", String(port)]);
    expect(new URL(run.url).port).toBe(String(port));
    expect(await stop(run)).toBe(0);
    expect(command.run(["open", "--port", "70000"]).stderr).toBe(
      "heapscope: --port: '70000' is no port; ports go up to 65535.\n",
    );
  });
});

describe.skipIf(!existsSync("/usr/bin/script"))("the browser", () => {
  let tools: string;

  beforeAll(() => {
    tools = mkdtempSync(join(tmpdir(), "heapscope-tools-"));
    mkdirSync(join(tools, "bin"));
    writeFileSync(join(tools, "bin", "xdg-open"), `#!/bin/sh\necho "$@" > ${tools}/opened\n`);
    chmodSync(join(tools, "bin", "xdg-open"), 0o755);
  });
  afterAll(() => rmSync(tools, { recursive: true, force: true }));

  /** On a terminal, until the address is there. */
  async function onTerminal(
    words: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<string> {
    rmSync(join(tools, "opened"), { force: true });
    const line = [process.execPath, command.file, "open", "server.heapsnapshot", ...words].join(" ");
    const child = spawn("script", ["-qec", line, "/dev/null"], {
      cwd: command.folder,
      env: { PATH: `${join(tools, "bin")}:${process.env["PATH"]}`, TERM: "xterm", ...environment },
      stdio: ["pipe", "pipe", "inherit"],
    });
    running.add(child);
    let text = "";
    child.stdout.on("data", (part) => (text += String(part)));
    await expect.poll(() => text, { timeout: 20_000 }).toContain("Ctrl-C");
    return text;
  }

  it.skipIf(process.platform !== "linux")("is opened where there is a screen", async () => {
    const text = await onTerminal([], { DISPLAY: ":0" });
    expect(text).toContain("The viewer opens in your browser");
    await expect.poll(() => existsSync(join(tools, "opened"))).toBe(true);
    const url = /http:\/\/\S+\//.exec(text)![0];
    expect(readFileSync(join(tools, "opened"), "utf8").trim()).toBe(url);
    expect((await fetch(url)).status).toBe(200);
  });

  it.each([
    ["without a screen", [], {}],
    ["when it is not wanted", ["--no-browser"], { DISPLAY: ":0" }],
    ["in a pipeline", [], { DISPLAY: ":0", CI: "true" }],
  ])("is left alone %s", async (_when, words, environment) => {
    expect(await onTerminal(words, environment as Record<string, string>)).toContain("The viewer is ready");
    expect(existsSync(join(tools, "opened"))).toBe(false);
  });
});
