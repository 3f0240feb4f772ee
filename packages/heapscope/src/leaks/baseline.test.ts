import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SuspectLine } from "../schemas/leaks.ts";
import {
  applyBaseline,
  emptyBaseline,
  extendBaseline,
  readBaseline,
  readBaselineIfThere,
  writeBaseline,
} from "./baseline.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-baseline-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const file = (): string => path.join(folder, "known.json");

function suspect(signature: string): SuspectLine {
  const step = { node: "Map", id: 3 };
  return {
    signature,
    className: "Session",
    container: "Map",
    path: [
      { ...step, edge: "module server.js" },
      { ...step, edge: ".sessions" },
    ],
  } as unknown as SuspectLine;
}

test("what was written is read again, in the order of signatures, one field a line", () => {
  const baseline = extendBaseline(emptyBaseline, [suspect("b"), suspect("a")]);
  writeBaseline(file(), baseline);
  expect(readBaseline(file())).toEqual(baseline);
  expect(baseline.accepted.map(({ signature }) => signature)).toEqual(["a", "b"]);
  expect(fs.readFileSync(file(), "utf8").split("\n").slice(3, 9)).toEqual([
    "    {",
    '      "signature": "a",',
    '      "className": "Session",',
    '      "container": "Map",',
    '      "heldBy": "module server.js › .sessions",',
    '      "comment": ""',
  ]);
  expect(fs.readdirSync(folder)).toEqual(["known.json"]);
});

test("an update keeps entries with their comments, also those that were not seen", () => {
  const entry = { signature: "m", className: "", container: "", heldBy: "", comment: "fixed in spring" };
  const before = { ...emptyBaseline, accepted: [entry] };
  const after = extendBaseline(before, [suspect("m"), suspect("z")]);
  expect(after.accepted.map(({ signature, comment }) => [signature, comment])).toEqual([
    ["m", "fixed in spring"],
    ["z", ""],
  ]);
  expect(extendBaseline(before, []).accepted).toEqual([entry]);
});

test("suspects are told apart by their signatures", () => {
  const baseline = extendBaseline(emptyBaseline, [suspect("a"), suspect("old")]);
  const { unknown, accepted, unseen } = applyBaseline([suspect("a"), suspect("b")], baseline);
  expect([unknown, accepted, unseen].map((list) => list.map(({ signature }) => signature))).toEqual([
    ["b"],
    ["a"],
    ["old"],
  ]);
});

test.each([
  ["", /is no baseline: it is no JSON/],
  ['{"schema":"heapscope/baseline@1","accepted":[', /it is no JSON/],
  ["[]", /its "schema" is not "heapscope\/baseline@1"/],
  ["null", /its "schema" is not/],
  ['{"schema":"heapscope/baseline@2","accepted":[]}', /its version is heapscope\/baseline@2/],
  ['{"schema":"heapscope/baseline@1"}', /its "accepted" is no list/],
  ['{"schema":"heapscope/baseline@1","accepted":[{"signature":"a"},{}]}', /entry 2 .* has no "signature"/],
])("%j is refused with the reason and the remedy", (text, reason) => {
  fs.writeFileSync(file(), text);
  expect(() => readBaseline(file())).toThrow(reason);
  expect(() => readBaseline(file())).toThrow(/repair it, or remove it and write it anew/);
});

test("a baseline that is not there is missing only where it must be", () => {
  expect(readBaselineIfThere(file())).toBeUndefined();
  expect(() => readBaseline(file())).toThrow(/there is no baseline .*--update-baseline to write it/);
});

test("one that cannot be written leaves the old one as it was", () => {
  writeBaseline(file(), emptyBaseline);
  const text = fs.readFileSync(file(), "utf8");
  expect(() => writeBaseline(path.join(folder, "missing", "known.json"), emptyBaseline)).toThrow(
    /cannot be written \(ENOENT\); choose another place/,
  );
  expect(fs.readFileSync(file(), "utf8")).toBe(text);
  expect(fs.readdirSync(folder)).toEqual(["known.json"]);
});

test("a link stays one, and what it leads to is replaced", () => {
  writeBaseline(file(), emptyBaseline);
  fs.symlinkSync(file(), path.join(folder, "link.json"));
  const extended = extendBaseline(emptyBaseline, [suspect("a")]);
  writeBaseline(path.join(folder, "link.json"), extended);
  expect(fs.lstatSync(path.join(folder, "link.json")).isSymbolicLink()).toBe(true);
  expect(readBaseline(file())).toEqual(extended);
});
