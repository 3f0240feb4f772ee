// What a heap snapshot of this process would take, and whether that is there. V8 makes a record of every object and every
// reference, so objects count and not bytes: texts and buffers cost nothing, ordinary objects 4 to 12 times their size, and a
// huge array 1.3 kB for every position (it keeps a name of that size for each).
//
//   small   objects below 128 KB                      × 12, or × 32 if numbers become objects
//   large   larger ones, should they be arrays        × 163, but for sources of modules, and no more positions than
//                                                     there are small objects to be in them
//   free    the least of what the machine and each control group around the process leave; 80 % of it may be used
//
// The rates are those of packages/capture/src/preflight, which were fitted to stay above 180 measured captures; there a
// census can tell large texts from large arrays, which is too dear here. Linux tells what is free; elsewhere nothing is
// refused for it. Cost: some ten small files, 0.3 ms.

import module from "node:module";
import fs from "node:fs";
import path from "node:path";
import v8 from "node:v8";
import type { Preflight } from "../api.ts";

const MB = 1e6;
const BASE_MEMORY = 60 * MB;
/** V8's cache of numbers as texts, which every program has. */
const EMPTY_LARGE = 300_000;
/** What is larger lies in a space of its own. */
const LARGE_OBJECT = 128 * 1024;
const NAME = 1300;
/** The smallest thing that is worth a place in an array, on average. */
const SMALL_OBJECT = 40;
const PACKED_SHARE = 0.3;
/** Of what is free. */
const USABLE_SHARE = 0.8;
/** Version 1 of control groups writes "none" as nearly 2^63. */
const NO_LIMIT = 2 ** 60;

/** Since which version of Node, milliseconds for a megabyte of small objects, at best and at worst. */
const PAUSES: readonly (readonly [since: number, from: number, to: number])[] = [
  [24, 12, 90],
  [22, 15, 110],
  [20, 20, 150],
  [0, 25, 200],
];

/** What is known of the heap, and of what there is; bytes. */
export interface Facts {
  readonly small: number;
  /** Without sources of modules. */
  readonly large: number;
  readonly numericValues: boolean;
  readonly gzip: boolean;
  readonly nodeMajor: number;
  readonly directory: string;
  readonly disk?: { readonly free: number } | undefined;
  readonly room: Room;
}

interface Room {
  /** `undefined`: unknown. */
  readonly free?: number;
  readonly place: string;
}

/** A snapshot of the main thread into `directory`. */
export function examine(directory: string, numericValues: boolean, gzip = false): Preflight {
  let small = 0;
  let large = 0;
  for (const { space_name: name, space_used_size: size } of v8.getHeapSpaceStatistics()) {
    if (/^(new_)?large/.test(name)) large += size;
    else small += size;
  }
  const nodeMajor = Number.parseInt(process.versions.node);
  return judge({
    small,
    large: large - measureSources(),
    numericValues,
    gzip,
    nodeMajor,
    directory,
    disk: diskOf(directory),
    room: readRoom(),
  });
}

/** Decides. */
export function judge({
  small,
  large,
  numericValues,
  gzip,
  nodeMajor,
  directory,
  disk,
  room,
}: Facts): Preflight {
  const positions = Math.min(Math.max(0, large - EMPTY_LARGE) / 8, small / SMALL_OBJECT);
  const fileSize = Math.round(
    (MB + (numericValues ? 7.5 : 3.6) * small + 48 * positions) * (gzip ? PACKED_SHARE : 1),
  );
  const extraMemory = Math.round(memoryFor(small, numericValues) + NAME * positions);
  const [, from, to] = PAUSES.find(([since]) => nodeMajor >= since)!;
  const { free: freeMemory } = room;
  const memory = `${formatSize(extraMemory)} of memory`;
  const onDisk = `${formatSize(fileSize)} in ${directory}`;
  const lack =
    extraMemory > USABLE_SHARE * (freeMemory ?? Infinity)
      ? `${memory}; ${formatSize(freeMemory!)} are free ${room.place}, a fifth of which must stay free`
      : fileSize > (disk?.free ?? Infinity) && `${onDisk}, where ${formatSize(disk!.free)} are free`;
  return {
    fits: !lack,
    reason: `a heap snapshot may take ${lack || `${memory} and ${onDisk}`}`,
    extraMemory,
    ...(freeMemory !== undefined && { freeMemory }),
    fileSize,
    ...(disk && { freeDisk: disk.free }),
    pauseMs: {
      from: Math.round((from * small) / MB),
      to: Math.round(400 + ((numericValues ? 2 : 1) * to * small) / MB + 0.003 * positions),
    },
  };
}

