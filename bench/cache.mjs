// The benchmark's cache folder and the programs it installs there on demand.
//
// Nothing here is a dependency of the repository: Node binaries, the TypeScript compiler and the peers
// are installed with npm into the git-ignored `.cache/bench/`, one folder per package, at pinned versions,
// the first time a script asks for them. Used by generate.mjs, bench.mjs and passes.mjs.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const repository = fileURLToPath(new URL("..", import.meta.url));
export const cache = join(repository, ".cache", "bench");

/** Imports a module of the engine as it is built; `path` is that below `dist`. */
export function engineModule(path) {
  return import(pathToFileURL(join(repository, "packages", "engine", "dist", path)).href);
}

/** Pinned Node versions by major: 20 is the oldest line Heapscope supports, 24 the one the peers run fastest on. */
export const nodeVersions = { 20: "20.20.2", 24: "24.21.0" };

/**
 * Installs `packages` (npm specifiers) into `.cache/bench/<folder>` unless exactly these are there already,
 * and returns that folder. Install scripts do not run: none of these packages needs one to be measured.
 */
export function installed(folder, packages) {
  const target = join(cache, folder);
  const stamp = join(target, "installed.json");
  const wanted = JSON.stringify(packages);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return target;
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "package.json"), '{ "private": true }\n');
  process.stderr.write(`installing ${packages.join(" ")} into ${target}\n`);
  const result = spawnSync(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", ...packages],
    { cwd: target, encoding: "utf8" },
  );
  if (result.status !== 0) {
    throw new Error(`npm could not install ${packages.join(" ")}: ${result.stderr || result.error}`);
  }
  writeFileSync(stamp, wanted);
  return target;
}

/** Path of a Node executable of the major version `major` (20 or 24). */
export function nodeExecutable(major) {
  const version = nodeVersions[major];
  if (version === undefined) throw new Error(`no pinned Node for major version ${major}; known: 20, 24`);
  if (process.version === `v${version}`) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const folder = installed(`node-${major}`, [`${name}@${version}`]);
  return join(folder, "node_modules", name, "bin", "node");
}
