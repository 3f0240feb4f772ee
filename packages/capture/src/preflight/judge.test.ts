import { describe, expect, test } from "vitest";
import type { HeapFacts } from "./heap-facts.ts";
import { judge } from "./judge.ts";
import type { PreflightInput } from "./judge.ts";

const MB = 1e6;
const GB = 1e9;

const heap: HeapFacts = { used: 105 * MB, largeObjects: 5 * MB, isUpperBound: false, nodeMajor: 24 };

const roomy: PreflightInput = {
  heap,
  memory: { free: 16 * GB, binding: "machine", machineAvailable: 16 * GB },
  disk: { folder: "/srv", free: 70 * GB, isMemory: false },
  residentSize: 180 * MB,
  process: { pid: 4242, state: "sleeping" },
};

function tight(free: number): PreflightInput {
  const cgroup = { path: "/sys/fs/cgroup/app", limit: 450 * MB, used: 450 * MB - free };
  return { ...roomy, memory: { free, binding: "cgroup", machineAvailable: 16 * GB, cgroup } };
}

test("what a capture costs is told with where each number comes from", () => {
  const { estimates, refusals, warnings, pauseIsLong } = judge({
    ...roomy,
    heap: { ...heap, used: 50 * MB, largeObjects: 0 },
  });
  expect(estimates).toEqual([
    { label: "Pause", text: "1–5 s", rule: "12–90 ms/MB × 50.0 MB of small objects." },
    {
      label: "Memory",
      text: "about 505 MB, at most 660 MB more than the 180 MB now; 16.0 GB are free on the machine",
      rule: "12 × 50.0 MB of small objects, and 60.0 MB.",
    },
    {
      label: "File",
      text: "about 116 MB, at most 181 MB; 70.0 GB are free",
      rule: "Up to 3.6 × 50.0 MB of small objects.",
    },
  ]);
  expect(refusals).toEqual([]);
  expect(warnings).toEqual([]);
  expect(pauseIsLong).toBe(false);
});

test("what is not known is left out of the estimates", () => {
  const { estimates, refusals } = judge({ heap });
  expect(estimates.map(({ text }) => text)).toEqual([
    "1–11 s",
    "about 980 MB, at most 2.1 GB more",
    "about 231 MB, at most 391 MB",
  ]);
  expect(refusals).toEqual([]);
});

