/**
 * The sentences of a verdict in the page's language. In English they come from the desk, word for word as the command says
 * them; in Indonesian they are put together here from the same facts.
 */
import {
  describeGrowth,
  formatCount,
  groupName,
  summarize,
  type GrowthFacts,
  type VerdictWords,
} from "@heapscope/wording";
import type { LeaksAnswer, SuspectCard } from "../../protocol/index.ts";
import { sayEdge } from "../../words/engine-words.ts";
import { defineWords, say } from "../../words/words.ts";

/** `2,000 objek Session di Map sessions, +1,000 tiap putaran, +8.2 MB tiap putaran` */
export function sayGrowth(suspect: SuspectCard): string {
  return say(SENTENCES).growth(suspect);
}

/** The verdict in one sentence. */
export function saySummary(leaks: LeaksAnswer): string {
  return say(SENTENCES).summary(leaks);
}

/** Kinds of containers, and of things, that have an Indonesian word in a developer's mouth; the others are said in English. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ["object", "objek"],
  ["listeners", "listener"],
  ["timers", "timer"],
  ["native handles", "native handle"],
  ["modules", "modul"],
]);
const NOUNS: ReadonlyMap<string, string> = new Map([
  ["Object", "objek biasa"],
  ["Array", "array"],
  ["Function", "fungsi"],
  ["(compiled code)", "kode terkompilasi"],
]);

const INDONESIAN: VerdictWords = {
  noLeak(rounds, accepted) {
    const known = accepted === 0 ? "" : ` selain ${formatCount(accepted)} tersangka yang sudah diterima`;
    return `Tidak ada kebocoran: tidak ada yang menumpuk dalam ${formatCount(rounds)} putaran${known}.`;
  },
  found(verdict, growth, others) {
    const more = others === 0 ? "" : `, dan ${formatCount(others)} tersangka lain`;
    return `${verdict === "leak" ? "Kebocoran" : "Pertumbuhan"}: ${growth}${more}.`;
  },
  accumulates: (entries, container, rate) => `${entries} di ${container}, ${rate}`,
  becomesLarger: (noun, container, size) =>
    `${noun === undefined ? "" : `${noun} di `}${container} yang membesar, ${size} tiap putaran`,
  noun: (className) => NOUNS.get(className) ?? groupName(className) ?? `objek ${className}`,
  entries: (noun, count) => (count === undefined ? noun : `${formatCount(count)} ${noun}`),
  container(kind, count, name, owner) {
    const named = name !== undefined ? ` \`${name}\`` : owner !== undefined ? ` di bawah \`${owner}\`` : "";
    const many = count > 1 ? `${formatCount(count)} ` : "";
    return `${many}${KINDS.get(kind) ?? kind}${named}`;
  },
  ofRuntime: "antara yang dipegang runtime sendiri",
  edge: sayEdge,
  rate(pace, count, size) {
    if (pace === "once") return `${count} dan ${size} dalam satu putaran`;
    return `${pace === "steady" ? "" : "sekitar "}${count} dan ${size} tiap putaran`;
  },
};

const SENTENCES = defineWords(
  {
    growth: ({ sentence }: SuspectCard) => sentence,
    summary: ({ summary }: LeaksAnswer) => summary,
  },
  {
    growth: (suspect) => describeGrowth(factsOf(suspect), INDONESIAN),
    summary: ({ verdict, suspects, rounds }) =>
      summarize({ verdict, suspects: suspects.map(factsOf), accepted: [], rounds }, INDONESIAN),
  },
);

function factsOf(suspect: SuspectCard): GrowthFacts {
  return { ...suspect, count: { perRound: suspect.perRound } };
}
