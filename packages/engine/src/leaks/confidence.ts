/**
 * How sure it is that something grows for ever, and why. Nothing here looks at names or sizes of a particular program:
 *
 *     it grew in every round (it would be no suspect otherwise)     0.8; 0.6 of two snapshots, which show one round only
 *     more than two rounds                                        + 0.05
 *     at a steady rate: the least round has 70 % of the greatest  + 0.1
 *     nothing that ever stood there was freed                     + 0.04
 *     at least a tenth of what the heap grew by                   + 0.03
 *     ids do not tell whether the same objects stayed             - 0.1
 *     and there are not even a fifth more than at first           - 0.35
 *     or it is not even a tenth of the largest suspect             - 0.35
 *     one or two objects a round, below 64 KiB or without ids     - 0.35   runtimes and libraries do so by themselves
 *     below 4 KiB a round and a twentieth of the largest suspect   - 0.35
 *     only bytes grow, below 16 KiB a round                       - 0.45
 *
 * Less than a kilobyte a round is never a leak, unless it is ten objects or more and none was freed. A store of numbers that was enlarged, which most rounds do not show, just is.
 */

/** From this confidence on a suspect counts as a leak. */
export const LEAST_CONFIDENCE = 0.5;
const LEAST_SIZE_PER_ROUND = 1024;
/** Many objects, none of which was ever freed, are no accident, however small they are. */
const LEAST_MANY = 10;
const LEAST_SIZE_OF_MANY = 256;
const STEADY = 0.7;
const LEAST_GROWTH_WITHOUT_IDS = 1.2;
const LEAST_PART_WITHOUT_IDS = 0.1;

/** What was measured of a suspect. */
export interface Measures {
  readonly counts: readonly number[];
  readonly added: readonly number[];
  readonly addedSizes: readonly number[];
  /** Of the growth of the whole heap, or of all suspects if they are more than that, because other things went. */
  readonly share: number;
  /** Whether it is the former. */
  readonly isOfGrowth: boolean;
  /** Of what the largest suspect has added. */
  readonly part: number;
  /** Objects that stood there and are gone in the end. */
  readonly gone: number;
  /** Whether one object becomes larger, in place of more objects. */
  readonly isBySize: boolean;
  readonly areIdsComparable: boolean;
}

/** 0.05 to 0.99, in hundredths. */
export function confidenceOf(measures: Measures): number {
  const { counts, added, addedSizes, share, part, gone, isBySize, areIdsComparable } = measures;
  const rounds = addedSizes.length;
  const least = Math.min(...addedSizes);
  const fewest = Math.min(...added);
  if (isBySize && least === 0 && rounds > 1) return 0.55;
  const isMany = fewest >= LEAST_MANY && gone === 0 && areIdsComparable && !isBySize;
  if (least < (isMany ? LEAST_SIZE_OF_MANY : LEAST_SIZE_PER_ROUND)) return 0.2;
  let confidence = rounds === 1 ? 0.6 : 0.8;
  if (rounds > 2) confidence += 0.05;
  if (isSteady(added)) confidence += 0.1;
  if (gone === 0 && areIdsComparable && !isBySize) confidence += 0.04;
  if (share >= 0.1) confidence += 0.03;
  if (!areIdsComparable) confidence -= 0.1;
  if (!areIdsComparable && !isBySize && counts[rounds] < LEAST_GROWTH_WITHOUT_IDS * counts[0])
    confidence -= 0.35;
  if (!areIdsComparable && part < LEAST_PART_WITHOUT_IDS) confidence -= 0.35;
  if (!isBySize && fewest < 3 && (least < 65_536 || !areIdsComparable)) confidence -= 0.35;
  if (least < 4096 && part < 0.05) confidence -= 0.35;
  if (isBySize && least < 16_384) confidence -= 0.45;
  return Math.max(0.05, Math.min(0.99, Math.round(confidence * 100) / 100));
}

/** Clauses, the strongest first. */
export function describeEvidence(measures: Measures): string[] {
  const { added, addedSizes, share, isOfGrowth, gone, isBySize, areIdsComparable } = measures;
  const rounds = addedSizes.length;
  const grown = addedSizes.filter((size) => size > 0).length;
  const evidence = [rounds === 1 ? "grew between the two snapshots" : `grew in ${grown} of ${rounds} rounds`];
  if (isBySize) evidence.push("becomes larger as one object, its bytes are no objects of their own");
  else if (areIdsComparable && gone === 0) evidence.push("none of the earlier ones was freed");
  else if (areIdsComparable) {
    const stayed = added.reduce((sum, count) => sum + count, 0);
    evidence.push(`${number(stayed)} stayed, while ${number(gone)} others came and went`);
  } else evidence.push("whether the earlier ones were freed cannot be seen: ids do not tell");
  if (isSteady(added))
    evidence.push(`at a steady rate: ${added.map((count) => `+${number(count)}`).join(", ")}`);
  if (isOfGrowth && share >= 0.01)
    evidence.push(`explains ${Math.round(share * 100)} % of the growth of the heap`);
  return evidence;
}

function isSteady(added: readonly number[]): boolean {
  return added.length > 1 && Math.min(...added) >= STEADY * Math.max(...added) && Math.min(...added) > 0;
}

/** `1,600` */
function number(count: number): string {
  return count.toLocaleString("en-US");
}
