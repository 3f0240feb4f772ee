import fs from "node:fs";
import os from "node:os";
import { expect, test } from "vitest";
import { readDiskRoom } from "./disk-room.ts";

test("the room of a folder is what its file system has for this user", () => {
  const { folder, free } = readDiskRoom(os.tmpdir());
  expect(folder).toBe(os.tmpdir());
  expect(free).toBeGreaterThan(0);
  const { blocks, bsize } = fs.statfsSync(os.tmpdir());
  expect(free).toBeLessThanOrEqual(blocks * bsize);
});

test.runIf(fs.existsSync("/dev/shm"))("a file system in memory is told apart", () => {
  expect(readDiskRoom("/dev/shm").isMemory).toBe(true);
});

test("a folder that is not there cannot be written", () => {
  expect(() => readDiskRoom("/nowhere/at\u001ball")).toThrow(
    expect.objectContaining({
      code: "write-failed",
      message: "Cannot write to /nowhere/at\\u{1b}all: the folder does not exist; choose another place.",
    }),
  );
});
