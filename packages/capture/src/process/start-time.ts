// When a process started, from /proc/PID/stat. The kernel counts ticks since the machine started, 100 a second on every
// Linux that runs Node. A process number is used again some day; number and start together never are.

import { readFileSync } from "node:fs";
import { readProcFile } from "./proc-file.ts";

const TICKS_PER_SECOND = 100;

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

/** The 22nd field. The second is the program's name in brackets, in which anything may stand, brackets and spaces too. */
export function parseStartTicks(stat: string): number {
  const afterName = stat.slice(stat.lastIndexOf(")") + 2);
  return Number(afterName.split(" ")[22 - 3]);
}
