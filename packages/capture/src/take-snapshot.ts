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
import { rejectionOf } from "./rejection-of.ts";
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
  /**
   * Longest silence of the target, milliseconds; default 300 000. The time that a slow stream takes does not count. Use
   * `AbortSignal.timeout` to limit the whole.
   */
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
    sink = typeof destination === "string" ? fileSink(destination, options) : streamSink(destination, label);
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
    await finish(session, sink, options);
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

/** Where chunks go. Everything but `discard` fails with `CaptureError`. */
interface Sink {
  readonly path: string | undefined;
  /** False when it would rather have no more before `ready`. */
  write(chunk: string): boolean;
  /** Resolves when it takes more; fails when it never will, and with the signal's reason. */
  ready(signal: AbortSignal): Promise<void>;
  byteLength(): number;
  /** Makes what was written final. */
  commit(): void;
  discard(): void;
}

function fileSink(destination: string, options: TakeSnapshotOptions): Sink {
  const file = new WholeFile(destination, { overwrite: options.overwrite === true });
  return {
    path: file.path,
    write(chunk) {
      file.write(chunk);
      return true;
    },
    ready: () => Promise.resolve(),
    byteLength: () => file.byteLength,
    commit: () => file.commit(),
    discard: () => file.discard(),
  };
}

/** To a stream that stays open, at the pace that it sets. One that closes meanwhile has failed. */
function streamSink(stream: Writable, label: string): Sink {
  let byteLength = 0;
  const broken = new AbortController();
  const onError = (error: unknown): void =>
    broken.abort(
      new CaptureError(
        label,
        "write-failed",
        `Cannot write the snapshot to the stream: ${reasonOf(error)}.`,
        error,
      ),
    );
  const onClose = (): void => onError(stream.errored ?? new Error("it was closed"));
  const check = (): void => {
    if (stream.destroyed) onClose(); // says so by an event only later, or never again
    broken.signal.throwIfAborted();
  };
  check();
  stream.on("error", onError);
  stream.on("close", onClose);
  const release = (): void => {
    stream.off("error", onError);
    stream.off("close", onClose);
  };
  return {
    path: undefined,
    write(chunk) {
      check();
      const bytes = Buffer.from(chunk);
      byteLength += bytes.length;
      return stream.write(bytes);
    },
    async ready(signal) {
      const end = AbortSignal.any([broken.signal, signal]);
      // It rejects for a broken stream and for the signal, and `end` knows the reason in both cases.
      if (stream.writableNeedDrain) await once(stream, "drain", { signal: end }).catch(() => {});
      check();
      end.throwIfAborted();
    },
    byteLength: () => byteLength,
    commit: release,
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
  const over = new AbortController(); // its reason is what failed
  let isPaused = false;
  let done = 0;
  let total = 0;

  const onSilence = (): void => {
    over.abort(
      new CaptureError(
        label,
        "timeout",
        `${harmless(label)} sent nothing for ${silenceMs / 1000} s; its event loop may be blocked: try again when it is idle, or allow more time.`,
      ),
    );
  };
  let silence: NodeJS.Timeout | undefined;
  const heard = (): void => {
    clearTimeout(silence);
    if (over.signal.aborted || isPaused || !Number.isFinite(silenceMs)) return;
    silence = setTimeout(onSilence, silenceMs);
  };
  /** Stops reading, and waiting for the target, until the sink takes more. A message that was read already may follow. */
  const pause = async (): Promise<void> => {
    if (isPaused) return;
    isPaused = true;
    session.pause();
    clearTimeout(silence);
    try {
      await sink.ready(over.signal);
      isPaused = false;
      session.resume();
      heard();
    } catch (error) {
      over.abort(error);
    }
  };
  /** Carries out what a message calls for: an exception must not get to the session, which blames the target. */
  const onMessage = (work: () => void): void => {
    if (over.signal.aborted) return;
    heard();
    try {
      work();
    } catch (error) {
      over.abort(error);
    }
  };
  const report = (stage: CaptureProgress["stage"]): void =>
    onProgress?.({ stage, done, total, byteLength: sink.byteLength() });

  const releases = [
    session.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) =>
      onMessage(() => {
        if (!sink.write(chunk)) void pause();
        check.add(chunk);
        report("receiving");
      }),
    ),
    session.on("HeapProfiler.reportHeapSnapshotProgress", (progress) => {
      ({ done, total } = progress);
      onMessage(() => report("building"));
    }),
  ];
  const onAbort = (): void => over.abort(aborted(label, options.signal as AbortSignal));
  options.signal?.addEventListener("abort", onAbort, { once: true });
  heard();
  try {
    await Promise.race([
      session.send(
        "HeapProfiler.takeHeapSnapshot",
        { reportProgress: true, captureNumericValue: numericValues },
        { timeoutMs: Infinity },
      ),
      rejectionOf(over.signal),
    ]);
    return check;
  } catch (error) {
    session.terminate();
    throw error;
  } finally {
    over.abort();
    clearTimeout(silence);
    if (isPaused) session.resume(); // so that the end of the connection is noticed
    for (const release of releases) release();
    options.signal?.removeEventListener("abort", onAbort);
  }
}

/** Waits until the sink has taken everything, as long as the session lasts and the caller wants it. */
async function finish(session: InspectorSession, sink: Sink, options: TakeSnapshotOptions): Promise<void> {
  const { signal } = options;
  const end = signal === undefined ? session.ended : AbortSignal.any([signal, session.ended]);
  try {
    await sink.ready(end);
  } catch (error) {
    throw signal?.aborted === true ? aborted(session.target.label, signal) : error;
  }
  sink.commit();
}

function sendOptions(options: TakeSnapshotOptions): { signal?: AbortSignal; timeoutMs?: number } {
  return {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  };
}
