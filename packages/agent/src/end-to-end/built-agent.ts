// The agent as a service gets it, for the end-to-end tests: built by the build script into `node_modules` of an empty folder,
// with nothing beside it but its package.json. Services are started there, on any Node, and told what to do line by line.

import { spawn, execFileSync, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { AgentEvent, AgentStatus } from "../api.ts";

const repository = path.join(import.meta.dirname, "../../../..");

/** A folder with the agent installed. */
export interface AgentFolder {
  readonly folder: string;
  /** Where the services of the folder write, unless they are told otherwise. */
  readonly captures: string;
  /** Names of the files in `captures`, without the hidden ones, sorted. */
  files(): string[];
  /** Writes a file into the folder and returns its path. */
  write(name: string, content: string): string;
  /** Starts a service; see `Service`. */
  start(options: ServiceOptions): Service;
  /** Ends all services that still run, and removes everything. */
  remove(): Promise<void>;
}

export interface ServiceOptions {
  /** File in the folder. Default: an idle program. */
  readonly script?: string;
  /** The program of Node. Default: the one that runs the tests. */
  readonly node?: string;
  /** Behind the script. */
  readonly words?: readonly string[];
  /** Before the script. Default: `--require @heapscope/agent/register`. */
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A running program with an agent; its events are heard on its standard output. */
export interface Service {
  readonly process: ChildProcess;
  readonly pid: number;
  /** All so far. */
  readonly events: readonly AgentEvent[];
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** The first event of that name, or the next `number`-th. */
  event(name: AgentEvent["name"], number?: number): Promise<AgentEvent>;
  /** The first line of standard output that contains it. */
  line(text: string): Promise<string>;
  /** Code or signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  status(): Promise<AgentStatus>;
  kill(signal: NodeJS.Signals): void;
}

const WAIT_MS = 50_000;

/** Builds the agent; a quarter of a second. */
export function installAgent(): AgentFolder {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "agent-"));
  const installed = path.join(folder, "node_modules", "@heapscope", "agent");
  fs.mkdirSync(installed, { recursive: true });
  const build = path.join(repository, "scripts", "build-agent.mjs");
  execFileSync(process.execPath, [build, "--out", path.join(installed, "dist")], { stdio: "inherit" });
  fs.copyFileSync(path.join(repository, "packages/agent/package.json"), path.join(installed, "package.json"));
  const captures = path.join(folder, "captures");
  const services: Service[] = [];
  const write = (name: string, content: string): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    return file;
  };
  return {
    folder,
    captures,
    write,
    files: () =>
      fs.existsSync(captures)
        ? fs
            .readdirSync(captures)
            .filter((name) => !name.startsWith("."))
            .sort()
        : [],
    start(options) {
      const script = options.script ?? write("idle.cjs", "setInterval(() => {}, 1000);\n");
      const service = startService(folder, captures, { ...options, script });
      services.push(service);
      return service;
    },
    async remove() {
      for (const { process: child } of services) child.kill("SIGKILL");
      await Promise.all(services.map(({ ended }) => ended));
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function startService(
  folder: string,
  captures: string,
  { script, node, flags, words = [], environment }: ServiceOptions & { script: string },
): Service {
  const tmp = path.join(folder, "tmp");
  fs.mkdirSync(tmp, { recursive: true });
  const child = spawn(
    node ?? process.execPath,
    [...(flags ?? ["--require", "@heapscope/agent/register"]), script, ...words],
    {
      cwd: folder,
      env: {
        ...process.env,
        NODE_OPTIONS: "",
        TMPDIR: tmp,
        HEAPSCOPE_DIRECTORY: captures,
        HEAPSCOPE_EXPORTERS: '[{"type":"stdout"}]',
        HEAPSCOPE_LIMITS_COOLDOWN: "0",
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const events: AgentEvent[] = [];
  const stdout: string[] = [];
  const stderr: string[] = [];
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const attempt of waiting) attempt();
  };
  createInterface(child.stdout).on("line", (line) => {
    if (line.startsWith('{"timestamp"')) events.push(JSON.parse(line) as AgentEvent);
    else stdout.push(line);
    look();
  });
  createInterface(child.stderr).on("line", (line) => stderr.push(line));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on("close", (code, signal) => resolve(signal ?? code)),
  );
  void ended.then(look);

  /** Looks again whenever something was said; fails when the service is gone, or silent for too long. */
  const until = <Found>(what: string, find: () => Found | undefined): Promise<Found> =>
    new Promise((resolve, reject) => {
      const settle = (action: () => void): void => {
        waiting.delete(attempt);
        clearTimeout(timer);
        action();
      };
      const attempt = (): void => {
        const found = find();
        if (found !== undefined) settle(() => resolve(found));
        else if (child.exitCode !== null || child.signalCode !== null)
          settle(() => reject(new Error(`ended before: ${describe()}`)));
      };
      const describe = (): string =>
        `${what}\n${events.map(({ name, message }) => `${name}: ${message}`).join("\n")}\n${stdout.join("\n")}\n${stderr.join("\n")}`;
      const timer = setTimeout(
        () => settle(() => reject(new Error(`did not happen: ${describe()}`))),
        WAIT_MS,
      );
      waiting.add(attempt);
      attempt();
    });

  return {
    process: child,
    pid: child.pid ?? 0,
    events,
    stdout,
    stderr,
    ended,
    event: (name, number = 1) =>
      until(`${name} ${number}`, () => events.filter((event) => event.name === name)[number - 1]),
    line: (text) => until(text, () => stdout.find((line) => line.includes(text))),
    status: () => askControlSocket(tmp, child.pid ?? 0),
    kill: (signal) => void child.kill(signal),
  };
}

/** What the agent says about itself, as `heapscope agent status` asks for it. */
async function askControlSocket(tmp: string, pid: number): Promise<AgentStatus> {
  const { request } = await import("node:http");
  const base = path.join(tmp, `heapscope-agent-${process.getuid?.()}`, `${pid}`);
  const { socket, token } = JSON.parse(fs.readFileSync(`${base}.json`, "utf8")) as {
    socket: string;
    token: string;
  };
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        socketPath: socket,
        path: "/heapscope/status",
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
      },
      (response) => {
        let text = "";
        response
          .on("data", (piece: Buffer) => (text += String(piece)))
          .on("end", () => resolve(JSON.parse(text) as AgentStatus));
      },
    );
    asked.on("error", reject).end();
  });
}
