import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import {
  createThreadLink,
  waitFor,
  type FileRequest,
  type LinkOptions,
  type ThreadLink,
} from "./thread-link.ts";
import { FLOW } from "./thread/messages.ts";

let folder: string;
let directory: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "thread-link-"));
  directory = path.join(folder, "captures");
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function link(settings: Partial<LinkOptions["settings"]> = {}): ThreadLink {
  const made = createThreadLink({
    settings: { directory, gzip: true, redact: false, redactPatterns: [], ...settings },
    version: "1.2.3",
    tell: () => {},
  });
  onTestFinished(() => made.stop());
  return made;
}
const request = (more: Partial<FileRequest> = {}): FileRequest => ({
  id: "0123456789abcdef",
  recorder: "cpu-profile",
  threadId: 0,
  signal: new AbortController().signal,
  ...more,
});
const record = { capturedAt: new Date().toISOString() };
const names = (): string[] => (fs.existsSync(directory) ? fs.readdirSync(directory).toSorted() : []);

const SNAPSHOT =
  '{"snapshot":{"meta":{"node_fields":["type","name","id","self_size","edge_count"],"node_types":[["hidden","array","string","object","code","closure","regexp","number","native","synthetic","concatenated string","sliced string","symbol","bigint","object shape"],"string","number","number","number"],"edge_fields":["type","name_or_index","to_node"],"edge_types":[["context","element","property","internal","hidden","shortcut","weak"],"string_or_number","node"]},"node_count":2,"edge_count":1},"nodes":[9,0,1,0,1,2,1,3,16,0],"edges":[1,1,5],"strings":["","hush, a secret value"]}';

