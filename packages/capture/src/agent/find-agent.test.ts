import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startFakeAgent, type FakeAgent } from "../../test/fake-agent.ts";
import { readProcess } from "../process/read-process.ts";
import { AgentClient } from "./agent-client.ts";
import { findAgent, parseControlFile } from "./find-agent.ts";

let agent: FakeAgent | undefined;
let parent: string;
beforeEach(() => {
  parent = fs.mkdtempSync(path.join(os.tmpdir(), "find-agent-"));
});
afterEach(async () => {
  await agent?.close();
  agent = undefined;
  fs.rmSync(parent, { recursive: true, force: true });
});

const file = (ending: string): string => path.join(agent!.folder, `${process.pid}.${ending}`);

describe.runIf(process.platform === "linux")("the agent of a process", () => {
  test("is found by the socket on which it listens, with what it says beside it", async () => {
    expect(findAgent(readProcess(process.pid))).toBeUndefined();
    agent = await startFakeAgent(undefined, { parent });
    expect(findAgent(readProcess(process.pid))).toEqual({
      version: "0.1.0",
      startedAt: "2026-11-23T11:00:00.000Z",
      socket: file("sock"),
    });
  });

  test("is reached where the whole way to its socket is too long for an address", async () => {
    const used = path.join(
      parent,
      "",
      "fake-123456",
      `heapscope-agent-${process.geteuid!()}`,
      `${process.pid}.sock`,
    ).length;
    const deep = path.join(parent, "d".repeat(106 - used));
    fs.mkdirSync(deep);
    agent = await startFakeAgent(undefined, { parent: deep });
    expect(`/proc/${process.pid}/root${file("sock")}`.length).toBeGreaterThan(107);
    const client = AgentClient.open(readProcess(process.pid));
    expect(await client.status()).toMatchObject({ pid: process.pid });
    client.close();
  });

  test("leaves no descriptor open", async () => {
    agent = await startFakeAgent(undefined, { parent });
    const count = (): number => fs.readdirSync("/proc/self/fd").length;
    const before = count();
    for (let index = 0; index < 5; index++) findAgent(readProcess(process.pid));
    fs.chmodSync(agent.folder, 0o755);
    for (let index = 0; index < 5; index++) findAgent(readProcess(process.pid));
    expect(count()).toBe(before);
  });

  test.each<[string, () => void]>([
    ["a folder that others may write to", () => fs.chmodSync(agent!.folder, 0o777)],
    ["a socket that others may use", () => fs.chmodSync(file("sock"), 0o666)],
    ["a control file that others may read", () => fs.chmodSync(file("json"), 0o644)],
    ["no control file", () => fs.rmSync(file("json"))],
    ["a control file that is a folder", () => (fs.rmSync(file("json")), fs.mkdirSync(file("json")))],
    [
      "a control file that is a pipe",
      () => (fs.rmSync(file("json")), spawnSync("mkfifo", ["-m", "600", file("json")])),
    ],
    [
      "a control file of a megabyte",
      () => fs.writeFileSync(file("json"), fs.readFileSync(file("json"), "utf8") + " ".repeat(1e6)),
    ],
    [
      "a link instead of the control file",
      () => (
        fs.renameSync(file("json"), path.join(parent, "json")),
        fs.symlinkSync(path.join(parent, "json"), file("json"))
      ),
    ],
    [
      "a link instead of the socket",
      () => (
        fs.renameSync(file("sock"), path.join(parent, "sock")),
        fs.symlinkSync(path.join(parent, "sock"), file("sock"))
      ),
    ],
    [
      "a link instead of the folder",
      () => (
        fs.renameSync(agent!.folder, path.join(parent, "real")),
        fs.symlinkSync(path.join(parent, "real"), agent!.folder)
      ),
    ],
  ])("is none with %s", async (_what, change) => {
    agent = await startFakeAgent(undefined, { parent });
    change();
    expect(findAgent(readProcess(process.pid))).toBeUndefined();
  });

  test.runIf(process.geteuid?.() === 0)(
    "is none if its folder belongs to another user than its process",
    async () => {
      agent = await startFakeAgent(undefined, { parent });
      fs.chownSync(agent.folder, 12_345, 12_345);
      expect(findAgent(readProcess(process.pid))).toBeUndefined();
    },
  );

  test("is none under the number of another process", async () => {
    agent = await startFakeAgent(undefined, { parent, control: { pid: 1 } });
    expect(findAgent(readProcess(process.pid))).toBeUndefined();
  });
});

describe("the control file", () => {
  const whole = {
    schema: "heapscope/agent-control@1",
    pid: 7,
    token: "0123456789abcdef0123456789abcdef",
    version: "0.1.0",
    startedAt: "2026-11-23T11:00:00.000Z",
  };
  const parse = (changes: object): unknown => parseControlFile(JSON.stringify({ ...whole, ...changes }), 7);

  test("says what it takes to talk to the agent", () => {
    const { token, version, startedAt } = whole;
    expect(parse({ more: 1 })).toEqual({ token, version, startedAt });
  });

  test.each([
    [{ schema: "heapscope/agent-control@2" }],
    [{ pid: "7" }],
    [{ pid: 8 }],
    [{ token: "short" }],
    [{ token: `0123456789abcdef0123456789abcdef\r\nX: y` }],
    [{ token: 5 }],
    [{ version: "\u001b[31m" }],
    [{ startedAt: "yesterday" }],
  ])("is no agent's with %j", (changes) => {
    expect(parse(changes)).toBeUndefined();
  });

  test.each(["", "{", "null", "[]", `"x"`, "7"])("is none if it is %j", (text) => {
    expect(parseControlFile(text, 7)).toBeUndefined();
  });
});
