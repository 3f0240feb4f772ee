// Starts a Node process with an inspector for the tests: a small program, or one with a heap of a given size.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

export interface SpawnedTarget {
  readonly child: ChildProcess;
  readonly pid: number;
  /** `ws://…` as printed by the process. */
  readonly webSocketUrl: string;
  readonly port: number;
  kill(): Promise<void>;
}

/** Keeps `count` instances of `Kept` alive, each with an object of its own. */
export function keepObjects(count: number): string {
  return `class Kept { constructor(number) { this.number = number; this.detail = { text: "detail " + number }; } }
    globalThis.kept = Array.from({ length: ${count} }, (_, number) => new Kept(number));`;
}

export async function spawnTarget(program: string): Promise<SpawnedTarget> {
  const child = spawn(
    process.execPath,
    // Node opens its inspector before it runs the program.
    ["--inspect=127.0.0.1:0", "-e", `${program}\nprocess._rawDebug("ready");\nsetInterval(() => {}, 1000);`],
    {
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  let said = "";
  for await (const data of child.stderr) {
    said += String(data);
    const url = /ws:\/\/127\.0\.0\.1:(\d+)\/\S+/.exec(said);
    if (url !== null && said.includes("ready")) {
      child.stderr.resume();
      return { child, pid: child.pid!, webSocketUrl: url[0], port: Number(url[1]), kill };
    }
  }
  throw new Error(`no inspector: ${said}`);
}
