// Which functions allocate, by a sample: V8 notes the stack of an allocation every so many bytes, and forgets it when the
// object is collected. What is left at the end is still alive: in a process that leaks, the leak's source is on top.
//
//   HeapProfiler.startSampling ─▶ the process works on ─▶ stopSampling ─▶ .heapprofile, whole or not there
//
// Cost for the target: 1 % of its CPU while it does nothing but allocate 700 MB a second, less in proportion. At the end V8
// collects all garbage once, lest dead objects count as alive, and the program stands still for it: 1.2 to 1.6 s for each
// gigabyte of small objects, a fiftieth of a snapshot. V8 has one sampler per thread: who starts it while another does
// only seems to, and who stops it stops it for all. So we ask first.
// The file holds V8's answer as it is; DevTools and VS Code open it. Who needs only the profile takes `startSampler`.

import { setTimeout as sleep } from "node:timers/promises";
import { CaptureError, harmless } from "../capture-error.ts";
import { aborted } from "../inspector/errors.ts";
import type { InspectorSession } from "../inspector/inspector-session.ts";
import type { SamplingProfile } from "../inspector/protocol.ts";
import { WholeFile } from "../snapshot/whole-file.ts";

export interface SampleOptions {
  durationMs: number;
  /** Bytes between two samples, on average; default 131 072. Half of it costs twice as much and tells twice as much. */
  intervalBytes?: number;
  /** Keep what was collected meanwhile, too: then the profile tells who makes work for the collector, not who leaks. */
  includeCollected?: boolean;
  /** Gives up: nothing is kept. */
  signal?: AbortSignal;
  /** Ends the sampling early; what was sampled until then is kept. */
  enough?: AbortSignal;
  /** Called about once a second, and when V8 is asked for the profile. */
  onProgress?: (progress: SampleProgress) => void;
  /** Replace the file if it exists. */
  overwrite?: boolean;
}

export interface SampleProgress {
  readonly stage: "sampling" | "collecting";
  readonly elapsedMs: number;
}

/** What was sampled. */
export interface SampleReceipt {
  /** The file, absolute. */
  readonly path: string;
  readonly byteLength: number;
  /** How long allocations were sampled. */
  readonly durationMs: number;
  readonly intervalBytes: number;
  readonly profile: SamplingProfile;
}

const USUAL_INTERVAL = 131_072;

/** V8 takes a moment per gigabyte to collect everything; a target that says nothing for so long is stuck. */
const PATIENCE_MS = 300_000;

/**
 * Samples allocations of the thread of this session, and writes the profile to `destination`, where it appears whole or
 * not at all (mode 0600). Throws `CaptureError`; code `busy` when somebody samples this thread already. The target is left
 * as it was in any case: the sampler ends with the session at the latest.
 */
export async function sampleAllocations(
  session: InspectorSession,
  destination: string,
  options: SampleOptions,
): Promise<SampleReceipt> {
  const { label } = session.target;
  const { durationMs, intervalBytes = USUAL_INTERVAL, includeCollected = false, signal } = options;
  const giveUp = (): void => {
    if (signal?.aborted === true) throw aborted(label, signal);
  };
  giveUp();
  let file: WholeFile | undefined;
  let sampler: Sampler | undefined;
  try {
    file = new WholeFile(destination, { overwrite: options.overwrite === true });
    sampler = await startSampler(session, { intervalBytes, includeCollected });
    const startedAt = performance.now();
    await waitFor(session, durationMs, options);
    giveUp();
    const sampledMs = performance.now() - startedAt;
    options.onProgress?.({ stage: "collecting", elapsedMs: sampledMs });
    const profile = await sampler.stop(signal && { signal });
    file.write(JSON.stringify(profile));
    file.commit();
    return { path: file.path, byteLength: file.byteLength, durationMs: sampledMs, intervalBytes, profile };
  } catch (error) {
    file?.discard();
    throw error;
  } finally {
    sampler?.abandon();
  }
}

