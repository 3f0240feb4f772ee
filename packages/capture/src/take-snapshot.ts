// Takes one heap snapshot from the target of a session, to a file or a stream.
//
//   prepare the target ─▶ HeapProfiler.takeHeapSnapshot ─▶ chunks straight to disk ─▶ check ─▶ flush, rename
//
// The target's JavaScript stands still from the command until the last chunk; its memory grows by several times the
// heap meanwhile. V8 writes as fast as it can and keeps what we have not read, so we read promptly. There is no way of
// cancelling a capture in the target: giving up ends the session instead, lest its late chunks get into the next file.

import { once } from "node:events";
import type { Writable } from "node:stream";
import { CaptureError, harmless, reasonOf } from "./capture-error.ts";
import type { InspectorSession } from "./inspector-session.ts";
import { aborted } from "./inspector-target.ts";
import { SnapshotCheck } from "./snapshot-check.ts";
import type { SnapshotCounts } from "./snapshot-check.ts";
import { readNodeVersion } from "./target-facts.ts";
import { WholeFile } from "./whole-file.ts";

/** How far a capture is. First V8 builds the graph (`done` of `total` objects), then it sends the file (`byteLength`). */
export interface CaptureProgress {
  readonly stage: "building" | "receiving";
  /** Objects visited so far, of `total`; stays at `total` while receiving. */
  readonly done: number;
  readonly total: number;
  /** Bytes received so far. */
  readonly byteLength: number;
}

export interface TakeSnapshotOptions {
  /** Ends the capture and the session; nothing is kept. The target finishes its part alone and lives on. */
  signal?: AbortSignal;
  /** Longest silence of the target, milliseconds; default 300 000. Use `AbortSignal.timeout` to limit the whole. */
  timeoutMs?: number;
  onProgress?: (progress: CaptureProgress) => void;
  /** Collect garbage once more before, so that what finalizers release is gone; V8 collects once by itself. */
  collectGarbage?: boolean;
  /** Record numbers as values of properties; the file grows by a third. */
  numericValues?: boolean;
  /** Replace the file if it exists. */
  overwrite?: boolean;
}

/** What was captured. */
export interface SnapshotReceipt extends SnapshotCounts {
  /** The file, absolute; `undefined` if the destination was a stream. */
  readonly path: string | undefined;
  readonly byteLength: number;
  readonly durationMs: number;
  /** Two snapshots can be compared by object id only if this is equal. */
  readonly sessionId: string;
}

const DEFAULT_SILENCE_MS = 300_000;

/**
 * Takes a snapshot and writes it to `destination`: a path, where the file appears whole or not at all (mode 0600), or a
 * stream, which is not ended. Throws `CaptureError`; if the capture had begun by then, the session has ended.
 */
export async function takeSnapshot(
  session: InspectorSession,
  destination: string | Writable,
  options: TakeSnapshotOptions = {},
): Promise<SnapshotReceipt> {
  const { label } = session.target;
  if (options.signal?.aborted === true) throw aborted(label, options.signal);
  const release = session.claim("a capture"); // a second one would mix its chunks with the first
  const startedAt = performance.now();
  let sink: Sink | undefined;
  try {
    sink =
      typeof destination === "string" ? fileSink(destination, options) : streamSink(destination, session);
    await prepareTarget(session, options);
    const check = await receiveSnapshot(session, sink, options);
    const verdict = check.verdict();
    if (typeof verdict === "string") {
      throw new CaptureError(
        label,
        "incomplete",
        `What ${harmless(label)} sent is no whole snapshot: ${verdict}; try again, or use v8.writeHeapSnapshot() in the process.`,
      );
    }
    await sink.finish();
    return {
      ...verdict,
      path: sink.path,
      byteLength: sink.byteLength(),
      durationMs: performance.now() - startedAt,
      sessionId: session.id,
    };
  } catch (error) {
    sink?.discard();
    throw error;
  } finally {
    release();
  }
}

/** Where chunks go. `write` throws `CaptureError`; `finish` makes what was written final. */
interface Sink {
  readonly path: string | undefined;
  write(chunk: string): void;
  byteLength(): number;
  finish(): Promise<void>;
  discard(): void;
}

function fileSink(destination: string, options: TakeSnapshotOptions): Sink {
  const file = new WholeFile(destination, { overwrite: options.overwrite === true });
  return {
    path: file.path,
    write: (chunk) => file.write(chunk),
    byteLength: () => file.byteLength,
    // oxlint-disable-next-line typescript/require-await -- a failure must be a rejection
    finish: async () => file.commit(),
    discard: () => file.discard(),
  };
}

