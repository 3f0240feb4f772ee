import { describe, expect, it } from "vitest";
import type { SuspectLine } from "./suspect-line.ts";
import { describeContainer, describeGrowth, formatRuleNames, summarize } from "./verdict-words.ts";

/** A suspect of which the words are made; what is not given is as in most. */
function suspectOf(fields: Partial<SuspectLine>): SuspectLine {
  const object = { id: 7, name: "Map", className: "Map", type: "object" };
  return {
    rank: 1,
    confidence: 0.9,
    className: "Session",
    container: "Map",
    containerName: "sessions",
    containerId: 7,
    count: { before: 0, after: 2000, perRound: [1000, 1000] },
    counts: [0, 1000, 2000],
    perRoundSizes: [8_200_000, 8_200_000],
    retainedSizeDelta: 16_400_000,
    share: 1,
    signature: "",
    path: [],
    subjectPath: [],
    pathTree: [],
    rawPath: [],
    holders: 1,
    holder: object,
    entry: object,
    subject: object,
    evidence: [],
    alongside: [],
    alsoHeldBy: [],
    sampleIds: [],
    ...fields,
  };
}

describe("describeGrowth", () => {
  it("says how many there are, where, and how fast they come", () => {
    expect(describeGrowth(suspectOf({}))).toBe(
      "2,000 Session objects in Map `sessions`, +1,000 per round, +8.2 MB each round",
    );
    const uneven = { before: 0, after: 2000, perRound: [500, 1500] };
    expect(describeGrowth(suspectOf({ count: uneven }))).toMatch(/about \+1,000 and \+8\.2 MB each round$/);
  });

  it("tells one object that becomes larger from many", () => {
    const same = { before: 1, after: 1, perRound: [0, 0] };
    expect(describeGrowth(suspectOf({ count: same, container: "string", containerName: "log" }))).toBe(
      "string `log` that becomes larger, +8.2 MB each round",
    );
  });

  it("has nouns for what is no class of the program", () => {
    const noun = (className: string) => describeGrowth(suspectOf({ className })).split(" in ")[0];
    expect(noun("Object")).toBe("2,000 plain objects");
    expect(noun("(string)")).toBe("2,000 strings");
    expect(noun("Function")).toBe("2,000 functions");
  });
});

describe("describeContainer", () => {
  it("names several containers, and what a nameless one is below", () => {
    expect(describeContainer(suspectOf({ holders: 300 }))).toBe("300 Maps `sessions`");
    const { containerName: _unused, ...nameless } = suspectOf({});
    expect(describeContainer({ ...nameless, ownerName: "rooms" })).toBe("Map below `rooms`");
  });
});

describe("summarize", () => {
  it("puts the worst suspect into a sentence, and counts the others", () => {
    const facts = { accepted: [], rounds: 2 };
    const suspects = [suspectOf({}), suspectOf({}), suspectOf({})];
    expect(summarize({ ...facts, verdict: "leak", suspects })).toMatch(
      /^Leak: 2,000 .*, and 2 other suspects\.$/,
    );
    expect(summarize({ ...facts, verdict: "no-leak", suspects: [] })).toBe(
      "No leak: nothing accumulates over 2 rounds.",
    );
  });
});

it("adds up what each rule excuses", () => {
  const ignored = [
    { rule: "code", size: 1000 },
    { rule: "small", size: 10 },
    { rule: "code", size: 500 },
  ];
  expect(formatRuleNames(ignored, 1)).toBe("+1.5 kB code and 1 more");
});
