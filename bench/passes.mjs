// Where the engine's time and memory go on one file: a line per pass.
//
// usage: node bench/passes.mjs [<size of generate.mjs> | <file>] [--json]
//
// Opens the file, then asks for the columns one after another in the order in which they build on each other, and prints
// for each the passes it ran (snapshot.timings), the memory held afterwards and the highest so far. Garbage is collected
// before each reading when started with --expose-gc; without it, held memory includes garbage.
// Resident memory counts every thread and buffer; "buffers" are typed arrays, that is columns and scratch space.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { repository } from "./cache.mjs";
import { describe, generate, recipes } from "./generate.mjs";

const columns = [
  "distance",
  "retainers",
  "shallowSize",
  "dominator",
  "dominatorTree",
  "retainedSize",
  "classes",
  "groups",
  "statistics",
  "nativeContexts",
  "duplicateStrings",
  "nodesById",
];

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
const wanted = positionals[0] ?? "130";
const file = wanted in recipes || !existsSync(wanted) ? generate(wanted)[0] : resolve(wanted);
const engine = join(repository, "packages", "engine", "dist", "node", "index.js");
const { openFile } = await import(pathToFileURL(engine).href);

const { bytes, nodes, edges } = describe(file);
const steps = [];
const started = performance.now();
const snapshot = await openFile(file);
let seen = 0;
const reading = { pass: "reading", ms: performance.now() - started };
record("(file)", [reading]);
for (const column of columns) {
  await snapshot.prepare([column]);
  record(column);
}

if (values.json) {
  console.log(JSON.stringify({ file, bytes, nodes, edges, node: process.version, steps }));
} else {
  console.log(`${(bytes / 1e6).toFixed(1)} MB, ${nodes} nodes, ${edges} edges, Node ${process.version}\n`);
  const width = Math.max(...steps.flatMap((step) => step.passes.map(({ pass }) => pass.length)));
  console.log(`${"column".padEnd(17)} ${"pass".padEnd(width)}      ms   resident    buffers       peak`);
  for (const { column, passes, resident, buffers, peak } of steps) {
    for (const [i, { pass, ms }] of passes.entries()) {
      const memory = i === passes.length - 1 ? ` ${[resident, buffers, peak].map(mb).join(" ")}` : "";
      console.log(
        `${(i === 0 ? column : "").padEnd(17)} ${pass.padEnd(width)} ${ms.toFixed(0).padStart(7)}${memory}`,
      );
    }
  }
  console.log(`\n${((performance.now() - started) / 1000).toFixed(2)} s in all, startup of Node not counted`);
}

function record(column, passes = snapshot.timings.slice(seen)) {
  globalThis.gc?.();
  seen = snapshot.timings.length;
  const { rss: resident, arrayBuffers: buffers } = process.memoryUsage();
  steps.push({ column, passes, resident, buffers, peak: highWaterMark() });
}

function highWaterMark() {
  try {
    return 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? Number.NaN);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}

function mb(value) {
  return `${(value / 1e6).toFixed(0)} MB`.padStart(10);
}
