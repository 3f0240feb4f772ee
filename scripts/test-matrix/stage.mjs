// What a scenario works with: programs to capture, the built command, a folder of its own, and the checks. Everything that
// was started or made is gone when the scenario has ended.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { MARKS } from "./program.mjs";

const execute = promisify(execFile);

/** Longer than anything here takes, so that a scenario that hangs fails. */
const COMMAND_MS = 180_000;
const ANSWER_MS = 20_000;

/** Programs take a port that is free when their inspector opens, not the usual one, which may be somebody's. */
export const ANY_PORT = "--inspect-port=127.0.0.1:0";

/** One scenario on one runtime. */
export class Stage {
  /** `node-24`, `deno` … */
  runtime;
  /** Of Node; `NaN` for others. */
  major;
  /** The program of the runtime. */
  program;
  /** Empty; gone at the end. */
  folder;
  #command;
  #endings = [];

  constructor({ runtime, program, folder, command }) {
    this.runtime = runtime;
    this.major = Number(/^node-(\d+)$/.exec(runtime)?.[1]);
    this.program = program;
    this.folder = folder;
    this.#command = command;
  }

  /** Path of a file in the folder. */
  path(name) {
    return path.join(this.folder, name);
  }

  /** Runs `end` when the scenario is over; the last one first. */
  later(end) {
    this.#endings.push(end);
  }

  async end() {
    for (const end of this.#endings.splice(0).toReversed()) await end();
  }

  /** Starts `source` as a program of the runtime: CommonJS, or ESM if `extension` says so. */
  async start(source, { flags = [ANY_PORT], extension = "cjs", arguments: words = [], ...options } = {}) {
    const file = this.path(`program-${Math.random().toString(36).slice(2, 8)}.${extension}`);
    fs.writeFileSync(file, source);
    return this.startCommand([this.program, ...flags, file, ...words], options);
  }

  /** Starts any command, and waits until it says that it is up. `within` is put before it: `["unshare", "--net"]`. */
  async startCommand(words, { within = [], environment = {}, cwd = this.folder } = {}) {
    const [file, ...rest] = [...within, ...words];
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    const child = spawn(file, rest, {
      cwd,
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...inherited, ...environment },
    });
    const subject = new Subject(child, this.major === 18 ? 1 : 0);
    this.later(() => subject.kill());
    await subject.waitFor((line) => line.startsWith("ready"));
    return subject;
  }