describe("refused is", () => {
  test("what does not fit into four fifths of the memory that a control group leaves", () => {
    expect(judge(tight(345 * MB)).refusals).toEqual([
      {
        code: "would-not-fit",
        about: "memory",
        message:
          "The capture may take 2.1 GB more memory, and of the 345 MB that are free in its control group (limit 450 MB, 105 MB used) no more than 276 MB should be used, or the system kills the process; raise the limit, capture a replica with more memory, or use --force.",
      },
    ]);
    expect(judge(tight(2.7 * GB)).refusals).toEqual([]);
  });

  test("what does not fit into the memory of the machine, at worst", () => {
    const texts = { ...heap, largeObjects: 100 * MB };
    const [refusal] = judge({
      ...roomy,
      heap: texts,
      memory: { free: 8 * GB, binding: "machine", machineAvailable: 8 * GB },
    }).refusals;
    expect(refusal!.message).toBe(
      "The capture may take 16.4 GB more memory at worst, and of the 8.0 GB that are free on the machine no more than 6.4 GB should be used, or the system kills the process; free some memory, capture a replica on a larger machine, or use --force.",
    );
  });

  test("a file that does not fit on the disk", () => {
    const disk = { folder: "/srv/a\u001bb", free: 100 * MB, isMemory: false };
    expect(judge({ ...roomy, disk }).refusals).toEqual([
      {
        code: "would-not-fit",
        about: "disk",
        message:
          "The file may take 391 MB, but only 100 MB are free in /srv/a\\u{1b}b; free some space, choose another folder, or use --force.",
      },
    ]);
    const [refusal] = judge({ ...roomy, disk, isWrittenByProcess: true }).refusals;
    expect(refusal!.message).toContain(", and a process that cannot write its snapshot dies; free");
  });

  test("the files of a series that do not fit together", () => {
    const disk = { folder: "/srv", free: 1 * GB, isMemory: false };
    expect(judge({ ...roomy, disk }).refusals).toEqual([]);
    expect(judge({ ...roomy, disk, cost: { snapshots: 3 } }).refusals).toMatchObject([{ about: "disk" }]);
  });

  test("a file in memory that does not fit there with the capture", () => {
    const disk = { folder: "/dev/shm", free: 8 * GB, isMemory: true };
    const memory = { free: 2.8 * GB, binding: "machine", machineAvailable: 2.8 * GB } as const;
    expect(judge({ ...roomy, memory }).refusals).toEqual([]);
    expect(judge({ ...roomy, memory, disk }).refusals).toMatchObject([{ about: "memory" }]);
  });

  test("a process that is stopped", () => {
    expect(judge({ ...roomy, process: { pid: 4242, state: "stopped" } }).refusals).toEqual([
      {
        code: "blocked",
        about: "process",
        message:
          "Process 4242 is stopped, by a signal or a debugger such as gdb, and answers nothing; continue it (kill -CONT 4242), or use --force.",
      },
    ]);
  });

  test("a process that is being debugged", () => {
    const debuggers = [{ pid: 77, command: "code --inspect\u0007" }, {}];
    expect(judge({ ...roomy, debuggers }).refusals).toEqual([
      {
        code: "in-use",
        about: "debugger",
        message:
          "A debugger is attached (code --inspect\\u{7}, process 77), and a capture would get in its way; disconnect it, or use --force.",
      },
    ]);
    expect(judge({ ...roomy, debuggers: [{}] }).refusals[0]!.message).toContain(
      "A debugger is attached, and",
    );
  });

  test("a pause of minutes", () => {
    const huge = { ...heap, used: 4 * GB };
    expect(judge({ heap: huge }).refusals).toEqual([
      {
        code: "too-slow",
        about: "time",
        message:
          "The process may stand still for 6 min; capture a replica that serves nobody, look with a sampling profile instead, or use --force.",
      },
    ]);
  });

  test("first what stops it at once", () => {
    const all = judge({
      ...tight(10 * MB),
      heap: { ...heap, used: 9 * GB },
      process: { pid: 1, state: "stopped" },
      debuggers: [{}],
      disk: { folder: "/", free: 0, isMemory: false },
    });
    expect(all.refusals.map(({ about }) => about)).toEqual(["process", "debugger", "memory", "disk", "time"]);
  });
});

describe("warned is of", () => {
  test("a pause of ten seconds or more", () => {
    const { pauseIsLong, warnings } = judge(roomy);
    expect(pauseIsLong).toBe(true);
    expect(warnings).toEqual([
      "The process stands still meanwhile, 1–11 s: health checks may fail, connections may be given up.",
    ]);
  });

  test("a heap whose size is not known", () => {
    const process: HeapFacts = { used: 30 * MB, largeObjects: undefined, isUpperBound: true, nodeMajor: 24 };
    expect(judge({ ...roomy, heap: process }).warnings).toEqual([
      "The size of the heap is not known on this route; memory, file and pause are upper bounds.",
    ]);
  });

  test("what makes old versions slow", () => {
    const small = { ...heap, used: 10 * MB };
    const warnings = (nodeMajor: number, isWrittenByProcess: boolean): readonly string[] =>
      judge({ ...roomy, heap: { ...small, nodeMajor }, isWrittenByProcess }).warnings;
    expect(warnings(20, true)).toEqual([
      "Node 20 looks up the line of each function in the slowest way here; with scripts of some MB that takes minutes, and an inspector avoids it.",
    ]);
    expect(warnings(22, true)).toEqual([]);
    expect(warnings(20, false)).toEqual([]);
    expect(warnings(18, false)).toEqual([expect.stringContaining("Node 18 compares texts slowly")]);
  });

  test("memory that cannot be seen, and a folder in memory", () => {
    const disk = { folder: "/dev/shm", free: 8 * GB, isMemory: true };
    const small = { ...heap, used: 10 * MB };
    expect(judge({ ...roomy, heap: small, memory: undefined, disk }).warnings).toEqual([
      "How much memory is free there cannot be seen from here; a process that runs out of it is killed.",
      "/dev/shm is in memory, so that the file takes memory, too.",
    ]);
  });
});
