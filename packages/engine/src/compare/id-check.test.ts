import { compareSnapshots, findLeaks, type CaptureRecord, type IdCheck } from "@heapscope/engine";
import { drawHeap } from "@heapscope/testkit";
import { describe, expect, it } from "vitest";

/** `count` classes, one object each, with ids that begin at 101; the first object has the class `first`. */
function drawObjects(count: number, first = 0): string {
  return Array.from(
    { length: count },
    (_, i) => `global -r${i}-> r${i}:Resident${first + i}(16)@${101 + 2 * i}`,
  ).join("\n");
}

const thread = { id: 0, name: "main" };
const inSession = (space: string, note?: string): Partial<CaptureRecord> => ({
  ids: { space, ...(note === undefined ? {} : { note }) },
});

async function check(
  base: readonly [drawing: string, record?: Partial<CaptureRecord>],
  target: readonly [drawing: string, record?: Partial<CaptureRecord>],
): Promise<IdCheck & { matchedBy: string }> {
  const [a, b] = await Promise.all(
    [base, target].map(([drawing, record]) => drawHeap(drawing, record === undefined ? {} : { record })),
  );
  const { idCheck, matchedBy } = compareSnapshots(a.snapshot, b.snapshot);
  return { ...idCheck, matchedBy };
}

describe("without records", () => {
  it("objects decide", async () => {
    expect(await check([drawObjects(50)], [drawObjects(60)])).toEqual({
      matchedBy: "id",
      comparable: true,
      candidates: 51,
      common: 51,
      agreeing: 51,
      reason: "Object ids mean the same in both snapshots: 100 % of the common functions and objects agree.",
    });
    const renumbered = await check([drawObjects(50)], [drawObjects(50, 7)]);
    expect(renumbered).toMatchObject({ matchedBy: "group", comparable: false, common: 51 });
    expect(renumbered).not.toHaveProperty("recorded");
    expect(renumbered.reason).toMatch(
      /have the same name and type\): they come from different processes, or /,
    );
    expect((await check([drawObjects(50)], [drawObjects(9)])).reason).toContain(
      "only 19.6 % of the functions and objects of the base have their id in the target",
    );
  });

  it("one record alone says nothing but its note", async () => {
    const alone = await check([drawObjects(50), inSession("a", "Taken by signal.")], [drawObjects(50)]);
    expect(alone).toMatchObject({ comparable: true, note: "Taken by signal." });
    expect(alone).not.toHaveProperty("recorded");
  });
});

describe("with records of different ids", () => {
  it("nothing is comparable, though all ids coincide by accident", async () => {
    const result = await check([drawObjects(50), inSession("a")], [drawObjects(50), inSession("b")]);
    expect(result).toEqual({
      matchedBy: "group",
      comparable: false,
      candidates: 51,
      common: 51,
      agreeing: 51,
      recorded: "different",
      reason:
        "Object ids do not mean the same in both snapshots: by their capture records, an inspector session ended in between, or they come from different processes.",
    });
  });

  it("the reason names processes and threads where they tell", async () => {
    const of = (space: string, target: Partial<CaptureRecord["target"]>): Partial<CaptureRecord> => ({
      ...inSession(space),
      target: { runtime: "node", thread, ...target },
    });
    const reason = async (a: Partial<CaptureRecord["target"]>, b: Partial<CaptureRecord["target"]>) =>
      (await check([drawObjects(3), of("a", a)], [drawObjects(3), of("b", b)])).reason;
    expect(await reason({ pid: 7 }, { pid: 8 })).toContain(
      "they come from different processes (pid 7 and pid 8).",
    );
    expect(await reason({ pid: 7 }, { pid: 7, thread: { id: 2, name: "" } })).toContain(
      "they come from different threads (0 and 2).",
    );
    expect(await reason({ pid: 7 }, {})).toContain("an inspector session ended in between, or ");
  });

  it("the note of the later capture comes along, or else that of the earlier", async () => {
    const note = async (a?: string, b?: string) =>
      (await check([drawObjects(3), inSession("a", a)], [drawObjects(3), inSession("b", b)])).note;
    expect(await note("first", "second")).toBe("second");
    expect(await note("first")).toBe("first");
    expect(await note()).toBeUndefined();
  });

  it("growth is not followed", async () => {
    const [a, b] = await Promise.all(
      ["a", "b"].map((space) => drawHeap(drawObjects(50), { record: inSession(space) })),
    );
    await expect(findLeaks([a.snapshot, b.snapshot])).resolves.toMatchObject({ matchedBy: "shape" });
    await expect(findLeaks([a.snapshot, a.snapshot])).resolves.toMatchObject({
      matchedBy: "id",
      verdict: "no-leak",
    });
  });
});

describe("with records of the same ids", () => {
  const record = inSession("a");

  it("objects bear it out", async () => {
    const result = await check([drawObjects(50), record], [drawObjects(60), record]);
    expect(result).toMatchObject({ matchedBy: "id", comparable: true, recorded: "same" });
    expect(result.reason).toBe(
      "Object ids mean the same in both snapshots: their capture records say so, and 100 % of the common functions and objects agree.",
    );
  });

  it("most of the base may be gone, which without records would count against it", async () => {
    expect(await check([drawObjects(50), record], [drawObjects(9), record])).toMatchObject({
      matchedBy: "id",
      comparable: true,
      common: 10,
    });
  });

  it("objects that contradict it are believed, and the contradiction is told", async () => {
    const renumbered = await check([drawObjects(50), record], [drawObjects(50, 7), record]);
    expect(renumbered).toMatchObject({ matchedBy: "group", comparable: false, recorded: "same" });
    expect(renumbered.reason).toBe(
      "Object ids do not mean the same in both snapshots, although their capture records say so (only 1.9 % of the functions and objects with a common id have the same name and type), so the records are wrong.",
    );
    const moved = drawObjects(50)
      .replaceAll(/@(\d+)/g, (_, id) => `@${Number(id) + 5000}`)
      .replace("global -r0", "global:object:global(0)@7001 -r0");
    expect((await check([drawObjects(50), record], [moved, record])).reason).toContain(
      "say so (only 0 % of the functions and objects of the base have their id in the target), so",
    );
  });
});
