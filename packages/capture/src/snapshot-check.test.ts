import { expect, test } from "vitest";
import { SnapshotCheck } from "./snapshot-check.ts";

const header = `{"snapshot":{"meta":{"node_fields":["type","name","id"],"edge_fields":["type","to"]},"node_count":3,"edge_count":2},`;
const whole = `${header}"nodes":[1,1,1,1,1,1,1,1,1],"edges":[0,3,0,6],"strings":["","a"]}`;

function verdictOn(text: string, chunkLength = 7): unknown {
  const check = new SnapshotCheck();
  for (let i = 0; i < text.length; i += chunkLength) check.add(text.slice(i, i + chunkLength));
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

test("something else than a snapshot is told apart", () => {
  expect(verdictOn("")).toBe("it is empty");
  expect(verdictOn(`{"version":3,"type":"Inspector","nodes":[]}`)).toBe(
    "it does not start with a snapshot header",
  );
  expect(verdictOn(whole.replace('"node_count":3', '"node_count":300'))).toBe(
    "it is too short for its 300 objects",
  );
});
