// When a process started, and whether it is ending, from /proc/PID/stat. The kernel counts ticks since the machine started, 100 a second on every
// Linux that runs Node. A process number is used again some day; number and start together never are.

import { readFileSync } from "node:fs";
import { readProcFile } from "./proc-file.ts";

const TICKS_PER_SECOND = 100;
/** Of the kernel's flags of a thread: the main thread has it before any socket of the process closes because of its end. */
const PF_EXITING = 4;

export interface StartTime {
  /** Since the machine started. */
  readonly startTicks: number;
  readonly startedAt: Date;
  readonly uptimeMs: number;
}

export function readStartTime(pid: number | "self"): StartTime {
  const startTicks = parseStartTicks(readProcFile(pid, "stat"));
  const machineUptime = Number.parseFloat(readFileSync("/proc/uptime", "utf8"));
  // Some containers fake the machine's uptime (lxcfs): a process may then seem to start in the future.
  const uptimeMs = Math.max(0, Math.round((machineUptime - startTicks / TICKS_PER_SECOND) * 1000));
  return { startTicks, startedAt: new Date(Date.now() - uptimeMs), uptimeMs };
}

/** Nothing of it will run any more, though it may take a second to be gone: the kernel gives its memory back first. */
export function isExiting(stat: string): boolean {
  const [state = "", flags] = [3, 9].map((number) => fieldOf(stat, number));
  return /^[ZXx]$/.test(state) || (Number(flags) & PF_EXITING) !== 0;
}

/** The 22nd field. */
export function parseStartTicks(stat: string): number {
  return Number(fieldOf(stat, 22));
}

/** From the third on, since the second is the program's name in brackets, in which anything may stand, brackets and spaces too. */
function fieldOf(stat: string, number: number): string | undefined {
  const afterName = stat.slice(stat.lastIndexOf(")") + 2);
  return afterName.split(" ")[number - 3];
}
