// Runs one example: loads its program and lets it do a round of work whenever the parent process asks. Knows nothing of
// snapshots or leaks.
//
//   node harness.cjs PROGRAM        over IPC: { round: 7 } in, { done: 7 } or { error } out; { ready: true } at first
//
// A program exports `round(number)`, which does the work of one round and may be async. npm packages that it needs are in
// the folder that EXAMPLE_PACKAGES names, and are found there before those of the repository.
"use strict";

const Module = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

function usePackages(folder, program) {
  const original = Module._nodeModulePaths;
  Module._nodeModulePaths = (from) =>
    from === path.dirname(program) ? [folder, ...original(from)] : original(from);
}

async function load(file) {
  return file.endsWith(".mjs") ? await import(pathToFileURL(file).href) : require(file);
}

async function main() {
  const file = path.resolve(process.argv[2]);
  if (process.env.EXAMPLE_PACKAGES) usePackages(process.env.EXAMPLE_PACKAGES, file);
  const program = await load(file);
  process.on("message", async ({ round }) => {
    try {
      await program.round(round);
      process.send({ done: round });
    } catch (error) {
      process.send({ error: String(error?.stack ?? error) });
    }
  });
  process.send({ ready: true });
}

void main();
