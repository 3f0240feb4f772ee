// The control groups of a process, from /proc/PID/cgroup: one line for each hierarchy, `9:memory:/docker/4f2a…` of
// version 1 and `0::/system.slice/app.service` of version 2. A machine may have both. Paths are as seen from our own
// control group namespace: `/../x` is beside us. Called by readProcess; limits are read elsewhere, from these paths.

import { readProcFile } from "./proc-file.ts";

export interface ControlGroup {
  /** `memory`, `cpu` …, or `name=systemd`; empty for version 2, where one group has all controllers. */
  readonly controllers: readonly string[];
  /** Within the hierarchy; begins with a slash. */
  readonly path: string;
}

export function readCgroups(pid: number | "self"): ControlGroup[] {
  return parseCgroups(readProcFile(pid, "cgroup"));
}

export function parseCgroups(text: string): ControlGroup[] {
  return text.split("\n").flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    return [{ controllers: controllers === "" ? [] : controllers.split(","), path }];
  });
}
