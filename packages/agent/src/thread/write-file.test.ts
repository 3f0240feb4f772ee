import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FileOrder } from "./messages.ts";
import { FileWriter } from "./write-file.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "write-file-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const record = {
  schema: "heapscope/capture-record@1",
  capturedAt: new Date().toISOString(),
  measured: { pauseMs: 3 },
};
const order = (more: Partial<FileOrder> = {}): FileOrder => ({
  directory: path.join(folder, "captures"),
  name: "a.cpuprofile",
  recorder: "cpu-profile",
  gzip: true,
  ...more,
});
const names = (): string[] => fs.readdirSync(path.join(folder, "captures")).toSorted();

const SNAPSHOT =
  '{"snapshot":{"meta":{"node_fields":["type"],"edge_fields":["type"]},"node_count":2,"edge_count":1},"nodes":[1,2],"edges":[1],"strings":["a"]}';

describe("a file", () => {
  test("has all bytes, compressed in blocks as one gzip file, whatever the size of its pieces", () => {
    const bytes = Buffer.alloc(3_500_000, "some text, and some more of it ");
    for (let at = 7; at < bytes.length; at += 1013) bytes[at] = at % 251;
    const writer = new FileWriter(order());
    for (let at = 0; at < bytes.length; at += 65_536) writer.write(bytes.subarray(at, at + 65_536));
    const file = writer.close(record);
    const written = fs.readFileSync(file.path);
    expect(gunzipSync(written).equals(bytes)).toBe(true);
    expect(file.bytes).toBe(written.length);
    expect(file.sha256).toBe(createHash("sha256").update(written).digest("hex"));
  });

  test("is a gzip file when it is empty, too", () => {
    expect(gunzipSync(fs.readFileSync(new FileWriter(order()).close(record).path))).toHaveLength(0);
  });

  test("is what was written, when it is not to be compressed", () => {
    const writer = new FileWriter(order({ gzip: false }));
    writer.write("{} – ");
    writer.write(Buffer.from("end"));
    expect(fs.readFileSync(writer.close(record).path, "utf8")).toBe("{} – end");
  });

  test("is its owner's alone, as is its folder", () => {
    const { path: file } = new FileWriter(order()).close(record);
    const modes = [file, `${file}.json`, path.dirname(file)].map((each) => fs.statSync(each).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o700]);
  });

  test("has its final name only when it is whole", () => {
    const writer = new FileWriter(order());
    writer.write("text");
    expect(names()).toEqual([".a.cpuprofile.gz.partial"]);
    writer.close(record);
    expect(names()).toEqual(["a.cpuprofile.gz", "a.cpuprofile.gz.json"]);
  });

  test("leaves nothing when it is given up", () => {
    const writer = new FileWriter(order());
    writer.write("text");
    writer.abort();
    writer.abort();
    expect(names()).toEqual([]);
  });

  test("does not overwrite what somebody put in its place before", () => {
    fs.mkdirSync(path.join(folder, "captures"));
    fs.symlinkSync("/etc/hostname", path.join(folder, "captures", ".a.cpuprofile.gz.partial"));
    expect(() => new FileWriter(order())).toThrow("EEXIST");
  });

  test("has a record with what only the writer knows", () => {
    const writer = new FileWriter(order({ recorder: "heap-snapshot", name: "a.heapsnapshot" }));
    writer.write(SNAPSHOT);
    const { path: file, bytes, sha256, ...rest } = writer.close(record);
    expect(rest).toEqual({ recorder: "heap-snapshot", nodeCount: 2, edgeCount: 1 });
    expect(JSON.parse(fs.readFileSync(`${file}.json`, "utf8"))).toEqual({
      ...record,
      file: { name: "a.heapsnapshot.gz", bytes, sha256, nodeCount: 2, edgeCount: 1 },
      durationMs: expect.any(Number),
      measured: { pauseMs: 3, fileSize: bytes },
    });
  });

  test("has no record if it is one", () => {
    new FileWriter(order({ recorder: "memory-record", name: "a.json", gzip: false })).close({});
    expect(names()).toEqual(["a.json"]);
  });

  test("is refused when it is no whole snapshot", () => {
    const writer = new FileWriter(order({ recorder: "heap-snapshot" }));
    writer.write(SNAPSHOT.slice(0, -1));
    expect(() => writer.close(record)).toThrow("V8 did not write it whole");
    writer.abort();
    expect(names()).toEqual([]);
  });

  test("cannot be finished in a folder that is gone", () => {
    const writer = new FileWriter(order());
    fs.rmSync(path.join(folder, "captures"), { recursive: true });
    expect(() => writer.close(record)).toThrow("ENOENT");
    writer.abort();
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});
