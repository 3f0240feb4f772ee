// What a capture by the agent takes from a service: memory on top of what it had, pause, size of the file, for heaps of usual
// kinds, on each Node. The figures of docs/production.md come from here; memory and sizes do not depend on how busy a machine is.
//
// usage: node bench/agent-headroom.mjs [--megabytes 100] [--node node-24 --node node-20]      needs npm run build

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findRuntime } from "../scripts/runtimes.mjs";
import { repository } from "./cache.mjs";

const { values } = parseArgs({
  options: {
    megabytes: { type: "string", default: "100" },
    node: {
      type: "string",
      multiple: true,
      default: ["node-18", "node-20", "node-22", "node-24", "node-26"],
    },
  },
});

/** Each fills `kept` until the heap is as large as it should be. */
const heaps = {
  "class instances":
    "class Item { constructor(i) { this.id = i; this.tags = [i, i + 1]; } } while (more()) for (let i = 0; i < 1000; i++) kept.push(new Item(i));",
  "parsed JSON":
    "const text = JSON.stringify(Array.from({ length: 200 }, (_, i) => ({ id: i, name: 'n' + i, address: { street: 's', zip: i }, tags: ['a', 'b'] }))); while (more()) kept.push(JSON.parse(text));",
  "Map of sessions":
    "const map = new Map(); kept.push(map); let n = 0; while (more()) for (let i = 0; i < 1000; i++) map.set('session-' + n++, { user: n, at: new Date(n) });",
  "long strings":
    "while (more()) kept.push(Buffer.alloc(200_000, 97 + (kept.length % 26)).toString('latin1') + kept.length);",
  closures: "while (more()) for (let i = 0; i < 1000; i++) { const state = { i }; kept.push(() => state); }",
};

const folder = mkdtempSync(join(tmpdir(), "headroom-"));
const agent = join(repository, "packages", "agent", "dist", "agent.cjs");
const program = join(folder, "program.cjs");
writeFileSync(
  program,
  `const v8 = require("node:v8"), fs = require("node:fs");
const { start } = require(${JSON.stringify(agent)});
const kept = (globalThis.kept = []);
const goal = Number(process.argv[3]) * 1e6;
let calls = 0;
const more = () => process.memoryUsage().heapUsed < goal;
eval(process.argv[2]);
gc();
const status = (name) => Number(new RegExp(name + ":\\\\s+(\\\\d+)").exec(fs.readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
(async () => {
  await new Promise((resolve) => setTimeout(resolve, 300));
  const heap = process.memoryUsage().heapUsed;
  const agent = start({ signal: false, control: false, directory: ${JSON.stringify(join(folder, "captures"))}, retention: { count: 1 }, redact: process.argv[4] || undefined });
  const { preflight } = agent.status();
  try { fs.writeFileSync("/proc/self/clear_refs", "5"); } catch {}
  const before = status("VmRSS");
  const { files: [file] } = await agent.capture({ force: true });
  const extra = status("VmHWM") - before;
  console.log(JSON.stringify({ heap, extra, predicted: preflight.extraMemory, pauseMs: file.pauseMs, bytes: file.bytes, predictedBytes: preflight.fileSize }));
  process.exit(0);
})();`,
);
const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
console.log(
  "| heap | Node | heap used | extra memory | of the heap | predicted | pause | file |\n|---|---|---:|---:|---:|---:|---:|---:|",
);
for (const [name, code] of Object.entries(heaps)) {
  for (const runtime of values.node) {
    const node = await findRuntime(runtime);
    const text = execFileSync(
      node,
      ["--expose-gc", "--max-old-space-size=8000", program, code, values.megabytes],
      { encoding: "utf8" },
    );
    const { heap, extra, predicted, pauseMs, bytes } = JSON.parse(text);
    console.log(
      `| ${name} | ${runtime.slice(5)} | ${mb(heap)} | ${mb(extra)} | ${(extra / heap).toFixed(1)} | ${mb(predicted)} | ${(pauseMs / 1000).toFixed(1)} s | ${mb(bytes)} |`,
    );
  }
}
rmSync(folder, { recursive: true, force: true });
