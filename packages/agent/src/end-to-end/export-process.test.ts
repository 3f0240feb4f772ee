// The exporters as processes run them: bundled, on all supported versions of Node, killed in the middle, in a folder that is
// read-only, with files that are larger than the memory they may take.

import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { buildSync } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { findRuntime } from "../../../../scripts/runtimes.mjs";
import type { ExporterOptions } from "../api.ts";
import { deliver } from "../exporters/deliver.ts";
import { certificate, key } from "./export-certificate.ts";
import { DEAD_PID, makeFile, makeFolder, PLENTY, QUICK, s3, serve, strictStore } from "./export-store.ts";

const MiB = 2 ** 20;
let tools: string;
let folder: string;

// Prints each event and the result as lines, then how much memory it took at most, beyond what it had at the start.
const PROGRAM = `
const { deliver } = require("./deliver.cjs");
const [folder, exporters, retention, pace] = process.argv.slice(2).map((text, at) => (at ? JSON.parse(text) : text));
const print = (value) => console.log(JSON.stringify(value));
const before = process.memoryUsage.rss();
deliver(folder, { exporters, retention }, print, pace)
  .then(print, (error) => print({ rejected: error.code }))
  .then(() => print({ growth: process.resourceUsage().maxRSS * 1024 - before }));
`;

beforeAll(() => {
  tools = makeFolder();
  buildSync({
    entryPoints: [path.join(import.meta.dirname, "../exporters/deliver.ts")],
    outfile: path.join(tools, "deliver.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node18",
  });
  fs.writeFileSync(path.join(tools, "program.cjs"), PROGRAM);
  fs.chmodSync(tools, 0o755);
});
afterAll(() => fs.rmSync(tools, { recursive: true, force: true }));
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  fs.chmodSync(folder, 0o700);
  fs.rmSync(folder, { recursive: true, force: true });
});

