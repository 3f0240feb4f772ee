import { File } from "node:buffer";
import fs from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { HeapSnapshot, type Progress } from "@heapscope/engine";
import { describe, expect, it } from "vitest";
import { describeFiles, openDropped } from "./dropped-file.ts";

const fixtures = path.join(import.meta.dirname, "../../../../fixtures/snapshots");
const name = "node-24-pair-1.heapsnapshot.gz";
const zipped = fs.readFileSync(path.join(fixtures, name));
const record = fs.readFileSync(path.join(fixtures, `${name}.json`));
const plain = gunzipSync(zipped);
const profile = JSON.stringify({
  head: {
    callFrame: { functionName: "(root)", scriptId: "0", url: "", lineNumber: -1, columnNumber: -1 },
    selfSize: 8,
    id: 1,
    children: [],
  },
  samples: [],
});

function fileOf(name: string, bytes: Uint8Array | string): globalThis.File {
  return new File([bytes], name) as unknown as globalThis.File;
}

describe("a dropped file", () => {
  it("is read plain and gzipped, whatever its name", async () => {
    for (const bytes of [plain, zipped]) {
      const stages: Progress[] = [];
      const opened = await openDropped(fileOf("a.txt", bytes), undefined, {
        onProgress: (progress) => stages.push(progress),
      });
      expect(opened).toBeInstanceOf(HeapSnapshot);
      expect((opened as HeapSnapshot).graph.nodeCount).toBeGreaterThan(60_000);
      expect(stages.at(-1)).toMatchObject({ stage: "reading", done: plain.length });
    }
  });

  it("is a profile by its content", async () => {
    for (const bytes of [profile, gzipSync(profile)]) {
      const opened = await openDropped(fileOf("a.heapsnapshot", bytes), undefined, {});
      expect(opened).toMatchObject({ unit: "bytes", total: 8 });
    }
  });

  it("that breaks off, is no snapshot, or is empty is told in a sentence", async () => {
    const open = (bytes: Uint8Array | string) => openDropped(fileOf("a", bytes), undefined, {});
    await expect(open(zipped.subarray(0, 100_000))).rejects.toThrow(
      /^The gzip data is damaged, or breaks off/,
    );
    await expect(open(plain.subarray(0, 100_000))).rejects.toThrow(/\.$/);
    await expect(open("hello")).rejects.toThrow(/\.$/);
    await expect(open("")).rejects.toThrow(/\.$/);
  });

  it("can be cancelled while it is read", async () => {
    const [file] = describeFiles([fileOf("a.heapsnapshot", plain)]);
    file!.controller.abort();
    await expect(file!.open({ signal: file!.signal! })).rejects.toThrow("The work was cancelled.");
  });

  it("takes the record that lies beside it", async () => {
    const files = [fileOf(`${name}.json`, record), fileOf(name, zipped), fileOf("other.json", "{}")];
    const described = describeFiles(files);
    expect(described.map(({ name }) => name)).toEqual([name, "other.json"]);
    const opened = (await described[0]!.open({})) as HeapSnapshot;
    expect(opened.captureRecord?.target.runtime).toBe("node");
  });

  it("says why a record beside it is of no use", async () => {
    const open = async (text: string | Uint8Array) =>
      ((await openDropped(fileOf(name, zipped), fileOf(`${name}.json`, text), {})) as HeapSnapshot)
        .captureRecordProblem;
    expect(await open('{"schema":"heapscope/capture-record@9"}')).toMatch(/^The capture record is damaged/);
    expect(await open("[]")).toBeUndefined();
    const other = JSON.parse(record.toString()) as { file: { bytes: number } };
    other.file.bytes = 7;
    expect(await open(JSON.stringify(other))).toMatch(/^The capture record is of another file/);
  });
});
