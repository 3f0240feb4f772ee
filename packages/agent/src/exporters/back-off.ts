// When to try again: after 5 s, 10 s, 20 s, … up to 15 min, each a fifth more or less, so that many machines that lost the
// same store do not come back in step. After 100 tries, about a day, the file is given up; tries are counted, since clocks
// may be set, and go on while the service is off.

/** So that tests need not wait. */
export interface Pace {
  readonly firstMs: number;
  readonly mostMs: number;
  readonly mostTries: number;
  /** Without any byte in either direction. */
  readonly idleMs: number;
}

export const USUAL_PACE: Pace = { firstMs: 5000, mostMs: 900_000, mostTries: 100, idleMs: 60_000 };

/** Until the next try, when that many have failed. */
export function pauseAfter(tries: number, { firstMs, mostMs }: Pace): number {
  return Math.round(Math.min(firstMs * 2 ** (tries - 1), mostMs) * (0.8 + 0.4 * Math.random()));
}
