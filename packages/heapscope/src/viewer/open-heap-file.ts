// Opens what the viewer can show: a snapshot, by the engine's own way, or a sampling profile, told by how it begins.

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import {
  isProfileStart,
  openProfile,
  type HeapSnapshot,
  type Profile,
  type RunOptions,
} from "@heapscope/engine";
import { openFile } from "@heapscope/engine/node";

/** Bytes by which a profile is told. */
const START = 256;

/** `-` is standard input, and a snapshot. Throws as `openFile` and `openProfile` do. */
export async function openHeapFile(path: string, run: RunOptions): Promise<HeapSnapshot | Profile> {
  const byteLength = path === "-" ? undefined : await profileLength(path);
  if (byteLength === undefined) return await openFile(path, run);
  return await openProfile(createReadStream(path), { ...run, byteLength });
}

/** The length of a file that begins as a profile; of others, `openFile` tells what is wrong. */
async function profileLength(path: string): Promise<number | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return undefined;
      const { buffer, bytesRead } = await file.read(new Uint8Array(START), 0, START, 0);
      return isProfileStart(buffer.subarray(0, bytesRead)) ? stats.size : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
