import { expect, test } from "vitest";
import { called } from "../../test/sampled-function.ts";
import type { SamplingProfile, SamplingProfileNode } from "../inspector/protocol.ts";
import { findLargestStacks, findStacksAround, findStacksOf } from "./allocation-stacks.ts";

function profileOf(...children: SamplingProfileNode[]): SamplingProfile {
  return { head: called("(root)", 0, ...children), samples: [] };
}

const place = (line: number, column = 4) => ({ scriptId: 7, line, column });
const summary = (stacks: ReturnType<typeof findStacksOf>) =>
  stacks.map(({ size, functions }) => [size, functions.map(({ name }) => name).join(" ← ")]);

const profiles = [
  profileOf(
    called(
      "main1",
      50,
      called("serve2", 0, called("open3", 0, called("Session4", 300, called("(V8 API)", 100)))),
      called("warmUp5", 0, called("Session4", 20)),
    ),
  ),
  profileOf(
    called("main1", 0, called("serve2", 0, called("open3", 0, called("Session4", 500)))),
    called("tick6", 30),
  ),
];

test("stacks of a function have what was allocated on its behalf, in all rounds, with its callers", () => {
  const stacks = findStacksOf(profiles, place(4));
  expect(summary(stacks)).toEqual([
    [900, "Session4 ← open3 ← serve2 ← main1"],
    [20, "Session4 ← warmUp5 ← main1"],
  ]);
  expect(stacks[0]!.share).toBeCloseTo(900 / 1000);
  expect(stacks[0]!.functions[1]).toEqual({
    name: "open3",
    url: "file:///srv/app.js",
    scriptId: 7,
    line: 3,
    column: 4,
  });
});

test("a function that was not sampled has no stacks, nor has one of another script", () => {
  expect(findStacksOf(profiles, place(9))).toEqual([]);
  expect(findStacksOf(profiles, { ...place(4), scriptId: 8 })).toEqual([]);
});

test("a function that runs inside itself counts once", () => {
  const recursive = [profileOf(called("walk1", 10, called("other2", 5, called("walk1", 20))))];
  expect(summary(findStacksOf(recursive, place(1)))).toEqual([[35, "walk1"]]);
});

test("a closure is looked for in the sampled function that begins last before it", () => {
  expect(summary(findStacksAround(profiles, place(3, 30)))).toEqual([[900, "open3 ← serve2 ← main1"]]);
  expect(findStacksAround(profiles, place(0))).toEqual([]);
});

test("the largest stacks are of the program's own functions", () => {
  expect(summary(findLargestStacks(profiles))).toEqual([
    [800, "Session4 ← open3 ← serve2 ← main1"],
    [50, "main1"],
    [30, "tick6"],
    [20, "Session4 ← warmUp5 ← main1"],
  ]);
});
