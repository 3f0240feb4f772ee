import { describe, expect, it } from "vitest";
import type { Agents, AgentStatus } from "../schemas/agent-status.ts";
import { textWidth } from "../text/text-width.ts";
import { printAgents } from "./agent-status.ts";
import { Page } from "./page.ts";
import { createPalette } from "./palette.ts";

const at = "2026-11-23T12:00:00.000Z";
const host = { pid: 4242, innerPid: 1, command: "node server.js", userId: 1000 };

function status(changes: Partial<AgentStatus> = {}): AgentStatus {
  return {
    schema: "heapscope/agent-status@1",
    at,
    process: host,
    version: "0.1.0",
    pid: 1,
    runtime: "v24.21.0",
    startedAt: "2026-11-23T09:00:00.000Z",
    directory: "/var/heaps",
    redact: "secrets",
    triggers: [
      { trigger: "signal", active: true, detail: "SIGUSR2" },
      { trigger: "http", active: false, detail: "the port is in use" },
    ],
    exporters: [{ type: "s3", to: "bucket at s3.example" }],
    captures: [
      {
        id: "c1",
        trigger: "memory",
        recorder: "heap-snapshot",
        startedAt: "2026-11-23T11:48:00.000Z",
        durationMs: 900,
        files: [
          {
            path: "/var/heaps/heap-snapshot-web-1-0-20261123T114800Z-c1c1c1c1.heapsnapshot.gz",
            recorder: "heap-snapshot",
            bytes: 12_300_000,
            sha256: "0".repeat(64),
            thread: { id: 0, name: "main" },
            pauseMs: 640,
          },
        ],
        warnings: [],
      },
    ],
    pendingExports: 2,
    limits: { usedToday: 3, perDay: 24, nextAllowedAt: "2026-11-23T12:00:30.000Z" },
    preflight: {
      fits: true,
      reason: "",
      extraMemory: 288e6,
      freeMemory: 24.4e9,
      fileSize: 57.2e6,
      freeDisk: 72.2e9,
      pauseMs: { from: 140, to: 3800 },
    },
    recentEvents: [
      {
        timestamp: "2026-11-23T11:59:00.000Z",
        name: "heapscope.export.failed",
        severity: "warn",
        message: "503",
        attributes: {},
      },
    ],
    ...changes,
  };
}

function print(result: AgentStatus | Agents, width?: number): string {
  const page = new Page(createPalette(false), width);
  printAgents(page, result);
  return page.lines.join("\n");
}

describe("the status of an agent", () => {
  it("is a sentence, what it is set to, what a snapshot would cost, and what it has done", () => {
    expect(print(status())).toBe(`\
@heapscope/agent 0.1.0 in process 4242 (node server.js), for 3.0 h: ready, redacts secrets.

Node      v24.21.0, process 1 in its container
Snapshot  a pause of 140 ms to 3.8 s
  memory  at most 288 MB of 24.4 GB free
  file    at most 57.2 MB of 72.2 GB free
Folder    /var/heaps
Sends to  s3 bucket at s3.example; 2 files to send
Limits    3 of 24 captures by triggers in 24 h; the next in 30 s

Trigger  Active  Detail
signal   yes     SIGUSR2
http     no      the port is in use

  Captured  By      What           Files     Size   Pause  File
12 min ago  memory  heap-snapshot      1  12.3 MB  640 ms  heap-snapshot-web-1-0-20261123T114800Z-c1c1c1c1.heapsnapshot.gz

  Lately        Event
60 s ago  warn  503

next: heapscope capture 4242   a snapshot by the agent, into this folder`);
  });

  it("says that a snapshot would not fit, and why", () => {
    const preflight = {
      ...status().preflight,
      fits: false,
      reason: "a heap snapshot may take 9.1 GB of memory",
    };
    const text = print(status({ preflight, redact: "off" }));
    expect(text).toMatch(/^.*: ready, but a snapshot would not fit\.\n/);
    expect(text).toContain("\na heap snapshot may take 9.1 GB of memory.\n");
  });

  it("says what it is doing", () => {
    const capturing = { id: "c2", recorder: "cpu-profile", trigger: "http", startedAt: at } as const;
    expect(print(status({ capturing }))).toMatch(/: making a cpu-profile \(http\), redacts secrets\.\n/);
  });

  it("escapes whatever the process says, and fits the line", () => {
    const evil = `\u001b[31mEvil\n\u202e${"x".repeat(200)}`;
    const text = print(
      status({
        process: { ...host, command: evil },
        runtime: evil,
        version: evil,
        directory: evil,
        triggers: [{ trigger: "http", active: false, detail: evil }],
        exporters: [{ type: "http", to: evil }],
        recentEvents: [{ timestamp: at, name: evil, severity: "error", message: evil, attributes: {} }],
      }),
      80,
    );
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u202e");
    for (const line of text.split("\n").slice(8)) expect(textWidth(line), line).toBeLessThanOrEqual(80);
  });
});

describe("all agents", () => {
  const line = { process: host, version: "0.1.0", startedAt: "2026-11-23T11:00:00.000Z" };
  const known = {
    ...line,
    redact: "off",
    triggers: ["signal", "control"],
    captures: 1,
    pendingExports: 0,
    fits: true,
  } as const;
  const agents = (...all: Agents["agents"]): Agents => ({ schema: "heapscope/agents@1", at, agents: all });

  it("are a line each, with those that are silent", () => {
    const silent = { ...line, process: { ...host, pid: 5000 }, error: "no answer\u001b[2J" };
    expect(print(agents({ ...known, triggers: ["signal", "control"] }, silent))).toBe(`\
2 processes with an agent, 1 of which did not answer.

 PID  Command         Agent      Up  Redacts  Triggers         Captures  Unsent  Now
4242  node server.js  0.1.0  60 min  off      signal, control         1       0  ready
5000  node server.js  0.1.0  60 min  ?        ?                       ?       ?  silent

5000: no answer\\x1b[2J

next: heapscope agent status 4242   what it is set to and what it has done`);
  });

  it("lose columns where there is no room, with a word about it", () => {
    const text = print(agents({ ...known, triggers: ["signal", "control", "memory"] }), 70);
    expect(text).toContain("… no room for Unsent");
    for (const each of text.split("\n")) expect(textWidth(each), each).toBeLessThanOrEqual(70);
  });

  it("may be none", () => {
    expect(print(agents())).toMatch(
      /^No @heapscope\/agent runs here, or none that this user may talk to\.\n\nnext: node --import/,
    );
  });
});
