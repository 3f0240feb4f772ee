// Takes one heap snapshot from the target of a session, to a file or a stream.
//
//   prepare the target ─▶ HeapProfiler.takeHeapSnapshot ─▶ chunks ─▶ SnapshotSink (check, gzip, hash, write, rename)
//
// The target's JavaScript stands still while V8 builds and sends the snapshot; its memory grows by several times the heap
// meanwhile. V8 writes as fast as it can and keeps what we have not read, so we read promptly. It cannot be told to stop:
// after a failure the target finishes its part alone, and what still arrives is thrown away.

import { randomUUID } from "node:crypto";
import type { Writable } from "node:stream";
import { CaptureError, harmless } from "../capture-error.ts";
import { aborted } from "../inspector/errors.ts";
import type { InspectorSession } from "../inspector/inspector-session.ts";
import { evaluate, readNodeVersion } from "../inspector/target-facts.ts";
import { rejectionOf } from "../rejection-of.ts";
import { isBun, receiveFromBun } from "./bun-snapshot.ts";
import { IdSpace } from "./id-space.ts";
import { watchPause } from "./loop-pause.ts";
import { SnapshotSink, type SinkOptions, type SinkReceipt } from "./snapshot-sink.ts";

/** How far a capture is. First V8 builds the graph (`done` of `total` objects), then it sends the file (`byteLength`). */
export interface CaptureProgress {
  /** `waiting`: the target has not begun, since its JavaScript does not come to rest. */
  readonly stage: "waiting" | "building" | "receiving";
  /** Objects visited so far, of `total`; stays at `total` while receiving. */
  readonly done: number;
  readonly total: number;
  /** Bytes received so far. */
  readonly byteLength: number;
}

/** How to receive. */
export interface ReceiveOptions extends SinkOptions {
  /** Ends the capture; nothing is kept. The target finishes its part alone and lives on. */
  signal?: AbortSignal;
  /**
   * Longest silence of the target, milliseconds; default 300 000. The time that a slow stream takes does not count. Use
   * `AbortSignal.timeout` to limit the whole.
   */
  timeoutMs?: number;
  onProgress?: (progress: CaptureProgress) => void;
}

export interface TakeSnapshotOptions extends ReceiveOptions {
  /** Collect garbage once more before, so that what finalizers release is gone; V8 collects once by itself. */
  collectGarbage?: boolean;
  /** Record numbers as values of properties; nodes grow by half, the file and the pause by a third. */
  numericValues?: boolean;
  /** Record the engine's own objects by what they are. Makes no difference in Node; a little in Chromium. */
  exposeInternals?: boolean;
}

/** What was captured. */
export interface SnapshotReceipt extends SinkReceipt {
  /** From the command to the last byte. */
  readonly durationMs: number;
  /** How long the target's event loop stood still, by the target's own clock; `undefined` if it could not be measured. */
  readonly pauseMs: number | undefined;
  /** Two snapshots can be compared by object id only if this is equal. */
  readonly idSpace: string;
  /** Object ids were dealt out anew since the last snapshot of this session: another client came or went. */
  readonly renumbered: boolean;
  /** The target never came to rest, so a debugger stopped it in the middle of its code for the snapshot. */
  readonly interrupted: boolean;
}

const DEFAULT_SILENCE_MS = 300_000;

/** From Node 22 on a snapshot waits until no JavaScript runs. A program that computes without end never gets there. */
const BUSY_MS = 3000;

/** The last answer of each session that the target owed, or still owes. */
const leftovers = new WeakMap<InspectorSession, Promise<unknown>>();

const idSpaces = new WeakMap<InspectorSession, IdSpace>();

/**
 * Takes a snapshot and writes it to `destination`: a path, where the file appears whole or not at all (mode 0600), or a
 * stream, which is not ended. Throws `CaptureError`; the session then stays open, and the next capture waits until the
 * target has finished its part of this one.
 */
