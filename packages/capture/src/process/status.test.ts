import { expect, test } from "vitest";
import { hasSignal, parseStatus } from "./status.ts";

// Node 24 in a container, seen from outside; cut.
const recorded = `Name:	node-MainThread
Umask:	0022
State:	S (sleeping)
Tgid:	10000
Ngid:	0
Pid:	10000
PPid:	9998
TracerPid:	0
Uid:	1000	1001	1000	1001
Gid:	0	0	0	0
NSpid:	10000	37	1
VmPeak:	  712900 kB
VmRSS:	   40384 kB
RssAnon:	    6288 kB
RssFile:	   34096 kB
Threads:	7
SigPnd:	0000000000000000
SigBlk:	0000000000000000
SigIgn:	0000000001001000
SigCgt:	0000000100004602
`;

test("identity, memory and signals are read", () => {
  expect(parseStatus(recorded)).toEqual({
    processId: 10000,
    innerPid: 1,
    parentPid: 9998,
    userId: 1001,
    state: "sleeping",
    residentSize: 40384 * 1024,
    anonymousSize: 6288 * 1024,
    signals: { caught: 0x100004602n, blocked: 0n, ignored: 0x1001000n },
  });
});

test("a zombie has no memory, and an old kernel no namespaces", () => {
  const zombie = recorded.replace(/^(?:Vm|Rss|NSpid).*\n/gm, "").replace("S (sleeping)", "Z (zombie)");
  expect(parseStatus(zombie)).toMatchObject({
    state: "zombie",
    innerPid: 10000,
    residentSize: 0,
    anonymousSize: 0,
  });
});

test.each([
  ["R (running)", "running"],
  ["T (stopped)", "stopped"],
  ["t (tracing stop)", "stopped"],
  ["D (disk sleep)", "other"],
  ["X (dead)", "zombie"],
])("%s is %s", (text, state) => {
  expect(parseStatus(recorded.replace("S (sleeping)", text)).state).toBe(state);
});

test("a program's name cannot forge a field", () => {
  // The kernel writes a newline in a name as the two characters \n.
  const named = recorded.replace("node-MainThread", "x\\nTgid:\\t1");
  expect(parseStatus(named).processId).toBe(10000);
});

test("signals are told by their number", () => {
  const { caught } = parseStatus(recorded).signals;
  expect([1, 2, 10, 11, 12, 15, 33].filter((signal) => hasSignal(caught, signal))).toEqual([
    2, 10, 11, 15, 33,
  ]);
});
