/**
 * Work that several ask for at once is done once. Each of them hears of its progress, and each may cancel for themselves: the
 * work ends when nobody waits for it any more.
 */
import { CancelledError } from "@heapscope/engine";
import type { AskOptions, WorkProgress } from "../protocol/index.ts";
import { createCancelling, type Cancelling } from "./cancelling.ts";

export interface SharedWork {
  /** Begins the work of a key, or waits for what is under way. Rejects with `CancelledError` as soon as the signal says so. */
  ask<T>(key: string, work: (options: AskOptions) => Promise<T>, options: AskOptions): Promise<T>;
}

interface UnderWay {
  readonly result: Promise<unknown>;
  readonly cancelling: Cancelling;
  /** Those who wait. */
  readonly asking: Set<AskOptions>;
  progress: WorkProgress | undefined;
}

export function createSharedWork(): SharedWork {
  const underWay = new Map<string, UnderWay>();

  function begin(key: string, work: (options: AskOptions) => Promise<unknown>): UnderWay {
    const cancelling = createCancelling();
    const asking = new Set<AskOptions>();
    const onProgress = (progress: WorkProgress): void => {
      begun.progress = progress;
      for (const { onProgress: listener } of asking) listener?.(progress);
    };
    // Begins in the next turn, so that `begun` is there for it.
    const result = Promise.resolve().then(() => work({ signal: cancelling, onProgress }));
    const begun: UnderWay = { result, cancelling, asking, progress: undefined };
    underWay.set(key, begun);
    const finish = (): void => {
      if (underWay.get(key) === begun) underWay.delete(key);
    };
    result.then(finish, finish);
    return begun;
  }

  return {
    async ask<T>(key: string, work: (options: AskOptions) => Promise<T>, options: AskOptions): Promise<T> {
      const { signal, onProgress } = options;
      if (signal?.aborted === true) throw new CancelledError();
      const joined = underWay.get(key) ?? begin(key, work);
      // The same options may be given twice.
      const own: AskOptions = { onProgress };
      joined.asking.add(own);
      if (joined.progress !== undefined) onProgress?.(joined.progress);
      return await new Promise<T>((resolve, reject) => {
        const cancel = (): void => {
          leave();
          if (joined.asking.size === 0) {
            // Whoever asks now begins anew.
            if (underWay.get(key) === joined) underWay.delete(key);
            joined.cancelling.cancel();
          }
          reject(new CancelledError());
        };
        const leave = (): void => {
          joined.asking.delete(own);
          signal?.removeEventListener("abort", cancel);
        };
        signal?.addEventListener("abort", cancel, { once: true });
        joined.result.finally(leave).then((answer) => resolve(answer as T), reject);
      });
    },
  };
}
