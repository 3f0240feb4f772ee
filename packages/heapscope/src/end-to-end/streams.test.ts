// How the command lives with what it is connected to: pipes that close early, terminals of any width, colours, signals.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textWidth } from "../text/text-width.ts";
import { buildCommand, fixture, serverSnapshot, type BuiltCommand } from "./built-command.ts";

let command: BuiltCommand;

beforeAll(() => {
  command = buildCommand();
  command.write("server.heapsnapshot", serverSnapshot());
});
afterAll(() => command.remove());

const hasScript =
  spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") ?? false;

/** What a terminal of this width gets to see. Both streams end up in it. */
function show(
  width: number,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): string {
  const line = [process.execPath, command.file, ...words].map((word) => `'${word}'`).join(" ");
  const { stdout } = spawnSync("script", ["-qec", `stty cols ${width} rows 50; ${line}`, "/dev/null"], {
    cwd: command.folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], TERM: "xterm-256color", ...environment },
  });
  return stdout.replaceAll("\r\n", "\n");
}

describe("in a pipe", () => {
  it("ends well when the reader has seen enough", async () => {
    for (const words of [
      ["summary", fixture("node-24-default"), "--limit", "0"],
      ["summary", fixture("node-24-default"), "--json"],
    ]) {
      const child = spawn(process.execPath, [command.file, ...words], { stdio: ["ignore", "pipe", "pipe"] });
      child.stdout.once("data", () => child.stdout.destroy());
      let stderr = "";
      child.stderr.on("data", (data) => {
        stderr += String(data);
      });
      const [code] = (await once(child, "close")) as [number | null];
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    }
  });

  it("has failed also when nobody reads what has gone wrong", async () => {
    const child = spawn(process.execPath, [command.file, "summary", "missing.heapsnapshot", "--json"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += String(data);
    });
    const [code] = (await once(child, "close")) as [number | null];
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "heapscope: missing.heapsnapshot does not exist; check the path.\n",
    });
  });

  it.skipIf(process.platform === "win32")("does not wait for the end of an input that it refuses", () => {
    const fifo = join(command.folder, "fifo");
    execFileSync("mkfifo", [fifo]);
    // Open for writing, too: its end never comes.
    const input = openSync(fifo, "r+");
    writeSync(input, "hello");
    const { status, stdout } = spawnSync(process.execPath, [command.file, "summary", "-", "--json"], {
      encoding: "utf8",
      stdio: [input, "pipe", "ignore"],
      timeout: 4000,
    });
    closeSync(input);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "snapshot-format" } });
  });

  it.skipIf(!existsSync("/dev/full"))("says so when the output has no room", () => {
    const { status, stderr } = spawnSync(process.execPath, [command.file, "summary", "server.heapsnapshot"], {
      cwd: command.folder,
      encoding: "utf8",
      stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^heapscope: the output could not be written \(ENOSPC/);
  });

  it("has no colours and cuts no names", () => {
    const { stdout } = command.run(["summary", fixture("node-24-default"), "--limit", "0"]);
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain(
      "{resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename",
    );
  });

  it("has colours when they are forced, unless they are forced off", () => {
    const words = ["summary", "server.heapsnapshot"];
    expect(command.run(words, { environment: { FORCE_COLOR: "1" } }).stdout).toContain("\u001b[1m");
    expect(command.run(words, { environment: { FORCE_COLOR: "0" } }).stdout).not.toContain("\u001b");
  });

  it("says nothing about progress", () => {
    expect(command.run(["summary", fixture("node-24-default")]).stderr).toBe("");
  });
});

describe.skipIf(!hasScript)("on a terminal", () => {
  it.each([72, 200])("keeps every line within %d columns", (width) => {
    for (const words of [
      ["summary", fixture("node-24-default"), "--limit", "0"],
      ["diff", fixture("node-24-pair-1"), fixture("node-24-pair-2"), "--limit", "0"],
      ["object", fixture("node-24-default"), "@1", "@3", "--limit", "0"],
      ["dominators", fixture("node-24-default"), "--depth", "4"],
      ["strings", fixture("node-24-default")],
    ]) {
      const shown = show(width, words, { NO_COLOR: "1", CI: "1" });
      // A command that has to be copied is not cut.
      const lines = shown.split("\nnext: ")[0]!.split("\n");
      expect(lines.length).toBeGreaterThan(5);
      expect(lines.find((line) => textWidth(line) > width)).toBeUndefined();
    }
  });

  it("uses the width that there is", () => {
    const wide = show(200, ["summary", fixture("node-24-default"), "--limit", "0"], {
      NO_COLOR: "1",
      CI: "1",
    });
    expect(wide).toContain(
      "{resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename",
    );
    const narrow = show(80, ["summary", fixture("node-24-default"), "--limit", "0"], {
      NO_COLOR: "1",
      CI: "1",
    });
    expect(narrow).toMatch(/\n\{resolve, nor\S*…/);
  });

  it("has colours, but not with NO_COLOR or on a dumb terminal", () => {
    const words = ["summary", "server.heapsnapshot"];
    expect(show(80, words, { CI: "1" })).toContain("\u001b[1m");
    expect(show(80, words, { CI: "1", NO_COLOR: "1" })).not.toContain("\u001b");
    expect(show(80, words, { CI: "1", TERM: "dumb" })).not.toContain("\u001b");
  });

  it("never lets a name of the snapshot act on it", () => {
    for (const words of [
      ["summary", "server.heapsnapshot"],
      ["object", "server.heapsnapshot", "@47", "@5"],
    ]) {
      const shown = show(120, words, { CI: "1" });
      expect(shown).not.toContain("\u001b[31mEvil");
      expect(shown).not.toContain("\u202e");
    }
  });
});

describe("a signal", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s ends a command that waits for its input", async (signal, code) => {
    const child = spawn(process.execPath, [command.file, "summary", "-"], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        output += String(data);
      });
    }
    // More than a pipe holds: once it is written, the command is up and reading. The end never comes.
    child.stdin.on("error", () => {});
    await new Promise<void>((resolve) => {
      child.stdin.write(`{${" ".repeat(1 << 20)}`, () => resolve());
    });
    child.kill(signal);
    const [exitCode] = (await once(child, "close")) as [number | null];
    expect({ exitCode, output }).toEqual({ exitCode: code, output: "" });
  });
});
