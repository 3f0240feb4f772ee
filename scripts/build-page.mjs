// Builds the viewer's page, by vite from packages/viewer, and the page of a report, which is one script and one style sheet
// since a file that is opened from disk can load no other. Both are kept in .cache/page under a hash of all that they are made
// from: most builds, such as those of the end-to-end tests, find them there. Used by build-command.mjs.

import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const viewer = join(root, "packages", "viewer");
const cache = join(root, ".cache", "page");

/** Of these the page is made. */
const sources = [
  "packages/viewer/src",
  "packages/viewer/public",
  "packages/viewer/index.html",
  "packages/viewer/vite.config.ts",
  "packages/engine/src",
  "packages/wording/src",
  "package-lock.json",
  "scripts/build-page.mjs",
];

/** Builds of other states are deleted after so long. */
const KEPT_MS = 3_600_000;

/**
 * Where the page is (`viewer/` for a server, `report/` with report.js and report.css), and the files that it was made from.
 *
 * @returns {Promise<{ folder: string, inputs: readonly string[] }>}
 */
export async function buildPage() {
  const folder = join(cache, hashSources());
  if (!existsSync(folder)) await buildInto(folder);
  return { folder, inputs: JSON.parse(readFileSync(join(folder, "inputs.json"), "utf8")) };
}

/** Whole or not at all: others may be building the same. */
async function buildInto(folder) {
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(cache)) {
    const other = join(cache, name);
    if (Date.now() - (statSync(other, { throwIfNoEntry: false })?.mtimeMs ?? 0) > KEPT_MS)
      rmSync(other, { recursive: true, force: true });
  }
  const partial = `${folder}.${randomBytes(4).toString("hex")}`;
  try {
    const inputs = new Set([...(await buildForServer(partial)), ...(await buildForReport(partial))]);
    writeFileSync(join(partial, "inputs.json"), JSON.stringify([...inputs].sort()));
    renameSync(partial, folder);
  } catch (error) {
    if (!existsSync(join(folder, "inputs.json"))) throw error; // somebody else was faster
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function buildForServer(folder) {
  const vite = await import("vite");
  const result = await vite.build({
    root: viewer,
    configFile: join(viewer, "vite.config.ts"),
    logLevel: "warn",
    build: { outDir: join(folder, "viewer"), emptyOutDir: true },
  });
  const { output } = /** @type {import("vite").Rolldown.RolldownOutput} */ (result);
  return output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
}

async function buildForReport(folder) {
  const { metafile } = await build({
    absWorkingDir: viewer,
    entryPoints: { report: "src/report.tsx" },
    outdir: join(folder, "report"),
    bundle: true,
    format: "iife",
    platform: "browser",
    target: "es2023",
    jsx: "automatic",
    jsxImportSource: "preact",
    conditions: ["@heapscope/source"],
    // Within ASCII, so that no text of the page depends on how the file is read.
    charset: "ascii",
    minify: true,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  return Object.keys(metafile.inputs).map((file) => resolve(viewer, file));
}

function hashSources() {
  const hash = createHash("sha256").update(process.version);
  for (const source of sources) addToHash(hash, join(root, source));
  return hash.digest("hex").slice(0, 20);
}

function addToHash(hash, file) {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || /\.test\.tsx?$/.test(file)) return;
  if (!stats.isDirectory()) {
    hash.update(`${file}\0${stats.size}\0`).update(readFileSync(file));
    return;
  }
  for (const name of readdirSync(file).sort()) addToHash(hash, join(file, name));
}
