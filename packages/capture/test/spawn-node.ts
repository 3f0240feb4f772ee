// Starts a program with the Node that runs the tests, and waits until it is up: when it has written a line, Node has set
// up its signal handlers and the program its own.

import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface SpawnedNode {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What the program wrote first. */
  readonly line: string;
  /** What it has written to its standard error so far. */
  readonly stderr: () => string;
  kill(): Promise<void>;
}

/** A program that says so when it runs, and goes on for ever. */
export const idle = `console.log("ready"); setInterval(() => {}, 1000);`;

export function spawnNode(words: readonly string[], options: SpawnOptions = {}): Promise<SpawnedNode> {
  return spawnProgram(process.execPath, words, options);
}

/** Any program that writes a line when it is up. */
export async function spawnProgram(
  file: string,
  words: readonly string[],
  options: SpawnOptions = {},
): Promise<SpawnedNode> {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const child = spawn(file, words, {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environment, ...options.env },
  });
  let stderr = "";
  child.stderr!.on("data", (data) => {
    stderr += String(data);
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  const lines = createInterface(child.stdout!);
  const ended = once(child, "close").then(() => {
    throw new Error(`${file} ended before it was up: ${stderr}`);
  });
  const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
  ended.catch(() => {});
  return { child, pid: child.pid!, line, stderr: () => stderr, kill };
}