/** A sampler at work in the target. End it with `stop` or `abandon`; the first one counts. */
export interface Sampler {
  /** Collects all garbage and returns what was sampled. Throws `CaptureError`. */
  stop(options?: { signal?: AbortSignal }): Promise<SamplingProfile>;
  /** Ends it without a profile, and without a collection. Waits for nothing, never throws. */
  abandon(): void;
}

/** Begins to sample the thread of this session. Throws `CaptureError`, code `busy` when somebody samples it already. */
export async function startSampler(
  session: InspectorSession,
  { intervalBytes = USUAL_INTERVAL, includeCollected = false }: StartSamplerOptions = {},
): Promise<Sampler> {
  const { label } = session.target;
  const release = session.claim("a sampling profile");
  try {
    await refuseSecondSampler(session);
    await session.send("HeapProfiler.startSampling", {
      samplingInterval: intervalBytes,
      includeObjectsCollectedByMajorGC: includeCollected,
      includeObjectsCollectedByMinorGC: includeCollected,
    });
  } catch (error) {
    release();
    throw error;
  }
  let isOver = false;
  const abandon = (): void => {
    if (isOver) return;
    isOver = true;
    release();
    session.post("HeapProfiler.disable");
  };
  return {
    async stop(options = {}) {
      try {
        const { profile } = await session.send("HeapProfiler.stopSampling", undefined, {
          timeoutMs: PATIENCE_MS,
          ...options,
        });
        isOver = true;
        release();
        checkProfile(profile, label);
        return profile;
      } catch (error) {
        abandon();
        throw error;
      }
    },
    abandon,
  };
}

export type StartSamplerOptions = Pick<SampleOptions, "intervalBytes" | "includeCollected">;

async function refuseSecondSampler(session: InspectorSession): Promise<void> {
  const { label } = session.target;
  try {
    await session.send("HeapProfiler.getSamplingProfile", undefined, { timeoutMs: PATIENCE_MS });
  } catch (error) {
    // “V8 sampling heap profiler was not started.”
    if (error instanceof CaptureError && error.code === "refused") return;
    throw error;
  }
  throw new CaptureError(
    label,
    "busy",
    `Allocations of ${harmless(label)} are being sampled already (--heap-prof, a monitoring agent or DevTools); V8 can do so once only: end that first.`,
  );
}

/** Resolves after the time, or when it is enough, or given up. */
async function waitFor(
  session: InspectorSession,
  durationMs: number,
  { signal, enough, onProgress }: SampleOptions,
): Promise<void> {
  const early = AbortSignal.any([signal, enough, session.ended].filter((each) => each !== undefined));
  const startedAt = performance.now();
  for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs = performance.now() - startedAt) {
    onProgress?.({ stage: "sampling", elapsedMs });
    await sleep(Math.min(1000, durationMs - elapsedMs), undefined, { signal: early }).catch(() => {});
    session.ended.throwIfAborted();
    if (early.aborted) return;
  }
}

/** V8 cuts stacks at 128 functions. */
const DEEPEST = 1000;

/** Throws `CaptureError` for what is no profile. */
function checkProfile(profile: SamplingProfile, label: string): void {
  const problem = profileProblem(profile);
  if (problem === undefined) return;
  throw new CaptureError(
    label,
    "incomplete",
    `What ${harmless(label)} sent is no sampling profile: ${problem}; is it a V8 inspector (Node, Deno or Chromium)?`,
  );
}

/** A clause that says why this is no profile. Without recursion: it may come from anything that speaks the protocol. */
function profileProblem(profile: unknown): string | undefined {
  const { head, samples } = (profile ?? {}) as Partial<Record<string, unknown>>;
  if (!Array.isArray(samples)) return "it has no samples";
  let level: unknown[] = [head];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return "its stacks have no end";
    const next: unknown[] = [];
    for (const node of level) {
      const { callFrame, selfSize, children } = (node ?? {}) as Partial<Record<string, unknown>>;
      const { functionName, url } = (callFrame ?? {}) as Partial<Record<string, unknown>>;
      const isFunction = typeof functionName === "string" && typeof url === "string";
      if (!isFunction || typeof selfSize !== "number" || !Array.isArray(children))
        return "a function of it is none";
      for (const child of children) next.push(child);
    }
    level = next;
  }
  return undefined;
}
