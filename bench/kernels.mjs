// The integer loop in TypeScript (the reference) and in WebAssembly (the kernel), side by side on one file.
//
// usage: node bench/kernels.mjs [<size of generate.mjs> | <file>] [--runs N]
//
// "scan" reads the edges into the staging area and throws them away; "read" is openFile, with WebAssembly hidden or not.
// Every run is a process of its own, in turns, under the oldest and the newest measured Node. Milliseconds, medians.
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { nodeExecutable, nodeVersions, repository } from "./cache.mjs";
import { generate, recipes } from "./generate.mjs";

/** Enough edges to measure by; small enough for one buffer. */
const SCANNED_BYTES = 400e6;
const ROW = 3;
const SCANS = 5;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "5" }, measure: { type: "string" } },
});
const wanted = positionals[0] ?? "130";

if (values.measure === undefined) {
  compare(wanted in recipes || !existsSync(wanted) ? generate(wanted)[0] : resolve(wanted));
} else {
  if (values.measure === "reference") delete globalThis.WebAssembly;
  console.log(JSON.stringify({ read: await timeOfRead(wanted), scan: await timeOfScan(wanted) }));
}

function compare(file) {
  const majors = Object.keys(nodeVersions);
  const samples = Object.fromEntries(majors.map((major) => [major, { reference: [], kernel: [] }]));
  for (let run = 0; run < Number(values.runs); run++)
    for (const major of majors)
      for (const [kind, list] of Object.entries(samples[major])) list.push(measure(major, file, kind));

  console.log("Node        reference  kernel  gain");
  for (const major of majors)
    for (const what of ["scan", "read"]) {
      const [reference, kernel] = ["reference", "kernel"].map((kind) =>
        median(samples[major][kind].map((sample) => sample[what])),
      );
      const figures = [reference.toFixed(0).padStart(9), kernel.toFixed(0).padStart(7)].join(" ");
      console.log(`${major.padEnd(4)} ${what}  ${figures}  ${(reference / kernel).toFixed(2)}x`);
    }
}

function measure(major, file, kind) {
  const script = fileURLToPath(import.meta.url);
  const result = spawnSync(nodeExecutable(major), [script, file, "--measure", kind], { encoding: "utf8" });
  if (result.status !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout);
}

async function timeOfRead(file) {
  const { openFile } = await engineModule("node/index.js");
  const start = performance.now();
  await openFile(file);
  return performance.now() - start;
}

/** The best of some scans: the first ones pay for compiling. */
async function timeOfScan(file) {
  const { IntegerScanner, ScanResult } = await engineModule("format/integer-scanner.js");
  const { IntegerKernels } = await engineModule("kernels/integer-kernel.js");
  const bytes = edgesOf(file);
  const capacity = ROW * 4096;
  const kernel = new IntegerKernels().borrow(capacity);
  let best = Infinity;
  for (let i = 0; i < SCANS; i++) {
    const scanner = new IntegerScanner(capacity, kernel);
    const start = performance.now();
    let result = ScanResult.full;
    for (let position = 0; result === ScanResult.full; position = scanner.position) {
      result = scanner.scan(bytes, position, bytes.length);
      scanner.drain(scanner.count % ROW);
    }
    best = Math.min(best, performance.now() - start);
    if (result > ScanResult.arrayEnd) throw new Error(`${file} cannot be scanned at ${scanner.position}`);
  }
  return best;
}

/** The bytes behind the opening bracket of "edges", as far as they are read. */
function edgesOf(file) {
  const descriptor = openSync(file);
  try {
    const buffer = Buffer.alloc(SCANNED_BYTES);
    const bytes = buffer.subarray(0, readSync(descriptor, buffer, 0, SCANNED_BYTES, 0));
    const name = '"edges":[';
    const begin = bytes.indexOf(name);
    if (begin === -1)
      throw new Error(`The first ${SCANNED_BYTES / 1e6} MB of ${file} hold no edges; take a smaller file.`);
    return bytes.subarray(begin + name.length);
  } finally {
    closeSync(descriptor);
  }
}

function engineModule(path) {
  return import(pathToFileURL(join(repository, "packages", "engine", "dist", path)).href);
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}