describe("a file", () => {
  test("is written by the thread, under a name that says what and whose it is", async () => {
    const file = await link().open(request({ threadId: 3 }));
    file.write(Buffer.from("some "));
    file.write("text");
    const written = await file.close(record, false);
    const host = os.hostname().replaceAll(/[^\w.-]/g, "_");
    expect(path.basename(written.path)).toMatch(/-\d{8}T\d{6}Z-01234567\.cpuprofile\.gz$/);
    expect(path.basename(written.path)).toContain(`cpu-profile-${host}-${process.pid}-3-`);
    expect(gunzipSync(fs.readFileSync(written.path)).toString()).toBe("some text");
    expect(names()).toEqual([path.basename(written.path), `${path.basename(written.path)}.json`]);
  });

  test("takes more than may be under way at once: who writes waits", async () => {
    const file = await link({ gzip: false }).open(request());
    for (let count = 0; count < 100; count++) file.write(new Uint8Array(1 << 20).fill(count));
    expect((await file.close(record, false)).bytes).toBe(100 << 20);
  });

  test("is copied when its bytes are part of something else", async () => {
    const file = await link({ gzip: false }).open(request());
    const shared = Buffer.from("abcdef").subarray(1, 3);
    file.write(shared);
    expect(shared.toString()).toBe("bc");
    expect(fs.readFileSync((await file.close(record, false)).path, "utf8")).toBe("bc");
  });

  test("cannot be opened in a folder that is a file, and that is said before anything is recorded", async () => {
    fs.writeFileSync(directory, "");
    await expect(link().open(request())).rejects.toMatchObject({
      code: "failed",
      message: expect.stringMatching(/could not be written to .*: E/),
    });
  });

  test("fails when its folder vanishes; what is written meanwhile is nobody's trouble", async () => {
    const file = await link().open(request());
    fs.rmSync(directory, { recursive: true });
    file.write("text");
    await expect(file.close(record, false)).rejects.toMatchObject({
      code: "failed",
      message: expect.stringContaining("ENOENT"),
    });
    expect(names()).toEqual([]);
  });

  test("that is given up leaves nothing, and others go on", async () => {
    const made = link();
    const [first, second] = [await made.open(request()), await made.open(request({ id: "other678" }))];
    first.write("text");
    first.abort();
    await second.close(record, false);
    expect(names().filter((name) => name.includes("01234567"))).toEqual([]);
    expect(names()).toHaveLength(2);
  });

  test("is given up when the capture is", async () => {
    const ending = new AbortController();
    const file = await link().open(request({ signal: ending.signal }));
    file.write("text");
    ending.abort();
    file.write("more");
    await expect(file.close(record, false)).rejects.toMatchObject({ code: "stopped" });
    await expect.poll(names).toEqual([]);
  });

  test("is removed in a moment, for the end of the process", async () => {
    const made = link();
    await made.open(request());
    expect(names()).toHaveLength(1);
    made.removePartialFiles();
    expect(names()).toEqual([]);
  });

  test("is not redacted unless it is a graph", async () => {
    const file = await link({ redact: "strings", gzip: false }).open(request());
    file.write("plain");
    expect(fs.readFileSync((await file.close(record, false)).path, "utf8")).toBe("plain");
  });

  test("is not left, not even in part, when redaction does not understand it", async () => {
    const file = await link({ redact: "strings" }).open(request({ recorder: "heap-snapshot" }));
    file.write('{"something":"else"}');
    await expect(file.close(record, false)).rejects.toMatchObject({ code: "failed" });
    expect(names()).toEqual([]);
  });

  test.each(["strings", (text: string) => text.replaceAll(/[a-z]/g, "*")] as const)(
    "of a heap is redacted before it reaches the disk (%s)",
    async (redact) => {
      const file = await link({ redact, gzip: false }).open(request({ recorder: "heap-snapshot" }));
      for (const piece of SNAPSHOT.match(/.{1,50}/g)!) file.write(Buffer.from(piece));
      const written = await file.close(record, false);
      const text = fs.readFileSync(written.path, "utf8");
      expect(text).not.toMatch(/hush|secret/);
      expect(text).toHaveLength(SNAPSHOT.length);
      expect(written).toMatchObject({ nodeCount: 2, redacted: { strings: 2, changed: 1 } });
    },
  );

  test("is redacted all the same when the user's function throws", async () => {
    const redact = (): string => {
      throw new Error("a mistake");
    };
    const file = await link({ redact, gzip: false }).open(request({ recorder: "heap-snapshot" }));
    file.write(Buffer.from(SNAPSHOT));
    const written = await file.close(record, false);
    expect(fs.readFileSync(written.path, "utf8")).not.toContain("hush");
    expect(written.redacted?.byPattern).toEqual({ "function-failed": 1 });
  });

  test("fails where the user's function is to redact what it does not understand, without a word to V8's callback", async () => {
    const file = await link({ redact: (text) => text }).open(request({ recorder: "heap-snapshot" }));
    file.write(Buffer.from('{"something":"else"}'));
    await expect(file.close(record, false)).rejects.toMatchObject({ code: "failed" });
    await expect.poll(names).toEqual([]);
  });
});

describe("the thread", () => {
  test("that dies takes its files with it; the next file has a new one", async () => {
    const made = link();
    const started = new Promise<Worker>((resolve) => process.once("worker", resolve));
    const file = await made.open(request());
    file.write("text");
    await (await started).terminate();
    file.write("more");
    await expect(file.close(record, false)).rejects.toMatchObject({
      code: "failed",
      message: expect.stringContaining("the agent's thread ended"),
    });
    expect(names()).toEqual([]);
    const next = await made.open(request());
    await next.close(record, false);
    expect(names()).toHaveLength(2);
  });

  test("ends a while after its last work", async () => {
    const made = link();
    const started = new Promise<Worker>((resolve) => process.once("worker", resolve));
    const file = await made.open(request());
    const ended = new Promise((resolve) => void started.then((thread) => thread.once("exit", resolve)));
    await file.close(record, false);
    await ended;
    expect((await started).threadId).toBe(-1);
  });

  test("delivers what is in the folder, and says what is left to do", async () => {
    fs.mkdirSync(directory);
    const retention = { count: 1, ageMs: 1e9, bytes: 1e9 };
    expect(await link().deliver({ exporters: [], retention })).toMatchObject({ pendingExports: 0 });
  });

  test("is not started any more after the end, and what is under way is given up", async () => {
    const made = link();
    const file = await made.open(request());
    await Promise.all([
      made.stop(),
      expect(file.close(record, false)).rejects.toMatchObject({ code: "stopped" }),
    ]);
    await made.stop();
    expect(names()).toEqual([]);
    await expect(made.open(request())).rejects.toMatchObject({ code: "stopped" });
    await expect(
      made.deliver({ exporters: [], retention: { count: 1, ageMs: 1, bytes: 1 } }),
    ).rejects.toMatchObject({ code: "stopped" });
  });
});

