// For the tests of exporters: a folder with finished files, servers that do what the test says, and a small S3 that is
// stricter than S3rver in what that does not look at (sums of payloads, ETags, uploads that are aborted).

import { createHash, randomBytes } from "node:crypto";
import dns from "node:dns";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { vi } from "vitest";
import type { AgentEvent, ExporterOptions } from "../api.ts";
import type { Pace } from "../exporters/back-off.ts";

export type Said = Omit<AgentEvent, "timestamp">;

/** Waits are short, and a server that hangs is found out soon. */
export const QUICK: Pace = { firstMs: 20, mostMs: 200, mostTries: 100, idleMs: 400 };
export const PLENTY = { count: 100, ageMs: 7 * 86_400_000, bytes: 1e12 };

export function makeFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-export-"));
}

/** The host's name as it is in names of files. */
export const HOST = os.hostname().replace(/[^\w.-]/g, "_");
let made = 0;

/** Writes a finished file and returns its path. */
export function makeFile(
  folder: string,
  {
    bytes = 1000,
    pid = process.pid,
    host = HOST,
    id = String(++made).padStart(8, "0"),
    ageMs = 0,
    record = true,
    thread = 0,
  }: {
    bytes?: number;
    pid?: number;
    host?: string;
    id?: string;
    ageMs?: number;
    record?: boolean;
    thread?: number;
  } = {},
): string {
  const name = `heap-snapshot-${host}-${pid}-${thread}-20260102T030405Z-${id}.heapsnapshot.gz`;
  const file = path.join(folder, name);
  fs.writeFileSync(file, randomBytes(bytes), { mode: 0o600 });
  if (record)
    fs.writeFileSync(
      `${file}.json`,
      JSON.stringify({ schema: "heapscope/capture-record@1", file: { name } }),
    );
  const time = new Date(Date.now() - ageMs);
  for (const each of record ? [file, `${file}.json`] : [file]) fs.utimesSync(each, time, time);
  return file;
}

/** Of a process that was, and is not any more. */
export const DEAD_PID = 2 ** 22 + 1;

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface TestServer {
  readonly url: string;
  readonly seen: Seen[];
  close(): Promise<void>;
}

/** Reads each body before `answer` is called, unless `early` has dealt with the request. */
export async function serve(
  answer: (seen: Seen, response: http.ServerResponse) => void,
  early?: (request: http.IncomingMessage, response: http.ServerResponse) => boolean,
): Promise<TestServer> {
  const seen: Seen[] = [];
  const server = http.createServer((request, response) => {
    response.on("error", () => {});
    if (early?.(request, response)) return;
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece)).on("error", () => {});
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body: Buffer.concat(pieces) };
      seen.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface StrictStore extends TestServer {
  readonly objects: Map<string, Buffer>;
  /** Id → number of part → its bytes. */
  readonly uploads: Map<string, Map<number, Buffer>>;
  readonly aborted: string[];
}

/** `spoil` answers instead of the store when it returns true. */
export async function strictStore(
  spoil: (seen: Seen, response: http.ServerResponse) => boolean = () => false,
): Promise<StrictStore> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const aborted: string[] = [];
  const server = await serve((seen, response) => {
    if (spoil(seen, response)) return;
    const { method, headers, body } = seen;
    const url = new URL(seen.url, "http://store");
    const refuse = (status: number, code: string): void => {
      response
        .writeHead(status)
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
    };
    if (headers["x-amz-content-sha256"] !== createHash("sha256").update(body).digest("hex")) {
      return refuse(400, "XAmzContentSHA256Mismatch");
    }
    const id = url.searchParams.get("uploadId");
    if (method === "POST" && id === null) {
      const next = `up+load/${uploads.size + aborted.length}=`;
      uploads.set(next, new Map());
      return void response.end(
        `<InitiateMultipartUploadResult><UploadId>${next}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    if (id === null) {
      objects.set(decodeURIComponent(url.pathname), body);
      return void response.end();
    }
    const parts = uploads.get(id);
    if (!parts) return refuse(404, "NoSuchUpload");
    if (method === "DELETE") {
      uploads.delete(id);
      aborted.push(id);
      return void response.writeHead(204).end();
    }
    if (method === "PUT") {
      parts.set(Number(url.searchParams.get("partNumber")), body);
      return void response.writeHead(200, { etag: etagOf(body) }).end();
    }
    const listed = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)</g)];
    const bodies = listed.map(([, number]) => parts.get(Number(number)));
    if (listed.length !== parts.size || listed.some(([, , etag], at) => etagOf(bodies[at]!) !== etag)) {
      return refuse(400, "InvalidPart");
    }
    objects.set(decodeURIComponent(url.pathname), Buffer.concat(bodies as Buffer[]));
    uploads.delete(id);
    response.end("<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>");
  });
  return { ...server, objects, uploads, aborted };
}

function etagOf(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

export const SECRET = "sEcReTkEy0123456789";

export function s3(
  endpoint: string,
  more: Partial<Extract<ExporterOptions, { type: "s3" }>> = {},
): ExporterOptions {
  return {
    type: "s3",
    endpoint,
    bucket: "dumps",
    prefix: "",
    credentials: { accessKeyId: "S3RVER", secretAccessKey: SECRET },
    ...more,
  };
}

/** All names of hosts are this machine's, until mocks are restored. */
export function resolveToLoopback(): void {
  const lookup = (
    _: string,
    { all }: { all?: boolean },
    done: (error: null, ...found: unknown[]) => void,
  ): void => {
    if (all) done(null, [{ address: "127.0.0.1", family: 4 }]);
    else done(null, "127.0.0.1", 4);
  };
  vi.spyOn(dns, "lookup").mockImplementation(lookup as never);
}
