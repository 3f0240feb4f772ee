// Heapscope's engine against its peers, side by side: wall time, CPU seconds, peak memory.
//
// usage: npm run bench -- [--size 5|130|1000|all|<name of generate.mjs>|<file>] [--runs N] [--peer name]… [--limit s]
//        [--no-history]
//        npm run bench -- --pair […]     two snapshots compared: `heapscope diff` and `leaks` against DevTools
//        npm run bench -- --again […]    `heapscope summary` of a file that was opened before, against DevTools
//
// Every peer runs in its own process; run 1 of all peers, then run 2 of all, so that a change in the machine's load
// meets all of them. A peer that fails once is not tried again. Prints Markdown tables and appends one JSON line per
// file to history.jsonl. Method and results: README.md.
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { repository } from "./cache.mjs";
import { describe, filesOf } from "./generate.mjs";
import { measure } from "./measure.mjs";
import { againPeers, pairPeers, peers } from "./peers.mjs";

const { values } = parseArgs({
  options: {
    size: { type: "string", multiple: true, default: ["all"] },
    runs: { type: "string" },
    peer: { type: "string", multiple: true },
    limit: { type: "string", default: "300" },
    pair: { type: "boolean", default: false },
    again: { type: "boolean", default: false },
    "no-history": { type: "boolean" },
  },
});

/** What is measured: its peers, the one that ratios are to, the one whose answers must be the same, and the usual files. */
const modes = {
  groups: { peers, base: "heapscope", sizes: ["5", "130", "1000"] },
  pair: { peers: pairPeers, base: "diff", sizes: ["pair700"] },
  again: { peers: againPeers, base: "again", sizes: ["1000"] },
};
const modeName = values.pair ? "pair" : values.again ? "again" : "groups";
const mode = modes[modeName];

const chosen = values.peer ?? Object.keys(mode.peers);
for (const name of chosen) {
  if (!(name in mode.peers))
    throw new Error(`no peer named ${name}; known: ${Object.keys(mode.peers).join(", ")}`);
}
const sizes = values.size.flatMap((size) => (size === "all" ? mode.sizes : [size]));
const paths = sizes.map(filesOf);

// Two files of their own may be named one by one.
for (const files of modeName === "pair" ? pairs(paths.flat()) : paths.flat().map((path) => [path])) {
  const facts = addUp(files.map(describe));
  const runs = Number(values.runs ?? (facts.bytes > 500e6 ? 3 : facts.bytes > 50e6 ? 5 : 10));
  const names = files.map((file) => basename(file)).join(", ");
  console.log(`\n## ${names}: ${megabytes(facts.bytes)}, ${facts.nodes} nodes, ${facts.edges} edges\n`);
  files.forEach(readIntoCache);
  // What is measured is the time after.
  if (modeName === "again" && chosen.includes("again")) await attempt("again", files);
  const load = loadavg()[0];
  const results = await runAll(files, runs);
  print(results);
  if (!values["no-history"]) remember({ mode: modeName, file: names, ...facts, load, results });
}

function pairs(files) {
  if (files.length % 2 === 1) throw new Error("--pair takes two files, or the name of a pair");
  return files.flatMap((file, i) => (i % 2 === 0 ? [[file, files[i + 1]]] : []));
}

function addUp(list) {
  const sum = (key) => list.reduce((total, facts) => total + facts[key], 0);
  return { bytes: sum("bytes"), nodes: sum("nodes"), edges: sum("edges") };
}

async function runAll(files, runs) {
  const samples = new Map(chosen.map((name) => [name, []]));
  const failures = new Map();
  for (let run = 1; run <= runs; run++) {
    for (const name of chosen) {
      if (failures.has(name)) continue;
      const sample = await attempt(name, files);
      if (sample.failure) failures.set(name, sample.failure);
      else samples.get(name).push(sample);
      const outcome = sample.failure ?? `${seconds(sample.wallMs)} s, ${seconds(sample.cpuMs)} s of CPU`;
      process.stderr.write(`run ${run}/${runs} ${name}: ${outcome}\n`);
    }
  }
  return chosen.map((name) => summarize(name, samples.get(name), failures.get(name)));
}

async function attempt(name, files) {
  const peer = mode.peers[name];
  try {
    return await measure(peer.command(...files), Number(values.limit) * 1000, peer);
  } catch (error) {
    return { failure: error.message };
  }
}

function summarize(name, samples, failure) {
  const { version, runtime, work } = mode.peers[name];
  const result = { peer: name, version, runtime, work, runs: samples.length };
  if (failure) result.failure = failure;
  if (samples.length === 0) return result;
  return {
    ...result,
    wallMs: spread(samples.map((sample) => sample.wallMs)),
    cpuMs: spread(samples.map((sample) => sample.cpuMs)),
    peakBytes: spread(samples.map((sample) => sample.peakBytes)),
    check: samples[0].check,
  };
}

function spread(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { min: Math.round(sorted[0]), median: Math.round(median) };
}

// Ratios are to the mode's base, Heapscope under the peers' Node: CPU is compared by its minimum, the figure least moved by other load.
function print(results) {
  const base = results.find((result) => result.peer === mode.base && result.cpuMs);
  const ratio = (result, of) => (base ? `${(result[of].min / base[of].min).toFixed(1)}x` : "");
  const rows = results.map((result) => {
    const label = `${mode.peers[result.peer].label ?? result.peer} (${result.runtime})${result.work === "sizes" ? ", no groups" : ""}`;
    if (!result.cpuMs) return [label, result.failure, "", "", "", "", "", ""];
    return [
      label,
      `${seconds(result.wallMs.min)} / ${seconds(result.wallMs.median)} s`,
      ratio(result, "wallMs"),
      `${seconds(result.cpuMs.min)} / ${seconds(result.cpuMs.median)} s`,
      ratio(result, "cpuMs"),
      megabytes(result.peakBytes.median),
      ratio(result, "peakBytes"),
      agreement(result, results),
    ];
  });
  const head = ["", "wall min / median", "", "CPU min / median", "", "peak memory", "", "same as DevTools"];
  for (const row of [head, head.map(() => "---"), ...rows]) console.log(`| ${row.join(" | ")} |`);
}

/** Whether the figures that are known of both (number of groups, objects, bytes over all groups, …) equal DevTools'. */
function agreement({ check, peer }, results) {
  const devtools = results.find((result) => result.peer === "devtools")?.check;
  if (peer === "devtools" || !devtools || check?.groups === undefined) return "";
  const differing = Object.keys(devtools).filter((key) => key in check && check[key] !== devtools[key]);
  return differing.length === 0 ? "yes" : `no: ${differing.join(", ")}`;
}

function remember(entry) {
  const git = (...parameters) =>
    execFileSync("git", parameters, { cwd: repository, encoding: "utf8" }).trim();
  const line = {
    date: new Date().toISOString(),
    commit: git("rev-parse", "--short", "HEAD"),
    dirty: git("status", "--porcelain", "packages/engine") !== "",
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    ...entry,
  };
  appendFileSync(fileURLToPath(new URL("history.jsonl", import.meta.url)), `${JSON.stringify(line)}\n`);
}

// Reading a cold file would be charged to whoever comes first.
function readIntoCache(file) {
  if (process.platform === "linux") execFileSync("cat", [file], { stdio: ["ignore", "ignore", "inherit"] });
  else if (describe(file).bytes < 2 ** 31) readFileSync(file);
}

function seconds(ms) {
  return (ms / 1000).toFixed(2);
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)} MB`;
}