  /** A file system in memory with room for so many MiB; root only. */
  async mountMemory(name, mebibytes) {
    const folder = this.path(name);
    fs.mkdirSync(folder);
    await execute("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "heapscope-test", folder]);
    this.later(() => execute("umount", ["--lazy", folder]));
    return folder;
  }

  /** The words that run a command in a network of its own, where all ports are free; root only. */
  async makeNetwork() {
    const holder = spawn(
      "unshare",
      ["--net", "sh", "-c", "ip link set lo up && echo up && exec sleep 1000"],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    this.later(async () => {
      holder.kill("SIGKILL");
      await once(holder, "close");
    });
    await once(holder.stdout, "data");
    return ["nsenter", "--target", String(holder.pid), "--net", "--"];
  }

  /** Until `name` is in the folder. `child` should not end before. */
  async waitForFile(name, child) {
    while (!fs.existsSync(this.path(name))) {
      assert.equal(child.exitCode, null, `${name} was never there`);
      await sleep(20);
    }
  }

  /** Runs the built command to its end. */
  async run(words, options = {}) {
    return this.begin(words, options).ended;
  }

  /** Captures into FILE of the folder: `app.heapsnapshot`, unless `file` says otherwise. With --json. */
  async capture(target, words = [], { file = "app.heapsnapshot", ...options } = {}) {
    return this.run(this.captureWords(target, words, file), options);
  }

  captureWords(target, words = [], file = "app.heapsnapshot") {
    return ["capture", String(target.pid ?? target), this.path(file), "--yes", "--json", ...words];
  }

  /** Starts the built command. */
  begin(words, { within = [], node = process.execPath, collect = true } = {}) {
    const [file, ...rest] = [...within, node, this.#command, ...words];
    const startedAt = performance.now();
    const child = spawn(file, rest, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
    const limit = setTimeout(() => child.kill("SIGKILL"), COMMAND_MS);
    let stdout = [];
    let stderr = "";
    if (collect) child.stdout.on("data", (bytes) => stdout.push(bytes));
    child.stderr.on("data", (bytes) => (stderr += String(bytes)));
    let peakMemory = 0;
    const watch = setInterval(() => {
      const found = /VmHWM:\s+(\d+) kB/.exec(readIfThere(`/proc/${child.pid}/status`));
      if (found !== null) peakMemory = Math.max(peakMemory, Number(found[1]) * 1024);
    }, 50);
    const ended = once(child, "close").then(([code, signal]) => {
      clearTimeout(limit);
      clearInterval(watch);
      const bytes = Buffer.concat(stdout);
      stdout = [];
      const result = parseIfJson(bytes);
      const ms = performance.now() - startedAt;
      return { code, signal, bytes, stderr, ms, peakMemory, result, message: result?.error?.message ?? "" };
    });
    return { child, ended };
  }

  /** Numbers of objects by class name in a snapshot, as the engine reads it. */
  async count(file, name) {
    const { code, result, stderr } = await this.run([
      "summary",
      "--no-cache",
      file,
      "--json",
      "--filter",
      name,
      "--limit",
      "0",
    ]);
    assert.equal(code, 0, stderr);
    return result.groups.find((group) => group.className === name)?.count ?? 0;
  }

  /** The capture went well: whole, private, with its record, of a program with so many `marks` (null: do not count); and nothing else lies in the folder. */
  async expectCaptured(outcome, { files = 1, marks = MARKS, record = true } = {}) {
    assert.equal(outcome.code, 0, outcome.message || outcome.stderr);
    const { result } = outcome;
    assert.equal(result.files.length, files);
    for (const { file, bytes } of result.files) {
      const { size, mode } = fs.statSync(file);
      assert.equal(size, bytes);
      assert.equal(mode & 0o777, 0o600);
      if (record) {
        const { file: described } = JSON.parse(fs.readFileSync(`${file}.json`, "utf8"));
        assert.equal(described.bytes, bytes);
      }
    }
    if (marks !== null) assert.equal(await this.count(result.files[0].file, "Mark"), marks);
    const known = result.files.flatMap(({ file }) => [file, `${file}.json`]);
    assert.deepEqual(
      this.snapshotFiles().filter((file) => !known.includes(file) && file !== result.manifest),
      [],
    );
    return result;
  }

  /** The command refused, or failed, with these words; and left nothing behind. */
  expectRefused(outcome, words, { code = 2 } = {}) {
    assert.equal(outcome.code, code, outcome.message || outcome.stderr);
    assert.match(outcome.message, words);
    this.expectNoFiles();
  }

  expectNoFiles() {
    assert.deepEqual(this.snapshotFiles(), []);
  }

  /** All that a capture may have made in the folder. */
  snapshotFiles() {
    return fs
      .readdirSync(this.folder)
      .filter((file) => /heapsnapshot|capture\.json|partial/.test(file))
      .map((file) => this.path(file));
  }
}

/** A program that is captured, seen from outside. */
class Subject {
  child;
  /** Of the program itself, which may be a child of what was started. */
  pid;
  stderr = "";
  #moreThreads;
  #lines = [];
  #waiting = new Set();
  #asked = 0;

  /** `moreThreads` may stay: in Node 18 the idle one of V8's tracing, once objects were counted. */
  constructor(child, moreThreads) {
    this.child = child;
    this.#moreThreads = moreThreads;
    this.pid = child.pid;
    child.stdin.on("error", () => {});
    child.stderr.on("data", (bytes) => (this.stderr += String(bytes)));
    createInterface(child.stdout).on("line", (line) => {
      this.#lines.push(line);
      for (const look of this.#waiting) look();
    });
    child.once("close", () => {
      for (const look of this.#waiting) look();
    });
  }

  get isAlive() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What the program was started by is a launcher: the program is its only child. */
  async followLauncher() {
    const children = fs.readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, "utf8");
    this.pid = Number(children.trim().split(" ")[0]);
    return this;
  }

  /** The first line that fits. */
  async waitFor(fits) {
    let look;
    try {
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error("The program said nothing for too long.")),
          ANSWER_MS,
        );
        look = () => {
          const line = this.#lines.find(fits);
          if (line === undefined && this.isAlive) return;
          clearTimeout(timer);
          if (line !== undefined) resolve(line);
          else
            reject(
              new Error(
                `The program has ended (${this.child.exitCode ?? this.child.signalCode}): ${this.stderr.slice(-500)}`,
              ),
            );
        };
        this.#waiting.add(look);
        look();
      });
    } finally {
      this.#waiting.delete(look);
    }
  }

  /** It is there and does its work. */
  async expectAnswer() {
    const word = `word-${++this.#asked}`;
    this.child.stdin.write(`${word}\n`);
    await this.waitFor((line) => line === `answer ${word}`);
  }

  expectAlive() {
    assert.ok(this.isAlive, `the program has ended: ${this.child.exitCode ?? this.child.signalCode}`);
  }

  /** What an operator sees of it: threads, descriptors, listening sockets, signals that it handles. */
  look() {
    const { pid } = this;
    const inodes = new Set(
      fs.readdirSync(`/proc/${pid}/fd`).map((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(fs.readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
        } catch {
          return undefined;
        }
      }),
    );
    const ports = ["tcp", "tcp6"].flatMap((table) =>
      readIfThere(`/proc/${pid}/net/${table}`)
        .split("\n")
        .slice(1)
        .map((row) => row.trim().split(/\s+/))
        .filter((fields) => fields[3] === "0A" && inodes.has(fields[9]))
        .map((fields) => Number.parseInt(fields[1].split(":")[1], 16)),
    );
    return {
      threads: fs.readdirSync(`/proc/${pid}/task`).length,
      descriptors: fs.readdirSync(`/proc/${pid}/fd`).length,
      ports,
      caught: /SigCgt:\s+(\w+)/.exec(readIfThere(`/proc/${pid}/status`))?.[1],
    };
  }

  /** It comes to be as it was, within `ms`. */
  async expectAs(before, ms = 20_000) {
    const until = performance.now() + ms;
    for (;;) {
      this.expectAlive();
      try {
        const now = this.look();
        const threads = now.threads <= before.threads + this.#moreThreads ? before.threads : now.threads;
        return assert.deepEqual({ ...now, threads }, before);
      } catch (error) {
        if (performance.now() > until) throw error;
      }
      await sleep(50);
    }
  }

  async kill() {
    if (this.pid !== this.child.pid) {
      try {
        process.kill(this.pid, "SIGKILL");
      } catch {
        // It has ended with its launcher.
      }
    }
    if (!this.isAlive) return;
    this.child.kill("SIGKILL");
    await once(this.child, "close");
  }
}

function readIfThere(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function parseIfJson(bytes) {
  if (bytes.length > 1 << 24 || bytes[0] !== 0x7b) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
