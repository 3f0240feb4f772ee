// Captures an example: starts its program with a Node of choice, warms it up, and takes snapshots by one inspector session
// with rounds of work between. What it makes stays in .cache/leakbench/EXAMPLE-NODE until the example changes:
//
//   1.heapsnapshot … 3.heapsnapshot, scripts.json (what script ids mean), made-of.json (what the capture depends on)
//
// About five seconds and 25 MB per example.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { findRuntime, versionOf } from "../runtimes.mjs";
import { cache, examplesFolder } from "./examples.mjs";
import { installPackages } from "./install.mjs";

const WARM_UP_ROUNDS = 6;
const ROUNDS_BETWEEN = 2;
const REST_MS = 600;
const SNAPSHOTS = 3;

/**
 * The snapshot files of `example` under the runtime `node` ("node-24"), oldest first; captured if they are not there, or if
 * `fresh`. Throws if the program fails.
 *
 * @param {import("./examples.mjs").Example} example
 * @param {{ node: string, fresh: boolean, print: (line: string) => unknown }} options
 */
export async function findCapture(example, { node, fresh, print }) {
  const folder = path.join(cache, `${example.name}-${node}`);
  const files = Array.from({ length: SNAPSHOTS }, (_, index) =>
    path.join(folder, `${index + 1}.heapsnapshot`),
  );
  const stamp = path.join(folder, "made-of.json");
  const wanted = madeOf(example, node);
  if (!fresh && fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return files;
  print(`capturing ${example.name} with ${node}`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  await capture(example, node, folder, files);
  fs.writeFileSync(stamp, wanted); // last: says that the rest is whole
  return files;
}

/** Changes when the capture would be another one. */
function madeOf(example, node) {
  const hash = createHash("sha256");
  const sources = fs.readdirSync(example.folder).filter((file) => file !== "culprit.json");
  for (const file of sources.sort()) hash.update(fs.readFileSync(path.join(example.folder, file)));
  hash.update(fs.readFileSync(path.join(examplesFolder, "harness.cjs")));
  return JSON.stringify({
    node: versionOf(node),
    program: hash.digest("hex"),
    packages: example.packages ?? [],
    ...pace(example),
  });
}

function pace({ roundsBetween = ROUNDS_BETWEEN, restMs = REST_MS }) {
  return { warmUpRounds: WARM_UP_ROUNDS, roundsBetween, restMs };
}

async function capture(example, node, folder, files) {
  const { connectInspector, readScripts, takeSnapshot } = await import("@heapscope/capture");
  const { warmUpRounds, roundsBetween, restMs } = pace(example);
  const program = await start(example, node);
  try {
    let round = 0;
    const work = async (rounds) => {
      const end = round + rounds;
      while (round < end) await program.round(++round);
    };
    await work(warmUpRounds);
    const session = await connectInspector(program.inspectorUrl);
    try {
      for (const [index, file] of files.entries()) {
        if (index > 0) await work(roundsBetween);
        await setTimeout(restMs); // connections close, short timers fire, finalizers run
        await takeSnapshot(session, file, { collectGarbage: true, overwrite: true });
      }
      const scripts = await readScripts(session);
      fs.writeFileSync(path.join(folder, "scripts.json"), JSON.stringify([...scripts.values()]));
    } finally {
      await session.close();
    }
  } finally {
    program.stop();
  }
}

/** The program as a process with an inspector, which ends with this one. */
async function start(example, node) {
  const env = { PATH: process.env.PATH, NODE_NO_WARNINGS: "1" };
  if (example.packages !== undefined) env.EXAMPLE_PACKAGES = installPackages(example.name, example.packages);
  const child = spawn(
    await findRuntime(node),
    [
      "--inspect=127.0.0.1:0",
      "--random-seed=20", // Math.random() alike in all captures
      path.join(examplesFolder, "harness.cjs"),
      example.program,
    ],
    {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env,
    },
  );
  const stop = () => {
    process.off("exit", stop);
    child.kill("SIGKILL");
  };
  process.on("exit", stop);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  const answer = async () => {
    const ended = new AbortController();
    const [message] = await Promise.race([
      once(child, "message", { signal: ended.signal }),
      once(child, "exit", { signal: ended.signal }).then(() => {
        throw new Error(`${example.name} ended:\n${said}`);
      }),
    ]).finally(() => ended.abort());
    if (message.error !== undefined) throw new Error(`${example.name} failed: ${message.error}`);
  };
  try {
    await answer();
  } catch (error) {
    stop();
    throw error;
  }
  return {
    inspectorUrl: /ws:\S+/.exec(said)[0],
    stop,
    async round(number) {
      const done = answer();
      child.send({ round: number });
      await done;
    },
  };
}
