// The results of `heapscope agent status`: of one process what its agent says, of the machine a line for each agent.

import { Type, type Static } from "typebox";

const bytes = (description: string) => Type.Number({ minimum: 0, description: `${description}, in bytes` });
const milliseconds = (description: string) =>
  Type.Number({ minimum: 0, description: `${description}, in milliseconds` });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const time = (description: string) => Type.String({ description: `${description}: ISO 8601, in UTC` });
const Recorder = Type.Enum(["heap-snapshot", "heap-profile", "timeline", "cpu-profile", "memory-record"], {
  description: "what is recorded",
});
const Trigger = Type.Enum(["code", "signal", "http", "control", "memory", "schedule"], {
  description: "what asks for captures",
});
const Redact = Type.Enum(["off", "strings", "secrets", "function"], {
  description:
    "which strings are replaced in snapshots: none, all, what looks like a secret, what a function says",
});

export const AgentHost = Type.Object(
  {
    pid: Type.Integer({ minimum: 1, description: "as seen from here" }),
    innerPid: Type.Optional(
      Type.Integer({ minimum: 1, description: "as the process knows it, where it differs" }),
    ),
    command: Type.String({ description: "the command line, for people" }),
    userId: Type.Integer({ minimum: 0, description: "effective user" }),
    container: Type.Optional(Type.Object({ kind: Type.String(), id: Type.Optional(Type.String()) })),
  },
  { description: "the process, as seen from outside" },
);
export type AgentHost = Static<typeof AgentHost>;

/** What an agent's redaction has replaced in a file. */
export const Redaction = Type.Object(
  {
    strings: count("strings of the file"),
    changed: count("of these, with something replaced"),
    characters: count("characters that were replaced"),
    byPattern: Type.Record(Type.String(), Type.Integer({ minimum: 0 }), {
      description: "occurrences by name of pattern; value counts strings replaced as a whole",
    }),
  },
  { description: "what redaction replaced" },
);

const AgentCapture = Type.Object({
  id: Type.String(),
  trigger: Trigger,
  recorder: Recorder,
  startedAt: time("when it began"),
  durationMs: milliseconds("from the beginning until all files were whole"),
  files: Type.Array(
    Type.Object({
      path: Type.String({ description: "as the process sees it" }),
      recorder: Recorder,
      bytes: bytes("length on disk"),
      sha256: Type.String({ pattern: "^[0-9a-f]{64}$", description: "of these bytes" }),
      thread: Type.Object({ id: count("0 is the main thread"), name: Type.String() }),
      pauseMs: Type.Optional(milliseconds("how long the thread stood still")),
      nodeCount: Type.Optional(count("objects in the file")),
      edgeCount: Type.Optional(count("references in the file")),
      redacted: Type.Optional(Redaction),
    }),
    { description: "main thread first" },
  ),
  insteadOf: Type.Optional(
    Type.Object(
      { recorder: Recorder, reason: Type.String() },
      { description: "what was asked for and would not have fitted" },
    ),
  ),
  warnings: Type.Array(Type.String()),
});

export const AgentStatus = Type.Object(
  {
    schema: Type.Literal("heapscope/agent-status@1"),
    at: time("when it was so"),
    process: AgentHost,
    version: Type.String({ description: "of @heapscope/agent" }),
    pid: Type.Integer({ minimum: 1, description: "as the process knows it" }),
    runtime: Type.String({ description: "version of Node" }),
    startedAt: time("when the agent was started"),
    directory: Type.String({ description: "folder of its files, as the process sees it" }),
    redact: Redact,
    triggers: Type.Array(
      Type.Object({
        trigger: Trigger,
        active: Type.Boolean(),
        detail: Type.String({ description: "a signal, an address, why it is not active" }),
      }),
    ),
    exporters: Type.Array(
      Type.Object({
        type: Type.Enum(["s3", "http", "stdout"], { description: "kind of receiver" }),
        to: Type.String({ description: "where, without secrets" }),
      }),
      { description: "where files are sent" },
    ),
    capturing: Type.Optional(
      Type.Object(
        { id: Type.String(), recorder: Recorder, trigger: Trigger, startedAt: time("when it began") },
        { description: "what is under way" },
      ),
    ),
    captures: Type.Array(AgentCapture, { description: "those of this process, newest first, at most 20" }),
    pendingExports: count("files that wait to be sent"),
    limits: Type.Object({
      usedToday: count("captures by triggers in the last 24 hours"),
      perDay: count("how many there may be"),
      nextAllowedAt: Type.Optional(time("when a trigger may capture again, if it may not now")),
    }),
    preflight: Type.Object(
      {
        fits: Type.Boolean(),
        reason: Type.String({ description: "why not, or what it takes" }),
        extraMemory: bytes("memory on top of what the process has, at most"),
        freeMemory: Type.Optional(bytes("what is free, on the machine or in the container")),
        fileSize: bytes("the file, at most"),
        freeDisk: Type.Optional(bytes("what is free in the folder")),
        pauseMs: Type.Object({ from: milliseconds("at best"), to: milliseconds("at worst") }),
      },
      { description: "what a heap snapshot of the main thread would take now" },
    ),
    recentEvents: Type.Array(
      Type.Object({
        timestamp: time("when it happened"),
        name: Type.String(),
        severity: Type.Enum(["info", "warn", "error"], { description: "how bad it is" }),
        message: Type.String(),
        attributes: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
      }),
      { description: "newest last, at most 50" },
    ),
  },
  {
    $id: "heapscope/agent-status@1",
    title: "heapscope agent status PID",
    description: "what the agent of a process says about itself",
  },
);
export type AgentStatus = Static<typeof AgentStatus>;

export const AgentLine = Type.Object({
  process: AgentHost,
  version: Type.String({ description: "of @heapscope/agent" }),
  startedAt: time("when the agent was started"),
  redact: Type.Optional(Redact),
  triggers: Type.Optional(Type.Array(Trigger, { description: "those that are active" })),
  capturing: Type.Optional(Recorder),
  captures: Type.Optional(count("captures that it remembers, at most 20")),
  pendingExports: Type.Optional(count("files that wait to be sent")),
  fits: Type.Optional(Type.Boolean({ description: "a heap snapshot would fit now" })),
  error: Type.Optional(Type.String({ description: "why it did not answer; then nothing else is known" })),
});
export type AgentLine = Static<typeof AgentLine>;

export const Agents = Type.Object(
  {
    schema: Type.Literal("heapscope/agents@1"),
    at: time("when it was so"),
    agents: Type.Array(AgentLine, { description: "by process id" }),
  },
  {
    $id: "heapscope/agents@1",
    title: "heapscope agent status",
    description: "the agents of this machine that this user may talk to",
  },
);
export type Agents = Static<typeof Agents>;
