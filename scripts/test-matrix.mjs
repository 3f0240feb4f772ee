// Captures real processes of every runtime with the built command, in every situation that we could think of, and checks
// what comes of it: the file, the words, the exit code, and that the process is as it was. Prints a table.
//
//   npm run test:matrix                          all, about 40 minutes
//   npm run test:matrix -- --only node-24        one runtime
//   npm run test:matrix -- --only series,bun     scenarios and runtimes by name
//   npm run test:matrix -- --write               puts the table into docs/capture.md
//   npm run test:matrix -- --list                names and what they are about
//
// Needs the built command (npm run build). Some scenarios need root: for disks, networks, control groups and other users;
// elsewhere they are left out, and said to be.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findRuntime, runtimeNames, versionOf } from "./runtimes.mjs";
import { Stage } from "./test-matrix/stage.mjs";
import { routes } from "./test-matrix/routes.mjs";
import { agents } from "./test-matrix/agents.mjs";
import { interruptions } from "./test-matrix/interruptions.mjs";
import { surroundings } from "./test-matrix/surroundings.mjs";
import { otherRuntimes } from "./test-matrix/other-runtimes.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const scenarios = [...routes, ...interruptions, ...surroundings, ...agents, ...otherRuntimes];
const columns = [...runtimeNames, "chromium"];
const DOCUMENT = path.join(root, "docs", "capture.md");
const MARKERS = ["<!-- matrix -->", "<!-- end of matrix -->"];

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    write: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});

const wanted = options.only.flatMap((names) => names.split(","));
for (const name of wanted) {
  if (columns.includes(name) || scenarios.some((scenario) => scenario.name === name)) continue;
  console.error(`There is no runtime and no scenario “${name}”; see --list.`);
  process.exit(2);
}
if (options.list) {
  for (const { name, title, on } of scenarios) console.log(`${name.padEnd(20)} ${title} (${on.join(", ")})`);
  process.exit();
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-matrix-"));
fs.chmodSync(scratch, 0o755); // for programs of other users
const failures = [];
/** Scenario → runtime → what came of it. */
const outcomes = new Map(scenarios.map(({ name }) => [name, new Map()]));
try {
  // A copy, so that a build meanwhile does not matter, and nothing beside it helps.
  const package_ = path.join(root, "packages", "heapscope");
  fs.cpSync(path.join(package_, "dist"), path.join(scratch, "command", "dist"), { recursive: true });
  fs.copyFileSync(path.join(package_, "package.json"), path.join(scratch, "command", "package.json"));
  for (const scenario of scenarios) {
    for (const runtime of scenario.on) if (isWanted(scenario, runtime)) await runScenario(scenario, runtime);
  }
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}

console.log(`\n${formatTable(outcomes)}`);
for (const failure of failures) console.error(`\n${failure}`);
if (options.write) writeTable();
process.exitCode = failures.length === 0 ? 0 : 1;

function isWanted({ name }, runtime) {
  const names = wanted.filter((each) => !columns.includes(each));
  const runtimes = wanted.filter((each) => columns.includes(each));
  return (
    (names.length === 0 || names.includes(name)) && (runtimes.length === 0 || runtimes.includes(runtime))
  );
}

async function runScenario(scenario, runtime) {
  const { name, run, needsRoot = false } = scenario;
  const note = (outcome) => outcomes.get(name).set(runtime, outcome);
  if (needsRoot && process.getuid() !== 0) return note("needs root");
  const folder = path.join(scratch, `${name}-${runtime}`);
  fs.mkdirSync(folder);
  const program = runtime === "chromium" ? undefined : await findRuntime(runtime);
  const stage = new Stage({
    runtime,
    program,
    folder,
    command: path.join(scratch, "command", "dist", "cli.js"),
  });
  const startedAt = performance.now();
  try {
    note(await run(stage));
  } catch (error) {
    note("**failed**");
    failures.push(`${name} on ${runtime}: ${error.stack ?? error}`);
  }
  await stage
    .end()
    .catch((error) => failures.push(`${name} on ${runtime}, cleaning up: ${error.stack ?? error}`));
  fs.rmSync(folder, { recursive: true, force: true });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${name.padEnd(20)} ${runtime.padEnd(9)} ${outcomes.get(name).get(runtime)}  ${seconds} s`);
}

function formatTable(cells) {
  const rows = scenarios
    .map(({ name, title }) => [title, ...columns.map((runtime) => cells.get(name).get(runtime) ?? "")])
    .filter((row) => row.slice(1).some((cell) => cell !== ""));
  const head = ["", ...columns.map(titleOf)];
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column].length)),
  );
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)].join(
    "\n",
  );
}

function titleOf(runtime) {
  if (runtime === "chromium") return "Chromium";
  const name = runtime.startsWith("node") ? "Node" : runtime[0].toUpperCase() + runtime.slice(1);
  return `${name} ${versionOf(runtime)}`;
}

/** Refreshes the cells that were run; the others stay, as far as their version is the same. */
function writeTable() {
  const [begin, end] = MARKERS;
  const document = fs.readFileSync(DOCUMENT, "utf8");
  const [before, rest] = document.split(begin);
  const [old, after] = rest?.split(end) ?? [];
  if (after === undefined)
    throw new Error(`docs/capture.md has no ${begin} … ${end} to put the table between.`);
  const [head = [], , ...rows] = old
    .trim()
    .split("\n")
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const merged = new Map(
    scenarios.map(({ name, title, on }) => {
      const row = rows.find(([known]) => known === title) ?? [];
      const kept = on.map((runtime) => [runtime, row[head.indexOf(titleOf(runtime))]]);
      return [name, new Map([...kept.filter(([, cell]) => cell), ...outcomes.get(name)])];
    }),
  );
  fs.writeFileSync(DOCUMENT, `${before}${begin}\n\n${formatTable(merged)}\n\n${end}${after}`);
}
