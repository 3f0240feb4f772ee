// How much memory a process may still take before something is killed: what the machine has left, and what the limits of
// its control groups leave, version 1 and 2, of the group itself and of all groups around it.
//
//   /proc/meminfo      MemAvailable
//   /proc/PID/cgroup   4:memory:/docker/4f2a…   or   0::/system.slice/app.service
//   mountinfo          where that hierarchy is mounted, and which group of it the mount begins with
//     └─▶ /sys/fs/cgroup/memory/docker/4f2a…/memory.{limit,usage}_in_bytes, or memory.{max,high,current}, and upwards
//
// A process in a container sees its own group as the root of the mount; another container may not be visible from our
// mounts at all, but is from its own, through /proc/PID/root. File cache counts as used in a group though the kernel gives
// it up first, so the inactive part counts as free. Linux only. Cost: some ten small files, below a millisecond.

import { readFileSync } from "node:fs";
import path from "node:path";
import type { TargetFacts } from "../inspector/target-facts.ts";
import { parseCgroups } from "../process/cgroups.ts";

/** A control group that limits memory. Sizes are bytes. */
interface MemoryGroup {
  /** Where its files are. */
  readonly path: string;
  readonly limit: number;
  /** Without file cache that the kernel can drop at once. */
  readonly used: number;
}

/** Room for a process to grow. Sizes are bytes. */
export interface MemoryRoom {
  /** The smaller one of what the machine and the control groups leave. */
  readonly free: number;
  /** Which one that is. */
  readonly binding: "machine" | "cgroup";
  /** Of the whole machine, without what can be dropped. */
  readonly machineAvailable: number;
  /** The group that leaves least; absent where no group has a limit. */
  readonly cgroup?: MemoryGroup;
}

/**
 * The room of process `pid`, or of the machine if it is `undefined`. `undefined` where that cannot be read: on other
 * systems than Linux, or the process is gone. `root` is for tests: the folder that stands for `/`.
 */
export function readMemoryRoom(
  pid: number | undefined,
  { root = "/" }: { root?: string } = {},
): MemoryRoom | undefined {
  const meminfo = readText(path.join(root, "proc/meminfo"));
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo ?? "")?.[1];
  if (available === undefined) return undefined;
  const machineAvailable = Number(available) * 1024;
  const groups = pid === undefined ? [] : findGroups(root, pid).flatMap(readGroup);
  return roomOf(machineAvailable, groups);
}

/** The room of a process that only an inspector leads to, as the process itself sees it; `undefined` if it does not tell. */
export function memoryRoomOf(facts: TargetFacts): MemoryRoom | undefined {
  const { machineFree, memoryLimit: limit, memoryFree, residentSize } = facts;
  if (machineFree === undefined) return undefined;
  const used = memoryFree === undefined || limit === undefined ? residentSize : limit - memoryFree;
  // Without control groups, or with one that has no limit, Node says the memory of the machine or nothing.
  if (limit === undefined || used === undefined) return roomOf(machineFree, []);
  return roomOf(machineFree, [{ path: "its control group", limit, used: Math.max(0, used) }]);
}

function roomOf(machineAvailable: number, groups: readonly MemoryGroup[]): MemoryRoom {
  const [cgroup] = groups.toSorted((a, b) => freeIn(a) - freeIn(b));
  if (cgroup === undefined) return { free: machineAvailable, binding: "machine", machineAvailable };
  const free = freeIn(cgroup);
  return free < machineAvailable
    ? { free, binding: "cgroup", machineAvailable, cgroup }
    : { free: machineAvailable, binding: "machine", machineAvailable, cgroup };
}

function freeIn({ limit, used }: MemoryGroup): number {
  return Math.max(0, limit - used);
}

/** A folder with the files of a group. */
interface GroupFolder {
  readonly version: 1 | 2;
  readonly path: string;
  /** Not the process's own group but one around it. */
  readonly isAncestor: boolean;
}

