import { afterEach, expect, test } from "vitest";
import { makeLimitedCgroup } from "../../test/limited-cgroup.ts";
import { makeRoot } from "../../test/fake-root.ts";
import type { FakeRoot } from "../../test/fake-root.ts";
import { idle, spawnProgram } from "../../test/spawn-node.ts";
import type { TargetFacts } from "../inspector/target-facts.ts";
import { memoryRoomOf, readMemoryRoom } from "./memory-room.ts";
import type { MemoryRoom } from "./memory-room.ts";

const MB = 1024 * 1024;
const meminfo = `MemTotal:       16384000 kB\nMemFree:          100000 kB\nMemAvailable:    ${8000 * 1024} kB\n`;
const NONE = "9223372036854771712";

let root: FakeRoot | undefined;
afterEach(() => root?.remove());

/** The room of process 7 on a machine with 8000 MB available and these files; paths as they are without the fake root. */
function roomWith(files: Readonly<Record<string, string>>): MemoryRoom | undefined {
  root = makeRoot({ "/proc/meminfo": meminfo, ...files });
  const room = readMemoryRoom(7, { root: root.path });
  if (room?.cgroup === undefined) return room;
  return { ...room, cgroup: { ...room.cgroup, path: room.cgroup.path.slice(root.path.length) } };
}

function group1(folder: string, limit: number | string, usage: number, cache = 0): Record<string, string> {
  return {
    [`${folder}/memory.limit_in_bytes`]: `${limit}\n`,
    [`${folder}/memory.usage_in_bytes`]: `${usage}\n`,
    [`${folder}/memory.use_hierarchy`]: "1\n",
    [`${folder}/memory.stat`]: `cache 5\ninactive_file 1\ntotal_cache 9\ntotal_inactive_file ${cache}\n`,
  };
}

function group2(
  folder: string,
  { max = "max", high = "max", current = 0, cache = 0 }: Record<string, number | string>,
): Record<string, string> {
  return {
    [`${folder}/memory.max`]: `${max}\n`,
    [`${folder}/memory.high`]: `${high}\n`,
    [`${folder}/memory.current`]: `${current}\n`,
    [`${folder}/memory.stat`]: `anon 4\nfile 9\ninactive_file ${cache}\n`,
  };
}

const memoryMount = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n";
const cpuMount = "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n";
const unifiedMount = "41 31 0:38 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

test("without a limit the machine decides", () => {
  expect(
    roomWith({
      "/proc/7/cgroup": "9:name=systemd:/\n4:memory:/app\n0::/\n",
      "/proc/self/mountinfo": cpuMount + memoryMount,
      ...group1("/sys/fs/cgroup/memory", NONE, 900 * MB),
      ...group1("/sys/fs/cgroup/memory/app", NONE, 100 * MB),
    }),
  ).toEqual({ free: 8000 * MB, binding: "machine", machineAvailable: 8000 * MB });
});

test("version 1: a group's limit less what it uses, where inactive file cache counts as free", () => {
  expect(
    roomWith({
      "/proc/7/cgroup": "4:cpu,memory:/docker/4f2a\n",
      "/proc/self/mountinfo": memoryMount,
      ...group1("/sys/fs/cgroup/memory/docker/4f2a", 450 * MB, 200 * MB, 60 * MB),
    }),
  ).toEqual({
    free: 310 * MB,
    binding: "cgroup",
    machineAvailable: 8000 * MB,
    cgroup: { path: "/sys/fs/cgroup/memory/docker/4f2a", limit: 450 * MB, used: 140 * MB },
  });
});

