// Waiting that ends when the agent is stopped. Called by recorders.

import { Refusal } from "../agent-error.ts";

/**
 * What `promise` gives, unless the agent is stopped before (`Refusal`) or `ms` are over: then an error, or, without a promise,
 * the end of the wait. The timer keeps nothing alive.
 */
export async function whileRunning<Result>(
  signal: AbortSignal,
  ms: number,
  promise?: Promise<Result>,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => {};
  const end = new Promise<Result>((resolve, reject) => {
    stop = () => reject(new Refusal("stopped", "the agent was stopped"));
    timer = setTimeout(
      () => (promise ? reject(new Error(`no answer in ${ms / 1000} s`)) : resolve(undefined as Result)),
      ms,
    ).unref();
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race(promise ? [promise, end] : [end]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