/** The group of a process and all around it, as far as they can be seen. */
function findGroups(root: string, pid: number): GroupFolder[] {
  const cgroups = parseCgroups(readText(path.join(root, `proc/${pid}/cgroup`)) ?? "");
  return cgroups.flatMap(({ controllers, path: group }) => {
    const version = controllers.length === 0 ? 2 : 1;
    if (version === 1 && !controllers.includes("memory")) return [];
    // What we can see ourselves, else what the process can.
    return (
      findFolders(root, readMounts(path.join(root, "proc/self/mountinfo"), version), version, group) ??
      findFolders(
        path.join(root, `proc/${pid}/root`),
        readMounts(path.join(root, `proc/${pid}/mountinfo`), version),
        version,
        group,
      ) ??
      []
    );
  });
}

function findFolders(
  root: string,
  mounts: readonly Mount[],
  version: 1 | 2,
  group: string,
): GroupFolder[] | undefined {
  for (const mount of mounts) {
    const names = namesBelow(mount.group, group);
    if (names === undefined) continue;
    const bottom = /^(?:\/\.\.)+$/.test(mount.group) ? -1 : names.length; // begins above us: nothing in it is us
    const folders: GroupFolder[] = [];
    for (let depth = names.length; depth >= 0; depth--) {
      const folder = path.join(root, mount.folder, ...names.slice(0, depth));
      folders.push({ version, path: folder, isAncestor: depth !== bottom });
    }
    return folders;
  }
  return undefined;
}

/** The names that lead from a mount of `top` to `group`; `undefined` if the mount does not hold it. */
function namesBelow(top: string, group: string): string[] | undefined {
  // A mount older than our namespace begins somewhere above the namespace's root; what is between has no names for us.
  if (/^(?:\/\.\.)+$/.test(top)) return group.startsWith("/..") ? undefined : [];
  const prefix = top === "/" ? "/" : `${top}/`;
  if (group !== top && !group.startsWith(prefix)) return undefined;
  const names = group
    .slice(prefix.length)
    .split("/")
    .filter((name) => name !== "");
  return names.includes("..") ? undefined : names;
}

/** A mounted hierarchy: `folder` holds the files of `group`. */
interface Mount {
  readonly group: string;
  readonly folder: string;
}

/** `32 31 0:29 /docker/4f2a /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory` */
function readMounts(file: string, version: 1 | 2): Mount[] {
  return (readText(file) ?? "").split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ", 2);
    const [, , , group, folder] = before.split(" ").map(unescapeOctal);
    const [type, , options = ""] = after.split(" ");
    if (group === undefined || folder === undefined) return [];
    const isMemory =
      version === 2 ? type === "cgroup2" : type === "cgroup" && options.split(",").includes("memory");
    return isMemory ? [{ group, folder }] : [];
  });
}

function unescapeOctal(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** The limit of a group and what is used of it; none if it has no limit, or none that covers the process. */
function readGroup({ version, path: folder, isAncestor }: GroupFolder): MemoryGroup[] {
  const number = (name: string): number | undefined => {
    const text = readText(path.join(folder, name))?.trim();
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined; // "max": no limit
  };
  const limits =
    version === 2
      ? [number("memory.max"), number("memory.high")] // above `high` a group is slowed down until it stands still
      : [number("memory.limit_in_bytes")];
  const limit = Math.min(...limits.map((size) => size ?? Infinity));
  const usage = number(version === 2 ? "memory.current" : "memory.usage_in_bytes");
  if (usage === undefined || limit > NO_LIMIT) return [];
  if (version === 1 && isAncestor && number("memory.use_hierarchy") === 0) return []; // counts itself alone
  const stat = readText(path.join(folder, "memory.stat")) ?? "";
  const pattern = version === 2 ? /^inactive_file (\d+)$/m : /^total_inactive_file (\d+)$/m;
  const cache = Number(pattern.exec(stat)?.[1] ?? 0);
  return [{ path: folder, limit, used: Math.max(0, usage - cache) }];
}

/** Version 1 writes "none" as the largest multiple of the page size below 2^63. */
const NO_LIMIT = 2 ** 60;

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
