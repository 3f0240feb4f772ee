import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { examine, formatSize, judge, readContainer, type Facts } from "./preflight.ts";

const MB = 1e6;
const facts: Facts = {
  small: 100 * MB,
  large: 0.3 * MB,
  numericValues: false,
  gzip: false,
  nodeMajor: 24,
  directory: "/captures",
  disk: { free: 10_000 * MB },
  room: { free: 4000 * MB, place: "in the container" },
};

describe("a heap snapshot", () => {
  test("takes twelve times the small objects, and texts count nothing", () => {
    expect(judge(facts)).toEqual({
      fits: true,
      reason: "a heap snapshot may take 1.3 GB of memory and 361 MB in /captures",
      extraMemory: 1260 * MB,
      freeMemory: 4000 * MB,
      fileSize: 361 * MB,
      freeDisk: 10_000 * MB,
      pauseMs: { from: 1200, to: 9400 },
    });
  });

  test("takes more with numbers as objects", () => {
    expect(judge({ ...facts, numericValues: true })).toMatchObject({
      fits: false,
      extraMemory: 3260 * MB,
      fileSize: 751 * MB,
    });
  });

  test("takes a name for each place in what may be huge arrays", () => {
    expect(judge({ ...facts, large: 8.3 * MB }).extraMemory).toBe(1260 * MB + 1300 * MB);
  });

  test("does not fit when a fifth of what is free would not be left", () => {
    expect(judge({ ...facts, room: { free: 1575 * MB, place: "in the container" } }).fits).toBe(true);
    expect(judge({ ...facts, room: { free: 1574 * MB, place: "in the container" } })).toMatchObject({
      fits: false,
      reason:
        "a heap snapshot may take 1.3 GB of memory; 1.6 GB are free in the container, a fifth of which must stay free",
    });
  });

  test("does not fit on a disk that is smaller, unless it is compressed", () => {
    const disk = { free: 200 * MB };
    expect(judge({ ...facts, disk })).toMatchObject({
      fits: false,
      reason: "a heap snapshot may take 361 MB in /captures, where 200 MB are free",
    });
    expect(judge({ ...facts, disk, gzip: true }).fits).toBe(true);
  });

  test("is not refused for what is unknown", () => {
    const { disk: _, ...rest } = facts;
    const { freeMemory, freeDisk, fits } = judge({ ...rest, room: { place: "on the machine" } });
    expect([freeMemory, freeDisk, fits]).toEqual([undefined, undefined, true]);
  });

  test.each([
    [18, { from: 2500, to: 20_400 }],
    [20, { from: 2000, to: 15_400 }],
    [22, { from: 1500, to: 11_400 }],
    [26, { from: 1200, to: 9400 }],
  ])("of Node %d pauses that long", (nodeMajor, pauseMs) => {
    expect(judge({ ...facts, nodeMajor }).pauseMs).toEqual(pauseMs);
  });

  test("of this process is examined where it will be written, also if the folder is not there yet", () => {
    const { extraMemory, freeDisk } = examine(path.join(os.tmpdir(), "not", "there"), false);
    expect(extraMemory).toBeGreaterThan(100 * MB);
    expect(freeDisk).toBeGreaterThan(0);
  });
});

describe("the container's limit", () => {
  let root: string;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "preflight-"));
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));
  const write = (files: Record<string, string>): void => {
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      fs.writeFileSync(path.join(root, name), `${text}\n`);
    }
  };

  test("is that of its own group in version 2, without file cache that can be dropped", () => {
    write({
      "proc/self/cgroup": "0::/",
      "sys/fs/cgroup/memory.max": "1000",
      "sys/fs/cgroup/memory.high": "max",
      "sys/fs/cgroup/memory.current": "700",
      "sys/fs/cgroup/memory.stat": "anon 400\ninactive_file 200\nactive_file 100",
    });
    expect(readContainer(root)).toEqual({ used: 500, limit: 1000 });
  });

  test("is that of the group around which leaves least", () => {
    write({
      "proc/self/cgroup": "0::/pod/app",
      "sys/fs/cgroup/pod/app/memory.max": "1000",
      "sys/fs/cgroup/pod/app/memory.high": "900",
      "sys/fs/cgroup/pod/app/memory.current": "100",
      "sys/fs/cgroup/pod/memory.max": "2000",
      "sys/fs/cgroup/pod/memory.high": "max",
      "sys/fs/cgroup/pod/memory.current": "1500",
    });
    expect(readContainer(root)).toEqual({ used: 1500, limit: 2000 });
  });

  test("is found where a container sees its own group as the root, in version 1", () => {
    write({
      "proc/self/cgroup": "9:cpu,cpuacct:/docker/4f2a\n4:memory:/docker/4f2a\n0::/docker/4f2a",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "1000",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": "700",
      "sys/fs/cgroup/memory/memory.stat": "inactive_file 5\ntotal_inactive_file 100",
    });
    expect(readContainer(root)).toEqual({ used: 600, limit: 1000 });
  });

  test("is none where version 1 says the largest number", () => {
    write({
      "proc/self/cgroup": "4:memory:/",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": "700",
    });
    expect(readContainer(root)).toBeUndefined();
  });

  test("is not looked for outside of what is mounted", () => {
    write({
      "proc/self/cgroup": "0::/../../other",
      "sys/fs/cgroup/memory.max": "10",
      "sys/fs/cgroup/memory.current": "4",
    });
    expect(readContainer(root)).toEqual({ used: 4, limit: 10 });
  });

  test("is unknown on other systems", () => {
    expect(readContainer(root)).toBeUndefined();
  });
});

test("sizes are short", () => {
  expect([1.4 * MB, 812 * MB, 999.6 * MB, 4123 * MB].map(formatSize)).toEqual([
    "1 MB",
    "812 MB",
    "1.0 GB",
    "4.1 GB",
  ]);
});
