/**
 * Opens a snapshot file for what is made of it: an outline for a comparison with a later snapshot, say. The snapshot itself is
 * let go at once, so that the later one has its memory.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { HeapSnapshot, RunOptions } from "@heapscope/engine";
import { openFile, type OpenFileOptions } from "./open-file.ts";

type ThreadOption = Pick<OpenFileOptions, "keepsThread">;

/**
 * Opens the file at `path` as `openFile` does, and returns what `reduce` makes of it. Nothing of the result may refer to the
 * snapshot. A thread is held ready only when `keepsThread` says so.
 *
 *     const base = await openReduced("1.heapsnapshot", prepareOutline);
 *     const comparison = await prepareComparison(base, await openFile("2.heapsnapshot"));
 *
 * **Cost**: as opening and reducing it, and some milliseconds, in which V8 looks for garbage.
 */
export async function openReduced<T, Options extends RunOptions = RunOptions>(
  path: string,
  reduce: (snapshot: HeapSnapshot, options?: Options) => Promise<T>,
  options?: Options & ThreadOption,
): Promise<T> {
  const reduced = await openAndReduce(path, reduce, options);
  collectGarbage();
  return reduced;
}

/** A function of its own: the snapshot may be reachable for as long as it runs. */
async function openAndReduce<T, Options extends RunOptions>(
  path: string,
  reduce: (snapshot: HeapSnapshot, options?: Options) => Promise<T>,
  options?: Options & ThreadOption,
): Promise<T> {
  return await reduce(await openFile(path, { keepsThread: false, ...options }), options);
}

/**
 * Has V8 look for garbage now. It does not count shared memory, so hundreds of megabytes of columns that nobody can reach
 * would stay until something else makes it look. Where there is no V8, nothing happens.
 */
function collectGarbage(): void {
  try {
    setFlagsFromString("--expose-gc");
    (runInNewContext("gc") as () => void)();
  } catch {
    // The memory goes later.
  }
}
