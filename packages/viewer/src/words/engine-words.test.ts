/** Every fixed text that the engine, the desk and the links can show has Indonesian words: their sources are searched for such texts. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { GROWTH_RULES } from "@heapscope/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeEvidence, type Measures } from "../../../engine/src/leaks/confidence.ts";
import { sayClause, sayEdge, sayNode, sayProblem, sayStage } from "./engine-words.ts";
import { setLanguage } from "./words.ts";

beforeAll(() => setLanguage("id"));
afterAll(() => setLanguage("en"));

const PACKAGES = fileURLToPath(new URL("../../../", import.meta.url));

function sourcesOf(...folders: readonly string[]): string {
  const sources: string[] = [];
  for (const folder of folders)
    for (const entry of readdirSync(PACKAGES + folder, { recursive: true, withFileTypes: true }))
      if (/(?<!\.test)\.ts$/.test(entry.name) && !entry.name.startsWith("test-"))
        sources.push(readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"));
  // Comments have no texts that anybody is shown.
  return sources.join("\n").replaceAll(/^\s*(?:\/\*\*|\*|\/\/).*$/gm, "");
}

/** The texts of a source, with `7` where a template has something. */
function textsOf(source: string): string[] {
  return [...source.matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g)].map(([text]) =>
    text
      .slice(1, -1)
      .replaceAll(/\$\{(?:[^{}`]|\{[^{}]*\})*\}/g, "7")
      .replaceAll(/\\(.)/g, "$1"),
  );
}

/** Those that stay as they are. */
function unsaid(texts: Iterable<string>, say: (text: string) => string): string[] {
  return [...new Set(texts)].filter((text) => say(text) === text);
}

describe("the search for leaks", () => {
  it("has words for each rule, piece of evidence and advice", () => {
    const base: Measures = {
      counts: [10, 20, 30],
      added: [10, 10],
      addedSizes: [1000, 1000],
      share: 0.4,
      isOfGrowth: true,
      part: 1,
      gone: 0,
      isBySize: false,
      areIdsComparable: true,
    };
    const evidence = [
      {},
      { addedSizes: [1000] },
      { isBySize: true },
      { gone: 7 },
      { areIdsComparable: false },
    ].flatMap((measures) => describeEvidence({ ...base, ...measures }));
    expect(new Set(evidence).size).toBe(8);
    // A clause that another case of the rules makes would be missing above.
    expect(sourcesOf("engine/src/leaks").match(/evidence\.push\(/g)).toHaveLength(6);
    expect(unsaid([...Object.values(GROWTH_RULES), ...evidence], sayClause)).toEqual([]);
    expect(evidence.map(sayClause).slice(0, 4)).toEqual([
      "tumbuh dalam 2 dari 2 putaran",
      "tidak satu pun yang lama dibebaskan",
      "dengan laju tetap: +10, +10",
      "menjelaskan 40 % pertumbuhan heap",
    ]);
  });

  it("has words for what a verdict rests on", () => {
    const advice = textsOf(readFileSync(`${PACKAGES}engine/src/leaks/find-leaks.ts`, "utf8")).filter((text) =>
      /^(?:Two snapshots|7 So)/.test(text),
    );
    expect(advice).toHaveLength(2);
    const explained = textsOf(readFileSync(`${PACKAGES}wording/src/leaks/verdict-words.ts`, "utf8")).filter(
      (text) => text.startsWith("Objects were"),
    );
    expect(explained).toHaveLength(1);
    expect(unsaid([...advice, ...explained], sayClause)).toEqual([]);
    expect(
      sayClause(
        "Taken in another order than opened, their object ids say; compared in theirs, the oldest first.",
      ),
    ).toContain("menurut id objeknya");
  });

  it("says a broken check of ids within the sentence", () => {
    const denial = "Object ids do not mean the same in both snapshots";
    const findings = [
      "only 7 % of the functions and objects with a common id have the same name and type",
      "only 7 % of the functions and objects of the base have their id in the target",
    ];
    const whys = [
      "they come from different processes (pid 1 and pid 2)",
      "they come from different threads (0 and 1)",
      "an inspector session ended in between, or they come from different processes",
    ];
    const reasons = [
      ...findings.flatMap((finding) => [
        `${denial} (${finding}): they come from different processes, or an inspector session ended in between.`,
        `${denial}, although their capture records say so (${finding}), so the records are wrong.`,
      ]),
      ...whys.map((why) => `${denial}: by their capture records, ${why}.`),
    ];
    // They are the engine's, whose source has each of them.
    const source = readFileSync(`${PACKAGES}engine/src/compare/id-check.ts`, "utf8");
    for (const text of [denial, ...whys.map((why) => why.replace(/ \(.*/, ""))])
      expect(source).toContain(text);
    for (const reason of reasons) {
      const said = sayClause(
        `${reason} So places were followed by class, shape and path: this shows what there is more of and where, but not whether earlier objects were freed.`,
      );
      expect(said).toContain("Karena itu tempat diikuti");
      expect(said).not.toMatch(/\b(?:the|they|only|their)\b/);
    }
  });
});

describe("paths", () => {
  /** Words of code, and of the trade, which are the same in both languages. */
  const SAME = new Set(
    "7|[7]|[…]|(7)|(internal)|7ter 7|hidden class|7 7|listener|timer|immediate|callback|promise of then()|finalization registry"
      // And parts of a call that are no texts for people.
      .concat("|native handle 7|native handle|runtime|Promise|Immediate|root")
      .split("|"),
  );

  it("has words for each reference", () => {
    const source = sourcesOf("engine/src/leaks/path-rules");
    const calls = [...source.matchAll(/walk\.say\(\s*([\s\S]*?),?\s*\)[;\n]/g)].map(([, call]) => call!);
    expect(calls.length).toBeGreaterThan(40);
    // Of each call, the text after its kind.
    const edges = calls
      .flatMap((call) => textsOf(call).slice(1, 2))
      .flatMap((edge) => (edge === "Map 7" ? ["Map key", "Map value", "Map entry"] : [edge]))
      // `listeners7` is `listeners on Server`, `variable7` is `variable in module 7`.
      .map((edge) =>
        edge.replace(/^variable7$/, "variable in 7").replace(/^(listeners?.*?)7+$/, "$1 on Server"),
      );
    const roots = textsOf(/ROOT_WORDS: [\s\S]*?\};/.exec(source)![0]).filter((text) => /^[a-z]/.test(text));
    expect(unsaid([...edges, ...roots], sayEdge).filter((text) => !SAME.has(text))).toEqual([]);
  });

  it("leaves the program's own words as they are", () => {
    expect(sayEdge("variable rooms in closure scope of serve()")).toBe(
      "variabel rooms di closure scope serve()",
    );
    expect(sayEdge("listener of 'change' on anonymous function")).toBe(
      "listener 'change' pada fungsi anonim",
    );
    expect(sayEdge("Map value (… ×19)")).toBe("nilai Map (… ×19)");
    for (const name of [".value", "[3]", "process", ".variable in timers"]) expect(sayEdge(name)).toBe(name);
    expect(sayNode("closure scope of anonymous function")).toBe("closure scope fungsi anonim");
    for (const name of ["Session", "timers", "{x~} $1", "variable"]) expect(sayNode(name)).toBe(name);
  });
});

it("has words for each problem of a file", () => {
  const source = sourcesOf("engine/src/format", "engine/src/profile");
  const texts = textsOf(source)
    .filter((text) => /^(?:[A-Z7]|"\w)[^:]* .{4}/.test(text) && !text.includes("\n"))
    // Two have one of several ends.
    .map((text) => text.replace(/"7" is 7$/, '"7" is no count').replace(/\$\{.*/, ""));
  expect(texts.length).toBeGreaterThan(60);
  expect(unsaid(texts, sayProblem)).toEqual([]);
  expect(
    sayProblem('"[" cannot stand here (section "nodes", byte 12). This is not a V8 heap snapshot.'),
  ).toBe('"[" tidak boleh ada di sini (bagian "nodes", byte 12). Ini bukan heap snapshot V8.');
});

it("has words for each sentence of the desk and the links", () => {
  const source = sourcesOf("viewer/src/desk", "viewer/src/links", "heapscope/src/viewer", "engine/src/node");
  const texts = textsOf(source).filter((text) => /^(?:[A-Z7@]|'7').* .*\.$/.test(text));
  expect(texts.length).toBeGreaterThan(35);
  expect(unsaid(texts, (text) => sayProblem(sayClause(text)))).toEqual([]);
});

it("has words for each stage", () => {
  const source = sourcesOf("engine/src", "viewer/src/desk", "wording/src");
  const stages = textsOf(source).filter((text) =>
    /^(?:reading|(?:attribut|check|collect|compar|comput|count|describ|filter|find|group|infer|judg|key|lay|list|match|nam|order|read|search|sort|tell|walk)+ing(?: [a-z]+)+)$/.test(
      text,
    ),
  );
  expect(stages.length).toBeGreaterThan(40);
  expect(unsaid(stages, sayStage)).toEqual([]);
});

it("is the English of the others in English", () => {
  setLanguage("en");
  expect(sayProblem("The file is empty (byte 0).")).toBe("The file is empty (byte 0).");
  expect(sayStage("comparing")).toBe("comparing");
  setLanguage("id");
});
