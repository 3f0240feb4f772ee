// The programs the benchmark compares: pinned versions, how each is started, and what its work covers.
//
// Peers are installed into `.cache/bench/peers/` when they first run; none is a dependency of the repository.
// Used by bench.mjs.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cache, installed, nodeExecutable, nodeVersions, repository } from "./cache.mjs";

/** The same for every peer: the default limit (4 GB here) would end most of them on the 1 GB file. */
const nodeFlags = ["--max-old-space-size=16384"];

/** The DevTools that all is compared to. */
const devTools = "chrome-devtools-mcp@1.11.0";

/** Where the command keeps its indexes while it is measured. */
const indexes = join(cache, "indexes");

/**
 * From a file to all groups. name → { version, runtime, work, command(file), … }. `work` is "groups" when the peer also groups the
 * objects by class with a retained size per group, as Heapscope does, and "sizes" when it stops at the retained size of
 * every object.
 */
export const peers = {
  heapscope: heapscope(24),
  "heapscope-node20": heapscope(20),
  devtools: inNode("devtools.mjs", devTools, "groups"),
  "heap-snapshot": {
    version: "@heap-snapshot/tool@0.0.10",
    runtime: "native",
    work: "groups",
    command: nativeCommand,
  },
  "heap-snapshot-toolkit": inNode("heap-snapshot-toolkit.mjs", "heap-snapshot-toolkit@1.1.3", "groups"),
  "v8-heap-parser": inNode("v8-heap-parser.mjs", "@vscode/v8-heap-parser@0.1.0", "groups"),
  memlab: inNode("memlab.mjs", "@memlab/heap-analysis@2.0.5", "sizes", ["@memlab/core@2.0.5"]),
};

/** From two files to what is different; the command as a whole, from its start to its end. `work` says what of it. */
export const pairPeers = {
  diff: heapscopeCommand("diff", "heapscope diff", ["--no-cache", "--json"], {
    read(output) {
      const { groupCount: groups, added, removed, addedSize, removedSize } = JSON.parse(output);
      return { groups, added, removed, addedSize, removedSize };
    },
  }),
  leaks: heapscopeCommand("leaks", "heapscope leaks", ["--no-cache", "--json"]),
  devtools: inNode("devtools-pair.mjs", devTools, "diff"),
};

/** Opening a file that was opened before; the command as a whole, against loading it in DevTools. */
export const againPeers = {
  again: heapscopeCommand("summary", "heapscope summary, opened before", []),
  "no-cache": heapscopeCommand("summary", "heapscope summary --no-cache", ["--no-cache"]),
  devtools: peers.devtools,
};

/**
 * @param label how its row is called
 * @param flags those of them that it knows are given
 * @param more `read`: see `measure`
 */
function heapscopeCommand(name, label, flags, more = {}) {
  return {
    label,
    version: "this checkout",
    runtime: `Node ${nodeVersions[24]}`,
    work: name,
    // Not the user's own, and the same at each run.
    environment: { XDG_CACHE_HOME: indexes },
    command: (...files) => {
      const start = [nodeExecutable(24), ...nodeFlags, commandCopy()];
      const known = flags.filter((flag) => knowsFlag([...start, name], flag));
      return [...start, name, ...files, ...known];
    },
    ...more,
  };
}

/** Builds from before there was an index know no flag against it. */
function knowsFlag([program, ...parameters], flag) {
  return execFileSync(program, [...parameters, "--help"], { encoding: "utf8" }).includes(flag);
}

// Made when first asked for, as the engine's.
let copiedCommand;
function commandCopy() {
  if (copiedCommand !== undefined) return copiedCommand;
  const built = join(repository, "packages", "heapscope");
  if (!existsSync(join(built, "dist", "cli.js"))) throw new Error("not built: npm run build");
  const copy = join(cache, "command");
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(built, "dist"), join(copy, "dist"), { recursive: true });
  cpSync(join(built, "package.json"), join(copy, "package.json"));
  return (copiedCommand = join(copy, "dist", "cli.js"));
}

function heapscope(major) {
  return {
    version: "this checkout",
    runtime: `Node ${nodeVersions[major]}`,
    work: "groups",
    command(file) {
      return [nodeExecutable(major), ...nodeFlags, runner("heapscope.mjs"), engineCopy(), file];
    },
  };
}

// A copy made when first asked for: building again during a long benchmark then changes nothing.
let copiedEngine;
function engineCopy() {
  if (copiedEngine !== undefined) return copiedEngine;
  const engine = join(repository, "packages", "engine");
  if (!existsSync(join(engine, "dist", "node", "index.js"))) throw new Error("not built: npm run build");
  const copy = join(cache, "engine");
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(engine, "dist"), join(copy, "dist"), { recursive: true });
  cpSync(join(engine, "package.json"), join(copy, "package.json"));
  return (copiedEngine = copy);
}

function inNode(script, version, work, more = []) {
  return {
    version,
    runtime: `Node ${nodeVersions[24]}`,
    work,
    command(...files) {
      const folder = installed(join("peers", script.replace(/(-pair)?\.mjs$/, "")), [version, ...more]);
      return [nodeExecutable(24), ...nodeFlags, runner(script), folder, ...files];
    },
  };
}

// The binary is linked against glibc 2.39. On an older system it starts through the loader of a newer glibc unpacked
// into .cache/bench/glibc (README.md says how); without one the run fails and the table shows the loader's message.
function nativeCommand(file) {
  const folder = installed("peers/heap-snapshot", ["@heap-snapshot/tool@0.0.10"]);
  const platform = `${process.platform}-${process.arch}`;
  const binary = join(folder, "node_modules", "@heap-snapshot", platform, "heap-snapshot");
  const libraries = join(cache, "glibc", "usr", "lib", "x86_64-linux-gnu");
  const loader = join(libraries, "ld-linux-x86-64.so.2");
  const start = existsSync(loader)
    ? [loader, "--library-path", `${libraries}:/usr/lib/x86_64-linux-gnu`, binary]
    : [binary];
  return [...start, "summary", file];
}

function runner(name) {
  return fileURLToPath(new URL(`runners/${name}`, import.meta.url));
}
