import { describe, expect, it } from "vitest";
import type { LeakObject, Leaks, SuspectLine } from "../schemas/leaks.ts";
import type { Snapshot } from "../schemas/snapshot.ts";
import { textWidth } from "../text/text-width.ts";
import { printLeaks, type LeaksView } from "./leaks.ts";
import { Page } from "./page.ts";
import { createPalette } from "./palette.ts";

const usual: LeaksView = { raw: false, all: false };

function print(result: Leaks, view: LeaksView = usual, width?: number, colour = false): string {
  const page = new Page(createPalette(colour), width);
  printLeaks(page, result, view);
  return page.lines.join("\n");
}

function snapshot(file: string, totalSize: number): Snapshot {
  return { file, nodeCount: 1, edgeCount: 1, stringCount: 1, totalSize, extraNativeBytes: 0 };
}

function object(className: string, id: number, more: Partial<LeakObject> = {}): LeakObject {
  return { id, name: className, className, type: "object", ...more };
}

const session = object("Session", 90_001, { function: "openSession" });
const suspect: SuspectLine = {
  rank: 1,
  confidence: 0.97,
  className: "Session",
  container: "Map",
  containerName: "sessions",
  containerId: 4711,
  count: { before: 1000, after: 3000, perRound: [1000, 1000] },
  counts: [1000, 2000, 3000],
  perRoundSizes: [8.2e6, 8.2e6],
  retainedSizeDelta: 16.4e6,
  share: 0.97,
  signature: "Session in module server.js › .sessions",
  path: [
    { edge: "global", node: "global", id: 3 },
    { edge: "require cache", node: "Object", id: 5 },
    { edge: "server.js exports", node: "Object", id: 7 },
    { edge: ".sessions", node: "Map", id: 4711 },
  ],
  subjectPath: [],
  pathTree: [
    {
      edge: "module server.js",
      node: "module server.js",
      id: 3,
      count: 2,
      branches: [
        { edge: ".sessions", node: "Map", id: 4711, count: 1 },
        { edge: ".recent", node: "Array", id: 4713, count: 1 },
      ],
    },
  ],
  rawPath: [
    { edge: "(root)", node: "(Global handles)", id: 3 },
    { edge: ".sessions", node: "Map", id: 4711 },
    { edge: "(table)", node: "(array)", id: 4713 },
    { edge: "(value)", node: "Session", id: 90_001, location: "/srv/session.ts:41:18" },
  ],
  holders: 1,
  holder: object("Map", 4711),
  entry: session,
  subject: session,
  created: "src/session.ts:41:18",
  evidence: [
    "grew in 2 of 2 rounds",
    "none of the earlier ones was freed",
    "at a steady rate: +1,000, +1,000",
  ],
  alongside: [],
  alsoHeldBy: [],
  sampleIds: [90_001, 90_003],
};

const leak: Leaks = {
  schema: "heapscope/leaks@1",
  verdict: "leak",
  summary: "Leak: 2,000 Session objects in Map `sessions`, +1,000 per round, +8.2 MB each round.",
  explanation: "Objects were followed by their ids.",
  snapshots: [
    snapshot("1.heapsnapshot", 20e6),
    snapshot("2.heapsnapshot", 28e6),
    snapshot("3.heapsnapshot", 37e6),
  ],
  reordered: false,
  rounds: 2,
  matchedBy: "id",
  growth: 17e6,
  suspects: [suspect],
  suspectCount: 1,
  accepted: [],
  ignored: [
    { rule: "code", className: "(compiled code)", reason: "code that warms up", size: 30_000, count: 0 },
    { rule: "one-time", className: "Table", reason: "made in one round only", size: 12_000, count: 1 },
  ],
  advice: [],
  notes: [],
};

const clean: Leaks = {
  ...leak,
  verdict: "no-leak",
  summary: "No leak: nothing accumulates over 2 rounds.",
  suspects: [],
  suspectCount: 0,
};