test("a group around the process's own may leave less", () => {
  const files = {
    "/proc/7/cgroup": "4:memory:/pod/app\n",
    "/proc/self/mountinfo": memoryMount,
    ...group1("/sys/fs/cgroup/memory/pod", 1000 * MB, 950 * MB),
    ...group1("/sys/fs/cgroup/memory/pod/app", 600 * MB, 100 * MB),
  };
  expect(roomWith(files)).toMatchObject({ free: 50 * MB, cgroup: { path: "/sys/fs/cgroup/memory/pod" } });
  root?.remove();
  // A group that counts only its own processes does not limit those of groups in it.
  const alone = { ...files, "/sys/fs/cgroup/memory/pod/memory.use_hierarchy": "0\n" };
  expect(roomWith(alone)).toMatchObject({
    free: 500 * MB,
    cgroup: { path: "/sys/fs/cgroup/memory/pod/app" },
  });
});

test("a limit above what the machine has left does not decide, but is told", () => {
  expect(
    roomWith({
      "/proc/7/cgroup": "0::/app\n",
      "/proc/self/mountinfo": unifiedMount,
      ...group2("/sys/fs/cgroup/app", { max: 20_000 * MB, current: 100 * MB }),
    }),
  ).toMatchObject({ free: 8000 * MB, binding: "machine", cgroup: { limit: 20_000 * MB } });
});

test("version 2: the smaller one of max and high counts", () => {
  expect(
    roomWith({
      "/proc/7/cgroup": "0::/system.slice/app.service\n",
      "/proc/self/mountinfo": unifiedMount,
      ...group2("/sys/fs/cgroup/system.slice", { current: 3000 * MB }),
      ...group2("/sys/fs/cgroup/system.slice/app.service", {
        max: 600 * MB,
        high: 500 * MB,
        current: 300 * MB,
        cache: 20 * MB,
      }),
    }),
  ).toMatchObject({
    free: 220 * MB,
    binding: "cgroup",
    cgroup: { path: "/sys/fs/cgroup/system.slice/app.service", limit: 500 * MB, used: 280 * MB },
  });
});

test("both versions at once: the one that has the memory controller has the files", () => {
  expect(
    roomWith({
      "/proc/7/cgroup": "4:memory:/app\n0::/user.slice\n",
      "/proc/self/mountinfo": `${memoryMount}41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n`,
      ...group1("/sys/fs/cgroup/memory/app", 450 * MB, 100 * MB),
      "/sys/fs/cgroup/unified/user.slice/cgroup.procs": "7\n",
    }),
  ).toMatchObject({ free: 350 * MB, cgroup: { path: "/sys/fs/cgroup/memory/app" } });
});

test("in a container that sees the host's names, the mount begins with the container's group", () => {
  expect(
    roomWith({
      "/proc/7/cgroup": "4:memory:/docker/4f2a/worker\n",
      "/proc/self/mountinfo": memoryMount.replace(" / /sys", " /docker/4f2a /sys"),
      ...group1("/sys/fs/cgroup/memory", 450 * MB, 400 * MB),
      ...group1("/sys/fs/cgroup/memory/worker", NONE, 100 * MB),
    }),
  ).toMatchObject({ free: 50 * MB, cgroup: { path: "/sys/fs/cgroup/memory" } });
});

test("in a container with names of its own, its group is the root", () => {
  expect(
    roomWith({
      "/proc/7/cgroup": "0::/\n",
      "/proc/self/mountinfo": unifiedMount,
      ...group2("/sys/fs/cgroup", { max: 450 * MB, current: 400 * MB }),
    }),
  ).toMatchObject({ free: 50 * MB, cgroup: { path: "/sys/fs/cgroup" } });
});

test("a process in another container is asked through its own mounts", () => {
  expect(
    roomWith({
      "/proc/7/cgroup": "0::/../other.scope\n",
      "/proc/self/mountinfo": unifiedMount,
      ...group2("/sys/fs/cgroup", { max: 100 * MB, current: 90 * MB }), // ours
      "/proc/7/mountinfo": unifiedMount.replace(" / /sys", " /../other.scope /sys"),
      ...group2("/proc/7/root/sys/fs/cgroup", { max: 450 * MB, current: 150 * MB }),
    }),
  ).toMatchObject({ free: 300 * MB, cgroup: { path: "/proc/7/root/sys/fs/cgroup" } });
});

