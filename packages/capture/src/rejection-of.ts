// Turns a signal into something that a promise can be raced with. Called where a wait itself knows no signal: the lookup
// of a host name, the answer to a capture. The loser of the race is left alone, so it must not hold anything.
// Cost: one listener on the signal.

/** A promise that is rejected with the signal's reason once it is aborted, or at once if it is already. */
export function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}
