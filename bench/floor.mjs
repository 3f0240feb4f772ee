// How far reading is from its floor: counting the commas of the file, reading its integers, loading it.
//
// usage: node bench/floor.mjs [<size of generate.mjs> | <file>] [--runs N] [--node 20|24]… [--threads N]
//
// - "commas" reads the file from the page cache, 1 MiB at a time, and looks at each byte once: in JavaScript, and in the same
//   loop in WebAssembly.
// - "tokens" are the bytes of one section, in memory, read into the small staging area of the scanner and thrown away.
// - "columns" is what `openSnapshot` does with the bytes of one section, on one thread: tokens, checked, split into columns.
// - "load" is `openFile`, until it resolves: all sections, with as many threads as it uses (`--threads` asks for a number).
//
// The last three are measured with WebAssembly, and without ("TypeScript"). Every measurement is a process of its own, in
// turns; the table has the best of all runs. GB are 10^9 bytes of the file or the section.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { engineModule, nodeExecutable, nodeVersions } from "./cache.mjs";
import { filesOf } from "./generate.mjs";

/** Enough of a section to measure by; small enough for one buffer. */
const SCANNED_BYTES = 400e6;
const CHUNK = 1 << 20;
/** Within one process: the first ones pay for compiling. */
const REPETITIONS = 4;
/** Rows that sections stage at a time, as `format/section.ts` has it. */
const STAGED_ROWS = 4096;

const sections = ["nodes", "edges"];
const rates = [
  ["read", "reading the file"],
  ["commas.script", "commas, JavaScript"],
  ["commas.wasm", "commas, WebAssembly"],
  ...["plain", "kernel"].flatMap((kind) => {
    const by = kind === "plain" ? "TypeScript" : "WebAssembly";
    return [
      ...sections.map((section) => [`${kind}.tokens.${section}`, `tokens of ${section}, ${by}`]),
      ...sections.map((section) => [`${kind}.columns.${section}`, `columns of ${section}, ${by}`]),
      [`${kind}.load`, `load, ${by}`],
    ];
  }),
];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "3" },
    node: { type: "string", multiple: true },
    threads: { type: "string" },
    measure: { type: "string" },
  },
});
const wanted = positionals[0] ?? "130";

if (values.measure === undefined) {
  compare(filesOf(wanted)[0]);
} else {
  // Before the engine looks for it.
  if (values.measure === "plain") delete globalThis.WebAssembly;
  const figures = values.measure === "commas" ? timesOfCounting(wanted) : await timesOfReading(wanted);
  console.log(JSON.stringify(figures));
}

function compare(file) {
  const majors = values.node ?? Object.keys(nodeVersions);
  const best = Object.fromEntries(majors.map((major) => [major, {}]));
  for (let run = 0; run < Number(values.runs); run++)
    for (const major of majors)
      for (const kind of ["commas", "plain", "kernel"])
        for (const [name, rate] of Object.entries(measure(major, file, kind))) {
          const key = kind === "commas" ? name : `${kind}.${name}`;
          best[major][key] = Math.max(best[major][key] ?? 0, rate);
        }

  const { size } = statSync(file);
  const row = (label, show) =>
    console.log(
      `| ${[label.padEnd(32), ...majors.map((major) => show(best[major]).padStart(10))].join(" | ")} |`,
    );
  console.log(`${basename(file)}, ${(size / 1e6).toFixed(0)} MB\n`);
  row("", (figures) => `Node ${majors.find((major) => best[major] === figures)}`);
  console.log(`| ${"-".repeat(32)} |${` ${"-".repeat(9)}: |`.repeat(majors.length)}`);
  for (const [key, label] of rates)
    row(label, (figures) => (key in figures ? `${figures[key].toFixed(2)} GB/s` : "–"));
  row("load, WebAssembly, in time", (figures) => `${(size / 1e9 / figures["kernel.load"]).toFixed(2)} s`);
  for (const [key, by] of [
    ["commas.script", "JavaScript"],
    ["commas.wasm", "WebAssembly"],
  ])
    row(`load / commas in ${by}`, (figures) => (figures[key] / figures["kernel.load"]).toFixed(2));
}

function measure(major, file, kind) {
  const script = fileURLToPath(import.meta.url);
  const threads = values.threads === undefined ? [] : ["--threads", values.threads];
  const parameters = [script, file, "--measure", kind, ...threads];
  const result = spawnSync(nodeExecutable(major), parameters, { encoding: "utf8" });
  if (result.status !== 0) throw new Error(result.stderr || String(result.error));
  return JSON.parse(result.stdout);
}

// ——— Counting ———

/** In GB/s. */
function timesOfCounting(file) {
  const { size } = statSync(file);
  const counter = commaCounter();
  const counted = new Set();
  const rate = (count) => {
    let best = Infinity;
    for (let i = 0; i < REPETITIONS; i++) {
      const start = performance.now();
      let commas = 0;
      for (const chunk of chunksOf(file, counter.input)) commas += count(chunk);
      best = Math.min(best, performance.now() - start);
      if (commas > 0) counted.add(commas);
    }
    return size / best / 1e6;
  };
  const rates = {
    read: rate(() => 0),
    "commas.script": rate(countCommas),
    "commas.wasm": rate((chunk) => counter.count(chunk.length)),
  };
  if (counted.size !== 1) throw new Error(`The counts differ: ${[...counted].join(", ")}`);
  return rates;
}

function countCommas(bytes) {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0x2c) count++;
  return count;
}

