import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { constants } from "node:os";
import { expect, test } from "vitest";
import type { InspectorState } from "../process/find-inspector.ts";
import type { ProcessFacts } from "../process/read-process.ts";
import { listRoutes, type RouteName, type RouteOffer } from "./route-offers.ts";

const { SIGUSR1, SIGUSR2 } = constants.signals;
const bit = (signal: number): bigint => 1n << BigInt(signal - 1);

/** A Node process of our own that runs for a minute. */
function facts(changes: Partial<ProcessFacts> = {}): ProcessFacts {
  return {
    pid: process.pid,
    innerPid: process.pid,
    parentPid: 1,
    userId: process.geteuid?.() ?? 0,
    state: "sleeping",
    startedAt: new Date(0),
    uptimeMs: 60_000,
    startTicks: 1,
    command: "node server.js",
    args: ["node", "server.js"],
    runtime: "node",
    version: "v24.21.0",
    executable: "/usr/bin/node",
    workingFolder: "/srv/shop",
    nodeOptions: [],
    residentSize: 1,
    anonymousSize: 1,
    heapLimit: undefined,
    signals: { caught: bit(SIGUSR1), blocked: 0n, ignored: 0n },
    sameNetwork: true,
    sameMount: true,
    samePidNamespace: true,
    container: undefined,
    cgroups: [],
    heapSnapshotSignal: undefined,
    reportSignal: undefined,
    diagnosticFolder: undefined,
    inspectorFlags: {
      address: undefined,
      port: 0,
      disabledSigusr1: false,
      permission: false,
      publishesHttp: true,
    },
    writablePaths: [],
    ...changes,
  };
}

const closed: InspectorState = { state: "closed", clients: [] };
const socket = { address: "127.0.0.1", port: 9229, inode: 1 };
const opened: InspectorState = { state: "open", url: "ws://127.0.0.1:9229/0b5c", socket, clients: [] };

function offers(changes: Partial<ProcessFacts>, inspector = closed): Record<RouteName, RouteOffer> {
  const list = listRoutes(facts(changes), inspector, undefined);
  expect(list.map(({ route }) => route)).toEqual(["agent", "inspector", "sigusr1", "signal"]);
  return Object.fromEntries(list.map((offer) => [offer.route, offer])) as Record<RouteName, RouteOffer>;
}

/** The routes that work. */
function working(changes: Partial<ProcessFacts>, inspector?: InspectorState): RouteName[] {
  return listRoutes(facts(changes), inspector ?? closed, undefined)
    .filter(({ works }) => works)
    .map(({ route }) => route);
}

const flags = facts().inspectorFlags;
const usr2 = { name: "SIGUSR2", number: SIGUSR2 };

test("a plain Node process is reached by SIGUSR1, with a word on what that does", () => {
  expect(working({})).toEqual(["sigusr1"]);
  expect(offers({}).sigusr1.reason).toBe(
    "SIGUSR1 opens its inspector on a free port, unless the program has a handler of its own for it",
  );
  expect(offers({}).inspector.reason).toBe(
    "its inspector is closed; it is open in a process that was started with --inspect",
  );
  expect(offers({}).signal.reason).toBe("it was not started with --heapsnapshot-signal=SIGUSR2");
});

test("an agent comes first, whatever else is open, and without one the way to have one is told", () => {
  const agent = { version: "0.1.0", startedAt: "2026-11-23T11:00:00.000Z", socket: "/tmp/x.sock" };
  const list = listRoutes(facts(), opened, agent);
  expect(list[0]).toEqual({ route: "agent", works: true, reason: "@heapscope/agent 0.1.0 runs in it" });
  expect(list[1]).toMatchObject({ route: "inspector", works: true });
  expect(listRoutes(facts({ state: "stopped" }), opened, agent).some(({ works }) => works)).toBe(false);
  expect(offers({}).agent).toEqual({
    route: "agent",
    works: false,
    reason: "no @heapscope/agent runs in it; start it with node --import @heapscope/agent/register",
  });
  expect(offers({ runtime: "deno" }).agent.reason).toBe("there is no @heapscope/agent for Deno");
});