export async function takeSnapshot(
  session: InspectorSession,
  destination: string | Writable,
  options: TakeSnapshotOptions = {},
): Promise<SnapshotReceipt> {
  return await withSink(session, destination, options, async (sink, send, track) => {
    const { signal = new AbortController().signal } = options;
    if (await isBun(session, options)) return await takeFromBun(session, sink, options, signal);
    await prepareTarget(session, options, send);
    const ids = idSpaceOf(session);
    const { renumbered } = await ids.beforeSnapshot(send);
    const watch = await watchPause(session, send);
    const startedAt = performance.now();
    let stoppedMs: number | undefined;
    try {
      stoppedMs = await receiveSnapshot(session, sink, options, () =>
        track(
          session.send(
            "HeapProfiler.takeHeapSnapshot",
            {
              reportProgress: true,
              captureNumericValue: options.numericValues === true,
              exposeInternals: options.exposeInternals === true,
            },
            { timeoutMs: Infinity },
          ),
        ),
      );
    } catch (error) {
      watch?.abandon();
      throw error;
    }
    const durationMs = performance.now() - startedAt;
    // Here the target is done: whether it still answers does not matter any more.
    const measuredMs = await watch?.stop({ timeoutMs: 2000 });
    await ids.afterSnapshot({ timeoutMs: 2000 }).catch(() => {});
    const receipt = await sink.finish(signal);
    return {
      ...receipt,
      durationMs,
      // A loop that does not turn anyway tells nothing.
      pauseMs: stoppedMs ?? measuredMs,
      idSpace: ids.name,
      renumbered,
      interrupted: stoppedMs !== undefined,
    };
  });
}

async function takeFromBun(
  session: InspectorSession,
  sink: SnapshotSink,
  options: TakeSnapshotOptions,
  signal: AbortSignal,
): Promise<SnapshotReceipt> {
  const startedAt = performance.now();
  const pauseMs = await receiveFromBun(session, sink, options);
  const durationMs = performance.now() - startedAt;
  const receipt = await sink.finish(signal);
  // No two of its snapshots have ids in common.
  return { ...receipt, durationMs, pauseMs, idSpace: randomUUID(), renumbered: false, interrupted: false };
}

/**
 * Runs `work` with the session reserved and a sink that is discarded if the work fails. The next one waits until the
 * answer that `work` has told to `track` is there. For everything that arrives as a snapshot does.
 */
export async function withSink<Result>(
  session: InspectorSession,
  destination: string | Writable,
  options: ReceiveOptions,
  work: (sink: SnapshotSink, send: SendLimits, track: Track) => Promise<Result>,
): Promise<Result> {
  const { label } = session.target;
  const { signal } = options;
  if (signal?.aborted === true) throw aborted(label, signal);
  // After a capture that was given up, the target has yet to finish its part.
  const leftover = leftovers.get(session);
  if (leftover !== undefined)
    await (signal === undefined ? leftover : Promise.race([leftover, rejectionOf(signal)]));
  const release = session.claim("a capture"); // a second one would mix its chunks with the first
  const track: Track = (promise) => {
    const answered = promise.catch(() => {});
    leftovers.set(session, answered);
    return promise;
  };
  let sink: SnapshotSink | undefined;
  try {
    sink = new SnapshotSink(destination, label, options);
    return await work(sink, sendLimits(options), track);
  } catch (error) {
    const kept = sink?.discard();
    const reason = signal !== undefined && error === signal.reason ? aborted(label, signal) : error;
    if (kept === undefined || !(reason instanceof CaptureError)) throw reason;
    throw new CaptureError(
      reason.target,
      reason.code,
      `${reason.message.replace(/ nothing was kept\.$/, "")} What had arrived is kept in ${harmless(kept)}.`,
      reason.cause,
    );
  } finally {
    release();
  }
}

/** Notes the answer without which the target is not done. */
type Track = <Answer>(promise: Promise<Answer>) => Promise<Answer>;

