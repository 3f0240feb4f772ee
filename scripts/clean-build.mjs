// Builds the published packages from their sources alone, into a folder of its own: what a fresh clone would publish. The
// working tree's dist/ folders are neither read nor written, so files of deleted sources in them do not matter, and neither
// does who else is building at the moment. Takes one to two seconds. Called by the tests that look at built packages.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Where each package is, and what makes its dist/. */
const packages = {
  "@heapscope/engine": { folder: "engine", projects: ["engine", "engine/tsconfig.node.json"] },
  "@heapscope/capture": { folder: "capture", projects: ["capture"] },
  "@heapscope/agent": { folder: "agent", bundle: "build-agent.mjs" },
  heapscope: { folder: "heapscope", bundle: "build-command.mjs" },
};

/** The names of the packages that are published. */
export const publishedPackages = Object.keys(packages);

/**
 * Where each package was built, by name, and how to delete it again.
 *
 * @typedef {{ folders: Record<string, string>, remove: () => void }} CleanBuild
 */

/**
 * Builds the packages with these names (a package after those it is made from), with everything that is published from
 * their folders. Returns where each is, and `remove`, which deletes them again.
 *
 * @param {readonly string[]} names
 * @returns {CleanBuild}
 */
export function buildPackages(names) {
  // Inside the repository, so that the packages find their dependencies.
  const cache = path.join(root, ".cache");
  fs.mkdirSync(cache, { recursive: true });
  const workspace = fs.mkdtempSync(path.join(cache, "clean-build-"));
  const remove = () => fs.rmSync(workspace, { recursive: true, force: true });
  try {
    fs.copyFileSync(path.join(root, "tsconfig.base.json"), path.join(workspace, "tsconfig.base.json"));
    linkScopedPackages(workspace);
    const folders = names.map((name) => buildPackage(workspace, name));
    return { folders: Object.fromEntries(names.map((name, index) => [name, folders[index]])), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** One package is made from another one of this build, not from the one in the working tree. */
function linkScopedPackages(workspace) {
  for (const [name, { folder }] of Object.entries(packages)) {
    if (!name.startsWith("@")) continue;
    const link = path.join(workspace, "node_modules", name);
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(path.join(workspace, "packages", folder), link, "junction");
  }
}

function buildPackage(workspace, name) {
  const { folder, projects, bundle } = packages[name];
  const source = path.join(root, "packages", folder);
  const target = path.join(workspace, "packages", folder);
  const left = new Set(
    ["dist", "node_modules", "tsconfig.tsbuildinfo"].map((entry) => path.join(source, entry)),
  );
  fs.cpSync(source, target, { recursive: true, filter: (file) => !left.has(file) });
  if (bundle === undefined) {
    const paths = projects.map((project) => path.join(workspace, "packages", project));
    run("node_modules/typescript/bin/tsc", ["-b", ...paths]);
  } else run(path.join("scripts", bundle), ["--out", path.join(target, "dist")]);
  return target;
}

function run(program, parameters) {
  try {
    execFileSync(process.execPath, [path.join(root, program), ...parameters], {
      cwd: root,
      encoding: "utf8",
    });
  } catch (error) {
    throw new Error(`${program} failed:\n${error.stdout}${error.stderr}`, { cause: error });
  }
}