/** The same loop in WebAssembly, over its own memory: `input` is where the bytes go, `count(n)` looks at the first n. */
function commaCounter() {
  const module = new WebAssembly.Module(
    Buffer.from(
      [
        "0061736d01000000", // magic, version 1
        "0107016002 7f7f 01 7f", // one type: (i32, i32) -> i32
        "03020100", // one function of it
        "0503010011", // 17 pages of memory
        "071202 066d656d6f7279 0200 05636f756e74 0000", // exports "memory" and "count"
        "0a240122 01017f", // code: one function with one local
        "0340", // loop
        "2002 2000 2d0000 412c 46 6a 2102", //   count += memory[from] == ","
        "2000 4101 6a 2200 2001 49 0d00", //   again if ++from < to
        "0b 2002 0b", // end; return count
      ]
        .join("")
        .replaceAll(" ", ""),
      "hex",
    ),
  );
  const { memory, count } = new WebAssembly.Instance(module).exports;
  return {
    input: new Uint8Array(memory.buffer, 0, CHUNK),
    count: (length) => (length === 0 ? 0 : count(0, length)),
  };
}

// ——— The engine ———

/** In GB/s of their bytes. */
async function timesOfReading(file) {
  // First of all, since a program loads its first file with code that is not optimized yet.
  const { openFile } = await engineModule("node/index.js");
  const options = values.threads === undefined ? {} : { threads: Number(values.threads) };
  const start = performance.now();
  await openFile(file, options);
  const figures = { load: statSync(file).size / (performance.now() - start) / 1e6 };

  const found = locateSections(file);
  Object.assign(figures, await ratesOfColumns(file, found));
  for (const section of sections) figures[`tokens.${section}`] = await rateOfTokens(file, found[section]);
  return figures;
}

/** Of the scanner and its kernel, which are inside of the engine: this function changes with them. */
async function rateOfTokens(file, { from, to, fieldCount }) {
  const { IntegerScanner, ScanResult } = await engineModule("format/integer-scanner.js");
  const { IntegerKernels } = await engineModule("kernels/integer-kernel.js");
  const bytes = bytesOf(file, from, Math.min(to, from + SCANNED_BYTES));
  const capacity = fieldCount * STAGED_ROWS;
  const kernel = new IntegerKernels().borrow(capacity);
  let best = Infinity;
  for (let i = 0; i < REPETITIONS; i++) {
    const scanner = new IntegerScanner(capacity, kernel);
    const start = performance.now();
    let result = ScanResult.full;
    for (let position = 0; result === ScanResult.full; position = scanner.position) {
      result = scanner.scan(bytes, position, bytes.length);
      scanner.drain(scanner.count % fieldCount);
    }
    best = Math.min(best, performance.now() - start);
    if (result > ScanResult.arrayEnd)
      throw new Error(`${file} cannot be scanned at ${from + scanner.position}`);
  }
  return bytes.length / best / 1e6;
}

/** The reader is done with a chunk when it asks for the next one, so the time in between was spent on the chunk. */
async function ratesOfColumns(file, found) {
  const { openSnapshot } = await engineModule("index.js");
  const spent = { nodes: 0, edges: 0 };
  const read = { nodes: 0, edges: 0 };
  function* source() {
    let position = 0;
    for (const chunk of chunksOf(file, Buffer.alloc(CHUNK))) {
      const end = position + chunk.length;
      // Those that lie in one section from begin to end.
      const section = sections.find((name) => found[name].from <= position && end <= found[name].to);
      position = end;
      const start = performance.now();
      yield chunk;
      if (section === undefined) continue;
      spent[section] += performance.now() - start;
      read[section] += chunk.length;
    }
  }
  await openSnapshot(source(), { byteLength: statSync(file).size });
  return Object.fromEntries(
    sections
      .filter((name) => read[name] > 0)
      .map((name) => [`columns.${name}`, read[name] / spent[name] / 1e6]),
  );
}

/** Where the sections of integers are: behind the opening bracket, and behind the closing one. */
function locateSections(file) {
  const head = bytesOf(file, 0, 1 << 16).toString("latin1");
  const fieldsIn = (name) => JSON.parse(new RegExp(`"${name}":(\\[[^\\]]*\\])`).exec(head)[1]).length;
  const nodes = head.indexOf('"nodes":[') + '"nodes":['.length;
  const nodesEnd = find(file, "]", nodes);
  const edges = find(file, '"edges":[', nodesEnd) + '"edges":['.length;
  return {
    nodes: { from: nodes, to: nodesEnd + 1, fieldCount: fieldsIn("node_fields") },
    edges: { from: edges, to: find(file, "]", edges) + 1, fieldCount: fieldsIn("edge_fields") },
  };
}

function find(file, text, from) {
  // Windows overlap, so that a text on a border is found.
  for (let position = from; ; position += CHUNK - text.length) {
    const window = bytesOf(file, position, position + CHUNK);
    if (window.length === 0) throw new Error(`${file} has no ${text} after byte ${from}`);
    const at = window.indexOf(text);
    if (at !== -1) return position + at;
  }
}

function bytesOf(file, from, to) {
  const descriptor = openSync(file);
  try {
    const buffer = Buffer.alloc(to - from);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, from));
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes of the file in `buffer`, one chunk after the other. */
function* chunksOf(file, buffer) {
  const descriptor = openSync(file);
  try {
    for (let length; (length = readSync(descriptor, buffer, 0, buffer.length, null)) > 0;)
      yield length === buffer.length ? buffer : buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}
