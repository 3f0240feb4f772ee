// All that can be known about a process from outside, without touching it: no signal, no connection, no program run.
// Linux only, from /proc. What belongs to another user is partly closed; those facts are `undefined`.
// Cost: about 15 small files, half a millisecond; the first process of each executable some milliseconds more.

import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CaptureError } from "../capture-error.ts";
import { readCgroups, type ControlGroup } from "./cgroups.ts";
import { formatCommand } from "./command-words.ts";
import { findContainer, type Container } from "./container.ts";
import { readExecutable, runtimeOfName, type ExecutableFacts, type Runtime } from "./executable.ts";
import { readNamespaces } from "./namespaces.ts";
import { splitNodeOptions } from "./node-options.ts";
import {
  ifReadable,
  isForbidden,
  isGone,
  readProcFile,
  readProcLink,
  readProcWords,
  requireProc,
} from "./proc-file.ts";
import { readRuntimeFlags, type InspectorFlags, type Signal } from "./runtime-flags.ts";
import { splitArguments } from "./split-arguments.ts";
import { isExiting, parseStartTicks, readStartTime } from "./start-time.ts";
import { readStatus, type ProcessState, type ProcessStatus, type SignalSets } from "./status.ts";

/** A process as seen from outside. Sizes are bytes. */
export interface ProcessFacts {
  /** As seen from here. */
  readonly pid: number;
  /** As the process itself knows it. */
  readonly innerPid: number;
  readonly parentPid: number;
  /** The effective user. */
  readonly userId: number;
  readonly state: ProcessState;
  readonly startedAt: Date;
  readonly uptimeMs: number;
  /** Of the machine's clock. Together with `pid` this names the process for good: numbers are used again. */
  readonly startTicks: number;
  /** For people: `node server.js`. Text of the process, to be escaped where it is shown. */
  readonly command: string;
  /** All words of the command line. */
  readonly args: readonly string[];
  readonly runtime: Runtime;
  /** `v24.21.0`, `2.9.6`; `undefined`: not permitted, or not found. */
  readonly version: string | undefined;
  /** `undefined`: not permitted. */
  readonly executable: string | undefined;
  /** As the process sees it. `undefined`: not permitted. */
  readonly workingFolder: string | undefined;
  /** The words of NODE_OPTIONS as they were at the start; none if it is not set. `undefined`: not permitted. */
  readonly nodeOptions: readonly string[] | undefined;
  readonly residentSize: number;
  /** The part of `residentSize` that is no file's: an upper bound for the heap. */
  readonly anonymousSize: number;
  /** From `--max-old-space-size`. */
  readonly heapLimit: number | undefined;
  readonly signals: SignalSets;
  /** Ports of the process can be reached from here. `undefined`: not permitted. */
  readonly sameNetwork: boolean | undefined;
  /** Paths of the process mean the same here. `undefined`: not permitted. */
  readonly sameMount: boolean | undefined;
  /** `pid` and `innerPid` are the same number. `undefined`: not permitted. */
  readonly samePidNamespace: boolean | undefined;
  /** `undefined`: none, or the one we are in, too. */
  readonly container: Container | undefined;
  readonly cgroups: readonly ControlGroup[];
  /** Node writes a snapshot on it (`--heapsnapshot-signal`). */
  readonly heapSnapshotSignal: Signal | undefined;
  /** Node writes a report on it (`--report-on-signal`). */
  readonly reportSignal: Signal | undefined;
  /** Where Node writes such files, as the process sees it, if not to its working folder. */
  readonly diagnosticFolder: string | undefined;
  readonly inspectorFlags: InspectorFlags;
  /** Under Node's permission model: where it may write, `*` for everywhere. */
  readonly writablePaths: readonly string[];
}

/**
 * The facts about process `pid`. Throws `CaptureError`: `no-such-process`, also for the number of a thread;
 * `not-permitted`, where the system hides even its command line; `unsupported`, on other systems than Linux.
 */
export function readProcess(pid: number): ProcessFacts {
  requireProc();
  try {
    const status = readStatus(pid);
    if (status.processId !== pid) throw isThread(pid, status.processId);
    return readFacts(pid, status);
  } catch (error) {
    if (isGone(error)) throw noSuchProcess(pid, error);
    if (isForbidden(error)) throw notPermitted(pid, error);
    throw error;
  }
}

