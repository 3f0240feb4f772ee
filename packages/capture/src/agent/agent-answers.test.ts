import { describe, expect, test } from "vitest";
import type { AgentStatus as Promised, Capture } from "../../../agent/src/api.ts";
import { captureOf, fileOf, statusOf } from "../../test/fake-agent.ts";
import {
  readCapture,
  readProgress,
  readStatus,
  type AgentCapture,
  type AgentStatus,
} from "./agent-answers.ts";
import { ifMatching } from "./json-value.ts";

/** These compile only while both sides mean the same. */
const asRead = (status: Promised): AgentStatus => status;
const asPromised = (status: Omit<AgentStatus, "recentEvents">): Omit<Promised, "recentEvents"> => status;
const captureAsRead = (capture: Capture): AgentCapture => capture;

const full = {
  ...statusOf({
    redact: "secrets",
    exporters: [{ type: "s3", to: "bucket" }],
    capturing: { id: "a1", recorder: "timeline", trigger: "http", startedAt: "2026-11-23T11:59:00Z" },
    captures: [
      captureOf(
        [
          fileOf(Buffer.from("x"), {
            nodeCount: 1,
            edgeCount: 2,
            redacted: { strings: 5, changed: 2, characters: 9, byPattern: { jwt: 2 } },
          }),
        ],
        {
          insteadOf: { recorder: "heap-snapshot", reason: "no room" },
        },
      ),
    ],
    limits: { usedToday: 1, perDay: 24, nextAllowedAt: "2026-11-23T12:01:00.000Z" },
    recentEvents: [
      {
        timestamp: "2026-11-23T11:00:00.000Z",
        name: "heapscope.agent.started",
        severity: "info",
        message: "started",
        attributes: { "process.pid": 7, on: true, what: "x" },
      },
    ],
  }),
} as unknown as Promised;

test("a status is read as the agent means it", () => {
  expect(readStatus(JSON.parse(JSON.stringify(full)))).toEqual(asPromised(asRead(full)));
});

test("of a status only what is known is passed on", () => {
  expect(readStatus({ ...full, secret: "x" })).not.toHaveProperty("secret");
});

describe("a status is worthless", () => {
  test.each<[object]>([
    [{ schema: "heapscope/agent-status@2" }],
    [{ pid: -1 }],
    [{ pid: "7" }],
    [{ startedAt: "now" }],
    [{ redact: "maybe" }],
    [{ triggers: {} }],
    [{ triggers: [null] }],
    [{ captures: [{ id: "../../etc" }] }],
    [{ captures: [captureOf([fileOf(Buffer.from("x"), { sha256: "" })])] }],
    [{ captures: [captureOf([fileOf(Buffer.from("x"), { bytes: 1e300 })])] }],
    [{ preflight: null }],
    [{ limits: [] }],
    [{ recentEvents: [{ attributes: { nested: {} } }] }],
  ])("with %j", (changes) => {
    expect(ifMatching(() => readStatus({ ...full, ...changes }))).toBeUndefined();
  });
});

test("names of patterns may be anything, also what objects have by themselves", () => {
  const byPattern = JSON.parse(`{"__proto__": 3}`) as object;
  const file = fileOf(Buffer.from("x"), { redacted: { strings: 1, changed: 1, characters: 1, byPattern } });
  const capture = readCapture(captureAsRead(captureOf([file]) as Capture));
  expect(Object.entries(capture.files[0]!.redacted!.byPattern)).toEqual([["__proto__", 3]]);
});

test("progress is running, done with a capture, or failed with a reason", () => {
  expect(readProgress({ state: "running" })).toEqual({ state: "running" });
  expect(readProgress({ state: "done", capture: captureOf([]) })).toMatchObject({
    capture: { id: "c0ffee" },
  });
  expect(
    readProgress({ state: "failed", error: { code: "failed", message: "disk full", status: 500 } }),
  ).toEqual({
    state: "failed",
    error: { code: "failed", message: "disk full" },
  });
  for (const value of [{ state: "done" }, { state: "lost" }, null, []])
    expect(ifMatching(() => readProgress(value))).toBeUndefined();
});
