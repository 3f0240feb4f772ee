// A control group with a limit of memory, for tests of what happens in a container that is nearly full. Needs to be root on
// a machine that lets its groups be changed, so most tests that use it are skipped in most places.
//
//   version 1   /sys/fs/cgroup/memory/heapscope-test-…/memory.limit_in_bytes
//   version 2   /sys/fs/cgroup/heapscope-test-…/memory.max, if the memory controller is on for groups below the top
//
// No other group is touched. A process in it counts there and no longer in the group it came from.

import fs from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";

export interface LimitedCgroup {
  readonly path: string;
  /** The words that run a program in it: the first one is the file to spawn. */
  command(words: readonly string[]): readonly [string, ...string[]];
  /** Call it when all processes in it have ended. */
  remove(): Promise<void>;
}

/** A new group with room for `limit` bytes; `undefined` where none can be made. */
export function makeLimitedCgroup(limit: number): LimitedCgroup | undefined {
  for (const [hierarchy, file] of [
    ["/sys/fs/cgroup/memory", "memory.limit_in_bytes"],
    ["/sys/fs/cgroup", "memory.max"],
  ] as const) {
    const group = path.join(hierarchy, `heapscope-test-${process.pid}-${Date.now()}`);
    try {
      // Not on a plain file system that happens to be there: a real hierarchy has this file at its top.
      fs.accessSync(path.join(hierarchy, "cgroup.procs"), fs.constants.W_OK);
      fs.mkdirSync(group);
    } catch {
      continue;
    }
    try {
      fs.writeFileSync(path.join(group, file), String(limit), { flag: "r+" });
      return {
        path: group,
        command: (words) => ["/bin/sh", "-c", `echo $$ > "$0/cgroup.procs" && exec "$@"`, group, ...words],
        remove: () => removeGroup(group),
      };
    } catch {
      fs.rmdirSync(group);
    }
  }
  return undefined;
}

/** A group can be removed a moment after its last process has ended. */
async function removeGroup(group: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      fs.rmdirSync(group);
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await setTimeout(100);
    }
  }
}