test("an open inspector is enough", () => {
  expect(working({}, opened)).toEqual(["inspector"]);
  expect(offers({}, opened).inspector.reason).toBe("its inspector is open at 127.0.0.1:9229");
  expect(offers({}, opened).sigusr1.reason).toBe("its inspector is open already");
});

test("an inspector in use says by whom, and what it means for them", () => {
  const inUse: InspectorState = {
    ...opened,
    state: "in-use",
    clients: [{ pid: 77, command: "code \u001b[2J" }, {}],
  };
  expect(offers({}, inUse).inspector).toEqual({
    route: "inspector",
    works: true,
    reason:
      "its inspector is open at 127.0.0.1:9229, and process 77 (code \\u{1b}[2J) and 1 more use it: snapshots taken there so far lose their object ids",
  });
});

test("an inspector without an address asks for it", () => {
  const { url: _, ...hidden } = opened;
  expect(offers({}, hidden).inspector).toMatchObject({
    works: false,
    reason: expect.stringMatching(/give the ws:\/\/ address that it printed/),
  });
});

// The most important rule: whoever has no handler for a signal dies of it.
test.each([
  ["deno", "Deno does not know SIGUSR1 and would die of it"],
  ["bun", "Bun does not know SIGUSR1 and would die of it"],
  ["chromium", "Chromium does not know SIGUSR1 and would die of it"],
] as const)("%s never gets SIGUSR1, whatever its signals look like", (runtime, reason) => {
  expect(working({ runtime })).toEqual([]);
  expect(offers({ runtime }).sigusr1.reason).toBe(reason);
});

test("a process without a handler never gets the signal", () => {
  const signals = { caught: 0n, blocked: 0n, ignored: 0n };
  expect(working({ signals, heapSnapshotSignal: usr2 })).toEqual([]);
  expect(offers({ signals }).sigusr1.reason).toBe("it has no handler for SIGUSR1, and would die of it");
  expect(offers({ signals, uptimeMs: 20 }).sigusr1.reason).toBe(
    "it has just started, and would die of SIGUSR1; try again in a second",
  );
  expect(offers({ signals, heapSnapshotSignal: usr2 }).signal.reason).toBe(
    "it has no handler for SIGUSR2, and would die of it",
  );
  expect(offers({ signals: { ...signals, ignored: bit(SIGUSR1) } }).sigusr1.reason).toBe(
    "it ignores SIGUSR1",
  );
});

test("a signal that is kept back or that does something else is not sent", () => {
  const signals = { caught: bit(SIGUSR2), blocked: bit(SIGUSR1), ignored: 0n };
  expect(offers({ signals, inspectorFlags: { ...flags, disabledSigusr1: true } }).sigusr1).toMatchObject({
    works: false,
    reason: "SIGUSR1 is switched off (--disable-sigusr1); start it without that, or with --inspect",
  });
  const permission = { ...flags, permission: true };
  expect(offers({ signals, inspectorFlags: permission }).sigusr1.reason).toBe(
    "--permission switches SIGUSR1 off; start it with --allow-inspector, too",
  );
  expect(offers({ signals, inspectorFlags: permission, version: "v20.20.2" }).sigusr1.reason).toBe(
    "--permission switches SIGUSR1 off",
  );
  const usr1 = { name: "SIGUSR1", number: SIGUSR1 };
  expect(offers({ heapSnapshotSignal: usr1 }).sigusr1.reason).toMatch(/writes a snapshot instead/);
  expect(offers({ reportSignal: usr1 }).sigusr1.reason).toMatch(/writes a report instead/);
});

