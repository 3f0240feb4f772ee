import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFakeDesk, exchange, type FakeDesk } from "../../test/fake-desk.ts";
import type { Trigger } from "../capture-desk.ts";
import { openControlSocket } from "./control-socket.ts";

const { pid } = process;
let temporary: string;
let folder: string;
let desk: FakeDesk;
let trigger: Trigger | undefined;

beforeEach(() => {
  temporary = fs.mkdtempSync(path.join(os.tmpdir(), "ctl-"));
  folder = path.join(temporary, `heapscope-agent-${process.getuid!()}`);
  vi.spyOn(os, "tmpdir").mockReturnValue(temporary);
  vi.stubEnv("TMPDIR", temporary);
  desk = createFakeDesk(temporary);
});
afterEach(async () => {
  trigger?.stop();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  fs.rmSync(temporary, { recursive: true });
});

async function open(): Promise<void> {
  trigger = openControlSocket(desk, "1.2.3");
  await vi.waitFor(() => expect([trigger!.describe().active, desk.events]).toEqual([true, []]));
}

async function failToOpen(): Promise<string> {
  trigger = openControlSocket(desk, "1.2.3");
  await vi.waitFor(() => expect(desk.events).toHaveLength(1));
  expect(desk.events).toMatchObject([{ name: "heapscope.agent.warning", severity: "warn" }]);
  expect(trigger.describe().active).toBe(false);
  return desk.events[0].message;
}

const mode = (name: string): string => (fs.statSync(path.join(folder, name)).mode & 0o777).toString(8);
const readRecord = (): Record<string, string> =>
  JSON.parse(fs.readFileSync(path.join(folder, `${pid}.json`), "utf8"));
const request = (token: string, where = "status"): Promise<string> =>
  exchange(
    { path: path.join(folder, `${pid}.sock`) },
    `POST /heapscope/${where} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );

test("the control socket is for its user only, and answers to the token beside it", async () => {
  await open();
  expect(trigger!.describe()).toEqual({ active: true, detail: path.join(folder, `${pid}.sock`) });
  expect([mode("."), mode(`${pid}.sock`), mode(`${pid}.json`)]).toEqual(["700", "600", "600"]);
  const record = readRecord();
  expect(record).toEqual({
    schema: "heapscope/agent-control@1",
    pid,
    token: expect.stringMatching(/^[\da-f]{64}$/),
    socket: path.join(folder, `${pid}.sock`),
    version: "1.2.3",
    startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(await request(record["token"])).toMatch(/^HTTP\/1\.1 200 /);
  expect(await request("x")).toMatch(/^HTTP\/1\.1 404 /);
  expect(await request(record["token"], "capture")).toMatch(/a snapshot$/);
  expect(desk.asked).toEqual([{ request: {}, trigger: "control" }]);
});

test("its token is another one each time, and both files are gone when it stops, at once", async () => {
  await open();
  const { token } = readRecord();
  trigger!.stop();
  expect(fs.readdirSync(folder)).toEqual([]);
  await open();
  expect(readRecord()["token"]).not.toBe(token);
});

test("stopped before it opened, it leaves nothing", async () => {
  trigger = openControlSocket(desk, "1.2.3");
  trigger.stop();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(fs.readdirSync(temporary)).toEqual([]);
});

describe("where it cannot be had there is one warning", () => {
  test("because the folder for temporary files is not there and cannot be made", async () => {
    fs.writeFileSync(path.join(temporary, "file"), "");
    vi.mocked(os.tmpdir).mockReturnValue(path.join(temporary, "file"));
    expect(await failToOpen()).toMatch(/ENOTDIR|EEXIST/);
  });

  test("because others can look into the folder", async () => {
    fs.mkdirSync(folder);
    fs.chmodSync(folder, 0o755);
    expect(await failToOpen()).toContain("0700");
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test("because the folder is a link to another place", async () => {
    fs.mkdirSync(path.join(temporary, "other"), { mode: 0o700 });
    fs.symlinkSync(path.join(temporary, "other"), folder);
    expect(await failToOpen()).toContain("0700");
    expect(fs.readdirSync(path.join(temporary, "other"))).toEqual([]);
  });

  test("because another process listens at it, whose record stays", async () => {
    fs.mkdirSync(folder, { mode: 0o700 });
    const other = net.createServer();
    await once(other.listen(path.join(folder, `${pid}.sock`)), "listening");
    fs.writeFileSync(path.join(folder, `${pid}.json`), "of the other");
    expect(await failToOpen()).toContain("in use");
    trigger!.stop();
    expect(fs.readdirSync(folder).sort()).toEqual([`${pid}.json`, `${pid}.sock`]);
    expect(fs.readFileSync(path.join(folder, `${pid}.json`), "utf8")).toBe("of the other");
    other.close();
  });
});

test("a record that is a link is replaced and not written through", async () => {
  fs.mkdirSync(folder, { mode: 0o700 });
  const target = path.join(temporary, "target");
  fs.writeFileSync(target, "mine");
  fs.symlinkSync(target, path.join(folder, `${pid}.json`));
  await open();
  expect(fs.readFileSync(target, "utf8")).toBe("mine");
  expect(fs.lstatSync(path.join(folder, `${pid}.json`)).isFile()).toBe(true);
});
