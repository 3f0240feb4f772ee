import { afterAll, beforeAll, expect, it } from "vitest";
import type { LeaksAnswer, SuspectCard } from "../../protocol/index.ts";
import { setLanguage } from "../../words/words.ts";
import { sayGrowth, saySummary } from "./verdict-words.ts";

beforeAll(() => setLanguage("id"));
afterAll(() => setLanguage("en"));

const card: SuspectCard = {
  rank: 1,
  confidence: 0.97,
  sentence: "as the desk says it",
  className: "Session",
  container: "Map",
  containerName: "sessions",
  holders: 1,
  holderId: 17,
  subjectId: 19,
  counts: [1000, 2000, 3000],
  perRound: [1000, 1000],
  perRoundSizes: [8_200_000, 8_200_000],
  retainedSizeDelta: 16_400_000,
  share: 0.9,
  path: [{ edge: ".sessions", node: "Map", id: 17, className: "Map" }],
  evidence: [],
  alsoHeldBy: [],
  sampleIds: [],
};

const leaks: LeaksAnswer = {
  verdict: "leak",
  summary: "as the desk says it",
  explanation: "",
  rounds: 2,
  growth: 16_400_000,
  files: [0, 1, 2],
  suspects: [card, card, card],
  ignored: [],
  advice: [],
  notes: [],
};

it("tells a verdict in Indonesian from the same facts", () => {
  expect(saySummary(leaks)).toBe(
    "Kebocoran: 2,000 objek Session di Map `sessions`, +1,000 dan +8.2 MB tiap putaran, dan 2 tersangka lain.",
  );
  expect(saySummary({ ...leaks, verdict: "no-leak", suspects: [] })).toBe(
    "Tidak ada kebocoran: tidak ada yang menumpuk dalam 2 putaran.",
  );
  expect(saySummary({ ...leaks, verdict: "growth", suspects: [{ ...card, perRoundSizes: [5000] }] })).toMatch(
    /^Pertumbuhan: 2,000 objek Session .* dalam satu putaran\.$/,
  );
});

it.each<[Partial<SuspectCard>, string]>([
  [{ perRound: [10, 14] }, "24 objek Session di Map `sessions`, sekitar +12 dan +8.2 MB tiap putaran"],
  [{ perRound: [0, 0] }, "Map `sessions` yang membesar, +8.2 MB tiap putaran"],
  [
    { perRound: [0, 0], container: "object", className: "Array" },
    "array di objek `sessions` yang membesar, +8.2 MB tiap putaran",
  ],
  [
    { className: "(string)", holders: 300 },
    "2,000 string di 300 Map `sessions`, +1,000 dan +8.2 MB tiap putaran",
  ],
  [
    {
      className: "Object",
      container: "listeners",
      path: [{ ...card.path[0]!, edge: "listeners of 'x' on Bus" }],
    },
    "2,000 objek biasa di listener 'x' pada Bus, +1,000 dan +8.2 MB tiap putaran",
  ],
  [
    { container: "root" },
    "2,000 objek Session di antara yang dipegang runtime sendiri, +1,000 dan +8.2 MB tiap putaran",
  ],
])("says %j", (changes, sentence) => {
  expect(sayGrowth({ ...card, ...changes })).toBe(sentence);
});

it("leaves English to the desk", () => {
  setLanguage("en");
  expect([sayGrowth(card), saySummary(leaks)]).toEqual([card.sentence, leaks.summary]);
  setLanguage("id");
});