test("the heap-snapshot signal works when Node has set it up, and says where the file goes", () => {
  const signals = { caught: bit(SIGUSR1) | bit(SIGUSR2), blocked: 0n, ignored: 0n };
  const ready = { signals, heapSnapshotSignal: usr2, diagnosticFolder: "/var/dumps" };
  expect(working(ready)).toEqual(["sigusr1", "signal"]);
  expect(offers(ready).signal.reason).toBe(
    "on SIGUSR2 it writes a snapshot of its main thread to /var/dumps; it would die if it could not",
  );
  // Node 18 writes to its working folder, whatever --diagnostic-dir says.
  expect(offers({ ...ready, version: "v18.20.8" }).signal.reason).toContain(" to /srv/shop;");
});

test.each([
  [[], false],
  [["*"], true],
  [["/srv"], true],
  [["/srv/shop"], true],
  [["/srv/shop/*"], true],
  [["/srv/sh"], false],
  [["/srv/shop/logs"], false],
  [["."], false],
])("under the permission model with %j the heap-snapshot signal works: %s", (writablePaths, works) => {
  const signals = { caught: bit(SIGUSR2), blocked: bit(SIGUSR1), ignored: 0n };
  const inspectorFlags = { ...flags, permission: true };
  const { signal } = offers({ signals, inspectorFlags, heapSnapshotSignal: usr2, writablePaths });
  expect(signal.works).toBe(works);
  if (!works)
    expect(signal.reason).toMatch(/^--permission forbids it to write to \/srv\/shop, and it would die/);
});

test.each([
  [{ state: "stopped" as const }, /^it is stopped and answers nobody; let it go on with kill -CONT \d+$/],
  [{ state: "zombie" as const }, /^it has exited already$/],
  [{ executable: undefined }, / look into it/],
  [{ runtime: "other" as const }, /^it is neither Node nor another program whose heap can be captured$/],
])("nothing works for %j", (changes, reason) => {
  const heapSnapshotSignal = usr2;
  expect(working({ ...changes, heapSnapshotSignal })).toEqual([]);
  for (const offer of Object.values(offers(changes))) expect(offer.reason).toMatch(reason);
});

test.runIf(process.geteuid !== undefined)("nothing works for another user's process, but for root", () => {
  const other = { userId: process.geteuid!() + 1 };
  const expected = process.geteuid!() === 0 ? ["sigusr1"] : [];
  expect(working(other)).toEqual(expected);
});

test("an inspector in another network namespace is good if it was reached, and else says how it could be", () => {
  const elsewhere = { sameNetwork: false };
  expect(offers(elsewhere, opened).inspector).toEqual({
    route: "inspector",
    works: true,
    reason: "its inspector is open at 127.0.0.1:9229 in another network namespace",
  });
  const unreachable = offers(elsewhere, { state: "unknown", socket, clients: [] }).inspector;
  expect(unreachable.works).toBe(false);
  expect(unreachable.reason).toMatch(/^its inspector \(127\.0\.0\.1:9229\) is in another network .* nsenter/);
  expect(offers(elsewhere, { state: "unknown", clients: [] }).inspector.works).toBe(false);
});

test("a port that another program has is named with it, since no inspector would open", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const inspectorFlags = { ...flags, port };
  expect(offers({ inspectorFlags }).sigusr1).toEqual({
    route: "sigusr1",
    works: false,
    reason: `its inspector would open on port ${port}, which process ${process.pid} has; end that, or start this one with --inspect-port=0`,
  });
  expect(offers({ inspectorFlags: { ...inspectorFlags, address: "127.0.0.2" } }).sigusr1.works).toBe(true);
  server.close();
});

test("Bun has no V8 heap to ask for, and Deno's inspector is as good as Node's", () => {
  expect(working({ runtime: "bun" }, opened)).toEqual([]);
  expect(offers({ runtime: "bun" }, opened).inspector.reason).toMatch(/Bun\.generateHeapSnapshot\("v8"\)/);
  expect(working({ runtime: "deno" }, opened)).toEqual(["inspector"]);
  expect(working({ runtime: "chromium" }, opened)).toEqual(["inspector"]);
});
