// The command as users get it, for the end-to-end tests: bundled by the build script into a folder of its own, with
// nothing beside it but its package.json, and run in an empty folder. So a dependency that was not bundled, or a file that
// is found only in this repository, is a failing test.

import { execFileSync, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { drawFile, formatHeap, layoutOf, parseDrawing } from "@heapscope/testkit";

const repository = join(import.meta.dirname, "../../../..");

/** What a run has come to. */
interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A built command and a folder to run it in. */
export interface BuiltCommand {
  /** cli.js, to start by other means than `run`. */
  readonly file: string;
  /** Where it runs. */
  readonly folder: string;
  run(words: readonly string[], options?: RunOptions): Outcome;
  /** Writes a file into the folder. */
  write(name: string, content: string | Uint8Array): void;
  remove(): void;
}

/** Builds the command, with the drawn snapshots of a server in its folder: earlier, later, and a recording. */
export function buildServerCommand(): BuiltCommand {
  const command = buildCommand();
  command.write("server.heapsnapshot", serverSnapshot());
  command.write("later.heapsnapshot", laterServerSnapshot());
  command.write("recorded.heaptimeline", recordedServer());
  return command;
}

/** Builds the command. Takes about half a second. */
export function buildCommand(): BuiltCommand {
  const root = mkdtempSync(join(tmpdir(), "heapscope-"));
  const packageFolder = join(root, "package");
  const folder = join(root, "work");
  mkdirSync(packageFolder);
  mkdirSync(folder);
  const build = join(repository, "scripts", "build-command.mjs");
  execFileSync(process.execPath, [build, "--out", join(packageFolder, "dist")], { stdio: "inherit" });
  copyFileSync(join(repository, "packages/heapscope/package.json"), join(packageFolder, "package.json"));
  const file = join(packageFolder, "dist", "cli.js");
  return {
    file,
    folder,
    run(words, options = {}) {
      const { status, stdout, stderr }: SpawnSyncReturns<string> = spawnSync(
        process.execPath,
        [file, ...words],
        {
          cwd: folder,
          encoding: "utf8",
          maxBuffer: 1 << 30,
          // Nothing of the environment of the test run, which may force colours.
          env: { PATH: process.env["PATH"], ...options.environment },
          ...(options.input === undefined ? {} : { input: options.input }),
        },
      );
      return { code: status, stdout, stderr };
    },
    write(name, content) {
      writeFileSync(join(folder, name), content);
    },
    remove() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The repository's recording with allocation stacks; nothing of what it saw allocated was alive at its end. */
export const recording: string = join(
  repository,
  "fixtures",
  "snapshots",
  "node-24-timeline.heaptimeline.gz",
);

/** A snapshot from the repository's fixtures. */
export function fixture(name: string): string {
  return join(repository, "fixtures", "snapshots", `${name}.heapsnapshot.gz`);
}

/**
 * A small web server: a cache that holds sessions in a map, a text that stands there twice, and a name with an escape
 * sequence, a newline and a bidirectional override in it. Classes are written in /srv/app/server.js.
 */
const server = `
  global:object:global(96)@5 -cache-> cache:Cache(24)@11<12:2:25>
  cache -sessions-> map:Map(40)@13 =table=> table:array(800)@15
  table =[1]=> a:Session(48)@21<12:9:3>
  table =[2]=> b:Session(48)@23<12:9:3>
  a -user-> anna:string:"anna@shop.example"(40)@31
  b -user-> bert:string:"bert@shop.example"(40)@33
  a -next-> b
  b -next-> a
  cache -onExpire-> listener:closure(64)@41<12:4:18> -(log)-> log:string:"session expired"(32)@43
  global -last-> c:string:"session expired"(32)@45
  global -hostile-> evil:"\\u001b[31mEvil\\n\\u202e"(16)@47
  listener =shared=> info:code:"(shared function info)"(88)@51
  info =script=> script:code:"/srv/app/server.js"(120)@53
  script =name=> url:string:"/srv/app/server.js"(40)@55
`;

/** The server's snapshot as the text of a file. */
export function serverSnapshot(): string {
  return drawFile(server, { runtime: "node-24" });
}

/**
 * The server recorded with allocation stacks: a nameless function that a function with a hostile name calls has allocated
 * three sessions, of which @21 and @23 are alive; V8 itself, of which no source is known, has allocated @41.
 */
function recordedServer(): string {
  const { heap } = parseDrawing(server);
  const stacks = new Map([
    [21, 3],
    [23, 3],
    [41, 4],
  ]);
  for (const node of heap.nodes) node.traceNodeId = stacks.get(node.id) ?? 0;
  const none = { functionId: 0, scriptName: "", scriptId: 0, line: 0, column: 0 };
  const written = { scriptName: "/srv/app/server.js", scriptId: 12 };
  heap.traceFunctions = [
    { ...none, name: "(root)" },
    { ...written, functionId: 5, name: "serve\u001b[2J", line: 20, column: 1 },
    { ...written, functionId: 7, name: "", line: 10, column: 4 },
    { ...none, name: "(V8 API)" },
  ];
  const sessions = { id: 3, functionIndex: 2, count: 3, size: 144, children: [] };
  const serving = { id: 2, functionIndex: 1, count: 0, size: 0, children: [sessions] };
  const engine = { id: 4, functionIndex: 3, count: 1, size: 64, children: [] };
  heap.traceTree = { id: 1, functionIndex: 0, count: 0, size: 0, children: [serving, engine] };
  return formatHeap(heap, layoutOf("node-24", { timeline: true }));
}

/** The same process later: one session more, which a third one follows; the listener is gone. */
function laterServerSnapshot(): string {
  const later = server
    .split("\n")
    .filter((line) => !line.includes("log:string"))
    .join("\n");
  return drawFile(
    `${later}
     global -setup-> listener:closure(64)@41<12:4:18>
     table =[3]=> d:Session(48)@61<12:9:3> -user-> dora:string:"dora@shop.example"(40)@63`,
    { runtime: "node-24" },
  );
}

/** Gzipped, as `gzip` would write it. */
export function gzip(text: string): Uint8Array {
  return gzipSync(text);
}
