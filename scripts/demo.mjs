// `npm run demo`: the practice leak, found from outside. Starts the practice server and lets the command find the leak:
// `heapscope leaks PID --exercise "…"` drives it, takes three snapshots and says what leaks. Nothing here knows the answer:
// `--fixed` runs the same against the server without the leak. Takes about 15 seconds.
//
//   node scripts/demo.mjs [--fixed] [--out FOLDER]
//
// On a fresh clone it installs and builds first. Called by scripts/demo.test.ts too, through `runDemo`.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const practice = path.join(root, "examples/practice-leak/src");

const REQUESTS_PER_ROUND = 800;
/** Sessions of the practice server end after 1.5 s, looked at every 0.5 s. */
const REST = "2200ms";
/** From Ctrl-C, which the command hears as well, to asking it once more. */
const GRACE_MS = 3000;

/**
 * Runs the exercise; resolves with the exit code of the command and, unless `output` is `inherit`, with what it printed.
 * The server is gone afterwards, whatever happened.
 *
 * @param {object} options
 * @param {string} options.folder for the snapshots
 * @param {(line: string) => unknown} options.print gets one line at a time
 * @param {boolean} [options.fixed] the server without the leak
 * @param {string} [options.command] cli.js
 * @param {readonly string[]} [options.words] further words for the command
 * @param {"inherit" | "pipe"} [options.output] what becomes of its output
 * @param {AbortSignal} [options.signal]
 */
export async function runDemo({
  folder,
  print,
  fixed = false,
  command = path.join(root, "packages/heapscope/dist/cli.js"),
  words = [],
  output = "inherit",
  signal,
}) {
  const server = await startServer(fixed, signal);
  try {
    print(`Started the practice server: process ${server.child.pid}, http://127.0.0.1:${server.port}`);
    const exercise = [process.execPath, path.join(practice, "load.js"), server.port, REQUESTS_PER_ROUND];
    const leaks = [
      "leaks",
      // Elsewhere than on Linux processes cannot be found by their ids.
      process.platform === "linux" ? String(server.child.pid) : server.inspectorUrl,
      "--exercise",
      exercise.map((word) => (/^\d+$/.test(word) ? word : `"${word}"`)).join(" "),
      "--rest",
      REST,
      "--out",
      path.relative("", folder),
      "--overwrite",
      ...words,
    ];
    print(`$ ${heapscope()} ${leaks.map((word) => (/[" ]/.test(word) ? `'${word}'` : word)).join(" ")}`);
    return await runCommand(command, leaks, output, signal);
  } finally {
    server.stop();
  }
}

async function runCommand(command, words, output, signal) {
  const child = spawn(process.execPath, [command, ...words], { stdio: ["ignore", output, output] });
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text) => (stderr += text));
  let timer;
  const stop = () => {
    timer = setTimeout(() => child.kill("SIGTERM"), output === "inherit" ? GRACE_MS : 0);
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const [code] = await once(child, "close");
    signal?.throwIfAborted();
    return { code, stdout, stderr };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
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
  if (isMissing("packages/heapscope/dist/cli.js")) npm("run", "build");
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
    const { code } = await runDemo({ folder: values.out, fixed: values.fixed, print: console.log, signal });
    if (code !== 0) process.exitCode = 1;
  } catch (error) {
    throw signal.aborted ? signal.reason : error; // not how the interrupted step put it
  }
  const took = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`\nHere, “heapscope” is “${heapscope()}”. All this took ${took} s.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
