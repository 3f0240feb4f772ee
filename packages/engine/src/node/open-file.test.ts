import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { SnapshotFormatError } from "@heapscope/engine";
import { afterAll, beforeAll, expect, it } from "vitest";
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
