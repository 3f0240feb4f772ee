// `npm run demo`: the practice leak, found from outside. Starts the practice server, sends it requests, takes three
// snapshots of it from this process, compares them and prints what grows, what holds it and where that is in the source.
// Nothing here knows the answer: `--fixed` runs the same against the server without the leak. Takes about 12 seconds.
//
//   node scripts/demo.mjs [--fixed] [--out FOLDER]
//
// On a fresh clone it installs and builds first. Called by scripts/demo.test.ts too, through `runDemo`.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const practice = path.join(root, "examples/practice-leak/src");

const WARM_UP_REQUESTS = 3000;
const REQUESTS_PER_ROUND = 800;
const ROUNDS = 2;
/** Sessions of the practice server end after 1.5 s, looked at every 0.5 s. */
const REST_MS = 2200;

/**
 * Runs the exercise; returns the growth found, with the scripts that locations refer to.
 * `print` gets one line at a time. The server is gone afterwards, whatever happened.
 *
 * @param {{ folder: string, fixed?: boolean, print: (line: string) => unknown, signal?: AbortSignal }} options
 */
export async function runDemo({ folder, fixed = false, print, signal }) {
  const { connectInspector, harmless, readScripts, takeSnapshot } = await import("@heapscope/capture");
  const { sendRequests } = await import("../examples/practice-leak/src/load.js");
  fs.mkdirSync(folder, { recursive: true });

  const server = await startServer(fixed, signal);
  try {
    print(`Started the practice server: process ${server.child.pid}, http://127.0.0.1:${server.port}`);
    const session = await connectInspector(server.inspectorUrl, { signal });
    try {
      await sendRequests(server.port, WARM_UP_REQUESTS, { signal });
      print(`Warmed it up with ${count(WARM_UP_REQUESTS)} requests: caches are full, code is compiled.`);

      const files = [];
      for (let number = 1; number <= ROUNDS + 1; number++) {
        if (number > 1) {
          await sendRequests(server.port, REQUESTS_PER_ROUND, { signal });
          print(
            `Sent ${count(REQUESTS_PER_ROUND)} more requests, ${number === 2 ? "as users do" : "the same again"}.`,
          );
        }
        await sleep(REST_MS, signal);
        const file = path.join(folder, `${number}.heapsnapshot`);
        const { byteLength, nodeCount, durationMs } = await takeSnapshot(session, file, {
          collectGarbage: true,
          overwrite: true,
          signal,
        });
        files.push(file);
        print(
          `Snapshot ${number}: ${bytes(byteLength)}, ${count(nodeCount)} objects; the server stood still for about ${seconds(durationMs)}.`,
        );
      }
      const scripts = await readScripts(session, { signal });
      const growth = await compareFiles(files, print, signal);
      // Strings of a heap may hold anything.
      for await (const line of verdict(growth, files, scripts)) print(harmless(line, Infinity));
      return { growth, scripts, files };
    } finally {
      await session.close();
    }
  } finally {
    server.stop();
  }
}

/** A child with an inspector and a web port of its own; it ends with this process, however this process ends. */
async function startServer(fixed, signal) {
  const flags = fixed ? ["--fixed"] : [];
  const child = spawn(
    process.execPath,
    ["--inspect=127.0.0.1:0", path.join(practice, "server.js"), ...flags],
    {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    },
  );
  const stop = () => {
    process.off("exit", stop);
    child.kill("SIGKILL");
  };
  process.on("exit", stop);
  try {
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
    const [message] = await Promise.race([
      once(child, "message", { signal }),
      once(child, "exit").then(() => {
        throw new Error(`The practice server did not start:\n${said}`);
      }),
    ]);
    return { child, port: message.port, inspectorUrl: /ws:\S+/.exec(said)[0], stop };
  } catch (error) {
    stop();
    throw error;
  }
}

async function compareFiles(files, print, signal) {
  const { findGrowth } = await import("@heapscope/engine");
  const { openFile } = await import("@heapscope/engine/node");
  const startedAt = performance.now();
  const snapshots = [];
  for (const file of files) snapshots.push(await openFile(file, { signal }));
  const growth = await findGrowth(snapshots, { signal });
  print(`Read and compared ${files.length} snapshots in ${seconds(performance.now() - startedAt)}.`);
  return growth;
}

