import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { PassThrough, Writable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocketServer } from "ws";
import { keepObjects, spawnTarget } from "../../test/spawn-target.ts";
import type { SpawnedTarget } from "../../test/spawn-target.ts";
import { connectInspector } from "../inspector/inspector-session.ts";
import type { InspectorSession } from "../inspector/inspector-session.ts";
import { takeSnapshot } from "./take-snapshot.ts";
import type { CaptureProgress } from "./take-snapshot.ts";
import { evaluate } from "../inspector/target-facts.ts";

/** Ids of all objects that DevTools would list under `className`. */
function idsOf(className: string, json: string): number[] {
  const { snapshot, nodes, strings } = JSON.parse(json) as {
    snapshot: { meta: { node_fields: string[]; node_types: [string[]] } };
    nodes: number[];
    strings: string[];
  };
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const ids: number[] = [];
  for (let i = 0; i < nodes.length; i += fields.length) {
    const isObject = types[0][nodes[i + fields.indexOf("type")]!] === "object";
    if (isObject && strings[nodes[i + fields.indexOf("name")]!] === className)
      ids.push(nodes[i + fields.indexOf("id")]!);
  }
  return ids;
}

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-capture-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe("with a small program", () => {
  let target: SpawnedTarget;
  let session: InspectorSession;
  beforeAll(async () => {
    target = await spawnTarget(keepObjects(300));
  });
  afterAll(() => target.kill());
  beforeEach(async () => {
    session = await connectInspector(target.webSocketUrl);
  });
  afterEach(() => session.close());

  test("a snapshot arrives whole, readable by its owner only, with nothing beside it", async () => {
    const file = path.join(folder, "a.heapsnapshot");
    const progress: CaptureProgress[] = [];
    const receipt = await takeSnapshot(session, file, { onProgress: (step) => progress.push(step) });

    const json = fs.readFileSync(file, "utf8");
    const { snapshot } = JSON.parse(json) as { snapshot: { node_count: number; edge_count: number } };
    expect(receipt).toMatchObject({
      path: file,
      byteLength: fs.statSync(file).size,
      nodeCount: snapshot.node_count,
      edgeCount: snapshot.edge_count,
      sha256: createHash("sha256").update(json).digest("hex"),
      renumbered: false,
      interrupted: false,
    });
    expect(receipt.pauseMs).toBeGreaterThan(0);
    expect(idsOf("Kept", json)).toHaveLength(300);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(folder)).toEqual(["a.heapsnapshot"]);
    expect(progress[0]?.stage).toBe("building");
    expect(progress.at(-1)).toMatchObject({ stage: "receiving", byteLength: receipt.byteLength });
  });

  test("objects keep their ids in a second snapshot of the same session", async () => {
    const files = ["a", "b"].map((name) => path.join(folder, `${name}.heapsnapshot`));
    for (const file of files) await takeSnapshot(session, file, { collectGarbage: true });
    const [first, second] = files.map((file) => idsOf("Kept", fs.readFileSync(file, "utf8")));
    expect(second).toEqual(first);
  });

  test("numbers are recorded when asked for", async () => {
    const plain = await takeSnapshot(session, path.join(folder, "a.heapsnapshot"));
    const numeric = await takeSnapshot(session, path.join(folder, "b.heapsnapshot"), { numericValues: true });
    expect(numeric.nodeCount).toBeGreaterThan(plain.nodeCount + 300);
  });

  test("a compressed file is the same snapshot, with the sum of what is on the disk", async () => {
    const file = path.join(folder, "a.heapsnapshot.gz");
    const receipt = await takeSnapshot(session, file, { gzip: true });
    const content = fs.readFileSync(file);
    expect(receipt).toMatchObject({
      byteLength: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
    });
    expect(idsOf("Kept", gunzipSync(content).toString())).toHaveLength(300);
  });

  test("a compressed stream that is slow or fails is like any other", async () => {
    const chunks: Buffer[] = [];
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        setTimeout(done, 2);
      },
    });
    await takeSnapshot(session, slow, { gzip: true });
    expect(idsOf("Kept", gunzipSync(Buffer.concat(chunks)).toString())).toHaveLength(300);
    const broken = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })),
    });
    await expect(takeSnapshot(session, broken, { gzip: true })).rejects.toMatchObject({
      code: "write-failed",
    });
  });

  test("ids that another client's leaving has renumbered are noticed", async () => {
    const first = await takeSnapshot(session, path.join(folder, "a.heapsnapshot"));
    const second = await takeSnapshot(session, path.join(folder, "b.heapsnapshot"));
    expect(second).toMatchObject({ idSpace: first.idSpace, renumbered: false });
    await expectRunning(target); // connects and leaves
    const third = await takeSnapshot(session, path.join(folder, "c.heapsnapshot"));
    expect(third.renumbered).toBe(true);
    expect(third.idSpace).not.toBe(first.idSpace);
  });

  test("the pause is the target's own, and nothing of its measurement stays behind", async () => {
    const file = path.join(folder, "a.heapsnapshot");
    const { durationMs, pauseMs } = await takeSnapshot(session, file);
    expect(pauseMs).toBeGreaterThan(durationMs / 10);
    expect(pauseMs).toBeLessThan(durationMs + 1000);
    const left = `Object.getOwnPropertySymbols(globalThis).map(String).filter((name) => name.includes("heapscope")).length`;
    expect(await evaluate(session, left)).toBe(0);
  });

  test("a slow stream gets everything and is left open", async () => {
    const stream = new PassThrough({ highWaterMark: 1024 });
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      stream.pause();
      setTimeout(() => stream.resume(), 2);
    });
    const receipt = await takeSnapshot(session, stream);
    expect(stream.writableEnded).toBe(false);
    stream.end();
    await new Promise((resolve) => stream.once("end", resolve));
    const json = Buffer.concat(chunks).toString();
    expect(json).toHaveLength(receipt.byteLength);
    expect(idsOf("Kept", json)).toHaveLength(300);
  });

  test("a stream that fails ends the capture with its reason", async () => {
    const broken = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })),
    });
    await expect(takeSnapshot(session, broken)).rejects.toMatchObject({
      code: "write-failed",
      message: "Cannot write the snapshot to the stream: EPIPE.",
    });
  });

  /** Takes one piece, and no other before `release` is called. */
  function stuckStream(): { stream: Writable; stuck: Promise<void>; release: () => void } {
    let release = (): void => {};
    let onStuck = (): void => {};
    const stuck = new Promise<void>((resolve) => (onStuck = resolve));
    const stream = new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, done) {
        onStuck();
        release = done;
      },
    });
    return { stream, stuck, release: () => release() };
  }

  test("a stream that is closed without an error ends the capture, whenever that happens", async () => {
    const { stream, stuck } = stuckStream();
    const capture = takeSnapshot(session, stream);
    void stuck.then(() => stream.destroy());
    const failure = {
      code: "write-failed",
      message: "Cannot write the snapshot to the stream: it was closed.",
    };
    await expect(capture).rejects.toMatchObject(failure);

    const other = await connectInspector(target.webSocketUrl);
    const send = vi.spyOn(other, "send");
    await expect(takeSnapshot(other, stream)).rejects.toMatchObject(failure);
    expect(send).not.toHaveBeenCalled();
    await other.close();
  });

  test("a stream that is slower than the target may be silent does not count as silence", async () => {
    const sizes: number[] = [];
    const stream = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        sizes.push(chunk.length);
        setTimeout(done, sizes.length === 1 ? 1500 : 0);
      },
    });
    const receipt = await takeSnapshot(session, stream, { timeoutMs: 1000 });
    expect(sizes.reduce((sum, size) => sum + size)).toBe(receipt.byteLength);
  });

  /** A capture of one piece into a stream that takes it only when told to. */
  async function stuckCapture(signal?: AbortSignal) {
    const { stream, stuck, release } = stuckStream();
    const whole = `{"snapshot":{"meta":{"node_fields":["id"],"edge_fields":["id"]},"node_count":1,"edge_count":1},"nodes":[1],"edges":[0],"strings":[]}`;
    const played = await playback([whole]);
    const capture = takeSnapshot(played.session, stream, signal === undefined ? {} : { signal });
    capture.catch(() => {}); // whoever awaits it later sees it fail
    await stuck;
    await new Promise((resolve) => setTimeout(resolve, 100)); // the answer follows the last piece
    return { capture, played, release };
  }

  test("the signal ends the wait for a stream that has got the last piece", async () => {
    const abort = new AbortController();
    const { capture, played } = await stuckCapture(abort.signal);
    abort.abort();
    await expect(capture).rejects.toMatchObject({ code: "aborted" });
    await played.close();
  });

  test("a target that exits after the last piece has given a whole snapshot, however slow the stream is", async () => {
    const { capture, played, release } = await stuckCapture();
    await played.close();
    release();
    await expect(capture).resolves.toMatchObject({ nodeCount: 1, edgeCount: 1 });
  });

  test.each(["building", "receiving"])("a listener that throws while %s fails the capture", async (stage) => {
    const mistake = new Error("mistake");
    const capture = takeSnapshot(session, path.join(folder, "a.heapsnapshot"), {
      onProgress: (progress) => {
        if (progress.stage === stage) throw mistake;
      },
    });
    await expect(capture).rejects.toBe(mistake);
    expect(fs.readdirSync(folder)).toEqual([]);
    await expectRunning(target);
  });

  test("an existing file is neither overwritten nor is the target troubled, unless asked to", async () => {
    const file = path.join(folder, "a.heapsnapshot");
    fs.writeFileSync(file, "precious");
    const send = vi.spyOn(session, "send");
    await expect(takeSnapshot(session, file)).rejects.toMatchObject({
      code: "file-exists",
      message: `${file} exists already; choose another name or remove it first.`,
    });
    expect(send).not.toHaveBeenCalled();
    expect(fs.readFileSync(file, "utf8")).toBe("precious");
    await takeSnapshot(session, file, { overwrite: true });
    expect(fs.statSync(file).size).toBeGreaterThan(100_000);
  });

  test("a folder that does not exist is reported before the target stands still", async () => {
    const file = path.join(folder, "missing", "a.heapsnapshot");
    const send = vi.spyOn(session, "send");
    await expect(takeSnapshot(session, file)).rejects.toMatchObject({
      code: "write-failed",
      message: `Cannot write ${file}: the folder does not exist; choose another place.`,
    });
    expect(send).not.toHaveBeenCalled();
  });

  test("a disk that fills up in the middle leaves no file and a running target", async () => {
    const writeSync = fs.writeSync.bind(fs);
    let writes = 0;
    vi.spyOn(fs, "writeSync").mockImplementation(((...parameters: Parameters<typeof writeSync>) => {
      if (++writes > 5) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      return writeSync(...parameters);
    }) as typeof fs.writeSync);
    const file = path.join(folder, "a.heapsnapshot");
    await expect(takeSnapshot(session, file)).rejects.toMatchObject({
      code: "write-failed",
      message: `Cannot write ${file}: the disk is full; choose another place.`,
    });
    expect(fs.readdirSync(folder)).toEqual([]);
    await expectRunning(target);
  });

  test("a second capture in the same session is refused while one is under way", async () => {
    const first = takeSnapshot(session, path.join(folder, "a.heapsnapshot"));
    await expect(takeSnapshot(session, path.join(folder, "b.heapsnapshot"))).rejects.toMatchObject({
      code: "busy",
    });
    await first;
    await takeSnapshot(session, path.join(folder, "b.heapsnapshot"));
  });
});

