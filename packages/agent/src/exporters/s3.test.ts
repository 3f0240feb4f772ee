// What is sent to an S3, and what is made of its answers, against a store that the tests can spoil. Whether a real one
// understands it: end-to-end/export-s3.test.ts.

import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  makeFile,
  makeFolder,
  resolveToLoopback,
  PLENTY,
  QUICK,
  s3,
  SECRET,
  serve,
  strictStore,
  type Said,
  type Seen,
  type StrictStore,
} from "../end-to-end/export-store.ts";
import { deliver } from "./deliver.ts";

const MiB = 2 ** 20;
let folder: string;
let said: Said[];
let store: StrictStore;
let spoil: (seen: Seen, response: ServerResponse) => boolean;

beforeEach(async () => {
  folder = makeFolder();
  said = [];
  spoil = () => false;
  store = await strictStore((seen, response) => spoil(seen, response));
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await store.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function pass(options = s3(store.url)): Promise<{ pendingExports: number; retryAt?: number }> {
  return deliver(folder, { exporters: [options], retention: PLENTY }, (event) => said.push(event), QUICK);
}
async function passAgain(options = s3(store.url)): Promise<{ pendingExports: number; retryAt?: number }> {
  await new Promise((resolve) => {
    setTimeout(resolve, 60);
  });
  return pass(options);
}
function words(): unknown[] {
  return said.map(({ name, attributes }) => attributes["error.type"] ?? name.replace("heapscope.", ""));
}
function isAboutParts({ url }: Seen): boolean {
  return url.includes("partNumber=");
}
const large = 12 * MiB;
const inParts = (): ReturnType<typeof s3> => s3(store.url, { partSize: 5 * MiB });

test("puts a small file and its record, with keys that any characters may be in", async () => {
  const file = makeFile(folder);
  const prefix = "a b/ü+%25'(x)*!/../☃&=?#/{host}/{pid}/{date}/{id}/";
  await pass(s3(store.url, { prefix, bucket: "my.bucket" }));
  const name = path.basename(file);
  const [, host, id] = /^heap-snapshot-(.+)-\d+-0-20260102T030405Z-(.{8})/.exec(name)!;
  const key = `/my.bucket/a b/ü+%25'(x)*!/../☃&=?#/${host}/${process.pid}/2026-01-02/${id}/${name}`;
  // The url keeps its dots: a library that "normalises" them would break the signature.
  expect(store.seen[0]!.url).toContain("/%2B%2525%27%28x%29%2A%21/../".replace("/%2B", "%C3%BC%2B"));
  const stored = store.seen.map(({ url, body }) => [decodeURIComponent(url), body.length]);
  expect(stored).toEqual([
    [`${key}.json`, fs.statSync(`${file}.json`).size],
    [key, 1000],
  ]);
});

test("puts a large file in parts, in their order, and completes it", async () => {
  const file = makeFile(folder, { bytes: large });
  expect(await pass(inParts())).toEqual({ pendingExports: 0 });
  expect(store.objects.get(`/dumps/${path.basename(file)}`)!.equals(fs.readFileSync(file))).toBe(true);
  expect(store.seen.filter(isAboutParts).map(({ body }) => body.length)).toEqual([5 * MiB, 5 * MiB, 2 * MiB]);
  expect(store.uploads.size).toBe(0);
  expect(words()).toEqual(["export.finished"]);
});

test("virtual hosts, session tokens and regions", async () => {
  makeFile(folder, { record: false });
  resolveToLoopback();
  const { port } = new URL(store.url);
  const credentials = { accessKeyId: "A", secretAccessKey: SECRET, sessionToken: "TOKENSECRET" };
  await pass(
    s3(`http://store.test:${port}/base/`, {
      virtualHost: true,
      region: "eu-north-1",
      credentials,
      prefix: "p/",
    }),
  );
  const [{ headers, url }] = store.seen as [Seen];
  expect(headers.host).toBe(`dumps.store.test:${port}`);
  expect(url).toMatch(/^\/base\/p\/heap-snapshot/);
  expect(headers["x-amz-security-token"]).toBe("TOKENSECRET");
  expect(headers.authorization).toContain("/eu-north-1/s3/aws4_request");
  expect(headers.authorization).toContain("x-amz-security-token");
  expect(said[0]!.attributes).toMatchObject({
    "heapscope.export.type": "s3",
    "server.address": `store.test:${port}`,
    "aws.s3.bucket": "dumps",
  });
});

test("credentials of the environment, and a word if there are none", async () => {
  makeFile(folder, { record: false });
  const { credentials: _, ...options } = s3(store.url) as Extract<ReturnType<typeof s3>, { type: "s3" }>;
  const { env } = process;
  process.env = {
    ...env,
    AWS_ACCESS_KEY_ID: "ENVKEY",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_SESSION_TOKEN: "t",
    AWS_REGION: "ap-south-1",
  };
  try {
    await pass(options);
    expect(store.seen[0]!.headers.authorization).toContain("Credential=ENVKEY/");
    expect(store.seen[0]!.headers.authorization).toContain("/ap-south-1/s3/");
    process.env = { PATH: env["PATH"] };
    makeFile(folder, { record: false });
    await pass(options);
    expect(words()).toEqual(["export.finished", "no-credentials"]);
  } finally {
    process.env = env;
  }
});

test("500, then success", async () => {
  makeFile(folder, { record: false });
  spoil = (_, response) => store.seen.length === 1 && !!response.writeHead(500).end("<html>oops");
  await pass();
  await passAgain();
  expect(words()).toEqual(["http-500", "export.finished"]);
});

test.each([
  { status: 403, code: "AccessDenied" },
  { status: 404, code: "NoSuchBucket" },
  { status: 503, code: "SlowDown" },
  { status: 301, code: "PermanentRedirect" },
  { status: 307, code: "TemporaryRedirect" },
  { status: 403, code: "RequestTimeTooSkewed" },
])("$status $code is tried again, and nothing else of the answer is told", async ({ status, code }) => {
  const file = makeFile(folder, { record: false });
  spoil = ({ headers }, response) =>
    !!response
      .writeHead(status, { location: "http://127.0.0.1:1/" })
      .end(
        `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${headers.authorization} LEAKED</Message></Error>`,
      );
  await pass(s3(store.url, { prefix: "KEYSECRET/" }));
  expect(words()).toEqual([code]);
  expect(said[0]!.attributes["heapscope.export.final"]).toBe(false);
  const state = fs.readFileSync(path.join(folder, `.${path.basename(file)}.exports.json`), "utf8");
  expect(JSON.stringify(said) + state).not.toMatch(/LEAKED|SECRET|S3RVER|AWS4-HMAC|sEcRet/i);
});

test("a part that is lost is sent again, not the others", async () => {
  makeFile(folder, { bytes: large, record: false });
  let isFirst = true;
  spoil = (seen, response) => {
    if (!seen.url.includes("partNumber=2") || !isFirst) return false;
    isFirst = false;
    response.destroy();
    return true;
  };
  await pass(inParts());
  expect(words()).toEqual(["export.finished"]);
  expect(store.seen.filter(isAboutParts).length).toBe(4);
});

test("parts that fail for good abort the upload", async () => {
  makeFile(folder, { bytes: large, record: false });
  spoil = (seen, response) => seen.url.includes("partNumber=3") && !!response.writeHead(500).end();
  const { pendingExports } = await pass(inParts());
  expect(pendingExports).toBe(1);
  expect(words()).toEqual(["http-500"]);
  expect(store.aborted.length).toBe(1);
  expect(store.uploads.size).toBe(0);
  spoil = () => false;
  await passAgain(inParts());
  expect(words()).toEqual(["http-500", "export.finished"]);
});

test.each([
  {
    what: "an <Error> with status 200",
    text: `<?xml version="1.0"?> \n <Error><Code>InternalError</Code></Error>`,
    word: "InternalError",
  },
  { what: "nothing", text: "", word: "incomplete-answer" },
  { what: "half an answer", text: "<CompleteMultipartUploadResult><Loc", word: "incomplete-answer" },
])("$what at the completion is a failure, and the upload is aborted", async ({ text, word }) => {
  makeFile(folder, { bytes: large, record: false });
  spoil = ({ method, url }, response) =>
    method === "POST" && url.includes("uploadId=") && !!response.writeHead(200).end(text);
  await pass(inParts());
  expect(words()).toEqual([word]);
  expect(store.aborted.length).toBe(1);
  spoil = () => false;
  expect(await passAgain(inParts())).toEqual({ pendingExports: 0 });
});

test.each([
  { what: "a wrong ETag", headers: { etag: '"00000000000000000000000000000000"' }, word: "InvalidPart" },
  { what: "no ETag", headers: {}, word: "no-etag" },
  { what: "an ETag that would be markup", headers: { etag: '"</ETag><x>"' }, word: "no-etag" },
])("$what of a part is a failure that is tried again", async ({ headers, word }) => {
  makeFile(folder, { bytes: large, record: false });
  spoil = (seen, response) => {
    if (!seen.url.includes("partNumber=2")) return false;
    for (const parts of store.uploads.values()) parts.set(2, seen.body);
    response.writeHead(200, headers).end();
    return true;
  };
  expect((await pass(inParts())).pendingExports).toBe(1);
  expect(words()).toEqual([word]);
  expect(store.aborted.length).toBe(1);
});

test("a server that closes in the middle of the body", async () => {
  const file = makeFile(folder, { bytes: 4 * MiB, record: false });
  const server = await serve(
    () => {},
    (request) => {
      request.once("data", () => request.socket.destroy());
      return true;
    },
  );
  expect((await pass(s3(server.url))).pendingExports).toBe(1);
  expect(words()[0]).toMatch(/^(ECONNRESET|EPIPE|closed|ERR_STREAM_PREMATURE_CLOSE)$/);
  expect(fs.existsSync(file)).toBe(true);
  await server.close();
});

test("servers that hang: before the connection speaks, in the body, before the answer, in the answer", async () => {
  for (const hang of ["no read", "body", "answer", "half an answer"]) {
    const sockets: net.Socket[] = [];
    const server = net.createServer((socket) => {
      sockets.push(socket.on("error", () => {}));
      if (hang === "no read") socket.pause();
      else if (hang === "body") socket.once("data", () => socket.pause());
      else {
        socket.resume();
        if (hang === "half an answer") socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx");
      }
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    makeFile(folder, { bytes: 16 * MiB, record: false });
    said = [];
    await pass(s3(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`));
    expect([hang, ...words()]).toEqual([hang, "timeout"]);
    for (const socket of sockets) socket.destroy();
    server.close();
    fs.rmSync(folder, { recursive: true });
    fs.mkdirSync(folder);
  }
});

test("of an answer without end only a part is read", async () => {
  makeFile(folder, { record: false });
  let isClosed = false;
  let sent = 0;
  spoil = (_, response) => {
    response.on("close", () => (isClosed = true));
    const more = (): void => {
      while (!isClosed && response.write("x".repeat(65_536))) sent += 65_536;
      sent += 65_536;
      if (!isClosed && sent < 1e9) response.once("drain", more);
    };
    response.writeHead(500);
    more();
    return true;
  };
  await pass();
  expect(words()).toEqual(["http-500"]);
  expect(sent).toBeLessThan(1e8);
});

test("a success that comes before the file was taken is none", async () => {
  makeFile(folder, { bytes: 16 * MiB, record: false });
  const server = await serve(
    () => {},
    (request, response) => {
      request.pause();
      response.writeHead(200).end();
      return true;
    },
  );
  await pass(s3(server.url));
  expect(words()).toEqual(["early-answer"]);
  await server.close();
});

test("an upload that an earlier life has left behind is aborted first", async () => {
  const file = makeFile(folder, { bytes: large, record: false });
  const uploadId = "up+load/0=";
  store.uploads.set(uploadId, new Map([[1, Buffer.alloc(1)]]));
  const key = `s3 dumps at ${new URL(store.url).host}`;
  const state = path.join(folder, `.${path.basename(file)}.exports.json`);
  fs.writeFileSync(state, JSON.stringify({ exporters: { [key]: { tries: 1, nextAt: 0, uploadId } } }));
  expect(await pass(inParts())).toEqual({ pendingExports: 0 });
  expect(store.aborted).toEqual([uploadId]);
  expect(fs.readFileSync(state, "utf8")).not.toContain("uploadId");
});
