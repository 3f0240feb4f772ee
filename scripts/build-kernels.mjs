// Compiles the engine's WebAssembly kernels from AssemblyScript into TypeScript files that hold their bytes.
//
// usage: node scripts/build-kernels.mjs [--check]
//
// The compiled files are checked in, so neither building nor testing nor running needs the compiler; it is installed
// with npm into the git-ignored `.cache/kernels/`, at a pinned version, when this runs. Run it after a change of
// `packages/engine/src/kernels/*.assemblyscript`. With --check nothing is written: it fails when a file is not what its
// source compiles to. The sources do not end in .ts, so that no other tool takes them for TypeScript.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ASSEMBLYSCRIPT = "0.28.20";
/** Memory in units of 64 kB; `integer-kernel.ts` says what it holds. */
const PAGES = 9;
/** Browsers refuse to compile more than this at once on the main thread. */
const LARGEST_MODULE = 4096;

const root = fileURLToPath(new URL("..", import.meta.url));
const kernels = join(root, "packages", "engine", "src", "kernels");
const cache = join(root, ".cache", "kernels");

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

build("kernels", ["integer-scanner", "column-gather"], "KERNELS_WASM");

/** @param parts the files that the module's entry imports */
function build(name, parts, constant) {
  const bytes = compile(name, parts);
  if (bytes.length >= LARGEST_MODULE)
    throw new Error(`${name} is ${bytes.length} bytes; it must stay below ${LARGEST_MODULE}`);
  const file = join(kernels, `${name}.wasm.ts`);
  const text = typescript(name, constant, bytes);
  if (!values.check) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text)
    throw new Error(`${file} is not what its source compiles to; run node scripts/build-kernels.mjs`);
  console.log(`${name}: ${bytes.length} bytes`);
}

function compile(name, parts) {
  const compiler = installedCompiler();
  const source = join(cache, `${name}.ts`);
  const output = join(cache, `${name}.wasm`);
  for (const file of [name, ...parts])
    copyFileSync(join(kernels, `${file}.assemblyscript`), join(cache, `${file}.ts`));
  const flags = ["-O3", "--noAssert", "--runtime", "stub"];
  const memory = ["--initialMemory", String(PAGES), "--maximumMemory", String(PAGES)];
  run(process.execPath, [compiler, source, ...flags, ...memory, "--outFile", output]);
  return readFileSync(output);
}

function typescript(name, constant, bytes) {
  const lines = bytes.toString("hex").match(/.{1,96}/g);
  return `/**
 * The WebAssembly module of \`${name}.assemblyscript\`, ${bytes.length} bytes in hexadecimal digits.
 *
 * Made by \`node scripts/build-kernels.mjs\` with AssemblyScript ${ASSEMBLYSCRIPT}; do not edit.
 */
export const ${constant}: string =
${lines.map((line) => `  "${line}"`).join(" +\n")};
`;
}

function installedCompiler() {
  const folder = join(cache, "node_modules", "assemblyscript");
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest) || JSON.parse(readFileSync(manifest, "utf8")).version !== ASSEMBLYSCRIPT) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, "package.json"), '{ "private": true }\n');
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
    run("npm", ["install", ...quiet, `assemblyscript@${ASSEMBLYSCRIPT}`]);
  }
  return join(folder, "bin", "asc.js");
}

function run(command, args) {
  const result = spawnSync(command, args, { cwd: cache, encoding: "utf8" });
  if (result.status !== 0)
    throw new Error(`${command} ${args.join(" ")} failed: ${result.stderr || result.error}`);
}
