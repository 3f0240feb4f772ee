// How much a folder's file system can take. A folder may be in memory (tmpfs: /dev/shm, often /tmp); a file there costs
// the memory that a capture needs most. Cost: one system call.

import fs from "node:fs";
import path from "node:path";
import { CaptureError, harmless, reasonOf } from "../capture-error.ts";

export interface DiskRoom {
  readonly folder: string;
  /** Bytes that this user may write. Quotas are not in it. */
  readonly free: number;
  /** What is written there takes memory. */
  readonly isMemory: boolean;
}

/** `f_type` of tmpfs and ramfs. */
const MEMORY_FILE_SYSTEMS: readonly number[] = [0x01021994, 0x858458f6];

/** The room in `folder`. Throws `CaptureError` with code `write-failed` if there is no such folder. */
export function readDiskRoom(folder: string): DiskRoom {
  try {
    const { bavail, bsize, type } = fs.statfsSync(folder);
    return {
      folder: path.resolve(folder),
      free: bavail * bsize,
      isMemory: MEMORY_FILE_SYSTEMS.includes(type),
    };
  } catch (error) {
    throw new CaptureError(
      folder,
      "write-failed",
      `Cannot write to ${harmless(folder)}: ${reasonOf(error)}; choose another place.`,
      error,
    );
  }
}
