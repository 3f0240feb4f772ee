/**
 * npm run oracle -- FILE [TARGET] [--limit N]
 * npm run oracle -- --random COUNT [--seed N]
 * npm run oracle -- --refresh [FIXTURE …]
 *
 * Opens a file with the real heap snapshot worker of Chrome DevTools and with our engine, and compares every node's
 * sizes, distance, dominator, state, class and name, every group, statistic, duplicate string, native context and
 * allocation row, the retainers of about 520 nodes, the groups under every filter, some searches, retainers when others
 * are ignored, and for two files every row of the comparison (the first is the base). Prints a line per category; exit code 1 when anything differs, 2 when a file cannot be read.
 *
 * --random does the same with random files (random-heaps.mjs), and keeps those that differ in .cache/oracle.
 * --refresh records DevTools' answers about fixtures/snapshots in fixtures/goldens instead; see golden.mjs.
 *
 * The engine must be built. The DevTools package is fetched the first time, see devtools-bundle.mjs.
 */
// @ts-check
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compareAnalyses, comparePairs } from "./compare-analyses.mjs";
import { startDevTools } from "./devtools-worker.mjs";
import { randomHeap } from "./random-heaps.mjs";
import { refreshGoldens } from "./refresh-goldens.mjs";

const usage = `usage: npm run oracle -- FILE [TARGET] [--limit N]
       npm run oracle -- --random COUNT [--seed N]
       npm run oracle -- --refresh [FIXTURE …]`;

/** @param {string} line */
const print = (line) => process.stdout.write(`${line}\n`);
/** @param {string} line */
const status = (line) => process.stderr.write(`${line} …\n`);

/** @returns {Promise<number>} the exit code */
async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      refresh: { type: "boolean", default: false },
      random: { type: "string" },
      seed: { type: "string", default: "1" },
      limit: { type: "string", default: "10" },
    },
  });
  const [limit, random, seed] = [values.limit, values.random ?? "0", values.seed].map(Number);
  const hasFiles = positionals.length > 0 && positionals.length <= 2;
  if (!(limit >= 0 && random >= 0 && Number.isInteger(seed)) || !(values.refresh || random > 0 || hasFiles)) {
    print(usage);
    return 2;
  }
  const devTools = await startDevTools(status);
  try {
    if (values.refresh) {
      await refreshGoldens(devTools, positionals, print);
      return 0;
    }
    if (random > 0) return await compareRandomHeaps(devTools, random, seed, limit);
    return await compareFiles(devTools, positionals, limit);
  } finally {
    await devTools.stop();
  }
}

/**
 * @param {import("./devtools-worker.mjs").DevTools} devTools
 * @param {string[]} files one, or base and target
 * @param {number} limit
 */
async function compareFiles(devTools, files, limit) {
  const { openFile, analyzeWithEngine, comparisonRowsOf, compareSnapshots } = await loadEngine();
  let differing = 0;
  /** @param {import("./compare-analyses.mjs").Category[]} categories */
  const report = (categories) => {
    for (const category of categories)
      if (category.compared + category.differing > 0) printCategory(category);
    differing += categories.reduce((sum, category) => sum + category.differing, 0);
  };

  const opened = [];
  /** @type {string[]} */
  const overwrittenKeys = [];
  for (const file of files) {
    status(`${file}: DevTools`);
    const theirs = await devTools.open(file);
    const expected = await theirs.analyze();
    status(`${file}: engine`);
    const ours = await openFile(file);
    const actual = analyzeWithEngine(ours, expected);
    print(file);
    report(await compareAnalyses(expected, actual, limit));
    opened.push({ theirs, ours });
    overwrittenKeys.push(...expected.overwrittenKeys);
    if (expected.overwrittenKeys.length > 0) {
      print(
        `  left out, since DevTools itself loses objects of them: ${JSON.stringify(expected.overwrittenKeys)}`,
      );
    }
  }
  if (opened.length === 2) {
    const [base, target] = opened;
    print(`${files[0]} → ${files[1]}`);
    const comparison = compareSnapshots(base.ours, target.ours);
    if (comparison.matchedBy === "id") {
      const expected = await devTools.compare(base.theirs, target.theirs);
      report(comparePairs(expected, comparisonRowsOf(comparison), overwrittenKeys, limit));
    } else {
      print(
        `  not compared, since the engine matched groups where DevTools matches ids: ${comparison.idCheck.reason}`,
      );
    }
  }
  return differing === 0 ? 0 : 1;
}

/**
 * @param {import("./devtools-worker.mjs").DevTools} devTools
 * @param {number} count
 * @param {number} firstSeed
 * @param {number} limit
 */
async function compareRandomHeaps(devTools, count, firstSeed, limit) {
  const { openFile, analyzeWithEngine } = await loadEngine();
  const folder = await mkdtemp(join(tmpdir(), "oracle-"));
  let differing = 0;
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const file = join(folder, "random.heapsnapshot");
    await writeFile(file, randomHeap(seed));
    const theirs = await devTools.open(file);
    const expected = await theirs.analyze();
    const actual = analyzeWithEngine(await openFile(file), expected);
    const categories = await compareAnalyses(expected, actual, limit);
    await theirs.close();
    if (categories.every((category) => category.differing === 0)) continue;
    differing++;
    const kept = fileURLToPath(new URL(`../../.cache/oracle/random-${seed}.heapsnapshot`, import.meta.url));
    await copyFile(file, kept);
    print(`seed ${seed}: ${kept}`);
    for (const category of categories) if (category.differing > 0) printCategory(category);
  }
  await rm(folder, { recursive: true });
  print(`${count - differing} of ${count} random files equal`);
  return differing === 0 ? 0 : 1;
}

/** The built engine, loaded late so that --refresh works without it. */
async function loadEngine() {
  try {
    const [{ compareSnapshots }, { openFile }, analysis] = await Promise.all([
      import("@heapscope/engine"),
      import("@heapscope/engine/node"),
      import("./engine-analysis.mjs"),
    ]);
    return { compareSnapshots, openFile, ...analysis };
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Error("The engine is not built; run `npm run build` first.", { cause: error });
  }
}

/** @param {import("./compare-analyses.mjs").Category} category */
function printCategory({ name, compared, differing, examples }) {
  const count = compared.toLocaleString("en-US").padStart(12);
  print(
    `  ${name.padEnd(22)}${count} ${differing === 0 ? "equal" : `compared, ${differing.toLocaleString("en-US")} DIFFER`}`,
  );
  for (const example of examples) print(`      ${example}`);
  if (differing > examples.length)
    print(`      … and ${(differing - examples.length).toLocaleString("en-US")} more`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
