// What an idle agent costs a service: the same HTTP server with and without it, loaded by autocannon, in turns. Prints
// requests per second and latencies of each run, and the ratios of the pairs beside those of pairs in which both have none,
// which is what noise looks like. And what loading it costs, each time in a new process.
//
// usage: node bench/agent.mjs [--pairs 8] [--seconds 8] [--node PATH]      needs npm run build

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installed, repository } from "./cache.mjs";

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "8" },
    seconds: { type: "string", default: "8" },
    node: { type: "string", default: process.execPath },
  },
});
const pairs = Number(values.pairs);
const seconds = Number(values.seconds);
const register = join(repository, "packages", "agent", "dist", "register.cjs");
const folder = mkdtempSync(join(tmpdir(), "agent-bench-"));

// Work of a usual kind: JSON in, JSON out, some garbage, a cache that lives.
const server = join(folder, "server.cjs");
writeFileSync(
  server,
  `const http = require("node:http");
const cache = new Map();
http.createServer((request, response) => {
  const id = Math.floor(Math.random() * 5000);
  if (!cache.has(id)) cache.set(id, { id, tags: ["a", "b", String(id)] });
  const body = JSON.stringify({ url: request.url, item: cache.get(id), list: Array.from({ length: 20 }, (_, i) => ({ i, s: "x" + i })) });
  response.setHeader("content-type", "application/json").end(body);
}).listen(0, "127.0.0.1", function () { console.log(this.address().port); });`,
);

const autocannonFolder = installed("autocannon", ["autocannon@8.0.0"]);
const autocannon = createRequire(join(autocannonFolder, "package.json"))("autocannon");

const agentOptions = {
  HEAPSCOPE_MEMORY: "on",
  HEAPSCOPE_HTTP_TOKEN: "0123456789abcdef0123456789abcdefcafe4242beef1717deadc0dea55a5aa5",
  HEAPSCOPE_HTTP_LISTEN: join(folder, "agent.sock"),
  HEAPSCOPE_DIRECTORY: join(folder, "captures"),
};

async function run(withAgent) {
  const child = spawn(values.node, [...(withAgent ? ["--require", register] : []), server], {
    env: { ...process.env, ...(withAgent ? agentOptions : {}) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const port = await new Promise((resolve) => child.stdout.once("data", (data) => resolve(Number(data))));
    const url = `http://127.0.0.1:${port}/`;
    await autocannon({ url, connections: 32, duration: 2 });
    const result = await autocannon({ url, connections: 32, duration: seconds });
    return { rate: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
  } finally {
    child.kill("SIGKILL");
  }
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const show = (ratios) =>
  `median ${median(ratios).toFixed(3)}, from ${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`;

const measured = { agent: [], nothing: [] };
for (let pair = 0; pair < pairs; pair += 1) {
  for (const kind of /** @type {const} */ (["agent", "nothing"])) {
    // Which comes first changes, since a machine gets slower or faster meanwhile.
    const order = pair % 2 === 0 ? [true, false] : [false, true];
    const results = {};
    for (const second of order) results[second] = await run(second && kind === "agent");
    measured[kind].push({
      rate: results[true].rate / results[false].rate,
      p99: results[true].p99 / Math.max(1, results[false].p99),
    });
    const text = (result) => `${result.rate.toFixed(0)}/s, p50 ${result.p50} ms, p99 ${result.p99} ms`;
    console.log(
      `${kind === "agent" ? "agent / none" : "none / none "}  ${text(results[true])}  /  ${text(results[false])}`,
    );
  }
}
for (const kind of ["agent", "nothing"]) {
  const name = kind === "agent" ? "agent / none" : "none / none (noise)";
  console.log(
    `${name}: requests ${show(measured[kind].map(({ rate }) => rate))}; p99 ${show(measured[kind].map(({ p99 }) => p99))}`,
  );
}

// The first one also fills the file cache.
const timing = `const t = performance.now(); require(${JSON.stringify(join(register, "..", "agent.cjs"))}); const a = performance.now(); require(${JSON.stringify(register)}); console.log(JSON.stringify([a - t, performance.now() - a])); process.exit()`;
const times = Array.from({ length: 31 }, () =>
  JSON.parse(
    execFileSync(values.node, ["-e", timing], {
      encoding: "utf8",
      env: { ...process.env, HEAPSCOPE_DIRECTORY: folder },
    }),
  ),
).slice(1);
console.log(
  `import: median ${median(times.map(([time]) => time)).toFixed(2)} ms, slowest of 30 ${Math.max(...times.map(([time]) => time)).toFixed(2)} ms`,
);
console.log(
  `start:  median ${median(times.map(([, time]) => time)).toFixed(2)} ms, slowest of 30 ${Math.max(...times.map(([, time]) => time)).toFixed(2)} ms`,
);
rmSync(folder, { recursive: true, force: true });
