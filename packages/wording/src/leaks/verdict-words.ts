// The verdict of a search for leaks in sentences, for people and programs alike: what was found, what that rests on, and
// what it cannot tell. Texts of the program under test are in them as they are; whoever shows them escapes them.

import type { IdCheck, Verdict } from "@heapscope/engine";
import { formatCount, formatQuantity, formatSigned, formatSize } from "../format-number.ts";
import type { SuspectLine } from "./suspect-line.ts";

/** What the sentence about a verdict is made from. */
export interface VerdictFacts {
  readonly verdict: Verdict;
  /** Worst first. */
  readonly suspects: readonly SuspectLine[];
  /** Suspects that are known and left out of the verdict. */
  readonly accepted: readonly unknown[];
  readonly rounds: number;
}

/** The verdict in one sentence. */
export function summarize(result: VerdictFacts): string {
  const [worst, ...others] = result.suspects;
  if (result.verdict === "no-leak" || worst === undefined) {
    const known =
      result.accepted.length === 0
        ? ""
        : ` besides ${formatQuantity(result.accepted.length, "accepted suspect")}`;
    return `No leak: nothing accumulates over ${formatQuantity(result.rounds, "round")}${known}.`;
  }
  const more = others.length === 0 ? "" : `, and ${formatQuantity(others.length, "other suspect")}`;
  const word = result.verdict === "leak" ? "Leak" : "Growth";
  return `${word}: ${describeGrowth(worst)}${more}.`;
}

/** `2,000 Session objects in Map sessions, +1,000 per round, +8.2 MB each round`. */
export function describeGrowth(suspect: SuspectLine): string {
  const { count, container, perRoundSizes, retainedSizeDelta, className } = suspect;
  if (count.perRound.every((each) => each <= 0)) {
    // No new entries: one object becomes larger, such as a string or the table of a set.
    const size = formatSigned(retainedSizeDelta / Math.max(1, perRoundSizes.length), formatSize);
    const isHolder = ["object", "closure scope", "root"].includes(container);
    const what = isHolder ? `${nounOf(className)} in ` : "";
    return `${what}${describeContainer(suspect)} that becomes larger, ${size} each round`;
  }
  return `${describeEntries(suspect)} in ${describeContainer(suspect)}, ${describeRate(suspect)}`;
}

/** `2,000 Session objects`, `2,000 strings`. */
export function describeEntries({ className, count }: Pick<SuspectLine, "className" | "count">): string {
  const noun = nounOf(className);
  const added = sum(count.perRound);
  return added > 0 ? formatQuantity(added, noun, plural(noun)) : plural(noun);
}

const NOUNS: ReadonlyMap<string, string> = new Map([
  ["Object", "plain object"],
  ["Array", "array"],
  ["Function", "function"],
]);

/** `Session object`; a group in parentheses, such as (string), is no class. */
function nounOf(className: string): string {
  const name = className.trimEnd();
  const noun = NOUNS.get(name);
  if (noun !== undefined) return noun;
  return /^\(.+\)$/.test(name) ? name.slice(1, -1) : `${name} object`;
}

/** `Map sessions`, `300 Arrays buffer`, `Set below rooms`, `listeners of 'change' on Catalog`. */
export function describeContainer(suspect: Omit<SuspectLine, "pathTree">): string {
  const { container, containerName, ownerName, holders, path } = suspect;
  const name =
    containerName !== undefined
      ? ` \`${containerName}\``
      : ownerName !== undefined
        ? ` below \`${ownerName}\``
        : "";
  if (container === "root") return "what the runtime itself holds";
  const { edge = "" } = path.at(-1) ?? {};
  if (edge.startsWith(`${container} `) && holders === 1) return edge;
  return holders > 1 ? `${formatCount(holders)} ${plural(container)}${name}` : `${container}${name}`;
}

/** `+1,000 and +8.2 MB each round`. */
function describeRate({ count, perRoundSizes, retainedSizeDelta }: SuspectLine): string {
  const rounds = perRoundSizes.length;
  const [first = 0] = count.perRound;
  const isSteady = count.perRound.every((each) => each === first);
  const added = formatSigned(Math.round(sum(count.perRound) / Math.max(1, rounds)), formatCount);
  const size = formatSigned(retainedSizeDelta / Math.max(1, rounds), formatSize);
  if (rounds <= 1) return `${added} and ${size} in one round`;
  return isSteady ? `${added} per round, ${size} each round` : `about ${added} and ${size} each round`;
}

/** What the verdict rests on, and what it cannot tell. `broken` is the check of ids that failed, if one did. */
export function explainVerdict(broken: IdCheck | undefined): string {
  if (broken === undefined) return "Objects were followed by their ids.";
  return (
    `${broken.reason} So places were followed by class, shape and path: ` +
    "this shows what there is more of and where, but not whether earlier objects were freed."
  );
}

/** What was ignored in a few words: `1.2 MB code and feedback that warm up (code)`, the largest rules first. */
export function formatRuleNames(
  ignored: readonly { readonly rule: string; readonly size: number }[],
  most: number,
): string {
  const rules = new Map<string, number>();
  for (const { rule, size } of ignored) rules.set(rule, (rules.get(rule) ?? 0) + size);
  const sorted = [...rules].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, most).map(([rule, size]) => `${formatSigned(size, formatSize)} ${rule}`);
  const more = sorted.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

function plural(noun: string): string {
  return /(?:s|code|context)$/.test(noun) ? noun : `${noun}s`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
