import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseAgentRecord, readAgentRecord } from "./agent-record.ts";

const record = {
  schema: "heapscope/capture-record@1",
  ids: { space: "s1", note: "from here on" },
  options: { collectGarbage: false, numericValues: true, exposeInternals: false },
  heap: {
    usage: { rss: 1 },
    statistics: { used_heap_size: 2 },
    spaces: [{ name: "old_space", size: 3, used: 2 }],
  },
  scripts: [{ id: 5, url: "file:///srv/app.js", sourceMapUrl: "app.js.map" }],
  warnings: ["slow"],
};

test("what only the inside of a process knows is taken from the agent's record", () => {
  const { schema: _, ...expected } = record;
  expect(parseAgentRecord(JSON.stringify({ ...record, tool: "@heapscope/agent", capture: {} }))).toEqual(
    expected,
  );
});

test.each<[object]>([
  [{ schema: "heapscope/capture-record@2" }],
  [{ ids: { space: "" } }],
  [{ ids: undefined }],
  [{ options: {} }],
  [{ heap: [] }],
  [{ heap: { usage: { rss: -1 } } }],
  [{ scripts: [{ id: 1.5, url: "" }] }],
  [{ warnings: [1] }],
])("a record with %j is none", (changes) => {
  expect(parseAgentRecord(JSON.stringify({ ...record, ...changes }))).toBeUndefined();
});

describe.runIf(process.platform === "linux")("the file", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "agent-record-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  test("lies beside the snapshot, in the file system of the process", () => {
    const file = path.join(folder, "a.heapsnapshot");
    fs.writeFileSync(`${file}.json`, JSON.stringify(record));
    expect(readAgentRecord(process.pid, file)?.ids.space).toBe("s1");
  });

  test("is read neither through a link, nor from a folder, nor from a path that is not written out", () => {
    const file = path.join(folder, "a");
    fs.writeFileSync(`${file}.json`, JSON.stringify(record));
    fs.symlinkSync(`${file}.json`, path.join(folder, "b.json"));
    fs.mkdirSync(path.join(folder, "c.json"));
    for (const name of [
      path.join(folder, "b"),
      path.join(folder, "c"),
      `${folder}/../${path.basename(folder)}/a`,
      "a",
      "/missing",
    ])
      expect(readAgentRecord(process.pid, name), name).toBeUndefined();
  });
});
