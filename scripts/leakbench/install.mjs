// npm packages that only the benchmark needs: installed on demand into .cache/leakbench/packages, a folder per set, at the
// versions that are asked for. None of them is a dependency of the repository. Some seconds each, once.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { cache } from "./examples.mjs";

/**
 * Installs `packages` (`name@version`) into the folder `name` of the cache, unless exactly these are there, and returns its
 * node_modules. Install scripts do not run. Throws if npm cannot.
 */
export function installPackages(name, packages) {
  const folder = path.join(cache, "packages", name);
  const stamp = path.join(folder, "installed.json");
  const wanted = JSON.stringify(packages);
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== wanted) {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
    const { status, stderr, error } = spawnSync("npm", ["install", ...flags, ...packages], {
      cwd: folder,
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    if (status !== 0)
      throw new Error(`npm could not install ${packages.join(" ")}: ${stderr || error?.message}`);
    fs.writeFileSync(stamp, wanted);
  }
  return path.join(folder, "node_modules");
}
