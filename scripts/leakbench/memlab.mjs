// What memlab says: `memlab find-leaks` on three snapshots of an example. By itself it looks for what leaks in browsers; with
// `--trace-all-objects` it follows all that was made in the second round and is alive after the third, groups it, and shows
// the way to one of each group. About three seconds per question; the answers are kept beside the snapshots.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { findRuntime } from "../runtimes.mjs";
import { installPackages } from "./install.mjs";

export const memlabVersion = "2.0.5";

/**
 * Asks memlab about `files`: three snapshots, oldest first.
 *
 * @param {{ all: boolean }} options with or without --trace-all-objects
 */
export async function askMemlab(files, { all }) {
  const kept = path.join(path.dirname(files[0]), `memlab-${memlabVersion}${all ? "-all" : ""}.txt`);
  if (!fs.existsSync(kept)) fs.writeFileSync(kept, await run(files, all ? ["--trace-all-objects"] : []));
  return parse(fs.readFileSync(kept, "utf8"));
}

async function run([baseline, target, final], flags) {
  const program = path.join(installPackages("memlab", [`memlab@${memlabVersion}`]), "memlab/bin/memlab");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "leakbench-memlab-"));
  try {
    const words = ["--baseline", baseline, "--target", target, "--final", final, "--work-dir", folder];
    const { status, stdout, stderr, error } = spawnSync(
      await findRuntime("node-24"),
      ["--expose-gc", "--max-old-space-size=4096", program, "find-leaks", ...words, ...flags],
      { encoding: "utf8", timeout: 120_000, input: "", maxBuffer: 1 << 28 },
    );
    if (status !== 0) throw new Error(`memlab failed: ${stderr || error?.message}`);
    return stripVTControlCharacters(`${stderr}\n${stdout}`); // it says things on both
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} text what memlab printed
 * @returns {{ leaks: number, groups: string[][] }} how many leaks it claims, and for each group, as memlab orders them, the
 *   names of the last objects on the way to one of them: generously, the last three
 */
export function parse(text) {
  const [, found] = /MemLab found (\d+) leak/.exec(text) ?? [];
  if (found === undefined) throw new Error("memlab's answer has no result.");
  const groups = text
    .split(/^--Similar leaks in this run.*$/mu)
    .slice(1)
    .map((trace) => [...trace.matchAll(/\[(.+?)\] \((.+?)\) @\d+/gu)].slice(-3).map(([, name]) => name));
  return { leaks: Number(found), groups };
}
