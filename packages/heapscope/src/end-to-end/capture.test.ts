// `heapscope capture` on real processes of the Node that runs the tests: what it says, what it writes, and that the process
// is as it was. Every other runtime and the rarer situations are in `npm run test:matrix`.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { idle, spawnNode, type SpawnedNode } from "../../../capture/test/spawn-node.ts";
import { keepObjects } from "../../../capture/test/spawn-target.ts";
import type { Capture } from "../schemas/capture.ts";
import { buildCommand, type BuiltCommand } from "./built-command.ts";

let command: BuiltCommand;
let validate: ValidateFunction;
beforeAll(() => {
  command = buildCommand();
  const schema = JSON.parse(command.run(["schema", "capture"]).stdout) as object;
  validate = new Ajv2020({ allErrors: true }).compile(schema);
});
afterAll(() => command.remove());

/** A folder for each test, inside the one where the command runs. */
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(command.folder, "test-"));
});

const programs: SpawnedNode[] = [];
afterEach(async () => {
  for (const program of programs.splice(0)) await program.kill();
});

/** Starts a program whose inspector is closed, and opens on a port that is free. */
async function start(source: string, ...flags: string[]): Promise<SpawnedNode> {
  const program = await spawnNode(["--inspect-port=127.0.0.1:0", ...flags, "-e", source]);
  programs.push(program);
  return program;
}

/** What an operator would see of a process from outside. */
function lookAt({ pid }: SpawnedNode): object {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    threads: fs.readdirSync(`/proc/${pid}/task`).length,
    files: fs.readdirSync(`/proc/${pid}/fd`).length,
    signals: /^SigCgt:.*$/m.exec(status)?.[0],
  };
}

function file(name: string): string {
  return path.join(folder, name);
}

function read(program: SpawnedNode, name: string, ...words: string[]): Capture {
  const { code, stdout, stderr } = command.run([
    "capture",
    String(program.pid),
    file(name),
    "--json",
    "--yes",
    ...words,
  ]);
  expect(code, stdout + stderr).toBe(0);
  const result = JSON.parse(stdout) as Capture;
  validate(result);
  expect(validate.errors).toBeNull();
  return result;
}