function readFacts(pid: number, status: ProcessStatus): ProcessFacts {
  const args = readProcWords(pid, "cmdline");
  const executable = ifReadable(() => readProcLink(pid, "exe").replace(/ \(deleted\)$/, ""));
  const { runtime, version } = readRuntime(pid, args, executable);
  const environment = ifReadable(() => readProcWords(pid, "environ"));
  const nodeOptions =
    environment === undefined ? undefined : splitNodeOptions(findVariable(environment, "NODE_OPTIONS"));
  const workingFolder = ifReadable(() => readProcLink(pid, "cwd"));
  const reader = isPacked(runtime, executable) ? "other" : runtime;
  const isNode = runtime === "node" || runtime === "electron";
  const flags = readRuntimeFlags(runtime, [
    ...splitArguments(runtime, isNode ? (nodeOptions ?? []) : []).options,
    ...splitArguments(reader, args.slice(1)).options,
  ]);
  const namespaces = readNamespaces(pid);
  const cgroups = readCgroups(pid);
  return {
    pid,
    innerPid: status.innerPid,
    parentPid: status.parentPid,
    userId: status.userId,
    state: status.state,
    ...readStartTime(pid),
    command: formatCommand(reader, args, executable),
    args,
    runtime,
    version,
    executable,
    workingFolder,
    nodeOptions,
    residentSize: status.residentSize,
    anonymousSize: status.anonymousSize,
    heapLimit: flags.heapLimit,
    signals: status.signals,
    ...namespaces,
    container: findContainer(cgroups, namespaces, readCgroups("self")),
    cgroups,
    heapSnapshotSignal: flags.heapSnapshotSignal,
    reportSignal: flags.reportSignal,
    diagnosticFolder:
      flags.diagnosticFolder === undefined || workingFolder === undefined
        ? flags.diagnosticFolder
        : resolve(workingFolder, flags.diagnosticFolder),
    inspectorFlags: flags.inspector,
    writablePaths: flags.writablePaths,
  };
}

/** From the executable; where that is closed, from the name it was started by. */
export function readRuntime(
  pid: number,
  args: readonly string[],
  executable: string | undefined,
): ExecutableFacts {
  const browser = isDebuggedBrowser(args);
  const isHelper = args.some((word) => word.startsWith("--type="));
  const name = basename(executable ?? args[0] ?? "");
  const facts = (executable === undefined ? undefined : readExecutable(pid, executable, browser)) ?? {
    runtime: browser ? "chromium" : runtimeOfName(name),
    version: undefined,
  };
  // The other processes of a browser or an Electron application have no heap of their own to ask for.
  return facts.runtime === "electron" && isHelper ? { runtime: "other", version: undefined } : facts;
}

/** An application in one file with its runtime, under a name of its own: all its arguments belong to the application. */
function isPacked(runtime: Runtime, executable: string | undefined): boolean {
  const canBePacked = runtime === "node" || runtime === "deno" || runtime === "bun";
  return canBePacked && executable !== undefined && runtimeOfName(basename(executable)) !== runtime;
}

/** The main process of a Chromium that listens for debuggers. */
function isDebuggedBrowser(args: readonly string[]): boolean {
  // Of a process that has changed its title, all words are one.
  const text = args.join(" ");
  return / --remote-debugging-port(?:=| |$)/.test(text) && !/ --type=/.test(text);
}

function findVariable(environment: readonly string[], name: string): string {
  return environment.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

function noSuchProcess(pid: number, cause: unknown): CaptureError {
  return new CaptureError(
    String(pid),
    "no-such-process",
    `There is no process ${pid}, or none that this user may see; check the number.`,
    cause,
  );
}

function isThread(pid: number, processId: number): CaptureError {
  return new CaptureError(
    String(pid),
    "no-such-process",
    `${pid} is a thread of process ${processId}; give ${processId}.`,
  );
}

function notPermitted(pid: number, cause: unknown): CaptureError {
  return new CaptureError(
    String(pid),
    "not-permitted",
    `This user may not look at process ${pid}; run as its user or as root.`,
    cause,
  );
}

/** Whether the process is still there, is not about to end, and no other has got its number. Cost: one small file. */
export function isRunning({ pid, startTicks }: ProcessName): boolean {
  try {
    const stat = readProcFile(pid, "stat");
    return parseStartTicks(stat) === startTicks && !isExiting(stat);
  } catch {
    return false;
  }
}

/**
 * For when a conversation with the process broke off: whether it goes on. A process that ends closes its connections first,
 * and may then take a while; so it gets `graceMs` to be gone.
 */
export async function goesOn(process: ProcessName, graceMs = 2000): Promise<boolean> {
  const deadline = performance.now() + graceMs;
  while (isRunning(process)) {
    if (performance.now() >= deadline) return true;
    await sleep(20);
  }
  return false;
}

type ProcessName = Pick<ProcessFacts, "pid" | "startTicks">;