test("a mount that begins above our namespace tells of the groups around us", () => {
  expect(
    roomWith({
      "/proc/7/cgroup": "4:memory:/\n",
      "/proc/self/mountinfo": memoryMount.replace(" / /sys", " /../.. /sys"),
      ...group1("/sys/fs/cgroup/memory", 700 * MB, 600 * MB),
    }),
  ).toMatchObject({ free: 100 * MB });
});

test("spaces in the names of mounts are understood", () => {
  expect(
    roomWith({
      "/proc/7/cgroup": "4:memory:/my app\n",
      "/proc/self/mountinfo": memoryMount.replace("/sys/fs/cgroup/memory", "/mnt/c\\040groups"),
      ...group1("/mnt/c groups/my app", 450 * MB, 100 * MB),
    }),
  ).toMatchObject({ free: 350 * MB });
});

test("a group that uses more than its limit leaves nothing", () => {
  expect(
    roomWith({
      "/proc/7/cgroup": "0::/app\n",
      "/proc/self/mountinfo": unifiedMount,
      ...group2("/sys/fs/cgroup/app", { max: 100 * MB, current: 120 * MB }),
    }),
  ).toMatchObject({ free: 0, binding: "cgroup" });
});

test("nonsense in these files counts as no limit", () => {
  expect(
    roomWith({
      "/proc/7/cgroup": "nonsense\n4:memory:no-slash\n0::/../../etc\n0::/a/../../b\n",
      "/proc/self/mountinfo": `nonsense\n - \n${unifiedMount}`,
      ...group2("/sys/fs/cgroup/app", { max: "1e3", current: 10 }),
    }),
  ).toMatchObject({ binding: "machine" });
});

test("a process that is gone has the machine's room, and a system without /proc/meminfo has none", () => {
  expect(roomWith({})).toMatchObject({ free: 8000 * MB, binding: "machine" });
  root?.remove();
  root = makeRoot({});
  expect(readMemoryRoom(undefined, { root: root.path })).toBeUndefined();
});

test.runIf(process.platform === "linux")("this machine has memory left, for this process, too", () => {
  const machine = readMemoryRoom(undefined)!;
  expect(machine.machineAvailable).toBeGreaterThan(0);
  expect(machine.cgroup).toBeUndefined();
  expect(readMemoryRoom(process.pid)!.free).toBeLessThanOrEqual(machine.machineAvailable * 1.5);
});

test("a real control group limits the processes in it", async (context) => {
  const group = makeLimitedCgroup(450 * MB);
  if (group === undefined) return context.skip();
  try {
    const [file, ...words] = group.command([process.execPath, "-e", idle]);
    const node = await spawnProgram(file, words);
    try {
      const room = readMemoryRoom(node.pid)!;
      expect(room).toMatchObject({ binding: "cgroup", cgroup: { path: group.path, limit: 450 * MB } });
      expect(room.cgroup!.used).toBeGreaterThan(2 * MB);
      expect(room.free).toBe(450 * MB - room.cgroup!.used);
    } finally {
      await node.kill();
    }
  } finally {
    await group.remove();
  }
});

const facts = { machineFree: 8000 * MB, residentSize: 100 * MB } as TargetFacts;

test("a process far away tells its room itself", () => {
  expect(memoryRoomOf(facts)).toEqual({
    free: 8000 * MB,
    binding: "machine",
    machineAvailable: 8000 * MB,
  });
  // Node 18 knows the limit but not what is left under it.
  expect(memoryRoomOf({ ...facts, memoryLimit: 450 * MB })).toMatchObject({
    free: 350 * MB,
    binding: "cgroup",
  });
  expect(memoryRoomOf({ ...facts, memoryLimit: 450 * MB, memoryFree: 200 * MB })).toMatchObject({
    free: 200 * MB,
    binding: "cgroup",
    cgroup: { limit: 450 * MB, used: 250 * MB },
  });
  expect(memoryRoomOf({ ...facts, machineFree: undefined })).toBeUndefined();
});
