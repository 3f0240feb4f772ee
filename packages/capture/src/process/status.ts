// /proc/PID/status: identity, memory and signals of a process, readable for every user. The kernel writes one
// `Name:\tvalue` a line; lines that are missing (a zombie has no memory) count as 0. Called by readProcess.

import { readProcFile } from "./proc-file.ts";

/** What a process is doing. `stopped`: by a signal or a debugger; it goes on after SIGCONT. `zombie`: it has exited. */
export type ProcessState = "running" | "sleeping" | "stopped" | "zombie" | "other";

/** Sets of signals: signal `n` is bit `n − 1`. */
export interface SignalSets {
  /** The program has a handler. */
  readonly caught: bigint;
  /** Kept back until the main thread lets them in. */
  readonly blocked: bigint;
  readonly ignored: bigint;
}

export interface ProcessStatus {
  /** The process to which the number belongs; another number if it is that of a thread. */
  readonly processId: number;
  /** As the process itself knows it, in the innermost of its process namespaces. */
  readonly innerPid: number;
  readonly parentPid: number;
  /** The effective user. */
  readonly userId: number;
  readonly state: ProcessState;
  /** Physical memory, bytes. */
  readonly residentSize: number;
  /** The part of it that belongs to no file, such as heaps; bytes. */
  readonly anonymousSize: number;
  readonly signals: SignalSets;
}

export function readStatus(pid: number | "self"): ProcessStatus {
  return parseStatus(readProcFile(pid, "status"));
}

export function parseStatus(text: string): ProcessStatus {
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const field = (name: string): string => fields.get(name) ?? "";
  const size = (name: string): number => Number.parseInt(field(name), 10) * 1024 || 0; // "48200 kB"
  const set = (name: string): bigint => BigInt(`0x${/^[0-9a-f]+$/i.test(field(name)) ? field(name) : "0"}`);
  const processId = Number(field("Tgid"));
  return {
    processId,
    innerPid: Number(field("NSpid").split(/\s+/).at(-1)) || processId,
    parentPid: Number(field("PPid")),
    userId: Number(field("Uid").split(/\s+/)[1]), // real, effective, saved, file system
    state: stateOf(field("State")),
    residentSize: size("VmRSS"),
    anonymousSize: size("RssAnon"),
    signals: { caught: set("SigCgt"), blocked: set("SigBlk"), ignored: set("SigIgn") },
  };
}

/** Whether `signal`, by number, is in the set. */
export function hasSignal(set: bigint, signal: number): boolean {
  return ((set >> BigInt(signal - 1)) & 1n) === 1n;
}

function stateOf(text: string): ProcessState {
  switch (text[0]) {
    case "R":
      return "running";
    case "S":
      return "sleeping";
    case "T": // by a signal
    case "t": // by a debugger
      return "stopped";
    case "Z":
    case "X":
      return "zombie";
    default:
      return "other";
  }
}
