import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { SnapshotFormatError } from "@heapscope/engine";
import { captureRecordOf, drawFile } from "@heapscope/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFile, SnapshotFileError } from "./index.ts";

const gzipped = fileURLToPath(
  new URL("../../../../fixtures/snapshots/chromium-worker.heapsnapshot.gz", import.meta.url),
);
let folder: string;
let plain: string;

const inFolder = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-open-"));
  plain = inFolder("plain.heapsnapshot");
  fs.writeFileSync(plain, gunzipSync(fs.readFileSync(gzipped)));
});

afterAll(() => fs.rmSync(folder, { recursive: true }));

it("reads the same from a plain file, a gzipped one whatever its name, and a named pipe", async () => {
  const named = inFolder("no-suffix");
  fs.copyFileSync(gzipped, named);
  const pipe = inFolder("pipe");
  execFileSync("mkfifo", [pipe]);
  const [first, ...others] = await Promise.all([
    openFile(plain),
    openFile(named),
    openFile(pipe),
    fs.promises.writeFile(pipe, fs.readFileSync(plain)).then(() => openFile(plain)),
  ]);
  for (const { graph, totalSize } of others) {
    expect(totalSize).toBe(first.totalSize);
    expect(graph.edgeTarget).toEqual(first.graph.edgeTarget);
  }
});

it("refuses a pipe with something else in it at once, though its writer has not finished", async () => {
  const pipe = inFolder("garbage");
  execFileSync("mkfifo", [pipe]);
  const opened = openFile(pipe);
  const writer = await fs.promises.open(pipe, "w");
  await writer.write("hello");
  await expect(opened).rejects.toThrow(SnapshotFormatError);
  await writer.close();
});

it.each([
  ["a file that does not exist", () => inFolder("nothing"), "ENOENT"],
  ["a directory", () => folder, "EISDIR"],
])("says in a sentence that %s cannot be read", async (_, file, code) => {
  const error = await openFile(file()).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SnapshotFileError);
  expect(error).toMatchObject({ path: file(), code });
});

it("tells a gzipped file that breaks off from one that is damaged", async () => {
  const bytes = fs.readFileSync(gzipped);
  const cut = inFolder("cut.gz");
  fs.writeFileSync(cut, bytes.subarray(0, bytes.length / 2));
  await expect(openFile(cut)).rejects.toThrow(/^The gzip data breaks off/);
  const damaged = inFolder("damaged.gz");
  // The checksum at the end: only who reads to the end can know.
  bytes.fill(0xff, bytes.length - 8, bytes.length - 4);
  fs.writeFileSync(damaged, bytes);
  await expect(openFile(damaged)).rejects.toThrow(/^The gzip data is damaged/);
});

describe("the record of a capture", () => {
  const text = drawFile("global -a-> a:A(8)");
  const record = captureRecordOf(text, { scripts: [{ id: 12, url: "file:///srv/app/server.js" }] });
  let count = 0;

  /** Writes a snapshot and what lies beside it, and opens it. */
  const openBeside = async (beside: (file: string) => void, content: string | Uint8Array = text) => {
    const file = inFolder(`captured-${count++}.heapsnapshot`);
    fs.writeFileSync(file, content);
    beside(`${file}.json`);
    const { captureRecord, captureRecordProblem, scriptUrls } = await openFile(file);
    return { captureRecord, captureRecordProblem, scriptCount: scriptUrls.size };
  };
  const nothing = { captureRecord: undefined, captureRecordProblem: undefined, scriptCount: 0 };
  const write = (content: unknown) => (file: string) =>
    fs.writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));

  it("is read from beside the file, plain or compressed", async () => {
    const found = { captureRecord: record, captureRecordProblem: undefined, scriptCount: 1 };
    expect(await openBeside(write(record))).toEqual(found);
    const compressed = gzipSync(text);
    const written = { ...record, file: { ...record.file, bytes: compressed.length } };
    expect(await openBeside(write(written), compressed)).toEqual({ ...found, captureRecord: written });
  });

  it("need not be there, and is not when other files have its name", async () => {
    expect(await openBeside(() => undefined)).toEqual(nothing);
    expect(await openBeside(write('{"schema":"heapscope/summary@1"}'))).toEqual(nothing);
    expect(await openBeside(write("no JSON"))).toEqual(nothing);
    expect(await openBeside((file) => fs.mkdirSync(file))).toEqual(nothing);
    expect(await openBeside((file) => fs.symlinkSync("/dev/zero", file))).toEqual(nothing);
    const long = inFolder("x".repeat(255));
    fs.writeFileSync(long, text);
    expect((await openFile(long)).captureRecordProblem).toBeUndefined();
  });

  it("is not waited for when its name is that of a pipe", async () => {
    expect(await openBeside((file) => void execFileSync("mkfifo", [file]))).toEqual(nothing);
  });

  it("is not looked for beside a pipe", async () => {
    const pipe = inFolder("captured-pipe");
    execFileSync("mkfifo", [pipe]);
    // A pipe has no size.
    write({ ...record, file: { ...record.file, bytes: 0 } })(`${pipe}.json`);
    const [snapshot] = await Promise.all([
      openFile(pipe),
      fs.promises.writeFile(pipe, text + " ".repeat(1 << 20)),
    ]);
    expect(snapshot.captureRecord).toBeUndefined();
  });

  const problem = async (content: unknown): Promise<string | undefined> => {
    const found = await openBeside(write(content));
    expect(found).toMatchObject({ captureRecord: undefined, scriptCount: 0 });
    return found.captureRecordProblem;
  };

  it("is left alone when it belongs to another file", async () => {
    const { file } = record;
    expect(await problem({ ...record, file: { ...file, bytes: 7 } })).toBe(
      `The capture record is of another file: it tells of 7 bytes, the file has ${text.length}.`,
    );
    const tellsOf =
      /^The capture record is of another file: it tells of \d+ nodes and \d+ edges, the snapshot /;
    expect(await problem({ ...record, file: { ...file, nodeCount: file.nodeCount + 1 } })).toMatch(tellsOf);
    expect(await problem({ ...record, file: { ...file, edgeCount: 0 } })).toMatch(tellsOf);
  });

  it("is left alone when it is damaged, of a later version, or far too large", async () => {
    const damaged = "The capture record is damaged, or of another version.";
    expect(await problem(JSON.stringify(record).slice(0, -1))).toBe(damaged);
    expect(await problem({ ...record, schema: "heapscope/capture-record@2" })).toBe(damaged);
    expect(await problem(JSON.stringify(record) + " ".repeat(1 << 24))).toBe(
      "The capture record is larger than 16 MiB, which none should be.",
    );
  });

  it("that cannot be read is told", async () => {
    const { captureRecordProblem } = await openBeside((file) => fs.symlinkSync(file, file));
    expect(captureRecordProblem).toBe("The capture record cannot be read (ELOOP).");
  });
});