/** Bytes of the large objects that are sources of CommonJS modules, or of the main program: they are texts, not arrays. */
function measureSources(): number {
  const { _cache: modules } = module as unknown as { _cache: object };
  const files = new Set([...Object.keys(modules), process.argv[1] ?? ""]);
  if (files.size !== measured.files) {
    let bytes = 0;
    for (const file of files) {
      try {
        const { size } = fs.statSync(file);
        if (size > LARGE_OBJECT) bytes += size;
      } catch {
        // Not a file, or not one that may be seen.
      }
    }
    measured = { files: files.size, bytes };
  }
  return measured.bytes;
}
/** A program has thousands of files, and they stay as they were. */
let measured = { files: 0, bytes: 0 };

/** For a snapshot of a heap of which only the size is known. */
export function memoryFor(heap: number, numericValues: boolean): number {
  return BASE_MEMORY + (numericValues ? 32 : 12) * heap;
}

/** Whether that much more memory may be taken now. */
export function mayTake(memory: number): boolean {
  return memory <= USABLE_SHARE * (readRoom().free ?? Infinity);
}

/** Of both versions of control groups: where a process's group is said, its folder, and what it uses and may use. */
const CONTROL_GROUPS = [
  {
    group: /^0::(\/.*)/m,
    folder: "sys/fs/cgroup",
    usage: "current",
    // Above "high" a group is slowed down until it stands still.
    limits: ["max", "high"],
    cache: /^inactive_file (\d+)/m,
  },
  {
    group: /^\d+:(?:.*,)?memory(?:,.*)?:(\/.*)/m,
    folder: "sys/fs/cgroup/memory",
    usage: "usage_in_bytes",
    limits: ["limit_in_bytes"],
    cache: /^total_inactive_file (\d+)/m,
  },
];

/** What the control group that leaves least uses, without file cache that can be dropped, and its limit. */
export function readContainer(root = "/"): { readonly used: number; readonly limit: number } | undefined {
  let least: { used: number; limit: number } | undefined;
  const groups = readText(root, "proc/self/cgroup");
  for (const { group, folder, usage, limits, cache } of CONTROL_GROUPS) {
    let name = path.posix.normalize(group.exec(groups)?.[1] ?? "");
    // A group and those around it. In a container the first one that exists is the mount's own root, whatever its path.
    for (let isTop = name === "."; !isTop; name = path.posix.dirname(name)) {
      isTop = name === "/";
      const read = (what: string): string => readText(root, `${folder}${name}/memory.${what}`);
      // "max" is no number.
      const limit = Math.min(...limits.map((each) => Number.parseInt(read(each)) || NO_LIMIT));
      const dropped = Number(cache.exec(read("stat"))?.[1] ?? 0);
      const used = Math.max(0, Number.parseInt(read(usage)) - dropped);
      if (limit < NO_LIMIT && limit - used < (least ? least.limit - least.used : Infinity))
        least = { used, limit };
    }
  }
  return least;
}

function readRoom(): Room {
  const available = /^MemAvailable:\s+(\d+)/m.exec(readText("/", "proc/meminfo"))?.[1];
  const machine = available ? Number(available) * 1024 : Infinity;
  const container = readContainer();
  const inContainer = container ? Math.max(0, container.limit - container.used) : Infinity;
  const free = Math.min(machine, inContainer);
  return {
    ...(free < Infinity && { free }),
    place: inContainer < machine ? "in the container" : "on the machine",
  };
}

/** Of the folder, or where it would be made. */
function diskOf(directory: string): { free: number } | undefined {
  for (let folder = directory; ; folder = path.dirname(folder)) {
    try {
      const { bavail, bsize } = fs.statfsSync(folder);
      return { free: bavail * bsize };
    } catch {
      if (folder === path.dirname(folder)) return undefined;
    }
  }
}

/** `812 MB`, `4.1 GB`. */
export function formatSize(bytes: number): string {
  return bytes < 999.5e6 ? `${Math.round(bytes / MB)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Nothing where there is none. */
function readText(root: string, file: string): string {
  try {
    return fs.readFileSync(path.join(root, file), "utf8");
  } catch {
    return "";
  }
}
