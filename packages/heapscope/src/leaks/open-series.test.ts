import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { findLeaks, LeakOutline, type HeapSnapshot } from "@heapscope/engine";
import { captureRecordOf, drawFile } from "@heapscope/testkit";
import { openFile, openReduced } from "@heapscope/engine/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CommandContext } from "../command.ts";
import { openOutlinedSeries, openSeries } from "./open-series.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-series-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const context = {
  openSnapshot: (file: string) => openFile(path.join(folder, file)),
  openReduced: (file: string, reduce: Parameters<typeof openReduced>[1]) =>
    openReduced(path.join(folder, file), reduce),
  runOptions: {},
} as unknown as CommandContext;

/** Objects that are always there, so that ids can be seen to mean the same; and some that `letters` name. */
function heap(letters: string, residentName = "Resident"): string {
  const residents = Array.from(
    { length: 30 },
    (_, i) => `global -r${i}-> r${i}:${residentName}${i}@${501 + 2 * i}`,
  );
  const members = [...letters].map(
    (letter, i) => `list -[${i}]-> ${letter}:Member(600)@${1001 + 2 * (letter.charCodeAt(0) - 97)}`,
  );
  return drawFile(["global -list-> list:Array@301", ...residents, ...members].join("\n"));
}

function write(name: string, text: string, record?: Parameters<typeof captureRecordOf>[1]): void {
  fs.writeFileSync(path.join(folder, name), text);
  if (record !== undefined)
    fs.writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(captureRecordOf(text, record)));
}

async function order(...files: string[]): Promise<{ files: string[]; reordered: boolean; notes: string }> {
  const { members, reordered, notes } = await openSeries(context, files);
  return { files: members.map(({ file }) => file), reordered, notes: notes.join(" ") };
}

test("snapshots in their order stay in it, and there is nothing to say", async () => {
  for (const [name, letters] of Object.entries({ a: "a", b: "ab", c: "abc" })) write(name, heap(letters));
  expect(await order("a", "b", "c")).toEqual({ files: ["a", "b", "c"], reordered: false, notes: "" });
});

test("ids that go down in one process tell another order", async () => {
  for (const [name, letters] of Object.entries({ a: "a", b: "ab", c: "abc" })) write(name, heap(letters));
  expect(await order("c", "a", "b")).toEqual({
    files: ["a", "b", "c"],
    reordered: true,
    notes:
      "Taken in another order than given, their object ids say; compared in theirs, the oldest first: a, b, c.",
  });
});

test("ids of different processes tell nothing about an order", async () => {
  write("a", heap("abc"));
  write("b", heap("a", "Other"));
  expect(await order("a", "b")).toEqual({ files: ["a", "b"], reordered: false, notes: "" });
});

test("times of capture records of one process tell the order, whatever the ids", async () => {
  const target = { pid: 7, runtime: "node", thread: { id: 0, name: "main" } };
  write("a", heap("abc"), { target, capturedAt: "2026-11-23T10:00:00.000Z" });
  write("b", heap("ab"), { target, capturedAt: "2026-11-23T10:05:00.000Z" });
  expect(await order("a", "b")).toMatchObject({ files: ["a", "b"], reordered: false });
  expect(await order("b", "a")).toEqual({
    files: ["a", "b"],
    reordered: true,
    notes:
      "Taken in another order than given, their capture records say; compared in theirs, the oldest first: a, b.",
  });
});

test("records of different processes tell nothing about an order", async () => {
  const target = { pid: 7, runtime: "node", thread: { id: 0, name: "main" } };
  write("a", heap("ab"), { target, capturedAt: "2026-11-23T10:05:00.000Z" });
  write("b", drawFile("global -x-> x:Other@9021"), {
    target: { ...target, pid: 8 },
    capturedAt: "2026-11-23T10:00:00.000Z",
  });
  expect(await order("a", "b")).toMatchObject({ files: ["a", "b"], reordered: false });
});

