// Ends a measurement early: when the caller's signal says so, or when it has taken too long. Looked at between calls; a
// call that goes on nevertheless, perhaps for ever, is left to itself.

import timers from "node:timers";

/** Taken now: test runners replace them by fakes that stand still. */
const { clearTimeout, setTimeout } = timers;
const { hrtime } = process;

/** What of the options limits a measurement. */
interface Limits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export class TimeLimit {
  /** For what runs beside this thread. */
  readonly signal: AbortSignal;
  readonly #startedAt = hrtime.bigint();
  readonly #timeoutMs: number;
  readonly #controller = new AbortController();
  readonly #release: () => void;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor({ timeoutMs, signal }: Limits) {
    this.#timeoutMs = timeoutMs;
    this.signal = this.#controller.signal;
    const forward = (): void => this.#controller.abort(signal?.reason);
    if (signal?.aborted === true) forward();
    signal?.addEventListener("abort", forward, { once: true });
    this.#release = () => signal?.removeEventListener("abort", forward);
    if (timeoutMs !== Infinity)
      this.#timer = setTimeout(() => this.#controller.abort(this.#timeUp()), timeoutMs);
  }

  /** Throws the reason when it is over. Also where the event loop had no turn to run a timer. */
  check(): void {
    if (Number(hrtime.bigint() - this.#startedAt) / 1e6 > this.#timeoutMs)
      this.#controller.abort(this.#timeUp());
    this.signal.throwIfAborted();
  }

  /** What `work` comes to, or the reason if it is over before that. */
  async race<Result>(work: Promise<Result>): Promise<Result> {
    let stop = (): void => {};
    const over = new Promise<never>((_, reject) => {
      stop = () => reject(this.signal.reason as Error);
    });
    if (this.signal.aborted) stop();
    this.signal.addEventListener("abort", stop, { once: true });
    try {
      return await Promise.race([work, over]);
    } finally {
      this.signal.removeEventListener("abort", stop);
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#release();
  }

  #timeUp(): Error {
    return new Error(
      `expectNoLeak has taken longer than the ${this.#timeoutMs} ms of its timeoutMs; give it more, or lower perRound or rounds.`,
    );
  }
}
