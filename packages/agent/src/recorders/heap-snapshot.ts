// Heap snapshots of the main thread and of worker threads, from `v8.getHeapSnapshot()`. Unlike an inspector session that
// leaves ids of objects alone: two snapshots of one process can be compared by id.
//
// V8 makes the snapshot and Node turns it into JSON without a pause in between. Its stream would keep all of that in memory
// until somebody reads; but it hands over each piece by calling its own `push`, so that this is where we take them, 64 KB at
// a time, while they come into being. (Node 18 to 26. It also avoids that the stream never ends on Node 18.) If a future
// Node does it another way, the stream is read as any other.
//
// Before Node 22 V8 looks up the line of each function by scanning its script from the start, 20 s for scripts of 9 MB,
// unless a debugger has asked for the scripts once. So that is done, before the first snapshot, since a session that ends
// changes ids.
//
// Cost: the pause that V8 needs, 25 to 150 ms per MB of small objects; little memory besides V8's own.

import type { Readable } from "node:stream";
import v8 from "node:v8";
import type { CapturedFile } from "../api.ts";
import { openSession, type InspectorSession } from "./inspector-session.ts";
import { MAIN_THREAD, recordFile } from "./record-file.ts";
import type { RecordContext } from "./recorder.ts";
import { recordWorkers } from "./worker-snapshots.ts";

export async function recordHeapSnapshot(asked: RecordContext): Promise<CapturedFile[]> {
  const { thread: link } = asked;
  const major = Number.parseInt(process.versions.node);
  const numericValues = asked.numericValues && major >= 20;
  const context = { ...asked, numericValues };
  const options = { exposeNumericValues: numericValues };
  if (major < 22 && link.snapshots === 0) await readScripts(context);
  link.snapshots++;
  const files = [
    await recordFile(context, MAIN_THREAD, async (write) => {
      const before = performance.now();
      await drain(v8.getHeapSnapshot(options as never), write);
      return performance.now() - before;
    }),
  ];
  if (context.threads === "main") return files;
  return [...files, ...(await recordWorkers(context))];
}

/** Every piece, in order; none of them is kept. With streams of V8 it is done when it returns, up to the promise. */
export function drain(stream: Readable, write: (piece: Uint8Array) => void): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let isPushed = false;
    stream.once("error", reject);
    stream.push = (piece: Uint8Array | null) => {
      isPushed = true;
      if (piece) write(piece);
      else resolve();
      return true;
    };
    stream.read(0);
    if (isPushed) return;
    delete (stream as Partial<Readable>).push;
    stream.on("data", write).once("end", resolve);
  }).finally(() => stream.destroy());
}

async function readScripts(context: RecordContext): Promise<void> {
  let session: InspectorSession | undefined;
  try {
    session = openSession(context.thread);
    await session.post("Debugger.enable");
    await session.post("Debugger.disable");
  } catch (error) {
    context.warn(`the snapshot may have taken longer than needed: ${(error as Error).message}`);
  } finally {
    session?.close();
  }
}