function start(
  exporters: ExporterOptions[],
  program = process.execPath,
  uid?: number,
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const pace = { ...QUICK, mostMs: 60_000, idleMs: 30_000 };
  const values = [exporters, PLENTY, pace].map((value) => JSON.stringify(value));
  return spawn(program, [path.join(tools, "program.cjs"), folder, ...values], {
    stdio: ["ignore", "pipe", "inherit"],
    env,
    ...(uid !== undefined && { uid, gid: uid }),
  });
}
async function linesOf(child: ChildProcess): Promise<Record<string, unknown>[]> {
  let text = "";
  child.stdout!.on("data", (piece) => (text += piece));
  await new Promise((resolve) => {
    child.on("close", resolve);
  });
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test.each(["node-18", "node-20", "node-22", "node-24", "node-26"])(
  "%s sends one file in one request and one in parts",
  async (name) => {
    const store = await strictStore();
    const [large, small] = [
      makeFile(folder, { pid: DEAD_PID, bytes: 11 * MiB }),
      makeFile(folder, { pid: DEAD_PID }),
    ];
    const exporters = [
      s3(store.url, { partSize: 5 * MiB }),
      { type: "http", url: `${store.url}/plain?{name}` } as const,
    ];
    const lines = await linesOf(start(exporters, await findRuntime(name)));
    // The second exporter does not sign, and this store does not take what is not signed.
    expect(lines.map((line) => line["name"] ?? line["pendingExports"])).toEqual([
      "heapscope.export.finished",
      "heapscope.export.failed",
      "heapscope.export.finished",
      2,
      undefined,
    ]);
    for (const file of [large, small]) {
      expect(store.objects.get(`/dumps/${path.basename(file)}`)!.equals(fs.readFileSync(file))).toBe(true);
    }
    await store.close();
  },
);

test("over https payloads are not summed, but for what is sent as text; a certificate that nobody vouches for is refused", async () => {
  const sums: string[] = [];
  const server = https.createServer({ key, cert: certificate }, (request, response) => {
    request.resume().on("end", () => {
      const isText = request.method === "POST";
      sums.push(`${request.method} ${String(request.headers["x-amz-content-sha256"]).slice(0, 8)}`);
      response.setHeader("etag", '"e"');
      response.end(isText ? "<UploadId>1</UploadId></CompleteMultipartUploadResult>" : "");
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, resolve);
  });
  const exporters = [
    s3(`https://localhost:${(server.address() as AddressInfo).port}`, { partSize: 5 * MiB }),
  ];
  makeFile(folder, { pid: DEAD_PID, bytes: 6 * MiB });
  const [refused] = await linesOf(start(exporters));
  expect(refused!["message"]).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
  expect(sums).toEqual([]);
  const vouched = path.join(tools, "certificate.pem");
  fs.writeFileSync(vouched, certificate);
  const [sent] = await linesOf(
    start(exporters, process.execPath, undefined, { NODE_EXTRA_CA_CERTS: vouched }),
  );
  expect(sent!["name"]).toBe("heapscope.export.finished");
  // On a busy machine a part may be sent a second time.
  const distinct = sums.filter((sum, i) => i === 0 || sum !== sums[i - 1]);
  expect(distinct).toEqual([
    "PUT UNSIGNED",
    "POST e3b0c442",
    "PUT UNSIGNED",
    expect.stringMatching(/^POST [0-9a-f]{8}$/),
  ]);
  expect(sums.filter((sum) => sum === "PUT UNSIGNED").length, "the record and two parts").toBeGreaterThan(2);
  server.close();
});

test("killed in the middle of a file: nothing has arrived, and the next start sends it whole", async () => {
  const file = makeFile(folder, { pid: DEAD_PID, bytes: 4 * MiB, record: false });
  const running: { child?: ChildProcess } = {};
  const store = await serve(
    () => {},
    (request) => {
      request.once("data", () => running.child!.kill("SIGKILL")).on("error", () => {});
      return true;
    },
  );
  const child = (running.child = start([s3(store.url)]));
  await new Promise((resolve) => {
    child.on("close", resolve);
  });
  expect(child.signalCode).toBe("SIGKILL");
  await store.close();
  expect(fs.existsSync(path.join(folder, ".heapscope-exports.lock"))).toBe(true);

  const next = await strictStore();
  const said: string[] = [];
  const exporters = [s3(next.url)];
  await deliver(folder, { exporters, retention: PLENTY }, ({ name }) => said.push(name), QUICK);
  expect(said).toEqual(["heapscope.export.finished"]);
  expect([...next.objects.values()].map((object) => object.equals(fs.readFileSync(file)))).toEqual([true]);
  await next.close();
});

test("killed between two parts: the upload is aborted, and the next start sends it whole", async () => {
  const file = makeFile(folder, { pid: DEAD_PID, bytes: 12 * MiB, record: false });
  const running: { child?: ChildProcess } = {};
  let isKilled = false;
  const store = await strictStore((seen) => {
    if (isKilled || !seen.url.includes("partNumber=2")) return false;
    isKilled = true;
    return running.child!.kill("SIGKILL");
  });
  const exporters = [s3(store.url, { partSize: 5 * MiB })];
  const child = (running.child = start(exporters));
  await new Promise((resolve) => {
    child.on("close", resolve);
  });
  expect(child.signalCode).toBe("SIGKILL");
  expect(store.objects.size).toBe(0);
  expect(store.uploads.size).toBe(1);

  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
  const said: string[] = [];
  await deliver(folder, { exporters, retention: PLENTY }, ({ name }) => said.push(name), QUICK);
  expect(said).toEqual(["heapscope.export.finished"]);
  expect([...store.objects.values()].map((object) => object.equals(fs.readFileSync(file)))).toEqual([true]);
  expect(store.aborted.length).toBe(1);
  expect(store.uploads.size).toBe(0);
  await store.close();
});

test("two processes at once send each file once", async () => {
  const store = await strictStore();
  for (let count = 0; count < 10; count++) makeFile(folder, { pid: DEAD_PID, record: false, bytes: 100_000 });
  await Promise.all([linesOf(start([s3(store.url)])), linesOf(start([s3(store.url)]))]);
  expect(store.objects.size).toBe(10);
  expect(store.seen.length).toBe(10);
  await store.close();
});

test("in a folder that is read-only nothing is sent, as it could not be marked", async () => {
  const store = await strictStore();
  for (let count = 0; count < 3; count++) makeFile(folder, { pid: DEAD_PID, record: false });
  for (const name of fs.readdirSync(folder)) fs.chmodSync(path.join(folder, name), 0o444);
  fs.chmodSync(folder, 0o555);
  // Root may write to all folders; nobody may not.
  const lines = await linesOf(
    start([s3(store.url)], process.execPath, process.getuid?.() === 0 ? 65_534 : undefined),
  );
  expect(lines[0]).toEqual({ rejected: "EACCES" });
  expect(store.seen).toEqual([]);
  await store.close();
});

test("300 MB go out in a memory that does not grow with them", async () => {
  const file = makeFile(folder, { pid: DEAD_PID, record: false });
  fs.truncateSync(file, 300 * 1e6);
  let received = 0;
  const server = await serve(
    () => {},
    (request, response) => {
      request.on("data", (piece: Buffer) => (received += piece.length));
      request.on("end", () => {
        response.setHeader("etag", '"e"');
        response.end(
          request.method === "POST" ? "<UploadId>1</UploadId></CompleteMultipartUploadResult>" : "",
        );
      });
      return true;
    },
  );
  const lines = await linesOf(start([{ type: "http", url: `${server.url}/{name}` }, s3(server.url)]));
  const growth = Number(lines.at(-1)!["growth"]);
  console.log(`300 MB, sent twice: the process grew by ${Math.round(growth / 1e6)} MB at most`);
  expect(lines.slice(0, -1).map((line) => line["name"] ?? line["pendingExports"])).toEqual([
    "heapscope.export.finished",
    "heapscope.export.finished",
    0,
  ]);
  expect(received).toBeGreaterThan(600 * 1e6);
  expect(growth).toBeLessThan(100 * 1e6);
  await server.close();
});
