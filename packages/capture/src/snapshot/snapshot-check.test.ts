import { expect, test } from "vitest";
import { SnapshotCheck } from "./snapshot-check.ts";

const header = `{"snapshot":{"meta":{"node_fields":["type","name","id"],"edge_fields":["type","to"]},"node_count":3,"edge_count":2},`;
const whole = `${header}"nodes":[1,1,1,1,1,1,1,1,1],"edges":[0,3,0,6],"strings":["","a"]}`;

function verdictOn(text: string, chunkLength = 7): unknown {
  const check = new SnapshotCheck();
  for (let i = 0; i < text.length; i += chunkLength) check.add(Buffer.from(text.slice(i, i + chunkLength)));
  return check.verdict();
}

test("a whole snapshot is accepted however it is cut into chunks", () => {
  for (const chunkLength of [1, 2, 7, 1000]) {
    expect(verdictOn(whole, chunkLength)).toEqual({ nodeCount: 3, edgeCount: 2 });
    expect(verdictOn(`${whole}\n`, chunkLength)).toEqual({ nodeCount: 3, edgeCount: 2 });
  }
});

test("every truncation is noticed", () => {
  for (let length = 0; length < whole.length; length++) {
    expect(verdictOn(whole.slice(0, length)), whole.slice(0, length)).toBeTypeOf("string");
  }
});

test("a message that got lost is noticed, wherever it was", () => {
  for (let start = 0; start < whole.length - 1; start++) {
    const lossy = whole.slice(0, start) + whole.slice(start + 9);
    expect(verdictOn(lossy), lossy).toBeTypeOf("string");
  }
});

test("tables with other numbers, escapes, nesting and further sections are read", () => {
  const rich = `${header}"nodes":[1,1,1,
1,1,1,
-1,1.5e3,1],"edges":[0,3,0,6],"trace_tree":[1,[2,[]],{"a":[]}],"samples":[],"strings":["a\\\\","\\"]}","é"]}`;
  for (const chunkLength of [1, 3, 1000])
    expect(verdictOn(rich, chunkLength)).toEqual({ nodeCount: 3, edgeCount: 2 });
});

test.each([
  ["a comma too many", whole.replace("1,1,1,1", "1,1,,1,1")],
  ["a comma at the end", whole.replace("6]", "6,]")],
  ["a missing comma", whole.replace("],", "]")],
  ["another bracket", whole.replace("6]", "6}")],
  ["a line break in a text", whole.replace('"a"', '"a\n"')],
  ["something after the end", `${whole}{}`],
  ["a key without a value", whole.replace('"strings":["","a"]', '"strings"')],
])("%s is noticed", (_name, text) => {
  for (const chunkLength of [1, 5, 1000]) expect(verdictOn(text, chunkLength)).toBe("it is damaged");
});

test("something else than a snapshot is told apart", () => {
  expect(verdictOn("")).toBe("it is empty");
  expect(verdictOn(`{"version":3,"type":"Inspector","nodes":[]}`)).toBe("it has no snapshot header");
  expect(verdictOn("[1,2]")).toBe("it has no snapshot header");
  expect(verdictOn(whole.replace('"node_count":3', '"node_count":300'))).toBe(
    "it does not hold the 300 objects that its header promises",
  );
  expect(verdictOn(whole.replace('"edge_count":2', '"edge_count":1'))).toBe(
    "it does not hold the 1 references that its header promises",
  );
});
