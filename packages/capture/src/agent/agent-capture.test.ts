// Captures by an agent that does what a test wants; the agent itself is tried in packages/heapscope/src/end-to-end.

import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  answerJson,
  captureOf,
  fileOf,
  startFakeAgent,
  statusOf,
  type Answer,
  type FakeAgent,
} from "../../test/fake-agent.ts";
import { capture, preflight, type CaptureOptions, type CaptureResult } from "../capture.ts";
import type { CaptureError } from "../capture-error.ts";
import { findTarget } from "../find-target.ts";
import { noticeRedaction } from "./redaction-notice.ts";

/** A snapshot as small as it can be, with as many texts as it takes. */
function snapshotOf(texts: readonly string[] = ["root"]): Buffer {
  const meta = {
    node_fields: ["type", "name", "id", "self_size", "edge_count"],
    edge_fields: ["type", "name_or_index", "to_node"],
  };
  return Buffer.from(
    JSON.stringify({
      snapshot: { meta, node_count: 1, edge_count: 1 },
      nodes: [9, 0, 1, 0, 1],
      edges: [1, 0, 0],
      strings: texts,
    }),
  );
}

const plain = snapshotOf();

let folder: string;
let agent: FakeAgent | undefined;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "agent-capture-"));
});
afterEach(async () => {
  await agent?.close();
  agent = undefined;
  fs.rmSync(folder, { recursive: true, force: true });
});

/** An agent whose captures have these files; `answer` comes first. */
async function start(
  files: readonly Buffer[],
  described: readonly object[],
  answer: Answer = () => undefined,
): Promise<void> {
  agent = await startFakeAgent(
    async (name, response, body) => {
      await answer(name, response, body);
      if (response.headersSent || response.destroyed || response.writableEnded) return;
      const index = /^captures\/c0ffee\/files\/(\d)$/.exec(name)?.[1];
      if (index !== undefined) response.writeHead(200).end(files[Number(index)]);
      else if (name === "captures/c0ffee")
        answerJson(response, { state: "done", capture: captureOf(described) });
    },
    { parent: folder },
  );
}

const file = (name = "a.heapsnapshot"): string => path.join(folder, name);
const take = (options: CaptureOptions = {}, destination = file()): Promise<CaptureResult> =>
  capture(String(process.pid), destination, { threads: "main", ...options });

/** How it fails; nothing must be left but the agent's own folder. */
async function fail(options: CaptureOptions = {}): Promise<CaptureError> {
  const error = await take(options).then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason as CaptureError,
  );
  expect(fs.readdirSync(folder).filter((name) => !name.startsWith("fake-"))).toEqual([]);
  return error as CaptureError;
}

