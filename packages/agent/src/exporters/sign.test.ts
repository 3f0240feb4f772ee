// Our signatures against those that AWS publishes, and against AWS's own signer.

import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { encodeUri, sign } from "./sign.ts";

const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const host = "examplebucket.s3.amazonaws.com";

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
test.each([
  {
    name: "GET Object",
    method: "GET",
    path: "/test.txt",
    query: "",
    headers: { host, range: "bytes=0-9", "x-amz-content-sha256": EMPTY },
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  },
  {
    name: "PUT Object",
    method: "PUT",
    path: `/${encodeUri("test$file.text")}`,
    query: "",
    headers: {
      host,
      date: "Fri, 24 May 2013 00:00:00 GMT",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
      "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
    },
    signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  },
  {
    name: "GET Bucket Lifecycle",
    method: "GET",
    path: "/",
    query: "lifecycle=",
    headers: { host, "x-amz-content-sha256": EMPTY },
    signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  },
  {
    name: "List Objects",
    method: "GET",
    path: "/",
    query: "max-keys=2&prefix=J",
    headers: { host, "x-amz-content-sha256": EMPTY },
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  },
])("signs AWS's published example $name as AWS does", ({ signature, ...unsigned }) => {
  const { authorization } = sign(unsigned, credentials, "us-east-1", new Date("2013-05-24T00:00:00Z"));
  expect(authorization).toContain("Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,");
  expect(authorization!.split("Signature=")[1]).toBe(signature);
});

const cases = [
  { key: "heapscope/host/file.heapsnapshot.gz", query: {} },
  { key: "a b/ü+%25/☃/'(x)*!/~_-.$&=:@,;?#[]\"<>\\^`{|}/🦊", query: {} },
  { key: "x//./../y", query: {} },
  { key: "part", query: { partNumber: "7", uploadId: "a/b+c=d~e f" } },
  { key: "create", query: { uploads: "" } },
];

/** Runs in a process of its own: in this one, packages are resolved as if they were bundled. */
const THEIR_SIGNER = `
const { createHash, createHmac } = require("node:crypto");
const { SignatureV4 } = require("@smithy/signature-v4");
class Sha256 {
  constructor(key) { this.hash = key ? createHmac("sha256", key) : createHash("sha256"); }
  update(data) { this.hash.update(data); }
  async digest() { return new Uint8Array(this.hash.digest()); }
}
const { credentials, requests, time } = JSON.parse(process.argv[1]);
const signer = new SignatureV4({ credentials, region: "eu-central-1", service: "s3", sha256: Sha256, uriEscapePath: false, applyChecksum: false });
Promise.all(requests.map((request) => signer.sign(request, { signingDate: new Date(time) })))
  .then((signed) => console.log(JSON.stringify(signed.map(({ headers }) => headers.authorization))));
`;

test("agrees with AWS's own signer about keys and queries of all kinds", () => {
  const time = "2026-02-03T04:05:06.789Z";
  const session = { ...credentials, sessionToken: "token/+==" };
  const headers = { host: "store.example:9000", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
  const requests = cases.map(({ key, query }) => ({
    method: "PUT",
    protocol: "https:",
    hostname: "store.example",
    path: `/bucket/${key.split("/").map(encodeUri).join("/")}`,
    query,
    headers,
  }));
  const theirs = JSON.parse(
    execFileSync(
      process.execPath,
      ["-e", THEIR_SIGNER, JSON.stringify({ credentials: session, requests, time })],
      {
        encoding: "utf8",
        cwd: import.meta.dirname,
        env: { ...process.env, NODE_OPTIONS: "" },
      },
    ),
  ) as string[];
  const ours = requests.map(({ method, path, query }) => {
    const text = Object.entries(query).map(([name, value]) => `${name}=${encodeUri(value)}`);
    const signed = sign(
      { method, path, query: text.join("&"), headers },
      session,
      "eu-central-1",
      new Date(time),
    );
    expect(signed["x-amz-security-token"]).toBe(session.sessionToken);
    return signed["authorization"]!;
  });
  expect(theirs.length).toBe(cases.length);
  expect(ours.map((text) => text.split("Signature=")[1])).toEqual(
    theirs.map((text) => text.split("Signature=")[1]),
  );
});
