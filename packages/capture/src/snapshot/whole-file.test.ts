import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WholeFile } from "./whole-file.ts";

let folder: string;
let destination: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-whole-file-"));
  destination = path.join(folder, "a.heapsnapshot");
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true });
});

test("a file that somebody made between the check and the end is not replaced", () => {
  const file = new WholeFile(destination);
  file.write("new");
  fs.writeFileSync(destination, "precious");
  expect(() => file.commit()).toThrow(expect.objectContaining({ code: "file-exists" }));
  file.discard();
  expect(fs.readFileSync(destination, "utf8")).toBe("precious");
  expect(fs.readdirSync(folder)).toEqual(["a.heapsnapshot"]);
});

test("a file system without links gets the file too, and keeps the one it has", () => {
  vi.spyOn(fs, "linkSync").mockImplementation(() => {
    throw Object.assign(new Error("EPERM: operation not permitted, link"), { code: "EPERM" });
  });
  const file = new WholeFile(destination);
  const late = new WholeFile(destination);
  file.write("whole");
  file.commit();
  expect(() => late.commit()).toThrow(expect.objectContaining({ code: "file-exists" }));
  late.discard();
  expect(fs.readFileSync(destination, "utf8")).toBe("whole");
  expect(fs.readdirSync(folder)).toEqual(["a.heapsnapshot"]);
});

test.each([false, true])(
  "the new name is flushed to the disk after the content (overwrite: %s)",
  (overwrite) => {
    const fsyncSync = fs.fsyncSync.bind(fs);
    const flushed: string[] = [];
    vi.spyOn(fs, "fsyncSync").mockImplementation((descriptor) => {
      const kind = fs.fstatSync(descriptor).isDirectory() ? "folder" : "file";
      flushed.push(`${kind}, ${fs.readdirSync(folder).includes("a.heapsnapshot") ? "named" : "not named"}`);
      fsyncSync(descriptor);
    });
    new WholeFile(destination, { overwrite }).commit();
    expect(flushed).toEqual(["file, not named", "folder, named"]);
  },
);