describe.runIf(process.platform === "linux")("a capture by the agent", () => {
  test("is asked for, fetched, checked and removed, and the record says so", async () => {
    await start([plain], [fileOf(plain)]);
    const { route, snapshots, warnings, preflight } = await take({ tool: "test" });
    expect({ route, refusals: preflight.refusals }).toEqual({ route: "agent", refusals: [] });
    expect(warnings).toEqual([expect.stringContaining("The agent's own record could not be read")]);
    expect(fs.readFileSync(file())).toEqual(plain);
    expect(fs.statSync(file()).mode & 0o777).toBe(0o600);
    expect(snapshots).toMatchObject([
      { byteLength: plain.length, nodeCount: 1, pauseMs: 80, thread: { id: 0, name: "main" } },
    ]);
    expect(JSON.parse(fs.readFileSync(`${file()}.json`, "utf8"))).toMatchObject({
      route: "agent",
      tool: "test",
      capturedAt: "2026-11-23T12:00:00.000Z",
      options: { collectGarbage: false, numericValues: true },
    });
    expect(agent!.asked.map((each) => each.split(" ")[0])).toEqual([
      "status",
      "capture",
      "captures/c0ffee",
      "captures/c0ffee/files/0",
      "captures/c0ffee",
      "captures/c0ffee/remove",
    ]);
    expect(JSON.parse(agent!.asked[1]!.slice("capture ".length))).toEqual({
      recorder: "heap-snapshot",
      threads: "main",
      numericValues: true,
      force: false,
      label: "heapscope capture",
      answer: "id",
    });
  });

  test("passes on what was asked for", async () => {
    await start([plain], [fileOf(plain)]);
    await take({ threads: "all", numericValues: false, force: true });
    expect(agent!.asked[1]).toMatch(/"threads":"all","numericValues":false,"force":true/);
  });

  test("is unpacked, or packed again, as was asked here", async () => {
    const packed = gzipSync(plain);
    await start([packed], [fileOf(packed, { path: "/nowhere/a.heapsnapshot.gz" })]);
    await take();
    expect(fs.readFileSync(file())).toEqual(plain);
    const { snapshots } = await take({ gzip: true }, file("b.heapsnapshot.gz"));
    const bytes = fs.readFileSync(file("b.heapsnapshot.gz"));
    expect(gunzipSync(bytes)).toEqual(plain);
    expect(snapshots[0]!.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  test("goes to a stream, too", async () => {
    await start([plain], [fileOf(plain)]);
    const stream = new PassThrough();
    await capture(String(process.pid), stream, {});
    expect(stream.read()).toEqual(plain);
  });

  test("has the ids of the agent's own record, so that a series can be compared", async () => {
    const record = {
      schema: "heapscope/capture-record@1",
      ids: { space: "the same" },
      options: { collectGarbage: false, numericValues: false, exposeInternals: false },
      heap: {},
      scripts: [],
      warnings: ["slow"],
    };
    fs.mkdirSync(file("agents"));
    fs.writeFileSync(file("agents/x.heapsnapshot.json"), JSON.stringify(record));
    await start([plain], [fileOf(plain, { path: file("agents/x.heapsnapshot") })]);
    const { snapshots, warnings } = await take({ count: 2, intervalMs: 10 });
    expect(snapshots.map(({ idSpace }) => idSpace)).toEqual(["the same", "the same"]);
    expect(warnings).toEqual([]);
    expect(JSON.parse(fs.readFileSync(file("a-2.heapsnapshot.json"), "utf8"))).toMatchObject({
      ids: { space: "the same" },
      options: record.options,
      warnings: ["slow"],
    });
  });

  test("is of all threads, each with a name of its own, or of one", async () => {
    const threads = [
      { id: 0, name: "main" },
      { id: 1, name: "WorkerThread" },
      { id: 2, name: "pool" },
      { id: 3, name: "worker 3" },
    ];
    await start(
      [plain, plain, plain, plain],
      threads.map((thread) => fileOf(plain, { thread })),
    );
    const all = await take({ threads: "all" });
    expect(all.snapshots.map(({ thread }) => thread.name)).toEqual([
      "main",
      "worker 1",
      "worker 2 pool",
      "worker 3",
    ]);
    expect(fs.existsSync(file("a.worker-2-pool.heapsnapshot"))).toBe(true);
    const one = await take({ threads: "pool" }, file("b.heapsnapshot"));
    expect(one.snapshots.map(({ thread }) => thread.id)).toEqual([2]);
    expect(one.warnings.join()).toContain("The agent captures all threads or the main one");
    expect(await take({ threads: "nobody" }, file("c")).catch(String)).toContain(
      "There is no thread “nobody”",
    );
  });

  test("says what was redacted, and where else the snapshot goes", async () => {
    const redacted = { strings: 9, changed: 4, characters: 80, byPattern: { jwt: 4 } };
    await start([plain], [fileOf(plain, { redacted })], (name, response) => {
      if (name === "status")
        answerJson(response, statusOf({ redact: "secrets", exporters: [{ type: "s3", to: "bucket" }] }));
    });
    const { snapshots, warnings } = await take({ collectGarbage: true });
    expect(snapshots[0]!.redacted).toEqual(redacted);
    expect(warnings.join("\n")).toContain(`The agent of process ${process.pid} redacts (secrets)`);
    expect(warnings.join("\n")).toContain("sends what it captures away (s3: bucket), but not this snapshot");
    expect(warnings.join("\n")).toContain("The agent knows neither --collect-garbage");
  });

  test("costs what the agent says, and is refused beforehand if it would not fit", async () => {
    const said = {
      fits: false,
      reason: "a heap snapshot may take 9 GB",
      extraMemory: 9e15,
      fileSize: 1e6,
      pauseMs: { from: 1, to: 2 },
    };
    await start([plain], [fileOf(plain)], (name, response) => {
      if (name === "status") answerJson(response, statusOf({ preflight: said }));
    });
    expect((await preflight(String(process.pid))).prediction.pauseMs.from).toBe(1);
    expect(await fail()).toMatchObject({ code: "would-not-fit" });
    expect(agent!.asked.filter((each) => each.startsWith("capture"))).toEqual([]);
  });
});

describe.runIf(process.platform === "linux")(
  "a capture by the agent fails with a clear sentence and leaves nothing",
  () => {
    const packed = gzipSync(snapshotOf(Array.from({ length: 500 }, (_, index) => `text ${index}`)));
    const gz = { path: "/nowhere/a.heapsnapshot.gz" };

    test.each<[string, Buffer, object, string]>([
      ["is shorter than it says", plain, fileOf(plain, { bytes: plain.length + 1 }), "it ends in the middle"],
      [
        "is longer than it says",
        plain,
        fileOf(plain, { bytes: plain.length - 1 }),
        "it is longer than its agent says",
      ],
      ["has another checksum", plain, fileOf(plain, { sha256: "0".repeat(64) }), "its checksum is another"],
      ["is cut", plain.subarray(0, -2), fileOf(plain.subarray(0, -2)), "it ends in the middle"],
      ["is something else", Buffer.from("hello"), fileOf(Buffer.from("hello")), "no whole snapshot"],
      [
        "is cut in its compression",
        packed.subarray(0, -9),
        fileOf(packed.subarray(0, -9), gz),
        "it is no gzip file",
      ],
      ["is not compressed as its name says", plain, fileOf(plain, gz), "it is no gzip file"],
      ["is empty", Buffer.alloc(0), fileOf(Buffer.alloc(0)), "no whole snapshot"],
    ])("if the file %s", async (_what, bytes, described, why) => {
      await start([bytes], [described]);
      expect(await fail()).toMatchObject({ code: "incomplete", message: expect.stringContaining(why) });
      expect(agent!.asked.at(-1)).toBe("captures/c0ffee/remove");
    });

    test.each<[string, number, object, string]>([
      [
        "busy",
        409,
        { code: "busy", message: "another capture is under way; try again when it is done" },
        "busy",
      ],
      ["stopped", 503, { code: "stopped", message: "the agent was stopped." }, "target-lost"],
      ["bad-options", 400, { code: "bad-options", message: "\u001b[31mwhat?" }, "refused"],
      ["constructor", 500, { code: "constructor", message: "?" }, "refused"],
    ])("if it is refused: %s", async (_code, status, error, code) => {
      await start([], [], (name, response) => {
        if (name === "capture") answerJson(response, { error }, status);
      });
      const { code: got, message } = await fail();
      expect(got).toBe(code);
      expect(message).toContain(`The agent in process ${process.pid} refused: `);
      expect(message).not.toContain("\u001b");
    });

    test("if it does not fit after all, or a memory record came instead", async () => {
      let answer: object = { state: "failed", error: { code: "would-not-fit", message: "no room" } };
      await start([plain], [fileOf(plain)], (name, response) => {
        if (name === "captures/c0ffee") answerJson(response, answer);
      });
      expect(await fail()).toMatchObject({ code: "would-not-fit" });
      const insteadOf = { recorder: "heap-snapshot", reason: "no room" };
      answer = {
        state: "done",
        capture: captureOf([fileOf(plain)], { recorder: "memory-record", insteadOf }),
      };
      expect(await fail()).toMatchObject({
        code: "would-not-fit",
        message: expect.stringContaining("no room"),
      });
      expect(agent!.asked.at(-1)).toBe("captures/c0ffee/remove");
    });

    test.each<[string, Answer]>([
      ["before the capture", (name, response) => void (name === "status" && response.destroy())],
      ["while it captures", (name, response) => void (name === "captures/c0ffee" && response.destroy())],
      [
        "in the middle of the file",
        (name, response) =>
          void (
            name === "captures/c0ffee/files/0" &&
            response
              .writeHead(200, { "content-length": plain.length })
              .write(plain.subarray(0, 9), () => response.destroy())
          ),
      ],
    ])("if the agent hangs up %s", async (_when, answer) => {
      await start([plain], [fileOf(plain)], answer);
      expect(await fail()).toMatchObject({
        code: "target-lost",
        message: expect.stringContaining("hung up"),
      });
    });

    test.each<[string, Answer]>([
      [
        "to anything",
        (name, response) =>
          void (name === "status" && response.writeHead(200, { "content-length": 5 }).write("{")),
      ],
      ["at all", () => new Promise<void>(() => {})],
      [
        "any more, in the middle of the file",
        (name, response) =>
          void (
            name === "captures/c0ffee/files/0" &&
            response.writeHead(200, { "content-length": plain.length }).write(plain.subarray(0, 9))
          ),
      ],
    ])("if the agent does not answer %s", async (_when, answer) => {
      await start([plain], [fileOf(plain)], answer);
      expect(await fail({ timeoutMs: 100 })).toMatchObject({
        code: "timeout",
        message: expect.stringContaining("within 0.1 s"),
      });
    });

    test.each<[string, Answer]>([
      ["is endless", (_name, response) => void response.writeHead(200).end(Buffer.alloc(5 << 20, 0x20))],
      ["is no JSON", (_name, response) => void response.writeHead(200).end("<html>")],
      ["is deep", (_name, response) => void response.writeHead(200).end("[".repeat(4 << 20))],
      [
        "is another version's",
        (_name, response) => answerJson(response, { schema: "heapscope/agent-status@2" }),
      ],
      ["is empty", (_name, response) => void response.writeHead(200).end()],
    ])("if the answer %s", async (_what, answer) => {
      await start([], [], answer);
      expect(await fail()).toMatchObject({
        code: "incomplete",
        message: expect.stringContaining("not what an agent says"),
      });
    });

    test("if it is the agent of another process", async () => {
      await start(
        [],
        [],
        (name, response) => void (name === "status" && answerJson(response, statusOf({ pid: 1 }))),
      );
      expect(await fail()).toMatchObject({
        code: "refused",
        message: expect.stringContaining("is in another process"),
      });
    });

    test("if there is no agent, with the way to have one", async () => {
      expect(await fail({ route: "agent" })).toMatchObject({
        code: "no-route",
        message: expect.stringContaining("start it with node --import @heapscope/agent/register"),
      });
    });
  },
);

describe.runIf(process.platform === "linux")("a capture by the agent that is stopped", () => {
  test.each(["capture", "captures/c0ffee", "captures/c0ffee/files/0"])(
    "at %s is finished by the agent and removed",
    async (at) => {
      const stop = new AbortController();
      let polls = 0;
      await start([plain], [fileOf(plain)], async (name, response) => {
        if (name === at) stop.abort();
        // The agent has yet to finish when we are told to stop.
        if (name === "captures/c0ffee" && polls++ < 2 && at !== "captures/c0ffee/files/0")
          answerJson(response, { state: "running" });
        if (name === at) await new Promise((resolve) => setTimeout(resolve, 50));
      });
      expect(await fail({ signal: stop.signal })).toMatchObject({
        code: "aborted",
        message: "Stopped as asked; nothing was kept.",
      });
      expect(agent!.asked.at(-1)).toBe("captures/c0ffee/remove");
    },
  );

  test("that is still to be sent away by the agent is said to be kept until then", async () => {
    await start([plain], [fileOf(plain)], (name, response) => {
      if (name.endsWith("/remove")) answerJson(response, { removed: 0 });
    });
    const { warnings } = await take();
    expect(warnings.join()).toContain("keeps a copy until it has sent it away");
  });

  test("that cannot be removed is said to be left", async () => {
    await start([plain], [fileOf(plain)], (name, response) => {
      if (name.endsWith("/remove")) answerJson(response, { error: { code: "failed", message: "no" } }, 500);
    });
    const { warnings } = await take();
    expect(warnings.join()).toContain("could not be asked to remove its copy");
  });
});

describe.runIf(process.platform === "linux")("whoever goes around an agent", () => {
  test("is told what it would have redacted", async () => {
    await start(
      [],
      [],
      (name, response) => void (name === "status" && answerJson(response, statusOf({ redact: "strings" }))),
    );
    expect(await noticeRedaction(await findTarget(String(process.pid)))).toBe(
      `The agent of process ${process.pid} redacts its snapshots (strings); on this route nothing is redacted, and the file holds every text as it is.`,
    );
  });

  test("is told that it is not known if the agent does not say", async () => {
    await start([], [], (_name, response) => void response.destroy());
    expect(await noticeRedaction(await findTarget(String(process.pid)))).toContain(
      "did not say whether it redacts",
    );
  });

  test("is told nothing if nothing is redacted, or there is no agent", async () => {
    expect(await noticeRedaction(await findTarget(String(process.pid)))).toBeUndefined();
    await start([], []);
    expect(await noticeRedaction(await findTarget(String(process.pid)))).toBeUndefined();
    expect(agent!.asked).toEqual(["status"]);
  });
});