describe("a leak", () => {
  it("reads as what it is, what holds it, where it is made, and how to look further", () => {
    expect(print(leak)).toBe(`\
Leak: 2,000 Session objects in Map \`sessions\`, +1,000 per round, +8.2 MB each round
  held by   global › require cache › server.js exports › .sessions › Map @4711
  created   src/session.ts:41:18  in openSession()
  grew in   2 of 2 rounds; none of the earlier ones was freed
  look at   heapscope path 3.heapsnapshot @90001

3 snapshots, 2 rounds: 20.0 MB → 37.0 MB (+17.0 MB of what can be reached, 97 % of it explained above).
Objects were followed by their ids.
Not leaks: +30.0 kB code, +12.0 kB one-time; --all lists them.

next: heapscope retainers 3.heapsnapshot @4711                      what else refers to the container
      heapscope diff 1.heapsnapshot 3.heapsnapshot                  all that came and went
      heapscope open 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot   look around in the browser`);
  });

  it.each([40, 80, 200])("fits into %d columns, but for what must be pasted", (width) => {
    const long = {
      ...suspect,
      path: Array.from({ length: 20 }, (_, i) => ({ edge: `.property${i}`, node: "Object", id: i })),
      alongside: Array.from({ length: 6 }, (_, i) => ({ className: `Class${i}`, count: 2000, size: 1e6 })),
      alsoHeldBy: Array.from({ length: 5 }, (_, i) => object("Registry", 100 + i)),
    };
    const lines = print({ ...leak, suspects: [long] }, usual, width).split("\n");
    expect(lines.filter((line) => textWidth(line) > width && !line.includes("heapscope "))).toEqual([]);
    expect(lines.join("\n")).toMatch(/… 12 more …/);
    expect(lines.join("\n").replaceAll(/\s+/g, " ")).toContain(
      "alongside 2,000 Class0 (1.0 MB), 2,000 Class1 (1.0 MB), 2,000 Class2 (1.0 MB), 2,000 Class3 (1.0 MB), 2 more",
    );
    expect(lines.join("\n").replaceAll(/\s+/g, " ")).toContain(
      "and by Registry @100, Registry @101, Registry @102, 2 more",
    );
  });

  it("says by which entry the subject is held, and who made it", () => {
    const listener = object("Function", 7, {
      type: "closure",
      name: "onChange",
      location: "/srv/request.js:12:26",
    });
    const allocations: SuspectLine["allocations"] = [
      {
        matchedBy: "constructor",
        size: 1e6,
        share: 0.8,
        stack: [
          { function: "Session", source: "src/session.ts:41:18" },
          { function: "openSession", source: "/srv/session.ts:60:3" },
          { function: "", source: "/srv/server.js:18:34" },
          { function: "emit", source: "node:events:471:44" },
        ],
      },
    ];
    const text = print({ ...leak, suspects: [{ ...suspect, entry: listener, allocations }] });
    expect(text).toContain(`
  through   function onChange  /srv/request.js:12:26
  created   src/session.ts:41:18  in openSession()
  made by   openSession  /srv/session.ts:60:3
            ← (anonymous)  /srv/server.js:18:34
  grew in `);
  });

  it("is told by its size where no entries come, such as a text that becomes longer", () => {
    const count = { before: 1, after: 1, perRound: [0, 0] };
    const text = { ...suspect, className: "(string)", container: "object", containerName: "log", count };
    expect(print({ ...leak, suspects: [text] })).toMatch(
      /^Leak: string in object `log` that becomes larger, \+8\.2 MB each round\n/,
    );
    const buffer = { ...text, className: "ArrayBuffer", container: "buffer" };
    expect(print({ ...leak, suspects: [buffer] })).toMatch(/^Leak: buffer `log` that becomes larger, /);
  });

  it("names containers that are many, and listeners by what they listen to", () => {
    const many = { ...suspect, holders: 300, container: "Array", containerName: "tags" };
    expect(print({ ...leak, suspects: [many] })).toMatch(
      /^Leak: 2,000 Session objects in 300 Arrays `tags`, /,
    );
    const { containerName: _, ...nameless } = suspect;
    expect(print({ ...leak, suspects: [{ ...nameless, ownerName: "rooms" }] })).toMatch(
      /^Leak: 2,000 Session objects in Map below `rooms`, /,
    );
    const path = [{ edge: "listeners of 'data' on Socket", node: "Array", id: 9 }];
    expect(print({ ...leak, suspects: [{ ...nameless, container: "listeners", path }] })).toMatch(
      /^Leak: 2,000 Session objects in listeners of 'data' on Socket, /,
    );
  });

  it("shows the whole path with --raw, step by step", () => {
    expect(print(leak, { ...usual, raw: true })).toContain(`
  held by   (root) → (Global handles) @3
            .sessions → Map @4711
            (table) → (array) @4713
            (value) → Session @90001  /srv/session.ts:41:18
  created `);
  });

  it("leaves out the middle of a path that is as long as a linked list", () => {
    const rawPath = Array.from({ length: 1000 }, (_, i) => ({ edge: ".next", node: `Item${i}`, id: i }));
    const lines = print({ ...leak, suspects: [{ ...suspect, rawPath }] }, { ...usual, raw: true }).split(
      "\n",
    );
    expect(lines.filter((line) => line.includes(".next"))).toHaveLength(60);
    expect(lines).toContain("            … 940 steps …");
    expect(lines.find((line) => line.includes("Item999"))).toBeDefined();
  });

  it("lists with --all what is no leak, and the signature", () => {
    const text = print(leak, { ...usual, all: true });
    expect(text).toContain(`
  ways      module server.js  2 of 2
            ├ .sessions  1 of 2
            └ .recent  1 of 2
`);
    expect(text).toContain("\n  signature Session in module server.js › .sessions\n");
    expect(text).toMatch(/\ncode +\(compiled code\) +0 +\+30\.0 kB +code that warms up\n/);
    expect(text).toMatch(/\none-time +Table +\+1 +\+12\.0 kB +made in one round only\n/);
    expect(text).not.toContain("--all lists them");
  });

  it("says how many suspects are not shown", () => {
    expect(print({ ...leak, suspectCount: 4 })).toContain("\n… 3 more suspects; --limit 0 shows all\n");
  });
});

