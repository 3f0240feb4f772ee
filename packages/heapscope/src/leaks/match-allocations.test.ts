import type { HeapObject } from "@heapscope/engine";
import type { SamplingProfile } from "@heapscope/capture";
import { expect, test } from "vitest";
import { SourceResolver } from "../source/source-resolver.ts";
import { matchAllocations } from "./match-allocations.ts";

type Node = SamplingProfile["head"];

/** `name line size` in /srv/app.js, script 7, and what it calls. */
function called(name: string, line: number, selfSize: number, ...children: Node[]): Node {
  const callFrame = {
    functionName: name,
    scriptId: "7",
    url: "file:///srv/app.js",
    lineNumber: line,
    columnNumber: 4,
  };
  return { callFrame, selfSize, id: 0, children };
}

function profileOf(...children: Node[]): SamplingProfile {
  const callFrame = { functionName: "(root)", scriptId: "0", url: "", lineNumber: -1, columnNumber: -1 };
  return { head: { callFrame, selfSize: 0, id: 0, children }, samples: [] };
}

function object(type: string, line: number | undefined, url = "/srv/app.js"): HeapObject {
  return {
    node: line ?? 0,
    type,
    location: line === undefined ? undefined : { scriptId: 7, line, column: type === "closure" ? 30 : 4 },
    snapshot: { scriptUrls: new Map([[7, url]]) },
  } as unknown as HeapObject;
}

const profiles = [
  profileOf(called("serve", 1, 100_000, called("open", 3, 0, called("Session", 5, 400_000)))),
];

function match(subject: HeapObject, entry: HeapObject, retainedSizeDelta: number): string[] {
  const lines = matchAllocations({ subject, entry, retainedSizeDelta }, profiles, new SourceResolver());
  return lines.map(
    ({ matchedBy, size, stack }) => `${matchedBy} ${size}: ${stack.map((each) => each.function).join(" ← ")}`,
  );
}

test("objects are made where their constructor was sampled", () => {
  const session = object("object", 5);
  expect(match(session, session, 1e9)).toEqual(["constructor 400000: Session ← open ← serve"]);
});

test("what holds them tells, if the objects themselves were not sampled", () => {
  expect(match(object("object", 90), object("object", 5), 1e9)).toEqual([
    "constructor 400000: Session ← open ← serve",
  ]);
});

test("closures are made by the function around them", () => {
  const closure = object("closure", 3);
  expect(match(closure, closure, 1e9)).toEqual(["scope 400000: open ← serve"]);
});

test("of an inlined constructor the stack is told that allocated about as much in its script", () => {
  const inlined = object("object", 90);
  expect(match(inlined, inlined, 500_000)).toEqual(["size 400000: Session ← open ← serve"]);
  expect(match(inlined, inlined, 5e6)).toEqual([]);
  expect(match(inlined, inlined, 1000)).toEqual([]);
});

test("places are those of the author, counted from 1", () => {
  const session = object("object", 5);
  const [line] = matchAllocations(
    { subject: session, entry: session, retainedSizeDelta: 1 },
    profiles,
    new SourceResolver(),
  );
  expect(line!.stack[1]).toEqual({ function: "open", source: "/srv/app.js:4:5" });
  expect(line!.share).toBeCloseTo(0.8);
});
