// Generates the snapshot files the benchmark reads, into the git-ignored `.cache/bench/files/`.
//
// usage: node bench/generate.mjs [name …] [--list] [--force]
//
// Without names: 5, 130 and 1000, real heaps of Node 24 (see holders/). Files that exist are kept, since the large ones
// take minutes and gigabytes of memory to write. Prints bytes, nodes and edges of each file.
// Called by hand, and by bench.mjs for the sizes it is asked to run.
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cache, installed, nodeExecutable } from "./cache.mjs";
import {
  writeDense,
  writeHugeTree,
  writeLongStrings,
  writeRandomEdges,
  writeTenGigabytes,
} from "./synthetic.mjs";

const folder = join(cache, "files");

/** name → the files it stands for, what they are, and how they are made. */
const recipes = {
  5: real("small job queue", ["queue-5mb"], (paths) => hold("hold-queue.mjs", paths)),
  130: real("TypeScript: 1 program, 2 trees", ["typescript-130mb"], (paths) =>
    holdTypescript(["1+2"], paths),
  ),
  300: real("TypeScript: 2 programs, 26 trees", ["typescript-300mb"], (paths) =>
    holdTypescript(["2+26"], paths),
  ),
  1000: real("TypeScript: 9 programs, 10 trees", ["typescript-1gb"], (paths) =>
    holdTypescript(["9+10"], paths),
  ),
  2300: real("TypeScript: 22 programs", ["typescript-2300mb"], (paths) => holdTypescript(["22+0"], paths)),
  pair: real("TypeScript: one heap, 1 program, then 10 trees more", ["pair-1", "pair-2"], (paths) =>
    holdTypescript(["1+0", "1+10"], paths),
  ),
  pair700: real("TypeScript: one heap, 6 programs, then 12 trees more", ["pair700-1", "pair700-2"], (paths) =>
    holdTypescript(["6+12", "6+24"], paths),
  ),
  list: real("linked list of 5 M objects", ["linked-list"], (paths) =>
    hold("hold-shape.mjs", ["list", ...paths]),
  ),
  array: real("array of 10 M objects", ["array"], (paths) => hold("hold-shape.mjs", ["array", ...paths])),
  rope: real("string built by 1 M appends", ["rope"], (paths) => hold("hold-shape.mjs", ["rope", ...paths])),
  strings: real("500 MB of strings, not cut", ["strings-500mb"], (paths) =>
    hold("hold-shape.mjs", ["strings", ...paths], ["--heap-snapshot-string-limit=1000000"]),
  ),
  dense: synthetic("3,000 nodes, each with edges to all", "dense", writeDense),
  random: synthetic("20 M nodes, random edges", "random-edges", writeRandomEdges),
  huge: synthetic("32 M nodes, more than 2 GiB", "huge-tree", writeHugeTree),
  "long-strings": synthetic("string section above 512 Mi characters", "long-strings", writeLongStrings),
  "10gb": synthetic("92 M nodes in the shape of a compiler", "compiler-like-10gb", writeTenGigabytes),
};

/** Makes the files of `name` unless they exist; returns their paths. */
export function generate(name, { force = false } = {}) {
  const recipe = recipes[name];
  if (recipe === undefined)
    throw new Error(`no file named ${name}; known: ${Object.keys(recipes).join(", ")}`);
  mkdirSync(folder, { recursive: true });
  if (force || !recipe.paths.every((path) => existsSync(path))) {
    const partial = recipe.paths.map((path) => `${path}.partial`);
    process.stderr.write(`writing ${recipe.paths.join(", ")}\n`);
    recipe.write(partial);
    for (const [i, path] of recipe.paths.entries()) renameSync(partial[i], path);
  }
  return recipe.paths;
}

/** The files that the user means: by a name of `recipes`, made now if they are not there, or by a path. */
export function filesOf(nameOrPath) {
  return nameOrPath in recipes || !existsSync(nameOrPath) ? generate(nameOrPath) : [resolve(nameOrPath)];
}

/** Size and counts of a snapshot file, from its first bytes. */
export function describe(path) {
  const head = Buffer.alloc(8192);
  const fd = openSync(path);
  readSync(fd, head, 0, head.length, 0);
  closeSync(fd);
  const [, nodes, edges] = /"node_count":(\d+),"edge_count":(\d+)/.exec(head.toString("latin1")) ?? [];
  return { bytes: statSync(path).size, nodes: Number(nodes), edges: Number(edges) };
}

function real(what, files, write) {
  return { what, paths: files.map((file) => join(folder, `${file}.heapsnapshot`)), write };
}

function synthetic(what, file, write) {
  return real(`synthetic: ${what}`, [file], ([path]) => write(path));
}

function holdTypescript(steps, paths) {
  const compiler = installed("typescript", ["typescript@5.9.3"]);
  hold("hold-typescript.mjs", [compiler, ...steps.flatMap((step, i) => [step, paths[i]])]);
}

function hold(program, parameters, flags = []) {
  const script = fileURLToPath(new URL(`holders/${program}`, import.meta.url));
  const result = spawnSync(
    nodeExecutable(24),
    ["--max-old-space-size=8192", ...flags, script, ...parameters],
    {
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  if (result.status !== 0)
    throw new Error(`${program} ended with ${result.signal ?? `exit code ${result.status}`}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: { type: "boolean" }, force: { type: "boolean" } },
  });
  if (values.list) {
    for (const [name, { what, paths }] of Object.entries(recipes)) {
      console.log(
        `${name.padEnd(13)} ${paths.every((path) => existsSync(path)) ? "ready" : "-    "}  ${what}`,
      );
    }
  } else {
    for (const name of positionals.length > 0 ? positionals : ["5", "130", "1000"]) {
      for (const path of generate(name, { force: values.force })) {
        const { bytes, nodes, edges } = describe(path);
        console.log(`${(bytes / 1e6).toFixed(1)} MB, ${nodes} nodes, ${edges} edges: ${path}`);
      }
    }
  }
}
