// Opens what the viewer can show: a snapshot, by the engine's own way, or a sampling profile, told by how it begins. Either may
// be gzipped, which is told by content as well.

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip, gunzipSync, constants } from "node:zlib";
import { isProfileStart, openProfile, type HeapSnapshot, type Profile } from "@heapscope/engine";
import { openFile, type OpenFileOptions } from "@heapscope/engine/node";

/** Bytes by which a profile is told; gzipped, the first of them are a table of codes. */
const START = 4096;

/** `-` is standard input, and a snapshot. Throws as `openFile` and `openProfile` do. */
export async function openHeapFile(path: string, run: OpenFileOptions): Promise<HeapSnapshot | Profile> {
  const profile = path === "-" ? undefined : await findProfile(path);
  if (profile === undefined) return await openFile(path, run);
  const stream = createReadStream(path);
  if (!profile.isGzip) return await openProfile(stream, { ...run, byteLength: profile.byteLength });
  // How long it is unzipped, is not known before its end.
  const unzipped = createGunzip();
  stream.on("error", (error) => unzipped.destroy(error));
  return await openProfile(stream.pipe(unzipped), run);
}

/** Of a file that begins as a profile; of others, `openFile` tells what is wrong. */
async function findProfile(
  path: string,
): Promise<{ readonly byteLength: number; readonly isGzip: boolean } | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return undefined;
      const { buffer, bytesRead } = await file.read(new Uint8Array(START), 0, START, 0);
      const start = buffer.subarray(0, bytesRead);
      const isGzip = start[0] === 0x1f && start[1] === 0x8b;
      const text = isGzip ? gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }) : start;
      return isProfileStart(text) ? { byteLength: stats.size, isGzip } : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
