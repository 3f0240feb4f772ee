// Whether the engine says the same about a snapshot however it runs: with 1, 2 and 4 threads, with WebAssembly and without,
// under the oldest and the newest Node, and in a browser with shared memory and without. Compares a checksum of every table:
// the columns of the file, the dominator tree, all sizes and distances, groups, names, strings.
//
// usage: node scripts/same-results.mjs [<file> …] [--no-browser] [--node node-20]…      needs npm run build
//
// Without files: two of fixtures/snapshots and the benchmark's of 5 MB and 130 MB (the last is large enough for threads). Fails
// when a table differs, and names it.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { generate } from "../bench/generate.mjs";
import { findRuntime } from "./runtimes.mjs";
import { checksumsInBrowser } from "./same-results/in-browser.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const engine = join(root, "packages", "engine", "dist");
const runner = fileURLToPath(new URL("same-results/in-node.mjs", import.meta.url));
const threadCounts = ["1", "2", "4"];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    "no-browser": { type: "boolean", default: false },
    node: { type: "string", multiple: true, default: ["node-20", "node-24"] },
  },
});
if (!existsSync(join(engine, "index.js"))) throw new Error("not built: npm run build");

const temporary = mkdtempSync(join(tmpdir(), "heapscope-same-"));
let differences = 0;
try {
  for (const file of positionals.length > 0 ? positionals : usualFiles()) differences += await compare(file);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
if (differences > 0) {
  console.log(`\n${differences} ways give other results.`);
  process.exitCode = 1;
}

function usualFiles() {
  const fixtures = ["node-24-timeline.heaptimeline", "chromium-page.heapsnapshot"].map((name) =>
    join(root, "fixtures", "snapshots", `${name}.gz`),
  );
  return [...fixtures.filter((file) => existsSync(file)), ...generate("5"), ...generate("130")];
}

/** @param {string} named may be gzipped @returns how many ways give other results than the first */
async function compare(named) {
  // Plain files are those for which threads are used, and what browsers get.
  const file = named.endsWith(".gz") ? unpack(named) : named;
  console.log(basename(named));
  let differing = 0;
  /** @type {Record<string, string> | undefined} */
  let expected;
  for (const { name, measure } of ways(file)) {
    const sums = await measure();
    expected ??= sums;
    const tables = Object.keys({ ...expected, ...sums }).filter((table) => sums[table] !== expected?.[table]);
    if (tables.length > 0) differing++;
    const outcome = tables.length === 0 ? `same, ${Object.keys(sums).length} tables` : tables.join(", ");
    console.log(`  ${name.padEnd(44)} ${tables.length === 0 ? "" : "DIFFERS: "}${outcome}`);
  }
  return differing;
}

/** @param {string} file */
function* ways(file) {
  for (const node of values.node)
    for (const flags of [[], ["--without-wasm"]])
      for (const threads of threadCounts)
        yield {
          name: `${node}, ${threads} thread${threads === "1" ? "" : "s"}${flags.length > 0 ? ", no WebAssembly" : ""}`,
          measure: async () => inNode(await findRuntime(node), file, ["--threads", threads, ...flags]),
        };
  if (values["no-browser"]) return;
  for (const isolated of [true, false])
    yield {
      name: `Chromium, ${isolated ? "with" : "without"} shared memory`,
      measure: () => checksumsInBrowser(engine, file, { isolated }),
    };
}

/**
 * @param {string} program
 * @param {string} file
 * @param {string[]} parameters
 * @returns {Record<string, string>}
 */
function inNode(program, file, parameters) {
  const flags = ["--max-old-space-size=8192"];
  const output = execFileSync(program, [...flags, runner, engine, file, ...parameters], {
    encoding: "utf8",
    maxBuffer: 1 << 24,
  });
  return JSON.parse(output);
}

/** @param {string} file */
function unpack(file) {
  const plain = join(temporary, basename(file, ".gz"));
  writeFileSync(plain, gunzipSync(readFileSync(file)));
  return plain;
}
