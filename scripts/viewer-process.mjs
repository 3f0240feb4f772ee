// `heapscope open` as a process of its own, for the viewer's end-to-end tests, its screenshots and its scale: the command is
// built into a folder of its own, as users get it, and asked for the address that a browser would open.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Builds the command below `folder`, with nothing beside it but its package.json. Returns cli.js.
 *
 * @param {string} folder
 */
export function buildCommandInto(folder) {
  mkdirSync(folder, { recursive: true });
  const build = path.join(root, "scripts", "build-command.mjs");
  execFileSync(process.execPath, [build, "--out", path.join(folder, "dist")], { stdio: "inherit" });
  copyFileSync(path.join(root, "packages/heapscope/package.json"), path.join(folder, "package.json"));
  return path.join(folder, "dist", "cli.js");
}

/**
 * Starts `heapscope open` and resolves with the address as soon as it is said, which may be before the files are read.
 *
 * @param {string} command cli.js
 * @param {readonly string[]} words files and options
 */
export async function startViewer(command, words) {
  const child = spawn(process.execPath, [command, "open", "--no-browser", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH },
  });
  const stop = async () => {
    process.off("exit", killNow);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  const killNow = () => child.kill("SIGKILL");
  process.on("exit", killNow);
  let said = "";
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (complaints += text));
  child.stdout.setEncoding("utf8");
  const url = await new Promise((resolve, reject) => {
    child.stdout.on("data", (text) => {
      said += text;
      const [address] = /http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/(?=[\s"])/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once("exit", (code) => reject(new Error(`heapscope open ended with ${code}: ${complaints}`)));
  });
  return { url, child, stop };
}
