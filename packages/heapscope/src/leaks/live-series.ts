// The procedure on a running process: warm it up, then snapshot, work, snapshot, work, snapshot; one session throughout,
// since object ids do not survive its end. Capturing, with its pre-flight and its clean-up, is @heapscope/capture's; here
// is what happens in between.
//
//   warm up ─▶ 1.heapsnapshot ─▶ [sampler on ─ work ─ rest ─ sampler off] ─▶ 2.heapsnapshot ─▶ [ … ] ─▶ 3.heapsnapshot
//
// The sampler is off while a snapshot is made, so that it leaves nothing in it; and each round's samples are of what that
// round has made and was still alive at its end.

import fs from "node:fs";
import path from "node:path";
import type {
  CaptureEvent,
  CaptureOptions,
  CapturedSnapshot,
  InspectorSession,
  RouteName,
  Sampler,
  SamplingProfile,
} from "@heapscope/capture";
import { formatDuration, formatQuantity } from "@heapscope/wording";
import type { CommandContext } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { tellCapture } from "../tell-capture.ts";
import { pass, type RoundWork } from "./round-work.ts";

export interface LiveOptions {
  readonly work: RoundWork;
  readonly rounds: number;
  /** How long to warm up, milliseconds, or until the heap settles; 0 takes the first snapshot at once. */
  readonly warmUp: number | "auto";
  /** After the work, before the snapshot, milliseconds. */
  readonly restMs: number;
  /** Folder of the snapshots. */
  readonly folder: string;
  readonly route: RouteName | undefined;
  readonly overwrite: boolean;
  readonly force: boolean;
  readonly yes: boolean;
  readonly closeInspector: boolean;
  readonly timeoutMs: number;
}

/** What came of it. */
export interface LiveSeries {
  readonly snapshots: readonly CapturedSnapshot[];
  /** What was sampled, round by round; empty where that was not possible. */
  readonly profiles: readonly SamplingProfile[];
  /** The target, for people; `undefined` where the process has ended too early to tell. */
  readonly description: string | undefined;
  readonly warmUpMs: number;
  readonly roundMs: readonly number[];
  /** HTTP requests of each round, if they were counted. */
  readonly requests: readonly number[];
  readonly warnings: readonly string[];
}

/** Steps of a warm-up where nobody can be asked for the size of the heap: by signal, or in another engine than V8. */
const BLIND_STEPS = 3;

/** Bytes between two samples on average: enough to tell who makes what leaks a few hundred kilobytes a round. */
const SAMPLING_INTERVAL = 32_768;

/**
 * Runs the procedure. Throws `CaptureError` and what the work throws; the process is left as it was in any case, and
 * snapshots that were whole by then stay.
 */
export async function captureLive(
  context: CommandContext,
  target: string,
  options: LiveOptions,
): Promise<LiveSeries> {
  const { capture, CaptureError } = await import("@heapscope/capture");
  const { createMinorCollector } = await import("../minor-collector.ts");
  const collect = createMinorCollector();
  const procedure = new Procedure(context, options);
  const taken: CapturedSnapshot[] = [];
  const isNew = makeFolder(options.folder);
  try {
    const result = await capture(target, path.join(options.folder, path.sep), {
      signal: context.runOptions.signal,
      ...(options.route === undefined ? {} : { route: options.route }),
      threads: "main",
      count: options.rounds + 1,
      collectGarbage: true,
      // V8 gives the numbers that are no objects of their own new ids every time: they would all look new.
      numericValues: false,
      timeoutMs: options.timeoutMs,
      force: options.force,
      overwrite: options.overwrite,
      closeInspector: options.closeInspector,
      tool: "heapscope",
      async confirm({ pauseIsLong }) {
        context.say(`Plan    ${describePlan(options)}`);
        if (!pauseIsLong || options.yes) return true;
        return (await context.ask("The process will stand still for that long each time. Go on?")) !== false;
      },
      beforeRound: (round, session) => procedure.beforeSnapshot(round, session),
      onEvent(event: CaptureEvent) {
        if (event.kind === "progress") collect(event.progress.byteLength);
        if (event.kind === "captured") taken.push(event.snapshot);
        tellCapture(context, event);
      },
    } satisfies CaptureOptions);
    const { snapshots, description, warnings } = result;
    return { snapshots, description, ...procedure.outcome, warnings: [...warnings, ...procedure.warnings] };
  } catch (error) {
    // Two snapshots are worth a look, although the process has not lasted for all of them.
    const isLost = (error as { code?: unknown }).code === "target-lost";
    if (!isLost || taken.length < 2 || context.runOptions.signal.aborted) {
      // What fails in a capture tells of them itself.
      if (taken.length > 0 && !(error instanceof CaptureError))
        context.say(
          `Note: ${formatQuantity(taken.length, "snapshot is", "snapshots are")} whole and kept in ${options.folder}.`,
        );
      throw error;
    }
    const lost = `Fewer rounds than asked for: ${(error as Error).message}`;
    context.say(`Note: ${lost}`);
    const warnings = [lost, ...procedure.warnings];
    return { snapshots: taken, description: undefined, ...procedure.outcome, warnings };
  } finally {
    if (isNew) removeIfEmpty(options.folder);
  }
}

