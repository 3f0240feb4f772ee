// Runs expectNoLeak many times on functions that leak and functions that do not, each in a process of its own, and counts
// wrong verdicts. Builds the package into a folder of its own first.
//
// usage: node scripts/testing-soak.mjs [--runs 100] [--only TEXT] [--node PATH]
//
// Exits with 1 if a verdict was wrong, or a failure does not name what leaks. Takes 2 to 4 seconds for each run.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { subjects } from "./testing-soak/subjects.mjs";

const scripts = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    only: { type: "string", default: "" },
    node: { type: "string", default: process.execPath },
  },
});
const names = Object.keys(subjects).filter((name) => name.includes(values.only));
const runs = Number(values.runs);

const folder = mkdtempSync(join(tmpdir(), "heapscope-soak-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
run(process.execPath, [join(scripts, "build-command.mjs"), "--out", join(folder, "dist")]);

const durations = [];
const wrong = [];
for (let index = 0; index < runs; index++) {
  const name = names[index % names.length];
  const start = performance.now();
  const program = join(scripts, "testing-soak", "run-subject.mjs");
  const output = run(values.node, [program, join(folder, "dist", "testing.cjs"), name]);
  durations.push(performance.now() - start);
  const { failure } = JSON.parse(output.slice(output.lastIndexOf("\n")));
  const { leaks } = subjects[name];
  const isRight =
    leaks === undefined ? failure === undefined : failure?.startsWith("LeakError") && failure.includes(leaks);
  if (!isRight) wrong.push(name);
  process.stdout.write(
    `${isRight ? "right" : "WRONG"}  ${(durations.at(-1) / 1000).toFixed(1)} s  ${name}${isRight ? "" : `\n${failure ?? "passed"}`}\n`,
  );
}
durations.sort((a, b) => a - b);
const leaking = names.filter((name) => subjects[name].leaks !== undefined).length;
process.stdout.write(
  `${runs} runs of ${names.length} functions, of which ${leaking} leak: ${wrong.length} wrong; ` +
    `${(durations[durations.length >> 1] / 1000).toFixed(1)} s in the middle, ${(durations.at(-1) / 1000).toFixed(1)} s at most\n`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;

function run(program, words) {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}:\n${stderr}`);
  return stdout;
}
