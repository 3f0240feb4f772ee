// `npm run leakbench`: how often the true culprit is named. Runs every program of examples/leaks, takes three snapshots of
// each, looks for leaks with findLeaks, and compares what it says with what is known; beside it what memlab says and what
// the largest size delta says about the same files. What is captured, fetched and said by memlab is kept in
// .cache/leakbench, so that a second run takes a minute or two, and one that was interrupted goes on where it was. The first
// one takes seven minutes for captures and twelve for memlab.
//
//   node scripts/leakbench.mjs [--only NAME]… [--node node-24] [--fresh] [--capture] [--no-peers] [--write]
//
//   --only NAME   this example only; may be given several times
//   --node NAME   all of them with this runtime only (node-20, node-22, node-24, node-26)
//   --fresh       capture again
//   --capture     only capture
//   --no-peers    without memlab and the largest delta
//   --write       write docs/leakbench.md
//
// Exits 1 if the targets are missed: 95 % named first, all among the first three, no false alarm.

import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { findCapture } from "./leakbench/capture.mjs";
import { examine } from "./leakbench/examine.mjs";
import { listExamples } from "./leakbench/examples.mjs";
import { meetsTargets, printReport, writeReport } from "./leakbench/report.mjs";
import { findRuntime } from "./runtimes.mjs";

const SOURCE = "--conditions=@heapscope/source";

/** Examples that other runtimes are asked about as well: one of each kind whose inside differs between versions of V8 and Node. */
const ACROSS_VERSIONS = [
  "chat-room-set",
  "held-value-registry",
  "http-keep-alive",
  "late-modules",
  "npm-express-routes",
  "open-connections-map",
  "price-listeners",
  "replaced-closure",
  "request-context-storage",
  "session-map",
  "shutdown-abort-signal",
  "shutdown-promise-race",
  "sliced-titles",
  "steady-lru",
  "unclosed-ports",
  "worker-tasks",
];
const OTHER_RUNTIMES = ["node-20", "node-22", "node-26"];

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    node: { type: "string" },
    fresh: { type: "boolean", default: false },
    capture: { type: "boolean", default: false },
    "no-peers": { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

/** The pinned Node 24 reads TypeScript: what is measured is the working tree, whatever has been built. */
async function runWithSources() {
  const { status } = spawnSync(await findRuntime("node-24"), [SOURCE, ...process.argv.slice(1)], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}

async function main() {
  const results = [];
  for (const { example, node } of tasks()) {
    const files = await findCapture(example, { node, fresh: values.fresh, print: console.error });
    if (values.capture) continue;
    const peers = node === "node-24" && !values["no-peers"];
    results.push(await examine(example, node, files, { peers }));
    if (process.stderr.isTTY) process.stderr.write(`\r${results.length} examined`);
  }
  if (values.capture) return;
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  printReport(results, console.log);
  if (values.write) writeReport(results);
  if (!meetsTargets(results)) process.exitCode = 1;
}

function tasks() {
  const examples = listExamples(values.only);
  if (values.node !== undefined) return examples.map((example) => ({ example, node: values.node }));
  return [
    ...examples.map((example) => ({ example, node: "node-24" })),
    ...OTHER_RUNTIMES.flatMap((node) =>
      examples.filter(({ name }) => ACROSS_VERSIONS.includes(name)).map((example) => ({ example, node })),
    ),
  ];
}

await (process.execArgv.includes(SOURCE) ? main() : runWithSources());