/** Limits for the small commands around a capture. */
interface SendLimits {
  signal?: AbortSignal;
  timeoutMs?: number;
}

function sendLimits(options: ReceiveOptions): SendLimits {
  return {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  };
}

function idSpaceOf(session: InspectorSession): IdSpace {
  let space = idSpaces.get(session);
  if (space === undefined) idSpaces.set(session, (space = new IdSpace(session)));
  return space;
}

/** Makes the capture fast and free of what the inspector itself keeps alive. */
export async function prepareTarget(
  session: InspectorSession,
  options: TakeSnapshotOptions,
  send: SendLimits,
): Promise<void> {
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

/**
 * Sends a command by `ask` whose answer follows a snapshot in chunks, and passes these on to `sink`. Resolves when `sink`
 * has all of them: with the time for which a debugger had to stop the target, or `undefined` if it had not.
 */
export async function receiveSnapshot(
  session: InspectorSession,
  sink: SnapshotSink,
  options: ReceiveOptions,
  ask: () => Promise<unknown>,
): Promise<number | undefined> {
  const { onProgress } = options;
  const silenceMs = options.timeoutMs ?? DEFAULT_SILENCE_MS;
  const { label } = session.target;
  const over = new AbortController(); // its reason is what failed
  let isPaused = false;
  let hasBegun = false;
  let byteLength = 0;
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
    hasBegun = true;
    awaitMore();
  };
  const awaitMore = (): void => {
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
      awaitMore();
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
  const report = (stage: CaptureProgress["stage"]): void => onProgress?.({ stage, done, total, byteLength });

  const releases = [
    session.onChunk((chunk) =>
      onMessage(() => {
        byteLength += chunk.length;
        if (!sink.write(chunk)) void pause();
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
  awaitMore();
  const interruption = new Interruption(
    session,
    () => !hasBegun && !over.signal.aborted,
    () => report("waiting"),
  );
  try {
    await Promise.race([ask(), rejectionOf(over.signal)]);
    if (isPaused) await sink.ready(over.signal);
    return interruption.at === undefined ? undefined : performance.now() - interruption.at;
  } finally {
    over.abort();
    interruption.end();
    clearTimeout(silence);
    // What the target still sends is read and thrown away.
    if (isPaused) session.resume();
    for (const release of releases) release();
    options.signal?.removeEventListener("abort", onAbort);
  }
}

/**
 * The way out for a target whose JavaScript never comes to rest (`while (true)`, an endless chain of promises): if it
 * answers but does not begin, a debugger stops it in the middle of its code, where V8 carries the capture out.
 */
class Interruption {
  /** When the target was stopped by us, on `performance.now()`. */
  at: number | undefined;
  readonly #session: InspectorSession;
  readonly #timer: NodeJS.Timeout;
  #asked = false;
  #ended = false;

  constructor(session: InspectorSession, isWaiting: () => boolean, onWait: () => void) {
    this.#session = session;
    this.#timer = setTimeout(() => {
      if (!isWaiting()) return;
      onWait();
      this.#interrupt(isWaiting).catch(() => {}); // the capture itself tells what is wrong
    }, BUSY_MS);
    this.#timer.unref();
  }

  async #interrupt(isWaiting: () => boolean): Promise<void> {
    await evaluate(this.#session, "0", { timeoutMs: Infinity }); // answered in the middle of JavaScript, but not of a capture
    if (this.#ended || !isWaiting()) return;
    this.#asked = true;
    const release = this.#session.on("Debugger.paused", () => {
      this.at = performance.now();
      release();
    });
    await this.#session.send("Debugger.enable");
    if (this.#ended) return this.#session.post("Debugger.disable");
    await this.#session.send("Debugger.pause");
  }

  /** Lets the target run on. */
  end(): void {
    clearTimeout(this.#timer);
    this.#ended = true;
    if (!this.#asked) return;
    this.#session.post("Debugger.resume"); // an error if it was not paused, which is as well
    this.#session.post("Debugger.disable");
  }
}
