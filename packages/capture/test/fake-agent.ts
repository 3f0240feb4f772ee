// Something that speaks as an @heapscope/agent does, in the process of the test, and does with each request what a test
// wants: agents that are slow, that lie, that die. Its folder, socket and control file are as the agent makes them.

import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import os from "node:os";
import path from "node:path";

export interface FakeAgent {
  /** What there is of it: PID.sock and PID.json. */
  readonly folder: string;
  readonly token: string;
  /** Paths that were asked for so far, without the prefix; with the body, if it had one. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Answers a request, or returns `undefined` to leave it to the usual answers. */
export type Answer = (
  path: string,
  response: ServerResponse,
  body: Record<string, unknown>,
) => void | Promise<void> | undefined;

/** A capture that is done. */
export function captureOf(files: readonly object[], changes: object = {}): object {
  return {
    id: "c0ffee",
    trigger: "control",
    recorder: "heap-snapshot",
    startedAt: "2026-11-23T12:00:00.000Z",
    durationMs: 120,
    files,
    warnings: [],
    ...changes,
  };
}

/** What the agent says of a file that it wrote. */
export function fileOf(bytes: Uint8Array, changes: object = {}): object {
  return {
    path: "/nowhere/heap.heapsnapshot",
    recorder: "heap-snapshot",
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    thread: { id: 0, name: "main" },
    pauseMs: 80,
    ...changes,
  };
}

export function statusOf(changes: object = {}): object {
  return {
    schema: "heapscope/agent-status@1",
    version: "0.1.0",
    pid: process.pid,
    runtime: process.version,
    startedAt: "2026-11-23T11:00:00.000Z",
    directory: "/nowhere",
    redact: "off",
    triggers: [{ trigger: "signal", active: true, detail: "SIGUSR2" }],
    exporters: [],
    captures: [],
    pendingExports: 0,
    limits: { usedToday: 0, perDay: 24 },
    preflight: {
      fits: true,
      reason: "a heap snapshot takes at most 100 MB of memory and 10 MB on disk",
      extraMemory: 100e6,
      fileSize: 10e6,
      pauseMs: { from: 20, to: 500 },
    },
    recentEvents: [],
    ...changes,
  };
}

export function answerJson(response: ServerResponse, value: unknown, status = 200): void {
  const text = JSON.stringify(value);
  response.writeHead(status, { "content-length": Buffer.byteLength(text) }).end(text);
}

/** The agent of this very process, in a folder of its own below `parent`. */
export async function startFakeAgent(
  answer: Answer = () => undefined,
  { parent = os.tmpdir(), control = {} }: { parent?: string; control?: object } = {},
): Promise<FakeAgent> {
  const root = fs.mkdtempSync(path.join(parent, "fake-"));
  const folder = path.join(root, `heapscope-agent-${process.geteuid!()}`);
  fs.mkdirSync(folder, { mode: 0o700 });
  const socket = path.join(folder, `${process.pid}.sock`);
  const token = randomBytes(32).toString("hex");
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = "";
    for await (const piece of request) text += String(piece);
    const { url = "", method, headers } = request;
    if (method !== "POST" || headers.authorization !== `Bearer ${token}`) {
      response.writeHead(404, { "content-length": 0 }).end();
      return;
    }
    const name = url.replace(/^\/heapscope\//, "");
    asked.push(text === "{}" ? name : `${name} ${text}`);
    await answer(name, response, JSON.parse(text) as Record<string, unknown>);
    if (response.headersSent || response.destroyed || response.writableEnded) return;
    if (name === "status") answerJson(response, statusOf());
    else if (name === "capture") answerJson(response, { id: "c0ffee" }, 202);
    else if (name === "captures/c0ffee/remove") answerJson(response, { removed: 99 });
    else if (!name.startsWith("captures/c0ffee")) response.writeHead(404, { "content-length": 0 }).end();
  };
  server.listen(socket);
  await once(server, "listening");
  fs.chmodSync(socket, 0o600);
  const facts = {
    schema: "heapscope/agent-control@1",
    pid: process.pid,
    token,
    socket,
    version: "0.1.0",
    startedAt: "2026-11-23T11:00:00.000Z",
    ...control,
  };
  fs.writeFileSync(path.join(folder, `${process.pid}.json`), JSON.stringify(facts), { mode: 0o600 });
  return {
    folder,
    token,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}
