/** Recorded answers: given back, sorted and filtered where all of a list is there, and said to be missing where not. */
import { describe, expect, it } from "vitest";
import { answerKey, listKey, type Archive, type RecordedList, type RowsQuestion } from "../protocol/index.ts";
import { createArchiveLink } from "./archive-link.ts";

const group = (className: string, count: number, retainedSize: number) => ({
  kind: "group",
  key: className,
  children: `g${className}`,
  className,
  count,
  distance: 1,
  shallowSize: count * 8,
  retainedSize,
});
const whole: RecordedList = {
  total: 3,
  order: { by: "retainedSize", descending: true },
  rows: [group("Cache", 1, 900), group("Session", 3, 300), group("Map", 2, 300)],
  sums: { count: 6, shallowSize: 48 },
};
const object = (id: number) => ({
  kind: "object",
  key: String(id),
  id,
  edge: { name: `e${9 - id}`, type: "property" },
});
const part: RecordedList = {
  total: 1000,
  order: { by: "retainedSize", descending: true },
  rows: [object(5), object(7)],
};
const summary = { table: "summary", params: { file: 0 } } as const;
const dominators = { table: "dominators", params: { file: 0 } } as const;
const archive: Archive = {
  archive: "heapscope/archive@1",
  files: [{ file: 0, name: "a.heapsnapshot", state: "ready" }],
  answers: {
    [answerKey("object", { file: 0, id: 5 })]: { title: "Cache" },
    [answerKey("boxes", { file: 0, most: 100 })]: { value: [1] },
  },
  lists: {
    [listKey({ ...summary, of: "" })]: whole,
    [listKey({ ...dominators, of: "" })]: part,
    [listKey({ ...dominators, of: "" }, { by: "distance", descending: true })]: {
      ...part,
      order: { by: "distance", descending: true },
      rows: [object(9)],
      note: "These are of different processes.",
    },
    [listKey({ ...summary, of: "gCache" })]: { ...part, total: 2 },
  },
};
const link = createArchiveLink(archive);

const rows = async (question: Partial<RowsQuestion>) =>
  await link.ask("rows", { ...summary, of: "", start: 0, count: 100, ...question } as RowsQuestion);
const keys = async (question: Partial<RowsQuestion>) => (await rows(question)).rows.map(({ key }) => key);

describe("answers", () => {
  it("are those that were recorded", async () => {
    expect(await link.ask("object", { file: 0, id: 5 })).toEqual({ title: "Cache" });
    expect(await link.ask("files", {})).toEqual(archive.files);
    const heard: unknown[] = [];
    link.onFiles((files) => heard.push(files));
    expect(heard).toEqual([archive.files]);
  });

  it("of charts do not depend on how many boxes are asked for", async () => {
    expect(await link.ask("boxes", { file: 0, most: 7 })).toEqual({ value: [1] });
  });

  it("that are not there are said not to be", async () => {
    for (const missing of [
      link.ask("object", { file: 0, id: 6 }),
      link.ask("overview", { file: 0 }),
      rows({ of: "gSession" }),
      rows({ table: "search", params: { file: 0, text: "a" } }),
      rows({ params: { file: 0, only: { kind: "duplicatedStrings" } } }),
      link.ask("locate", { ...dominators, id: 6 }),
    ])
      await expect(missing).rejects.toMatchObject({
        code: "not-in-archive",
        message: expect.stringContaining("heapscope open"),
      });
  });
});

describe("a list that was recorded whole", () => {
  it("comes in slices", async () => {
    expect(await rows({ start: 1, count: 1 })).toEqual({
      total: 3,
      start: 1,
      rows: [whole.rows[1]],
      sums: whole.sums,
    });
  });

  it("is the same whether a filter is missing or empty", async () => {
    expect(await keys({ params: { file: 0, text: "" } })).toHaveLength(3);
  });

  it("is sorted as it is asked for, equal rows as they stood", async () => {
    expect(await keys({ order: { by: "count", descending: false } })).toEqual(["Cache", "Map", "Session"]);
    expect(await keys({ order: { by: "retainedSize", descending: false } })).toEqual([
      "Session",
      "Map",
      "Cache",
    ]);
    expect(await keys({ order: { by: "className", descending: true } })).toEqual(["Session", "Map", "Cache"]);
    expect(await keys({ of: "gCache", order: { by: "edge", descending: false } })).toEqual(["7", "5"]);
    expect(await keys({ of: "gCache", order: { by: "count", descending: true } })).toEqual(["5", "7"]);
  });

  it("is filtered, with its sums", async () => {
    const filtered = await rows({ params: { file: 0, text: "/^(?:Ma|Se)/" } });
    expect(filtered).toMatchObject({ total: 2, sums: { count: 5, shallowSize: 40 } });
    await expect(rows({ params: { file: 0, text: "/(/" } })).rejects.toMatchObject({ code: "bad-filter" });
  });
});

describe("a list of which only the beginning was recorded", () => {
  it("ends there, and says that there is more", async () => {
    expect(await rows({ ...dominators })).toMatchObject({ total: 2, isLimited: true });
    expect(await link.ask("locate", { ...dominators, id: 7 })).toEqual([{ index: 1, key: "7" }]);
  });

  it("is neither sorted otherwise nor filtered", async () => {
    expect(await keys({ ...dominators, order: part.order })).toEqual(["5", "7"]);
    await expect(rows({ ...dominators, order: { by: "id", descending: true } })).rejects.toMatchObject({
      code: "not-in-archive",
      message: expect.stringContaining("first 2 of 1000 rows"),
    });
  });
});

it("has the first rows in another order where they were recorded, and says what was said of them", async () => {
  expect(await rows({ ...dominators, order: { by: "distance", descending: true } })).toMatchObject({
    rows: [{ id: 9 }],
    isLimited: true,
    note: "These are of different processes.",
  });
  expect(await rows({ ...dominators })).not.toHaveProperty("note");
});