describe("other verdicts", () => {
  it("no leak says what was looked at", () => {
    expect(print(clean)).toBe(`\
No leak: nothing accumulates over 2 rounds.

3 snapshots, 2 rounds: 20.0 MB → 37.0 MB (+17.0 MB of what can be reached).
Objects were followed by their ids.
Not leaks: +30.0 kB code, +12.0 kB one-time; --all lists them.

next: heapscope diff 1.heapsnapshot 3.heapsnapshot                  all that came and went
      heapscope open 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot   look around in the browser`);
  });

  it("growth says what would settle it", () => {
    const growth = { ...leak, verdict: "growth" as const, advice: ["take a third snapshot"] };
    const text = print(growth);
    expect(text).toMatch(/^Growth: 2,000 Session objects in Map `sessions`, /);
    expect(text).toContain("\nTake a third snapshot.\n");
  });

  it("a baseline tells what it has accepted, and what it has that was not seen", () => {
    const text = print({
      ...clean,
      accepted: [suspect],
      baseline: { file: "known.json", known: 1, added: 0, unseen: 2 },
    });
    expect(text).toContain("\nAccepted by known.json: 2,000 Session objects in Map `sessions`.\n");
    expect(text).toContain("\n2 entries of known.json were not seen this time; ");
  });

  it("a running process is told with what was done to it", () => {
    const text = print({
      ...clean,
      live: {
        target: { runtime: "node", pid: 4242 },
        description: "process 4242 (node server.js)",
        route: "inspector",
        warnings: ["Its inspector closes by itself."],
        folder: "/tmp/leaks",
        warmUpMs: 5000,
        roundMs: [60_000, 60_000],
        pauseMs: 350,
      },
    });
    expect(text).toContain(
      "\n3 snapshots, 2 rounds: 20.0 MB → 37.0 MB (+17.0 MB of what can be reached). Taken of process 4242 (node server.js), the rounds in 2 min; it stood still for at most 350 ms.\n",
    );
    expect(text).toContain("\nThe snapshots are in /tmp/leaks.\n");
    expect(text).not.toContain("by itself"); // was said when it happened
  });
});

describe("what comes from the heap", () => {
  const evil = "\u001b[2J\nevil\u202e";
  const hostile: Leaks = {
    ...leak,
    suspects: [
      {
        ...suspect,
        className: evil,
        container: evil,
        containerName: evil,
        signature: evil,
        created: `${evil}:1:2`,
        evidence: [evil],
        path: [{ edge: evil, node: evil, id: 1 }],
        pathTree: [{ edge: evil, node: evil, id: 1, count: 1 }],
        rawPath: [{ edge: evil, node: evil, id: 1, location: `${evil}:1:1` }],
        subject: object(evil, 2, { function: evil }),
        entry: object(evil, 3, { type: "closure", location: evil }),
        alongside: [{ className: evil, count: 1, size: 1 }],
        alsoHeldBy: [object(evil, 4)],
        allocations: [
          { matchedBy: "size", size: 1, share: 1, stack: [{ function: evil, source: `${evil}:1:1` }] },
        ],
      },
    ],
    ignored: [{ rule: evil, className: evil, reason: evil, size: 1, count: 1 }],
    advice: [evil],
    notes: [evil],
    explanation: evil,
    accepted: [{ ...suspect, className: evil }],
    baseline: { file: evil, known: 0, added: 1, unseen: 1 },
  };

  it.each([
    ["usual", usual],
    ["--raw --all", { raw: true, all: true }],
  ])("is escaped everywhere (%s)", (_, view) => {
    const text = print({ ...hostile, snapshots: [snapshot(evil, 1), snapshot(evil, 2)] }, view);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(text).not.toMatch(/^evil/m);
  });

  it("has colours only where they are wanted", () => {
    expect(print(leak, usual, 80, true)).toContain("\u001b[1mLeak: ");
    expect(print(leak, usual, 80)).not.toContain("\u001b");
  });
});