/** The sentence with which it refuses, without its beginning. */
function refuse(...words: string[]): string {
  const { code, stdout, stderr } = command.run(["capture", ...words]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  const sentence = stderr.trim().split("\n").at(-1)!;
  expect(sentence).toMatch(/^heapscope: /);
  return sentence.slice("heapscope: ".length);
}

/** Objects of a class in a snapshot, as the engine reads it. */
function count(name: string, className: string): number {
  const { stdout } = command.run(["summary", file(name), "--filter", className, "--limit", "0", "--json"]);
  const { groups } = JSON.parse(stdout) as { groups: { className: string; count: number }[] };
  return groups.find((group) => group.className === className)?.count ?? 0;
}

describe.runIf(process.platform === "linux")("capture", () => {
  it("says what it costs, what was captured, and what to do next; and the process is as it was", async () => {
    const program = await start(`${keepObjects(321)} ${idle}`);
    const before = lookAt(program);
    const { code, stdout, stderr } = command.run(["capture", String(program.pid), file("app.heapsnapshot")]);
    expect(code, stderr).toBe(0);
    const shown = stdout
      .replaceAll(path.relative(command.folder, folder), "folder")
      .replaceAll(String(program.pid), "PID")
      .replace(/(?<=node -e ).*(?=\): one)/, "…")
      .replaceAll(/[\d.]+ (?:ms|s)\b/g, "N s")
      .replaceAll(/[\d.]+ [kMG]B/g, "N MB")
      .replaceAll(/\d+,\d+/g, "N,N")
      .replaceAll(/[0-9a-f]{64}/g, "SUM")
      .replaceAll(/ {2,}/g, "  ");
    expect(shown).toBe(`\
Captured process PID (node -e …): one snapshot, N MB, N,N objects; it stood still for N s.
Expected a pause of N s to N s, about N MB of memory (took N MB), about N MB on disk (took N MB).

File  Objects  References  Size  Pause  Memory
folder/app.heapsnapshot  N,N  N,N  N MB  N s  +N MB

sha256 SUM  folder/app.heapsnapshot

next: heapscope summary folder/app.heapsnapshot  what the memory is used for
`);
    expect(stderr).toMatch(/^Pause {3}\S.*\n {8}\S.*\nMemory {2}\S.*\n {8}\S.*\nFile {4}\S.*\n {8}\S.*\n$/);
    expect(count("app.heapsnapshot", "Kept")).toBe(321);
    await expect.poll(() => lookAt(program)).toEqual(before);
    expect(program.child.exitCode).toBeNull();
  });

  it("writes the snapshot for its owner only, with its record, and tells programs all about it", async () => {
    const program = await start(`${keepObjects(321)} ${idle}`);
    const result = read(program, "app.heapsnapshot", "--without-numbers");
    const bytes = fs.readFileSync(file("app.heapsnapshot"));
    expect(result).toMatchObject({
      file: file("app.heapsnapshot"),
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      route: "sigusr1",
      target: { pid: program.pid, runtime: "node", version: process.version },
      captureOptions: { collectGarbage: false, numericValues: false, exposeInternals: false },
      thread: { id: 0, name: "main" },
      refusals: [],
    });
    expect(fs.readdirSync(folder).toSorted()).toEqual(["app.heapsnapshot", "app.heapsnapshot.json"]);
    expect(fs.statSync(file("app.heapsnapshot")).mode & 0o777).toBe(0o600);
    const record = JSON.parse(fs.readFileSync(file("app.heapsnapshot.json"), "utf8")) as object;
    expect(record).toMatchObject({ file: { sha256: result.sha256 }, target: { pid: program.pid } });
  });

  it("captures all threads as one set with a manifest", async () => {
    const worker = `const { Worker } = require("node:worker_threads");
      new Worker('class Crate {} globalThis.kept = Array.from({ length: 7 }, () => new Crate()); setInterval(() => {}, 1000);',
        { eval: true }).on("online", () => setTimeout(() => console.log("ready"), 200));`;
    const program = await start(`${keepObjects(11)} ${worker}`);
    const result = read(program, "set.heapsnapshot", "--without-numbers");
    expect(result.files!.map(({ thread }) => thread)).toEqual([
      { id: 0, name: "main" },
      { id: 1, name: "worker 1" },
    ]);
    expect(fs.readdirSync(folder).toSorted()).toEqual([
      "set.capture.json",
      "set.heapsnapshot",
      "set.heapsnapshot.json",
      "set.worker-1.heapsnapshot",
      "set.worker-1.heapsnapshot.json",
    ]);
    expect([count("set.heapsnapshot", "Kept"), count("set.worker-1.heapsnapshot", "Kept")]).toEqual([11, 0]);
    expect([count("set.heapsnapshot", "Crate"), count("set.worker-1.heapsnapshot", "Crate")]).toEqual([0, 7]);
    const manifest = JSON.parse(fs.readFileSync(file("set.capture.json"), "utf8")) as { files: object[] };
    expect(manifest.files).toMatchObject([
      { file: "set.heapsnapshot", thread: { id: 0 } },
      { file: "set.worker-1.heapsnapshot", thread: { id: 1 } },
    ]);
  });

  it("takes a series whose object ids mean the same", async () => {
    const program = await start(`${keepObjects(11)} ${idle}`);
    const words = ["--count", "2", "--interval", "1s", "--threads", "main", "--without-numbers"];
    const { files = [] } = read(program, "run.heapsnapshot", ...words);
    expect(files.map((each) => path.basename(each.file))).toEqual([
      "run-1.heapsnapshot",
      "run-2.heapsnapshot",
    ]);
    expect(files[0]!.idSpace).toBe(files[1]!.idSpace);
    const { stdout } = command.run(["diff", files[0]!.file, files[1]!.file, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ idCheck: { comparable: true, recorded: "same" } });
  });

  it("compresses when it is told to, also by the name of the file", async () => {
    const program = await start(idle);
    const { nodeCount, sha256 } = read(program, "app.heapsnapshot.gz", "--without-numbers");
    const bytes = fs.readFileSync(file("app.heapsnapshot.gz"));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    const { snapshot } = JSON.parse(gunzipSync(bytes).toString()) as { snapshot: { node_count: number } };
    expect(snapshot.node_count).toBe(nodeCount);
  });

  it("writes nothing but the snapshot to standard output", async () => {
    const program = await start(idle);
    const { code, stdout } = command.run(["capture", String(program.pid), "-", "--without-numbers"]);
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout) as object)).toContain("strings");
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("says what it would cost without doing it", async () => {
    const program = await start(idle);
    const { dryRun, predicted, refusals, files } = read(program, "app.heapsnapshot", "--dry-run");
    expect({ dryRun, refusals, files }).toEqual({ dryRun: true, refusals: [], files: undefined });
    expect(predicted.fileSize).toBeGreaterThan(1e6);
    expect(fs.readdirSync(folder)).toEqual([]);
    expect(command.run(["capture", String(program.pid), "--dry-run"]).stdout).toBe("It would be captured.\n");
  });

  it("leaves a process alone that would not be helped by a signal, or die of it", async () => {
    const own = await start(`process.on("SIGUSR1", () => {}); ${idle}`);
    expect(refuse(String(own.pid), file("a"))).toBe(
      `the program in process ${own.pid} handles SIGUSR1 itself, so its inspector stays closed (its handler has run once now); start it with --inspect or --heapsnapshot-signal=SIGUSR2.`,
    );
    const removed = await start(
      `const own = () => {}; process.on("SIGUSR1", own); process.off("SIGUSR1", own); setTimeout(() => console.log("ready"), 1100); setInterval(() => {}, 1000);`,
    );
    expect(refuse(String(removed.pid), file("a"))).toMatch(/has no handler for SIGUSR1, and would die of it/);
    const stopped = await start(idle);
    process.kill(stopped.pid, "SIGSTOP");
    expect(refuse(String(stopped.pid), file("a"))).toMatch(
      /it is stopped and answers nobody; let it go on with kill -CONT/,
    );
    for (const { child } of [own, removed, stopped]) expect(child.exitCode ?? child.signalCode).toBeNull();
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("names what cannot be captured", async () => {
    const program = await start(idle);
    const { pid } = program;
    expect(refuse("999999999")).toBe(
      "there is no process 999999999, or none that this user may see; check the number.",
    );
    expect(refuse("no command line has these words")).toMatch(
      /^no process that can be captured has “no command/,
    );
    expect(refuse("127.0.0.1:1")).toMatch(/127\.0\.0\.1:1/);
    expect(refuse(String(pid), file("a"), "--route", "signal")).toMatch(
      /it was not started with --heapsnapshot-signal=SIGUSR2/,
    );
    expect(refuse(String(pid), file("a"), "--threads", "pool")).toMatch(
      /^there is no thread “pool” in process \d+ .*; it has: main\.$/,
    );
    expect(refuse(String(process.pid), file("a"), "--route", "nonsense")).toMatch(/nonsense/);
  });

  it("asks for another place before it touches the process", async () => {
    const program = await start(idle);
    const target = String(program.pid);
    fs.writeFileSync(file("there.heapsnapshot"), "mine");
    expect(refuse(target, file("there.heapsnapshot"))).toMatch(/there\.heapsnapshot exists already/);
    expect(fs.readFileSync(file("there.heapsnapshot"), "utf8")).toBe("mine");
    expect(refuse(target, file("missing/app"))).toMatch(/the folder does not exist; choose another place\.$/);
    expect(fs.readdirSync(folder)).toEqual(["there.heapsnapshot"]);
    expect(program.stderr()).toBe(""); // its inspector was never opened
    read(program, "there.heapsnapshot", "--overwrite", "--without-numbers");
    expect(fs.statSync(file("there.heapsnapshot")).size).toBeGreaterThan(1e6);
  });

  it.each(["--yes", "--keep-partial"])("ends on Ctrl-C with the process as it was (%s)", async (option) => {
    const program = await start(`${keepObjects(60_000)} ${idle}`);
    const before = lookAt(program);
    const words = ["capture", String(program.pid), file("app.heapsnapshot"), "--yes", option];
    const child = spawn(process.execPath, [command.file, ...words], { stdio: "ignore" });
    const hasBytes = (): boolean =>
      fs.readdirSync(folder).some((name) => fs.statSync(file(name), { throwIfNoEntry: false })?.size);
    await expect.poll(hasBytes, { timeout: 20_000, interval: 2 }).toBe(true);
    child.kill("SIGINT");
    expect(await once(child, "close")).toEqual([130, null]);
    expect(fs.readdirSync(folder)).toEqual(option === "--yes" ? [] : ["app.heapsnapshot.partial"]);
    await expect.poll(() => lookAt(program), { timeout: 20_000 }).toEqual(before);
    expect(program.child.exitCode ?? program.child.signalCode).toBeNull();
  });
});
