/** Whatever is asked about a heap, the desk answers or refuses with a sentence; nothing else ever comes out of it. */
import { drawHeap } from "@heapscope/testkit";
import * as fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { LinkError, type QuestionName } from "../protocol/index.ts";
import type { Desk } from "./desk.ts";
import { deskOf } from "./test-desk.ts";

const DRAWING = `
  global -cache-> cache:Map(32) =table=> table:array(800)
  table -[0]-> Session(48), Session2:Session(48)
  Session -next-> Session2 -next-> Session
`;
const NAMES =
  "rows rows rows rows rows locate overview duplicates leaks filters object text boxes flame timeline files constructor".split(
    " ",
  );
const TABLES =
  "summary comparison growth containment dominators retainers mergedPaths strings allocation calls search toString".split(
    " ",
  );
const KINDS =
  "allocated ids duplicatedStrings retainedByContexts retainedByConsole nativeContext noNativeContext allocatedBy".split(
    " ",
  );
const FIELDS =
  "retainedSize shallowSize distance name id edge count className value length totalValue added where __proto__".split(
    " ",
  );

const number = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 40 }) },
  fc.constantFrom(Number.NaN, -1, 0.5, -0, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 1e300, Number.POSITIVE_INFINITY),
);
const file = fc.oneof({ weight: 20, arbitrary: fc.constantFrom(0, 1) }, number);
const handle = fc.oneof(
  { weight: 2, arbitrary: fc.constant("") },
  fc.constantFrom(
    "",
    "g99999999",
    "o-1",
    "o99999999999",
    "d1e9",
    "w-1",
    "p0.0.0",
    "__proto__",
    "bo",
    "to3",
    "s",
    "sNaN",
  ),
  fc
    .tuple(
      fc.constantFrom("g", "o", "d", "w", "p", "r", "s", "bo", "to", ""),
      fc.integer({ min: 0, max: 40 }),
    )
    .map(([letter, position]) => `${letter}${position}`),
  fc.integer({ min: 1, max: 20_000 }).map((length) => `r1${".3".repeat(length)}`),
  fc.string(),
);
const text = fc.oneof(
  fc.string(),
  fc.constantFrom("/(/", "/a*/gy", "@3", "3", "Session", "/(a+)+$/", "\u0000\ud800"),
  fc.constantFrom(9_999, 1_000_000).map((length) => "x".repeat(length)),
);
/** Sometimes something quite different. */
function mostly<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 80, arbitrary }, fc.jsonValue(), fc.constant(undefined));
}

const params = fc.record(
  {
    file: mostly(file),
    base: mostly(file),
    target: mostly(file),
    files: mostly(fc.array(file, { maxLength: 4 })),
    id: mostly(number),
    ids: mostly(fc.array(number)),
    ignored: mostly(fc.array(number)),
    group: mostly(handle),
    text: mostly(text),
    list: mostly(fc.constantFrom("duplicates", "largest")),
    direction: mostly(fc.constantFrom("up", "down")),
    where: mostly(fc.array(fc.constantFrom("class", "string", "property", "id", "object"))),
    path: mostly(fc.array(number)),
    only: mostly(
      fc.record({
        kind: fc.constantFrom(...KINDS),
        after: number,
        upTo: number,
        id: number,
        path: fc.array(number),
      }),
    ),
  },
  { requiredKeys: ["file", "base", "target", "files", "id", "list", "direction"] },
);
const ask = fc.record({
  table: mostly(fc.constantFrom(...TABLES)),
  params: mostly(params),
  of: mostly(handle),
  order: fc.option(mostly(fc.record({ by: fc.constantFrom(...FIELDS), descending: fc.boolean() })), {
    nil: undefined,
  }),
  start: mostly(number),
  count: mostly(number),
  file: mostly(file),
  files: mostly(fc.array(file, { maxLength: 4 })),
  id: mostly(number),
  most: mostly(number),
  from: mostly(number),
  length: mostly(number),
  previewFrom: fc.option(number, { nil: undefined }),
});

let desk: Desk;
beforeAll(async () => {
  const [one, two] = [await drawHeap(DRAWING), await drawHeap(DRAWING)];
  desk = deskOf(one.snapshot, two.snapshot);
});

it("answers everything with an answer of bounded size, or refuses it with a sentence", async () => {
  await fc.assert(
    fc.asyncProperty(mostly(fc.constantFrom(...NAMES)), mostly(ask), async (name, question) => {
      let answer: unknown;
      try {
        answer = await desk.answer(name as QuestionName, question);
      } catch (error) {
        expect(error).toBeInstanceOf(LinkError);
        const { code, message } = error as LinkError;
        expect(code).not.toBe("internal");
        expect(message).toMatch(/[.]$/);
        expect(message.length).toBeLessThan(2_000);
        return;
      }
      expect(JSON.stringify(answer).length).toBeLessThan(1_000_000);
    }),
    { numRuns: 5_000 },
  );
});