function describePlan({ work, rounds, warmUp }: LiveOptions): string {
  const warm =
    warmUp === 0
      ? ""
      : warmUp === "auto"
        ? "warm up until the heap settles, then "
        : `warm up for ${formatDuration(warmUp)}, then `;
  const each = `${formatQuantity(rounds, "round")} of ${work.description}`;
  return `${warm}${formatQuantity(rounds + 1, "snapshot")} around ${each}; Ctrl-C ends it.`;
}

/** What happens between the snapshots. */
class Procedure {
  readonly #context: CommandContext;
  readonly #options: LiveOptions;
  readonly #profiles: SamplingProfile[] = [];
  readonly #roundMs: number[] = [];
  readonly #requests: number[] = [];
  /** In sentences. */
  readonly warnings: string[] = [];
  #warmUpMs = 0;
  /** Somebody else samples, or the target cannot: it was said, and is not tried again. */
  #isSamplerRefused = false;

  constructor(context: CommandContext, options: LiveOptions) {
    this.#context = context;
    this.#options = options;
  }

  get outcome(): Pick<LiveSeries, "profiles" | "roundMs" | "requests" | "warmUpMs"> {
    return {
      profiles: this.#profiles,
      roundMs: this.#roundMs,
      requests: this.#requests,
      warmUpMs: this.#warmUpMs,
    };
  }

  async beforeSnapshot(number: number, session: InspectorSession | undefined): Promise<void> {
    const signal = AbortSignal.any(
      [this.#context.runOptions.signal, session?.ended].filter((each) => each !== undefined),
    );
    try {
      if (number === 1) await this.#warmUp(session, signal);
      else await this.#round(number - 1, session, signal);
    } catch (error) {
      // Whatever was under way when the process ended says only that it was interrupted.
      if (session?.ended.aborted === true && !this.#context.runOptions.signal.aborted)
        throw session.ended.reason;
      throw error;
    }
  }

  async #warmUp(session: InspectorSession | undefined, signal: AbortSignal): Promise<void> {
    const { work, warmUp, restMs } = this.#options;
    if (warmUp === 0) return;
    const startedAt = performance.now();
    const status = (text: string): void => this.#context.status(`warming up: ${text}`);
    const surroundings = {
      session,
      signal,
      round: 0,
      status,
      say: (text: string): void => this.#context.say(text),
    };
    if (warmUp === "auto") {
      const hasSettled = await this.#settling(session, signal);
      for (let steps = 0; !(await hasSettled()) && steps < work.mostSteps; steps++)
        await work.step(surroundings);
    } else if (work.drives) {
      while (performance.now() - startedAt < warmUp) await work.step(surroundings);
    } else {
      await pass(warmUp, surroundings);
    }
    await pass(restMs, surroundings);
    this.#warmUpMs = performance.now() - startedAt;
  }

  /** Tells, asked after each step, whether the heap has settled. */
  async #settling(
    session: InspectorSession | undefined,
    signal: AbortSignal,
  ): Promise<() => Promise<boolean>> {
    const { hasSettled, measureLiveSize } = await import("@heapscope/capture");
    const sizes: number[] = [];
    let canMeasure = session !== undefined;
    let blindSteps = 0;
    return async () => {
      if (canMeasure) {
        try {
          sizes.push(await measureLiveSize(session!, { signal }));
          return hasSettled(sizes);
        } catch (error) {
          if ((error as { code?: unknown }).code !== "refused") throw error;
          canMeasure = false;
        }
      }
      return blindSteps++ === BLIND_STEPS;
    };
  }

  async #round(round: number, session: InspectorSession | undefined, signal: AbortSignal): Promise<void> {
    const { work, restMs, rounds } = this.#options;
    const status = (text: string): void => this.#context.status(`round ${round} of ${rounds}: ${text}`);
    const sampler = await this.#startSampler(session);
    const startedAt = performance.now();
    try {
      const requests = await work.run({
        session,
        signal,
        round,
        status,
        say: (text: string): void => this.#context.say(text),
      });
      if (requests !== undefined) this.#requests.push(requests);
      this.#roundMs.push(performance.now() - startedAt);
      await pass(restMs, { signal, status });
      if (sampler !== undefined) this.#profiles.push(await sampler.stop({ signal }));
    } finally {
      sampler?.abandon();
    }
  }

  /** Allocation stacks are an extra: without them the search goes on. */
  async #startSampler(session: InspectorSession | undefined): Promise<Sampler | undefined> {
    if (session === undefined || this.#isSamplerRefused) return undefined;
    const { startSampler } = await import("@heapscope/capture");
    try {
      return await startSampler(session, { intervalBytes: SAMPLING_INTERVAL });
    } catch (error) {
      if (session.ended.aborted) throw error;
      this.#isSamplerRefused = true;
      const warning = `There are no allocation stacks: ${(error as Error).message}`;
      this.warnings.push(warning);
      this.#context.say(`Note: ${warning}`);
      return undefined;
    }
  }
}

/** For its owner only, as what is in it. Returns whether it was not there. */
function makeFolder(folder: string): boolean {
  try {
    return fs.mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(
      "write-failed",
      `the folder ${folder} cannot be made (${code ?? message}); choose another one with --out.`,
      { path: folder },
    );
  }
}

function removeIfEmpty(folder: string): void {
  try {
    fs.rmdirSync(folder);
  } catch {
    // There is something in it.
  }
}
