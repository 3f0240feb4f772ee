// Opens one snapshot and prints the checksums of all that the engine says about it.
//
// usage: node in-node.mjs <folder of the built engine> <snapshot> [--threads N] [--without-wasm]
// Started by same-results.mjs, under each Node.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { checksumsOf } from "./checksums.mjs";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: "string" }, "without-wasm": { type: "boolean" } },
});
const [engine = "", file = ""] = positionals;

// Before the engine looks for it, which is when it is loaded or later.
if (values["without-wasm"]) Reflect.deleteProperty(globalThis, "WebAssembly");
const urlOf = (/** @type {string[]} */ ...path) => pathToFileURL(join(resolve(engine), ...path)).href;
const { openFile } = await import(urlOf("node", "index.js"));
const threads = values.threads === undefined ? {} : { threads: Number(values.threads) };
const sums = await checksumsOf(() => openFile(file, threads), await import(urlOf("index.js")));
process.stdout.write(JSON.stringify(sums));
// A thread of the engine may still be waiting for work.
process.exit(0);
