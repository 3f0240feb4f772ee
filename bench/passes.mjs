// Where the engine's time and memory go on one file: a line per pass.
//
// usage: node bench/passes.mjs [<size of generate.mjs> | <file>] [--json]
//
// First comes the work that bench.mjs measures, from file to groups, then every other column. Resident memory and typed
// array bytes ("buffers": columns and scratch space) are read when a pass has ended, before its scratch space is collected
// unless started with --expose-gc. "peak" is the process's so far.
import { parseArgs } from "node:util";
import { engineModule } from "./cache.mjs";
import { describe, filesOf } from "./generate.mjs";
import { peakBytes } from "./runners/report.mjs";

const parts = [
  ["groups"],
  ["retainers", "dominatorTree", "statistics", "nativeContexts", "nodesById", "duplicateStrings"],
];

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
const wanted = positionals[0] ?? "130";
const [file] = filesOf(wanted);
const { openFile } = await engineModule("node/index.js");

const { bytes, nodes, edges } = describe(file);
const started = performance.now();
const snapshot = await openFile(file);
const passes = [{ pass: "reading", ms: performance.now() - started, ...memory() }];
for (const columns of parts) await prepare(columns);

if (values.json) {
  console.log(JSON.stringify({ file, bytes, nodes, edges, node: process.version, passes }));
} else {
  console.log(`${(bytes / 1e6).toFixed(1)} MB, ${nodes} nodes, ${edges} edges, Node ${process.version}\n`);
  const width = Math.max(...passes.map(({ pass }) => pass.length));
  console.log(`${"pass".padEnd(width)}      ms   resident    buffers       peak`);
  for (const { pass, ms, resident, buffers, peak } of passes) {
    console.log(
      `${pass.padEnd(width)} ${ms.toFixed(0).padStart(7)} ${[resident, buffers, peak].map(mb).join(" ")}`,
    );
  }
  console.log(`\n${((performance.now() - started) / 1000).toFixed(2)} s in all, startup of Node not counted`);
}

/** Computes `columns`; a pass has ended when progress names the next one. */
async function prepare(columns) {
  const known = snapshot.timings.length;
  const ends = [];
  let current;
  const onProgress = ({ stage }) => {
    if (stage === current) return;
    if (current !== undefined) ends.push(memory());
    current = stage;
  };
  await snapshot.prepare(columns, { onProgress });
  ends.push(memory());
  for (const [i, timing] of snapshot.timings.slice(known).entries()) passes.push({ ...timing, ...ends[i] });
}

function memory() {
  globalThis.gc?.();
  const { rss: resident, arrayBuffers: buffers } = process.memoryUsage();
  return { resident, buffers, peak: peakBytes() };
}

function mb(value) {
  return `${(value / 1e6).toFixed(0)} MB`.padStart(10);
}