/** Slows the session down to what the stream takes. */
function streamSink(stream: Writable, session: InspectorSession): Sink {
  let byteLength = 0;
  let failure: unknown;
  const fail = (error: unknown): CaptureError =>
    new CaptureError(
      session.target.label,
      "write-failed",
      `Cannot write the snapshot to the stream: ${reasonOf(error)}.`,
      error,
    );
  const onError = (error: unknown): void => {
    failure = error;
    session.resume(); // so that the next chunk, or the end, gets to `write` or `finish`
  };
  const onDrain = (): void => session.resume();
  stream.on("error", onError);
  stream.on("drain", onDrain);
  const release = (): void => {
    stream.off("error", onError);
    stream.off("drain", onDrain);
  };
  return {
    path: undefined,
    write(chunk) {
      if (failure !== undefined) throw fail(failure);
      const bytes = Buffer.from(chunk);
      byteLength += bytes.length;
      if (!stream.write(bytes)) session.pause();
    },
    byteLength: () => byteLength,
    async finish() {
      if (failure === undefined && stream.writableNeedDrain) await once(stream, "drain").catch(onError);
      release();
      if (failure !== undefined) throw fail(failure);
    },
    discard: release,
  };
}

/** Makes the capture fast and free of what the inspector itself keeps alive. */
async function prepareTarget(session: InspectorSession, options: TakeSnapshotOptions): Promise<void> {
  const send = sendOptions(options);
  // What the program logged while an inspector was attached stays alive in V8's console history.
  await session.send("Runtime.discardConsoleEntries", undefined, send);
  const version = await readNodeVersion(session, send);
  if (version !== undefined && version.major < 22) {
    // V8 before 12 rescans a script's source for the line of each function; attaching a debugger makes it keep a table
    // of line ends. Measured for a process that had loaded TypeScript: 21 s become 0.7 s.
    await session.send("Debugger.enable", undefined, send);
    await session.send("Debugger.disable", undefined, send);
  }
  if (options.collectGarbage === true) await session.send("HeapProfiler.collectGarbage", undefined, send);
}

/** The one command, with its chunks going to `sink`. Whatever goes wrong ends the session. */
async function receiveSnapshot(
  session: InspectorSession,
  sink: Sink,
  options: TakeSnapshotOptions,
): Promise<SnapshotCheck> {
  const { onProgress, numericValues = false } = options;
  const silenceMs = options.timeoutMs ?? DEFAULT_SILENCE_MS;
  const { label } = session.target;
  const check = new SnapshotCheck();
  const failed = new AbortController();
  let done = 0;
  let total = 0;

  const onSilence = (): void => {
    failed.abort(
      new CaptureError(
        label,
        "timeout",
        `${harmless(label)} sent nothing for ${silenceMs / 1000} s; its event loop may be blocked: try again when it is idle, or allow more time.`,
      ),
    );
  };
  let silence: NodeJS.Timeout | undefined;
  const heard = (): void => {
    if (!Number.isFinite(silenceMs)) return;
    clearTimeout(silence);
    silence = setTimeout(onSilence, silenceMs);
  };
  const report = (stage: CaptureProgress["stage"]): void =>
    onProgress?.({ stage, done, total, byteLength: sink.byteLength() });

  const releases = [
    session.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => {
      if (failed.signal.aborted) return;
      heard();
      try {
        sink.write(chunk);
        check.add(chunk);
        report("receiving");
      } catch (error) {
        failed.abort(error);
      }
    }),
    session.on("HeapProfiler.reportHeapSnapshotProgress", (progress) => {
      if (failed.signal.aborted) return;
      heard();
      done = progress.done;
      total = progress.total;
      report("building");
    }),
  ];
  const onAbort = (): void => failed.abort(aborted(label, options.signal as AbortSignal));
  options.signal?.addEventListener("abort", onAbort, { once: true });
  heard();
  try {
    await Promise.race([
      session.send(
        "HeapProfiler.takeHeapSnapshot",
        { reportProgress: true, captureNumericValue: numericValues },
        { timeoutMs: Infinity },
      ),
      rejectionOf(failed.signal),
    ]);
    return check;
  } catch (error) {
    session.terminate();
    throw error;
  } finally {
    clearTimeout(silence);
    for (const release of releases) release();
    options.signal?.removeEventListener("abort", onAbort);
  }
}

/** A promise that is rejected with the signal's reason once it is aborted. */
function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

function sendOptions(options: TakeSnapshotOptions): { signal?: AbortSignal; timeoutMs?: number } {
  return {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  };
}
