import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { listExamples } from "./examples.mjs";
import { isCulprit, rankOfClass, rankOfCulprit, total } from "./judge.mjs";
import { parse } from "./memlab.mjs";

const culprit = {
  leaks: true,
  className: ["Session"],
  container: ["Map", "WeakMap"],
  holderPath: ["sessions"],
  story: "",
};
const right = {
  classNames: ["Object", "Session"],
  container: "Map",
  path: ["variable sessions", "Map"],
  places: [],
};

describe("a suspect is the culprit", () => {
  test("if its class, its container and its way are right", () => {
    expect(isCulprit(right, culprit)).toBe(true);
  });

  test.for([
    ["class", { classNames: ["SessionStore"] }],
    ["container", { container: "Array" }],
    ["way", { path: ["variable carts", "Map"] }],
  ] as const)("and is not if its %s is another one", ([, wrong]) => {
    expect(isCulprit({ ...right, ...wrong } as typeof right, culprit)).toBe(false);
  });

  test("if a name stands in an edge, with or without the sign of a private field", () => {
    for (const edge of [
      ".sessions",
      ".#sessions",
      "(closure scope).sessions",
      "variable sessions in closure scope",
    ])
      expect(isCulprit({ ...right, path: [edge] }, culprit), edge).toBe(true);
  });

  test("but not if a name is only a part of a longer one", () => {
    for (const edge of [".sessionsById", ".oldsessions", "$sessions", "sessions_"])
      expect(isCulprit({ ...right, path: [edge] }, culprit), edge).toBe(false);
  });

  test("whatever the way is, if the truth names none", () => {
    expect(isCulprit({ ...right, path: [] }, { ...culprit, holderPath: [] })).toBe(true);
  });

  test("by any literal, where objects without a class are right", () => {
    const literal = { ...right, classNames: ["{id, text}"] };
    expect(isCulprit(literal, culprit)).toBe(false);
    expect(isCulprit(literal, { ...culprit, className: ["Object"] })).toBe(true);
  });
});

test("the rank of the culprit counts from one, and is undefined if it is not named", () => {
  const other = { ...right, classNames: ["Cart"] };
  expect(rankOfCulprit([right], culprit)).toBe(1);
  expect(rankOfCulprit([other, other, right], culprit)).toBe(3);
  expect(rankOfCulprit([other], culprit)).toBeUndefined();
  expect(rankOfClass(["(string)", "Session"], culprit)).toBe(2);
  expect(rankOfClass([], culprit)).toBeUndefined();
});

test("totals count hits among leaks and alarms among the others only", () => {
  const results = [
    { leaks: true, rank: 1, alarm: true },
    { leaks: true, rank: 3, alarm: true },
    { leaks: true, rank: 4, alarm: true },
    { leaks: true, rank: undefined, alarm: false },
    { leaks: false, rank: undefined, alarm: true },
    { leaks: false, rank: undefined, alarm: false },
  ];
  expect(total(results)).toEqual({ leaks: 4, top1: 1, top3: 2, others: 2, falseAlarms: 1 });
});

test("memlab's answer is read: how many leaks it claims, and the end of the way to each", () => {
  const text = `
MemLab found 2 leak(s)
--Similar leaks in this run: 800--
[<synthetic>] (synthetic) @1 [8MB]
  --2 (shortcut)--->  [global / ] (object) @7067 [14.5KB]
  --sessions (variable)--->  [Map] (object) @61715 [232 bytes]
  --table (internal)--->  [<array>] (array) @160131 [128 bytes]
  --7 (internal)--->  [Session] (object) @160341 [16 bytes]
--Similar leaks in this run: 1--
[<synthetic>] (synthetic) @1 [8MB]
`;
  expect(parse(text)).toEqual({ leaks: 2, groups: [["Map", "<array>", "Session"], ["<synthetic>"]] });
  expect(() => parse("")).toThrow("no result");
});

describe("the examples", () => {
  const examples = listExamples();

  test("are as many as promised", () => {
    const leaks = examples.filter((example) => example.leaks);
    expect(leaks.length).toBeGreaterThanOrEqual(30);
    expect(leaks.filter((example) => example.packages !== undefined).length).toBeGreaterThanOrEqual(10);
    expect(examples.length - leaks.length).toBeGreaterThanOrEqual(12);
  });

  test("tell the truth in full", () => {
    for (const { name, leaks, className, container, story, source = [], folder } of examples) {
      expect(story, name).toMatch(/^.+[.]$/);
      expect(className.length > 0 && container.length > 0, name).toBe(leaks);
      for (const place of source) {
        const [file, line] = place.split(":") as [string, string];
        const text = fs.readFileSync(path.join(folder, file), "utf8").split("\n")[Number(line) - 1];
        expect(text, `${name} at ${place}`).toMatch(/constructor\(|=>|function|class /);
      }
    }
  });

  test("pin the versions of the packages that they use", () => {
    for (const { name, packages = [] } of examples) {
      for (const wanted of packages) expect(wanted, name).toMatch(/^[^@]+@\d+\.\d+\.\d+$/);
    }
  });
});
