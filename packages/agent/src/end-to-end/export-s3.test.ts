// The exporters against S3rver, a server for S3 that checks signatures and puts parts together. Sums of payloads, ETags and
// uploads that are aborted, which it does not look at, are in exporters/s3.test.ts.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { ExporterOptions } from "../api.ts";
import { deliver } from "../exporters/deliver.ts";
import { makeFile, makeFolder, PLENTY, QUICK, resolveToLoopback, type Said } from "./export-store.ts";

interface Server {
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}
const S3rver = createRequire(import.meta.url)("@20minutes/s3rver") as new (options: object) => Server;

const MiB = 2 ** 20;
const credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
let folder: string;
let said: Said[];
let stored: string;
let server: Server;
let url: string;

beforeAll(async () => {
  stored = makeFolder();
  const configureBuckets = [{ name: "dumps" }];
  server = new S3rver({ address: "127.0.0.1", port: 0, silent: true, directory: stored, configureBuckets });
  url = `http://127.0.0.1:${(await server.run()).port}`;
});
afterAll(async () => {
  await server.close();
  fs.rmSync(stored, { recursive: true, force: true });
});
beforeEach(() => {
  folder = makeFolder();
  said = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function pass(...exporters: ExporterOptions[]): Promise<unknown> {
  return deliver(folder, { exporters, retention: PLENTY }, (event) => said.push(event), QUICK);
}
/** From the disk of the server. */
function objectOf(key: string): Buffer {
  const encoded = key.split("/").map(encodeURIComponent).join("/");
  const found = [key, encoded]
    .map((name) => path.join(stored, "dumps", `${name}._S3rver_object`))
    .find(fs.existsSync);
  return fs.readFileSync(found!);
}

test("a file and its record arrive in a bucket", async () => {
  const file = makeFile(folder);
  expect(await pass({ type: "s3", endpoint: url, bucket: "dumps", credentials })).toEqual({
    pendingExports: 0,
  });
  const host = /^heap-snapshot-(.+)-\d+-0-2026/.exec(path.basename(file))![1];
  const key = `heapscope/${host}/${path.basename(file)}`;
  expect(objectOf(key).equals(fs.readFileSync(file))).toBe(true);
  expect(objectOf(`${key}.json`).equals(fs.readFileSync(`${file}.json`))).toBe(true);
});

test("a large file arrives whole from its parts", async () => {
  const file = makeFile(folder, { bytes: 17 * MiB + 3, record: false });
  await pass({
    type: "s3",
    endpoint: url,
    bucket: "dumps",
    credentials,
    prefix: "parts/",
    partSize: 5 * MiB,
  });
  expect(said.map(({ name }) => name)).toEqual(["heapscope.export.finished"]);
  expect(objectOf(`parts/${path.basename(file)}`).equals(fs.readFileSync(file))).toBe(true);
});

test("keys with characters of all kinds are signed as the server understands them", async () => {
  const prefixes = ["a b/", "ü☃🦊/", "plus+and%25/", "'(quotes)*!/", "~_-.$&=:@,;/", '#?[]"<>^`{|}/'];
  for (const prefix of prefixes) {
    said = [];
    makeFile(folder, { record: false });
    await pass({ type: "s3", endpoint: url, bucket: "dumps", credentials, prefix });
    expect([prefix, ...said.map(({ message }) => message.replace(/^\S+ /, ""))]).toEqual([
      prefix,
      `is sent to s3 dumps at ${new URL(url).host}.`,
    ]);
  }
});

// S3rver looks for the bucket in the signed path, where AWS does not have it (sign.test.ts has AWS's example), so it must
// let signatures pass here.
test("a bucket in the host's name is found, and the session's token taken", async () => {
  const lenient = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory: stored,
    allowMismatchedSignatures: true,
  });
  const { port } = await lenient.run();
  resolveToLoopback();
  const file = makeFile(folder, { record: false });
  const endpoint = `http://s3.eu-central-1.amazonaws.com:${port}`;
  const session = { ...credentials, sessionToken: "token" };
  await pass({
    type: "s3",
    endpoint,
    bucket: "dumps",
    credentials: session,
    virtualHost: true,
    prefix: "v/",
  });
  await lenient.close();
  expect(said.map(({ name }) => name)).toEqual(["heapscope.export.finished"]);
  expect(objectOf(`v/${path.basename(file)}`).length).toBe(1000);
});

test.each([
  {
    what: "a wrong secret",
    more: { credentials: { ...credentials, secretAccessKey: "WRONGSECRET" } },
    word: "SignatureDoesNotMatch",
  },
  {
    what: "an unknown key",
    more: { credentials: { ...credentials, accessKeyId: "NOBODY" } },
    word: "InvalidAccessKeyId",
  },
  { what: "no such bucket", more: { bucket: "nobucket" }, word: "NoSuchBucket" },
])("$what is refused, and said without secrets", async ({ more, word }) => {
  makeFile(folder);
  await pass({ type: "s3", endpoint: url, bucket: "dumps", credentials, ...more });
  expect(
    said.map(({ attributes }) => [attributes["error.type"], attributes["heapscope.export.final"]]),
  ).toEqual([[word, false]]);
  const written = fs.readdirSync(folder).filter((name) => name.endsWith(".exports.json"));
  const states = written.map((name) => fs.readFileSync(path.join(folder, name), "utf8")).join("");
  expect(written.length).toBe(1);
  expect(JSON.stringify(said) + states).not.toMatch(/WRONGSECRET|NOBODY|S3RVER|Signature=/);
});

/** AWS's own signer makes the url; in a process of its own, as in this one packages are resolved as if bundled. */
const PRESIGN = `
const { createHash, createHmac } = require("node:crypto");
const { SignatureV4 } = require("@smithy/signature-v4");
class Sha256 {
  constructor(key) { this.hash = key ? createHmac("sha256", key) : createHash("sha256"); }
  update(data) { this.hash.update(data); }
  async digest() { return new Uint8Array(this.hash.digest()); }
}
const { url, credentials } = JSON.parse(process.argv[1]);
const { hostname, port, host, pathname: path } = new URL(url);
new SignatureV4({ credentials, region: "us-east-1", service: "s3", sha256: Sha256, uriEscapePath: false, applyChecksum: false })
  .presign({ method: "PUT", protocol: "http:", hostname, port: Number(port), path, query: {}, headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }, { expiresIn: 60 })
  .then(({ query }) => console.log(url + "?" + new URLSearchParams(query)));
`;

test("a presigned url takes a file through the exporter for http", async () => {
  const file = makeFile(folder);
  const presigned = execFileSync(
    process.execPath,
    ["-e", PRESIGN, JSON.stringify({ url: `${url}/dumps/presigned.gz`, credentials })],
    {
      encoding: "utf8",
      cwd: import.meta.dirname,
      env: { ...process.env, NODE_OPTIONS: "" },
    },
  ).trim();
  expect(presigned).toContain("X-Amz-Signature=");
  await pass({ type: "http", url: presigned });
  expect(said.map(({ name }) => name)).toEqual(["heapscope.export.finished"]);
  expect(objectOf("presigned.gz").equals(fs.readFileSync(file))).toBe(true);
  expect(JSON.stringify(said)).not.toContain("X-Amz");
  makeFile(folder);
  await pass({ type: "http", url: presigned.replace(/Signature=.{6}/, "Signature=000000") });
  expect(said.at(-1)!.attributes["error.type"]).toBe("SignatureDoesNotMatch");
});