test("one snapshot, the same one twice and a copy are refused", async () => {
  write("a", heap("ab"));
  write("copy", heap("ab"));
  await expect(order("a")).rejects.toThrow(
    /one snapshot shows what is there, not what grows; give two or more/,
  );
  await expect(order("a", "a")).rejects.toThrow(/^a is given twice; give snapshots .* at different times\.$/);
  await expect(order("a", "copy")).rejects.toThrow(/^a and copy are the same snapshot; /);
  await expect(order("-", "-")).rejects.toThrow(/standard input can be read only once/);
});

test("for a search, only the latest snapshot is whole, wherever it was given, and the finding is the same", async () => {
  for (const [name, letters] of Object.entries({ a: "a", b: "abcd", c: "abcdefg" }))
    write(name, heap(letters));
  const whole = await openSeries(context, ["a", "b", "c"]);
  const expected = await findLeaks(
    whole.members.map(({ snapshot }) => snapshot),
    { keep: ["small"] },
  );
  expect(expected.suspects).not.toEqual([]);
  for (const files of [
    ["a", "b", "c"],
    ["c", "a", "b"],
  ]) {
    const { members, last, reordered } = await openOutlinedSeries(context, files, ["small"]);
    expect(members.map(({ file }) => file)).toEqual(["a", "b", "c"]);
    expect(reordered).toBe(files[0] === "c");
    const snapshots = members.map(({ snapshot }) => snapshot);
    expect(snapshots.map((snapshot) => snapshot instanceof LeakOutline)).toEqual([true, true, false]);
    expect(snapshots[2]).toBe(last);
    expect(await findLeaks(snapshots, { keep: ["small"] })).toEqual(expected);
  }
});

test("a file is opened while the one before only waits for another thread, and never a third one", async () => {
  const events: string[] = [];
  /** Outlines of `a` and `b` take as long as another thread wants to. */
  const ends = new Map<string, () => void>();
  const watched = {
    ...context,
    openReduced: async (file: string, reduce: (read: HeapSnapshot) => Promise<unknown>) => {
      events.push(`open ${file}`);
      const snapshot = await openFile(path.join(folder, file));
      snapshot.computeElsewhere = async () => {
        await new Promise<void>((resolve) => ends.set(file, resolve));
        return undefined;
      };
      const reduced = await reduce(snapshot);
      events.push(`${file} is there`);
      return reduced;
    },
    openSnapshot: async (file: string) => {
      events.push(`open ${file}`);
      return await openFile(path.join(folder, file));
    },
  } as unknown as CommandContext;
  for (const [name, letters] of Object.entries({ a: "a", b: "ab", c: "abc" })) write(name, heap(letters));
  const opening = openOutlinedSeries(watched, ["a", "b", "c"], []);
  await expect.poll(() => [...ends.keys()]).toEqual(["a", "b"]);
  expect(events).toEqual(["open a", "open b"]);
  ends.get("a")!();
  await expect.poll(() => events).toEqual(["open a", "open b", "a is there", "open c"]);
  ends.get("b")!();
  expect((await opening).members.map(({ file }) => file)).toEqual(["a", "b", "c"]);
});

test("of files that cannot be opened the first is told, when the others have ended", async () => {
  write("a", heap("a"));
  write("c", heap("abc"));
  await expect(openOutlinedSeries(context, ["a", "b", "c"], [])).rejects.toThrow(/b does not exist/);
  write("d", "no snapshot at all");
  await expect(openOutlinedSeries(context, ["d", "b"], [])).rejects.toThrow(/snapshot/i);
});

test("a copy is refused by outlines too", async () => {
  write("a", heap("ab"));
  write("copy", heap("ab"));
  write("b", heap("abc"));
  await expect(openOutlinedSeries(context, ["a", "copy", "b"], [])).rejects.toThrow(/are the same snapshot/);
  await expect(openOutlinedSeries(context, ["a", "b", "copy"], [])).rejects.toThrow(/are the same snapshot/);
});

test("a second name of one file is told before anything is read", async () => {
  const file = path.join(folder, "a");
  write("a", "no snapshot at all");
  fs.linkSync(file, path.join(folder, "b"));
  await expect(openSeries(context, [file, path.join(folder, "b")])).rejects.toThrow(/are the same snapshot/);
});
