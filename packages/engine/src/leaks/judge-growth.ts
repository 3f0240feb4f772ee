/**
 * Decides which places grow for good, from what was counted there: how many objects in each snapshot, how many came in each
 * round and stayed, how many went.
 *
 *     objects 1 → 2 → 3   kept of each round   gone    judged
 *     300  300  300            0, 100           100    turnover: a bounded cache
 *       1   50    3            0, 3              47    draining: a queue
 *      10  400  410          390, 10              0    levelling-off: fills up, or warms up
 *      10   10  900            0, 890             0    one-time: in one round only
 *     100 1100 2100       1000, 1000              0    grows
 *     120  131  140          11, 109            200    turnover: what grew is less than chance would explain
 *     120  320  520         200, 300            200    grows: many come and go, and some stay
 */

/** The counts of one place over a series. */
export interface PlaceCounts {
  /** Snapshot -> objects there. */
  readonly counts: readonly number[];
  /** Round -> objects that came in it and are still there in the end. Absent where ids do not tell. */
  readonly kept?: readonly number[];
  /** Objects that were there in some snapshot and are gone in the end. */
  readonly gone?: number;
  /** How many of them went at a time, with what held them; 1 if not given. */
  readonly together?: number;
}

export type Judgement = "grows" | "one-time" | "levelling-off" | "turnover" | "draining" | "shrinks";

/** Of what a round has added to the count, the part that must be there in the end. */
const LEAST_KEPT = 0.9;
/** A last round that adds less than this part of the first has levelled off. */
const LEAST_RATE = 0.6;
/**
 * Growth that chance would explain: so many times the root of what comes and goes, which is the deviation of a count of
 * independent arrivals. Where things go in lots, as the lines of an order do with the order, it is the deviation of lots.
 */
const CHANCE = 3;
/** Rates that differ by less may differ by chance: 6 in one round and 2 in the next. */
const CHANCE_OF_RATES = 1.5;

/** Judges one place. **Cost**: O(snapshots). */
export function judgeGrowth({ counts, kept, gone = 0, together = 1 }: PlaceCounts): Judgement {
  const rounds = counts.length - 1;
  const total = counts[rounds] - counts[0];
  if (total <= 0) return gone > 0 ? "turnover" : "shrinks";
  let growing = 0;
  for (let round = 0; round < rounds; round++) {
    const net = counts[round + 1] - counts[round];
    if (net > 0) growing++;
    // What a later round took away again was work under way. The last round cannot be told.
    if (kept !== undefined && round < rounds - 1 && net > 0 && kept[round] < LEAST_KEPT * net)
      return "draining";
    if (kept !== undefined && kept[round] === 0)
      return growing > 0 && round < rounds - 1 ? "draining" : "one-time";
  }
  if (growing < rounds) return growing === 1 && gone === 0 ? "one-time" : "turnover";
  if (gone > 0 && total < CHANCE * Math.sqrt(gone * together)) return "turnover";
  if (rounds > 1) {
    const first = counts[1] - counts[0];
    const last = counts[rounds] - counts[rounds - 1];
    if (last < LEAST_RATE * first && first - last > CHANCE_OF_RATES * Math.sqrt(first + last))
      return "levelling-off";
  }
  return "grows";
}

/**
 * Whether bytes at one place grow although the objects there do not get more: a buffer, a string or a table that becomes
 * longer and longer.
 */
export function judgeSizes(sizes: readonly number[]): Judgement {
  const rounds = sizes.length - 1;
  if (sizes[rounds] <= sizes[0]) return "shrinks";
  const growing = sizes.slice(1).filter((size, round) => size > sizes[round]).length;
  if (growing < rounds) return growing === 1 ? "one-time" : "turnover";
  const first = sizes[1] - sizes[0];
  const last = sizes[rounds] - sizes[rounds - 1];
  return rounds > 1 && last < LEAST_RATE * first ? "levelling-off" : "grows";
}
