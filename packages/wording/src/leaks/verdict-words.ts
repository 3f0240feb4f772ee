// The verdict of a search for leaks in sentences, for people and programs alike: what was found, what that rests on, and
// what it cannot tell. Texts of the program under test are in them as they are; whoever shows them escapes them.

import type { IdCheck, Verdict } from "@heapscope/engine";
import { formatCount, formatQuantity, formatSigned, formatSize } from "../format-number.ts";
import type { SuspectLine } from "./suspect-line.ts";

/** What the sentence about a suspect is made from. */
export interface GrowthFacts extends Pick<
  SuspectLine,
  "className" | "container" | "containerName" | "ownerName" | "holders"
> {
  readonly count: { readonly perRound: readonly number[] };
  readonly perRoundSizes: readonly number[];
  readonly retainedSizeDelta: number;
  /** From a root to the container. */
  readonly path: readonly { readonly edge: string }[];
}

/** What the sentence about a verdict is made from. */
export interface VerdictFacts {
  readonly verdict: Verdict;
  /** Worst first. */
  readonly suspects: readonly GrowthFacts[];
  /** Suspects that are known and left out of the verdict. */
  readonly accepted: readonly unknown[];
  readonly rounds: number;
}

/** The words of a language that the sentences are put together from. Sizes and counts come as they are shown. */
export interface VerdictWords {
  noLeak(rounds: number, accepted: number): string;
  found(verdict: "leak" | "growth", growth: string, others: number): string;
  /** Several things accumulate. */
  accumulates(entries: string, container: string, rate: string): string;
  /** One object becomes larger: the container, or a thing of its own in it (`noun`). */
  becomesLarger(noun: string | undefined, container: string, size: string): string;
  /** `plain object`, `Session object`, one of them. */
  noun(className: string): string;
  /** `2,000 Session objects`; of an unknown number, `Session objects`. */
  entries(noun: string, count: number | undefined): string;
  /** `Map sessions`, `300 Arrays buffer`, `Set below rooms`. */
  container(kind: string, count: number, name: string | undefined, owner: string | undefined): string;
  readonly ofRuntime: string;
  /** A reference in the words of a program. */
  edge(edge: string): string;
  rate(pace: "once" | "steady" | "about", count: string, size: string): string;
}

/** As the command says it. */
const ENGLISH: VerdictWords = {
  noLeak(rounds, accepted) {
    const known = accepted === 0 ? "" : ` besides ${formatQuantity(accepted, "accepted suspect")}`;
    return `No leak: nothing accumulates over ${formatQuantity(rounds, "round")}${known}.`;
  },
  found(verdict, growth, others) {
    const more = others === 0 ? "" : `, and ${formatQuantity(others, "other suspect")}`;
    return `${verdict === "leak" ? "Leak" : "Growth"}: ${growth}${more}.`;
  },
  accumulates: (entries, container, rate) => `${entries} in ${container}, ${rate}`,
  becomesLarger: (noun, container, size) =>
    `${noun === undefined ? "" : `${noun} in `}${container} that becomes larger, ${size} each round`,
  noun: (className) => NOUNS.get(className) ?? groupName(className) ?? `${className} object`,
  entries: (noun, count) => (count === undefined ? plural(noun) : formatQuantity(count, noun, plural(noun))),
  container(kind, count, name, owner) {
    const named = name !== undefined ? ` \`${name}\`` : owner !== undefined ? ` below \`${owner}\`` : "";
    return count > 1 ? `${formatCount(count)} ${plural(kind)}${named}` : `${kind}${named}`;
  },
  ofRuntime: "what the runtime itself holds",
  edge: (edge) => edge,
  rate(pace, count, size) {
    if (pace === "once") return `${count} and ${size} in one round`;
    return pace === "steady"
      ? `${count} per round, ${size} each round`
      : `about ${count} and ${size} each round`;
  },
};

const NOUNS: ReadonlyMap<string, string> = new Map([
  ["Object", "plain object"],
  ["Array", "array"],
  ["Function", "function"],
]);

/** A group in parentheses, such as `(string)`, is no class: `string`. */
export function groupName(className: string): string | undefined {
  return /^\(.+\)$/.test(className) ? className.slice(1, -1) : undefined;
}

/** The verdict in one sentence. */
export function summarize(result: VerdictFacts, words: VerdictWords = ENGLISH): string {
  const { verdict, suspects, accepted, rounds } = result;
  const [worst, ...others] = suspects;
  if (verdict === "no-leak" || worst === undefined) return words.noLeak(rounds, accepted.length);
  return words.found(verdict, describeGrowth(worst, words), others.length);
}

/** `2,000 Session objects in Map sessions, +1,000 per round, +8.2 MB each round`. */
export function describeGrowth(suspect: GrowthFacts, words: VerdictWords = ENGLISH): string {
  const { count, container, perRoundSizes, retainedSizeDelta, className } = suspect;
  if (count.perRound.every((each) => each <= 0)) {
    // No new entries: one object becomes larger, such as a string or the table of a set.
    const size = formatSigned(retainedSizeDelta / Math.max(1, perRoundSizes.length), formatSize);
    const isHolder = ["object", "closure scope", "root"].includes(container);
    const noun = isHolder ? words.noun(className.trimEnd()) : undefined;
    return words.becomesLarger(noun, describeContainer(suspect, words), size);
  }
  return words.accumulates(
    describeEntries(suspect, words),
    describeContainer(suspect, words),
    describeRate(suspect, words),
  );
}

/** `2,000 Session objects`, `2,000 strings`. */
export function describeEntries(
  { className, count }: Pick<GrowthFacts, "className" | "count">,
  words: VerdictWords = ENGLISH,
): string {
  const added = sum(count.perRound);
  return words.entries(words.noun(className.trimEnd()), added > 0 ? added : undefined);
}

/** `Map sessions`, `300 Arrays buffer`, `Set below rooms`, `listeners of 'change' on Catalog`. */
export function describeContainer(
  suspect: Omit<GrowthFacts, "className" | "count" | "perRoundSizes" | "retainedSizeDelta">,
  words: VerdictWords = ENGLISH,
): string {
  const { container, containerName, ownerName, holders, path } = suspect;
  if (container === "root") return words.ofRuntime;
  const { edge = "" } = path.at(-1) ?? {};
  if (edge.startsWith(`${container} `) && holders === 1) return words.edge(edge);
  return words.container(container, holders, containerName, ownerName);
}

/** `+1,000 and +8.2 MB each round`. */
function describeRate({ count, perRoundSizes, retainedSizeDelta }: GrowthFacts, words: VerdictWords): string {
  const rounds = perRoundSizes.length;
  const [first = 0] = count.perRound;
  const isSteady = count.perRound.every((each) => each === first);
  const added = formatSigned(Math.round(sum(count.perRound) / Math.max(1, rounds)), formatCount);
  const size = formatSigned(retainedSizeDelta / Math.max(1, rounds), formatSize);
  return words.rate(rounds <= 1 ? "once" : isSteady ? "steady" : "about", added, size);
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
