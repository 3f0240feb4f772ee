// Bun has another engine (JavaScriptCore) and no heap profiler in its inspector, but writes a heap in V8's format when
// asked in JavaScript. The text is made in the target, fetched in pieces through `Runtime.evaluate`, and let go.
// Objects get other ids in each of them, so they cannot be compared object by object. Cost: the target holds the text
// until it is fetched; it stands still for the first step only.

import { randomUUID } from "node:crypto";
import { evaluate } from "../inspector/target-facts.ts";
import type { InspectorSession } from "../inspector/inspector-session.ts";
import type { SnapshotSink } from "./snapshot-sink.ts";
import type { ReceiveOptions } from "./take-snapshot.ts";

const PIECE_LENGTH = 1 << 20;

/** Whether a target is Bun; `false` for everything that does not answer that. */
export async function isBun(session: InspectorSession, options: ReceiveOptions): Promise<boolean> {
  const { signal } = options;
  return (
    (await evaluate(session, `typeof Bun === "object"`, signal && { signal }).catch(() => false)) === true
  );
}

/** The next piece; one that would end between the halves of a character ends before it. */
function cut(name: string, at: number): string {
  const end = at + PIECE_LENGTH;
  return `(text => text.slice(${at}, (text.charCodeAt(${end - 1}) & 0xfc00) === 0xd800 ? ${end - 1} : ${end}))(${name})`;
}

/** Fetches a snapshot into `sink`. Resolves with the time for which the target stood still. Throws `CaptureError`. */
export async function receiveFromBun(
  session: InspectorSession,
  sink: SnapshotSink,
  options: ReceiveOptions,
): Promise<number> {
  const { signal = new AbortController().signal, timeoutMs = 300_000, onProgress } = options;
  const limits = { signal, timeoutMs };
  const name = `globalThis[Symbol.for("heapscope.${randomUUID()}")]`;
  const startedAt = performance.now();
  onProgress?.({ stage: "building", done: 0, total: 0, byteLength: 0 });
  try {
    const length = Number(
      await evaluate(session, `(${name} = Bun.generateHeapSnapshot("v8")).length`, limits),
    );
    const pauseMs = performance.now() - startedAt;
    let byteLength = 0;
    for (let at = 0, piece = ""; at < length; at += piece.length) {
      piece = String(await evaluate(session, cut(name, at), limits));
      if (piece === "") break; // the check will find it incomplete
      const bytes = Buffer.from(piece);
      byteLength += bytes.length;
      if (!sink.write(bytes)) await sink.ready(signal);
      onProgress?.({ stage: "receiving", done: 0, total: 0, byteLength });
    }
    return pauseMs;
  } finally {
    session.post("Runtime.evaluate", { expression: `delete ${name}` });
  }
}