describe("with a heap that takes a while", () => {
  let target: SpawnedTarget;
  let session: InspectorSession;
  beforeEach(async () => {
    target = await spawnTarget(keepObjects(150_000));
    session = await connectInspector(target.webSocketUrl);
  });
  afterEach(async () => {
    await session.close();
    await target.kill();
  });

  test("a target that dies leaves no file", async () => {
    const capture = takeSnapshot(session, path.join(folder, "a.heapsnapshot"), {
      onProgress: () => target.child.kill("SIGKILL"),
    });
    await expect(capture).rejects.toMatchObject({ code: "target-lost" });
    await expect(capture).rejects.toThrow(/closed the connection, so it has probably exited/);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test.each(["building", "receiving"])(
    "aborting while %s leaves no file and a running target",
    async (stage) => {
      const abort = new AbortController();
      const reason = new Error("enough");
      const capture = takeSnapshot(session, path.join(folder, "a.heapsnapshot"), {
        signal: abort.signal,
        onProgress: (progress) => {
          if (progress.stage === stage) abort.abort(reason);
        },
      });
      await expect(capture).rejects.toMatchObject({ code: "aborted", cause: reason });
      expect(fs.readdirSync(folder)).toEqual([]);
      await expectRunning(target);
      // The target has finished its part alone; what it sent late must not get into the next file.
      const again = await takeSnapshot(session, path.join(folder, "b.heapsnapshot"));
      expect(idsOf("Kept", fs.readFileSync(again.path!, "utf8"))).toHaveLength(150_000);
    },
  );

  test("what had arrived is kept when asked for, under a name that says so", async () => {
    const file = path.join(folder, "a.heapsnapshot");
    const capture = takeSnapshot(session, file, {
      keepPartial: true,
      onProgress: ({ stage }) => {
        if (stage === "receiving") target.child.kill("SIGKILL");
      },
    });
    await expect(capture).rejects.toMatchObject({
      code: "target-lost",
      message: expect.stringContaining(`What had arrived is kept in ${file}.partial.`),
    });
    expect(fs.readdirSync(folder)).toEqual(["a.heapsnapshot.partial"]);
    expect(fs.readFileSync(`${file}.partial`, "utf8")).toMatch(/^\{"snapshot"/);
    expect(fs.statSync(`${file}.partial`).mode & 0o777).toBe(0o600);
  });

  test("a target that falls silent is given up after the time allowed", async () => {
    const capture = takeSnapshot(session, path.join(folder, "a.heapsnapshot"), {
      timeoutMs: 1500,
      onProgress: () => process.kill(target.pid, "SIGSTOP"),
    });
    await expect(capture).rejects.toMatchObject({ code: "timeout" });
    process.kill(target.pid, "SIGCONT");
    expect(fs.readdirSync(folder)).toEqual([]);
    await expectRunning(target);
  });
});

/** A session with something that answers every command, and a capture with these chunks. */
async function playback(
  chunks: string[],
): Promise<{ session: InspectorSession; close: () => Promise<void> }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  server.on("connection", (socket) => {
    socket.on("message", (data: Buffer) => {
      const { id, method } = JSON.parse(data.toString()) as { id: number; method: string };
      if (method === "HeapProfiler.takeHeapSnapshot") {
        for (const chunk of chunks)
          socket.send(JSON.stringify({ method: "HeapProfiler.addHeapSnapshotChunk", params: { chunk } }));
      }
      socket.send(JSON.stringify({ id, result: { result: { type: "string", value: "v24.0.0" } } }));
    });
  });
  const session = await connectInspector(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const close = async (): Promise<void> => {
    await session.close();
    server.close();
  };
  return { session, close };
}

/** A new session is opened and answered. */
async function expectRunning(target: SpawnedTarget): Promise<void> {
  const session = await connectInspector(target.webSocketUrl);
  expect(await evaluate(session, "process.pid")).toBe(target.pid);
  await session.close();
}