/** The answer first, then the evidence, then how to look further. */
async function* verdict({ suspects }, files, scripts) {
  const { formatLocation } = await import("@heapscope/capture");
  const last = path.relative("", files.at(-1));
  yield "";
  const [suspect] = suspects;
  if (suspect === undefined) {
    yield "NO LEAK FOUND: nothing grew in every round without being released again.";
    yield "";
    yield `Look for yourself: ${heapscope()} summary ${last}`;
    return;
  }
  const { holder, piles } = suspect;
  const [pile] = piles;
  const { entry, subject } = pile;
  const place = (object) => {
    const text = object.location && formatLocation(scripts, object.location);
    return text === undefined ? "unknown" : path.relative("", text);
  };
  const [way] = subject.paths(1);
  const perRound = Math.round(pile.addedRetainedSize / pile.added.length);

  yield `LEAK FOUND: ${nameOf(subject)} objects pile up and are never released.`;
  yield "";
  yield `  Growth    ${pile.counts.map(count).join(" → ")}; ${pile.added.map((added) => `+${count(added)}`).join(" and ")}, about ${bytes(perRound)} for every ${count(REQUESTS_PER_ROUND)} requests`;
  yield `  Held by   ${nameOf(holder)} @${holder.id}${reachedAs(way, holder)}, which was there in all snapshots`;
  if (entry !== subject) yield `  Through   a ${nameOf(entry)} created at ${place(entry)}`;
  yield `  Made by   the constructor at ${place(subject)}`;
  yield "";
  yield "  Why one of them is still there:";
  for (const { edge, object } of way ?? []) {
    if (object.className === "system / Context") continue; // scopes: the variable that follows says enough
    yield `    ${edge.description.padEnd(26)} ${nameOf(object)} @${object.id}`;
  }
  yield "";
  yield `Look further: ${heapscope()} path ${last} @${subject.id}`;
}

/** ` (Catalog._events.change)`: the way from the last object with a name of its own down to the holder. */
function reachedAs(way = [], holder) {
  const end = way.findIndex(({ object }) => object.id === holder.id);
  let start = end - 1;
  while (start > 0 && isPlain(way[start].object)) start--;
  if (start < 0) return "";
  const edges = way.slice(start + 1, end + 1).map(({ edge }) => edge.description);
  return ` (${nameOf(way[start].object)}${edges.join("")})`;
}

function isPlain({ type, className }) {
  return type !== "object" || /^(?:Object|Array|Map|Set|\{|system)/.test(className);
}

function nameOf({ type, name, className }) {
  if (type === "closure") return name === "" ? "function" : `function ${name}`;
  return className;
}

function count(number) {
  return number.toLocaleString("en-US");
}

function bytes(number) {
  if (number < 1000) return `${number} B`;
  return number < 1e6 ? `${(number / 1e3).toFixed(0)} kB` : `${(number / 1e6).toFixed(1)} MB`;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

function sleep(ms, signal) {
  return setTimeout(ms, undefined, { signal });
}

/** How the command is called here: by its name where npm has linked it. */
function heapscope() {
  return fs.existsSync(path.join(root, "node_modules/.bin/heapscope"))
    ? "npx heapscope"
    : `node ${path.relative("", path.join(root, "packages/heapscope/dist/cli.js"))}`;
}

/** Installs and builds what a fresh clone lacks. */
function prepareRepository() {
  const isMissing = (file) => !fs.existsSync(path.join(root, file));
  // Not `npm ci`: it would throw away a node_modules that is there in part. This leaves the lock file alone as well.
  if (isMissing("node_modules/ws")) npm("install", "--no-save");
  const built = ["engine/dist/index.js", "capture/dist/index.js", "heapscope/dist/cli.js"];
  if (built.some((file) => isMissing(`packages/${file}`))) npm("run", "build");
}

function npm(...words) {
  console.log(`npm ${words.join(" ")}`);
  const { status } = spawnSync("npm", words, {
    cwd: root,
    stdio: ["ignore", process.stderr, process.stderr],
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`“npm ${words.join(" ")}” failed; what it said is above.`);
}

async function main() {
  const { values } = parseArgs({
    options: {
      fixed: { type: "boolean", default: false },
      out: { type: "string", default: path.join(root, ".cache/demo") },
    },
  });
  const startedAt = performance.now();
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"])
    process.once(name, () => stop.abort(new Error(`Stopped by ${name}.`)));
  const { signal } = stop;
  prepareRepository();
  try {
    await runDemo({ folder: values.out, fixed: values.fixed, print: console.log, signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error; // not how the interrupted step put it
  }
  console.log(
    `The snapshots are in ${path.relative("", values.out)}. All this took ${seconds(performance.now() - startedAt)}.`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
