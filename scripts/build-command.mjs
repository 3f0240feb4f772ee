// Bundles the command `heapscope` into packages/heapscope/dist: cli.js, which starts fast, and chunks that load when a
// command needs them (the engine, the printers, the schemas); and `heapscope/testing`: testing.cjs with its declarations,
// and the chunk that reads its snapshots; and the viewer's page, as files for its server and as the pieces of a report.
// Everything is bundled, so the published package has no dependencies. Run by `npm run build` after the compiler, which only
// checks; also by the end-to-end tests, into a folder of their own: `node scripts/build-command.mjs --out DIR`.

import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { buildPage } from "./build-page.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const packageFolder = join(root, "packages", "heapscope");

const { values } = parseArgs({ options: { out: { type: "string" } } });
const outdir = values.out === undefined ? join(packageFolder, "dist") : resolve(values.out);

// Chunk names carry a hash; the ones of earlier builds would stay behind.
rmSync(outdir, { recursive: true, force: true });

// What earlier builds have kept of snapshots is not used when their engine was another one.
const engineBuild = hashSources(join(root, "packages", "engine", "src"));

const { metafile } = await build({
  absWorkingDir: packageFolder,
  entryPoints: {
    cli: "src/cli.ts",
    // Beside the chunk with the engine, which starts it as a thread.
    "chunks/engine-thread": "../engine/src/node/engine-thread.ts",
    // The process that testing.cjs starts.
    "chunks/test-analysis": "src/testing/analysis.ts",
    // The thread with the snapshots behind `heapscope open`.
    "chunks/desk-thread": "src/viewer/desk-thread.ts",
  },
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  // The engine comes in as TypeScript source, so that the bundle never holds an old build of it.
  conditions: ["@heapscope/source"],
  chunkNames: "chunks/[name]-[hash]",
  banner: {
    // commander and others are CommonJS and call `require` for Node's own modules.
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  define: { HEAPSCOPE_ENGINE_BUILD: JSON.stringify(engineBuild) },
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

// For test runners: CommonJS, since jest loads nothing else by default, and small, since it is part of the heap it measures.
await build({
  absWorkingDir: packageFolder,
  entryPoints: { testing: "src/testing/testing.ts" },
  outdir,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20.19",
  define: { "import.meta.url": "__moduleUrl" },
  banner: { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
  logLevel: "warning",
});
declareTesting();

const page = await buildPage();
for (const part of ["viewer", "report"])
  cpSync(join(page.folder, part), join(outdir, part), { recursive: true });

const inputs = Object.keys(metafile.inputs).map((file) => resolve(packageFolder, file));
writeFileSync(join(outdir, "THIRD-PARTY-LICENSES.txt"), collectLicences([...inputs, ...page.inputs]));

chmodSync(join(outdir, "cli.js"), 0o755);

// `npm ci` links the commands of workspace packages only when their files are there, and before a build this one is not.
if (values.out === undefined && !existsSync(join(root, "node_modules", ".bin", "heapscope"))) {
  const { status } = spawnSync("npm", ["rebuild", "heapscope", "--ignore-scripts"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) console.error("`npx heapscope` is not linked; run: npm rebuild heapscope");
}

/** A hash of the sources in a folder, whatever the machine. */
function hashSources(folder) {
  const hash = createHash("sha256");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  for (const name of names.sort())
    hash.update(`${name}\n`).update(readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n"));
  return hash.digest("hex").slice(0, 32);
}

/** Writes testing.d.cts. All that users see is declared in one file of the sources, so that its declarations are all. */
function declareTesting() {
  const declarations = mkdtempSync(join(tmpdir(), "heapscope-declarations-"));
  try {
    const options = ["--declaration", "--emitDeclarationOnly", "--noCheck", "--composite", "false"];
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const project = ["-p", packageFolder, "--outDir", declarations, "--tsBuildInfoFile", "null"];
    const { status } = spawnSync(
      process.execPath,
      [tsc, ...project, "--declarationMap", "false", "--incremental", "false", ...options],
      { stdio: "inherit" },
    );
    if (status !== 0) process.exit(1);
    copyFileSync(join(declarations, "testing", "testing.d.ts"), join(outdir, "testing.d.cts"));
  } finally {
    rmSync(declarations, { recursive: true, force: true });
  }
}

/** The licences of the packages that these files come from: whoever gets the bundle gets them, too. */
function collectLicences(files) {
  const folders = new Set();
  for (const file of files) {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
    if (folder !== undefined) folders.add(folder);
  }
  const texts = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return [...new Set(texts)].sort().join(`\n${"-".repeat(80)}\n\n`);
}
