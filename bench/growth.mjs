// Whether time grows as the heap does: nanoseconds an edge, from 1 M to 200 M edges of one shape.
//
// usage: node bench/growth.mjs [--edges 1,3,10,30,100,200] [--runs N] [--reach local|usual|random] [--node 20|24]
//        [--threads N] [--keep] [--write]
//
// For each size (in millions) a file is made (`writeCompilerLike` of synthetic.mjs) in .cache/bench/files, measured, and
// deleted again unless --keep is given; 200 M edges are 4 GB. "reading" is `openFile`, "passes" is all that `groups` needs. Each
// run is a process of its own. Small files are opened again and again in it, for three seconds: what a program spends on its first
// file, before its code is optimized, is a column of its own. All figures are minima.
//
// Prints a table, and a chart that GitHub draws; --write puts both into README.md, between their marks (`npm run
// format` then aligns it).
//
// `--reach` is for finding causes: with "local" nearly all memory that an edge needs is in the processor's caches, with "random"
// hardly any. The work is the same.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cache, engineModule, nodeExecutable } from "./cache.mjs";
import { describe } from "./generate.mjs";
import { peakBytes } from "./runners/report.mjs";
import { COMPILER_LIKE_EDGES, REACHES, writeCompilerLike } from "./synthetic.mjs";

/** How long a process goes on opening its file. */
const WARM_MS = 3000;
const figures = ["reading", "passes"].flatMap((part) => [`${part} wall`, `${part} CPU`]);

const { values } = parseArgs({
  options: {
    edges: { type: "string", default: "1,3,10,30,100,200" },
    runs: { type: "string", default: "5" },
    reach: { type: "string", default: "usual" },
    node: { type: "string", default: "24" },
    threads: { type: "string" },
    keep: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    measure: { type: "string" },
  },
});

if (values.measure === undefined) {
  if (!REACHES.includes(values.reach)) throw new Error(`--reach is one of ${REACHES.join(", ")}`);
  const rows = values.edges.split(",").map((millions) => measureSize(Number(millions)));
  const text = `${table(rows)}\n\n${chart(rows)}`;
  console.log(text);
  if (values.write) writeIntoReadme(text);
} else console.log(JSON.stringify(await measureFile(values.measure)));

// ——— A size ———

function measureSize(millions) {
  const file = makeFile(millions);
  try {
    const { bytes, edges } = describe(file);
    const samples = Array.from({ length: Number(values.runs) }, () => measureInProcess(file));
    const least = (key) => Math.min(...samples.map((sample) => sample[key]));
    const row = { edges, bytes, first: (1e6 * least("first")) / edges, peakBytes: least("peakBytes") };
    for (const name of figures) row[name] = (1e6 * least(name)) / edges;
    process.stderr.write(`${millions} M edges: ${JSON.stringify(row)}\n`);
    return row;
  } finally {
    if (!values.keep) rmSync(file, { force: true });
  }
}

function makeFile(millions) {
  const folder = join(cache, "files");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `growth-${values.reach}-${millions}m.heapsnapshot`);
  if (existsSync(file)) return file;
  writeCompilerLike(`${file}.partial`, Math.round((millions * 1e6) / COMPILER_LIKE_EDGES), values.reach);
  renameSync(`${file}.partial`, file);
  return file;
}

function measureInProcess(file) {
  const script = fileURLToPath(import.meta.url);
  const threads = values.threads === undefined ? [] : ["--threads", values.threads];
  // The heap's limit matters to nothing but the largest files.
  const parameters = ["--expose-gc", "--max-old-space-size=8192", script, "--measure", file, ...threads];
  const result = spawnSync(nodeExecutable(Number(values.node)), parameters, { encoding: "utf8" });
  if (result.status !== 0) throw new Error(result.stderr || String(result.error));
  return JSON.parse(result.stdout);
}

// ——— In the process of its own ———

/** Milliseconds, the least of each figure. */
async function measureFile(file) {
  const { openFile } = await engineModule("node/index.js");
  const options = values.threads === undefined ? {} : { threads: Number(values.threads) };
  const least = Object.fromEntries(figures.map((name) => [name, Infinity]));
  const began = performance.now();
  do {
    globalThis.gc();
    const before = usage();
    const snapshot = await openFile(file, options);
    const read = usage();
    await snapshot.prepare(["groups"]);
    const grouped = usage();
    if (snapshot.groups.length === 0) throw new Error("There are no groups");
    note(least, "reading", before, read);
    note(least, "passes", read, grouped);
    least.first ??= grouped.wall - before.wall;
  } while (performance.now() - began < WARM_MS);
  least.peakBytes = peakBytes();
  return least;
}

function usage() {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}

function note(least, part, from, to) {
  least[`${part} wall`] = Math.min(least[`${part} wall`], to.wall - from.wall);
  least[`${part} CPU`] = Math.min(least[`${part} CPU`], to.cpu - from.cpu);
}

// ——— Printing ———

function table(rows) {
  const whole = (row, kind) => row[`reading ${kind}`] + row[`passes ${kind}`];
  const greatest = (value) => Math.max(...rows.map(value)) / Math.min(...rows.map(value));
  const ns = (value) => value.toFixed(1);
  const columns = [
    ["reading, wall", (row) => row["reading wall"]],
    ["reading, CPU", (row) => row["reading CPU"]],
    ["passes, wall", (row) => row["passes wall"]],
    ["passes, CPU", (row) => row["passes CPU"]],
    ["both, wall", (row) => whole(row, "wall")],
    ["both, CPU", (row) => whole(row, "CPU")],
    ["first file, wall", (row) => row.first],
  ];
  const head = ["edges", "file", ...columns.map(([name]) => name), "peak memory"];
  const lines = rows.map((row) => [
    label(row),
    `${(row.bytes / 1e6).toFixed(0)} MB`,
    ...columns.map(([, value]) => ns(value(row))),
    `${(row.peakBytes / 1e6).toFixed(0)} MB`,
  ]);
  const ratios = ["greatest / least", "", ...columns.map(([, value]) => greatest(value).toFixed(2)), ""];
  const body = [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...lines, ratios];
  return body.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A block of Mermaid's `xychart-beta`: no library draws it here, GitHub does. */
function chart(rows) {
  const line = (part) => rows.map((row) => row[part].toFixed(1)).join(", ");
  const both = rows.map((row) => (row["reading CPU"] + row["passes CPU"]).toFixed(1));
  const top = Math.ceil((1.2 * Math.max(...both.map(Number))) / 10) * 10;
  return [
    "```mermaid",
    "xychart-beta",
    '  title "CPU per edge: both (top), passes, reading"',
    `  x-axis "edges" [${rows.map((row) => `"${label(row)}"`).join(", ")}]`,
    `  y-axis "nanoseconds" 0 --> ${top}`,
    `  line [${both.join(", ")}]`,
    `  line [${line("passes CPU")}]`,
    `  line [${line("reading CPU")}]`,
    "```",
  ].join("\n");
}

function label({ edges }) {
  return `${Math.round(edges / 1e6)} M`;
}

function writeIntoReadme(text) {
  const readme = fileURLToPath(new URL("README.md", import.meta.url));
  const marked = /(<!-- growth: [^\n]*-->\n)[^]*?(\n<!-- end of growth -->)/;
  const before = readFileSync(readme, "utf8");
  if (!marked.test(before)) throw new Error(`${readme} has no place for the table`);
  writeFileSync(readme, before.replace(marked, `$1\n${text}\n$2`));
}