describe("worker threads of the service", () => {
  test("are known from their start to their end; the agent's own is none of them", async () => {
    const made = link();
    await (await made.open(request())).close(record, false);
    expect(made.workers.size).toBe(0);
    const worker = new Worker("setInterval(() => {}, 1000)", { eval: true });
    await expect.poll(() => [...made.workers]).toEqual([worker]);
    await worker.terminate();
    expect(made.workers.size).toBe(0);
  });

  test("are not watched after the end", async () => {
    const before = process.listenerCount("worker");
    const made = link();
    expect(process.listenerCount("worker")).toBe(before + 1);
    await made.stop();
    expect(process.listenerCount("worker")).toBe(before);
  });
});

test("ids of all threads are renewed", () => {
  const made = link();
  const [main, worker] = [made.idSpace(0), made.idSpace(1)];
  expect([made.idSpace(0), main === worker]).toEqual([main, false]);
  made.renewIds();
  expect([made.idSpace(0) === main, made.idSpace(1) === worker]).toEqual([false, false]);
});

test("the inspector is asked from the thread, which stays until that session is left", async () => {
  const made = link();
  const space = made.idSpace(0);
  const heard = (method: string, params?: object): Promise<string | undefined> =>
    new Promise((resolve) => {
      made.hear = (notice) => {
        if (notice.method === method) resolve(notice.error);
      };
      made.inspect(method, params);
    });
  expect(await heard("Runtime.getHeapUsage")).toBeUndefined();
  expect(await heard("No.such")).toContain("No.such");
  expect(made.idSpace(0)).toBe(space);
  made.leaveWorkers();
  expect(made.idSpace(0)).not.toBe(space);
  expect(await heard("Runtime.getHeapUsage")).toBeUndefined();
  await made.stop();
  expect(() => made.inspect("Runtime.getHeapUsage")).toThrow("the agent was stopped");
});

describe("who sends too much", () => {
  const flowOf = (pending: number): Int32Array => {
    const flow = new Int32Array(new SharedArrayBuffer(4 * FLOW.length));
    flow[FLOW.pendingBytes] = pending;
    return flow;
  };

  test("does not wait for less than the bound", () => {
    expect(waitFor(flowOf(10), 10, 0)).toBe(true);
  });

  test("waits until enough is taken", async () => {
    const flow = flowOf(30);
    const taker = new Worker(
      `const { workerData: flow } = require("worker_threads");
      const take = setInterval(() => { Atomics.sub(flow, 0, 5); Atomics.notify(flow, 0); if (flow[0] <= 5) clearInterval(take); }, 5);`,
      { eval: true, workerData: flow },
    );
    expect(waitFor(flow, 12)).toBe(true);
    expect(flow[FLOW.pendingBytes]).toBeLessThanOrEqual(12);
    await taker.terminate();
  });

  test("does not wait for ever, nor for the dead", () => {
    expect(waitFor(flowOf(30), 10, 1)).toBe(false);
    const flow = flowOf(30);
    flow[FLOW.isDead] = 1;
    expect(waitFor(flow, 10)).toBe(false);
  });
});
