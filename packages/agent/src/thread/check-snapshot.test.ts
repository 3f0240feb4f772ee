import { describe, expect, test } from "vitest";
import { SnapshotCheck } from "./check-snapshot.ts";

const WHOLE = `{"snapshot":{"meta":{"node_fields":["type","name","id"],"edge_fields":["type","to"]},"node_count":2,"edge_count":3},
"nodes":[1,2,3
,4,5,6
],
"edges":[1,0,1,3
,2,3
],
"locations":[],
"strings":["a]}","\\"nodes\\":["]}`;

function check(text: string, size = text.length): SnapshotCheck {
  const snapshot = new SnapshotCheck();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) snapshot.add(bytes.subarray(at, at + size));
  return snapshot;
}

describe("a snapshot that streams by", () => {
  test("is whole, wherever it is cut into pieces", () => {
    for (let size = 1; size <= WHOLE.length; size++)
      expect(check(WHOLE, size).verdict()).toEqual({ nodeCount: 2, edgeCount: 3 });
  });

  test("is not whole when its end is missing, however little of it", () => {
    for (let length = 0; length < WHOLE.length; length++)
      expect(() => check(WHOLE.slice(0, length)).verdict()).toThrow("not write it whole");
  });

  test("is none when it has no header, however long it is", () => {
    expect(() => check("x".repeat(200_000), 1000).verdict()).toThrow("not write it whole");
  });
});
