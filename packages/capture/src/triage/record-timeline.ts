// Records which objects are made and which of them stay: Chrome DevTools' “Allocations on timeline”.
//
//   startTrackingHeapObjects ─▶ heapStatsUpdate twenty times a second ─▶ stopTrackingHeapObjects ─▶ .heaptimeline
//
// The file is a snapshot of the end, with the last object id of each moment, so that every object is known by its age; with
// `stacks` also by the functions that made it. It is checked and written like a snapshot.
//
// What it costs the target is not little, whatever is recorded. V8 walks the heap for each update, after collecting all
// garbage: 3 to 6 ms per megabyte of small objects, measured on Node 18 to 26. Up to Node 20 these updates follow one another
// without regard to the program, which gets 2 % of the time with a heap of 20 MB, and 0.1 % with one of 150 MB; from 22 on
// they wait until it is idle, and it gets half. In the end the program stands still for a whole snapshot. What a
// recording of a large process would tell, a sampling profile tells for nearly nothing: `forecastTimeline`.

import { setTimeout as sleep } from "node:timers/promises";
import { CaptureError, harmless } from "../capture-error.ts";
import { aborted } from "../inspector/errors.ts";
import type { InspectorSession } from "../inspector/inspector-session.ts";
import type { SinkReceipt } from "../snapshot/snapshot-sink.ts";
import { prepareTarget, receiveSnapshot, withSink, type CaptureProgress } from "../snapshot/take-snapshot.ts";

export interface TimelineOptions {
  durationMs: number;
  /** Record the stack of every allocation, too: memory for each, and a quarter of the speed at best. */
  stacks?: boolean;
  /** Gives up: nothing is kept. */
  signal?: AbortSignal;
  /** Ends the recording early; what was recorded until then is kept. */
  enough?: AbortSignal;
  onProgress?: (progress: TimelineProgress) => void;
  /** Longest silence of the target while it sends, milliseconds; default 300 000. */
  timeoutMs?: number;
  /** Replace the file if it exists. */
  overwrite?: boolean;
  /** Compress the file. */
  gzip?: boolean;
}

/** First V8 records, then it builds and sends the file as it does a snapshot. */
export type TimelineProgress =
  | {
      readonly stage: "recording";
      readonly elapsedMs: number;
      /** Objects made since the beginning that are alive, and their bytes, by V8's last count. */
      readonly liveCount: number;
      readonly liveSize: number;
    }
  | CaptureProgress;

/** V8 counts every 50 ms, as soon as it gets to it. */
const KNOWN_AFTER_MS = 1000;

/** What was recorded. */
export interface TimelineReceipt extends SinkReceipt {
  /** The file, absolute. */
  readonly path: string;
  /** How long allocations were recorded. */
  readonly recordedMs: number;
  /** From the end of the recording to the last byte. */
  readonly durationMs: number;
}

/**
 * Records the thread of this session, and writes `destination`, which appears whole or not at all (mode 0600). Throws
 * `CaptureError`. The recording ends with the session at the latest.
 */
export async function recordTimeline(
  session: InspectorSession,
  destination: string,
  options: TimelineOptions,
): Promise<TimelineReceipt> {
  const { label } = session.target;
  const { signal = new AbortController().signal } = options;
  const { durationMs, stacks = false, onProgress, enough, ...receiveOptions } = options;
  return await withSink(session, destination, receiveOptions, async (sink, send, track) => {
    await prepareTarget(session, {}, send);
    const live = new LiveCount();
    const release = session.on("HeapProfiler.heapStatsUpdate", ({ statsUpdate }) => live.update(statsUpdate));
    try {
      // V8 walks the heap before it answers.
      await session.send(
        "HeapProfiler.startTrackingHeapObjects",
        { trackAllocations: stacks },
        { timeoutMs: Infinity, ...send },
      );
      const startedAt = performance.now();
      const early = AbortSignal.any([signal, session.ended, ...(enough === undefined ? [] : [enough])]);
      for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs = performance.now() - startedAt) {
        onProgress?.({ stage: "recording", elapsedMs, liveCount: live.count, liveSize: live.size });
        await sleep(Math.min(500, durationMs - elapsedMs), undefined, { signal: early }).catch(() => {});
        session.ended.throwIfAborted();
        if (signal.aborted) throw aborted(label, signal);
        if (early.aborted) break;
      }
      const stoppedAt = performance.now();
      if (!live.isKnown && stoppedAt - startedAt > KNOWN_AFTER_MS) throw noTimes(label);
      await receiveSnapshot(
        session,
        sink,
        onProgress === undefined ? receiveOptions : { ...receiveOptions, onProgress },
        () =>
          track(
            session.send(
              "HeapProfiler.stopTrackingHeapObjects",
              { reportProgress: true },
              { timeoutMs: Infinity },
            ),
          ),
      );
      const receipt = await sink.finish(signal);
      return {
        ...receipt,
        path: receipt.path!, // the destination is no stream
        recordedMs: stoppedAt - startedAt,
        durationMs: performance.now() - stoppedAt,
      };
    } catch (error) {
      // Ends the recording without the snapshot; after the snapshot it does no harm.
      if (!session.ended.aborted) session.post("HeapProfiler.disable");
      throw error;
    } finally {
      release();
    }
  });
}

function noTimes(label: string): CaptureError {
  return new CaptureError(
    label,
    "unsupported",
    `${harmless(label)} did not say when its objects were made (Deno never does, other programs not in the midst of a computation); take two snapshots and compare them.`,
  );
}

/** What a recording would do to the program. */
export interface TimelineForecast {
  /** How long the program stands still for each update, of which there are up to twenty a second. */
  readonly stepMs: number;
  /** The part of the time, 0 to 1, that is left to the program. */
  readonly share: number;
}

const STEP_MS_PER_MB = 3.5;

/** From the beginning of an update to the next, if it can be kept. */
const PERIOD_MS = 50;

/**
 * What a recording does to a program with so many bytes of small objects (large strings and buffers cost nothing);
 * `nodeMajor` is `undefined` for what is not Node. Held for all that was measured within a factor of two.
 */
export function forecastTimeline(smallObjects: number, nodeMajor: number | undefined): TimelineForecast {
  const stepMs = (smallObjects / 1e6) * STEP_MS_PER_MB;
  const rest = Math.max(0, 1 - stepMs / PERIOD_MS);
  return { stepMs, share: nodeMajor !== undefined && nodeMajor < 22 ? rest : Math.max(0.5, rest) };
}

/** Objects that were made since the beginning and live, from the counts of V8's intervals. */
class LiveCount {
  readonly #counts: number[] = [];
  readonly #sizes: number[] = [];
  count = 0;
  size = 0;
  /** V8 has counted at least once. */
  isKnown = false;

  /** Triples: number of an interval, its objects, their bytes. Interval 0 is what was there before. */
  update(triples: readonly number[]): void {
    this.isKnown = true;
    for (let i = 0; i + 2 < triples.length; i += 3) {
      const interval = triples[i]!;
      if (interval === 0) continue;
      this.count += triples[i + 1]! - (this.#counts[interval] ?? 0);
      this.size += triples[i + 2]! - (this.#sizes[interval] ?? 0);
      this.#counts[interval] = triples[i + 1]!;
      this.#sizes[interval] = triples[i + 2]!;
    }
  }
}
