import {
  CancelledError,
  compareSnapshots,
  findLeaks,
  LeaksError,
  outlineSnapshot,
  prepareComparison,
  prepareLeakOutline,
  prepareOutline,
  type Comparison,
  type EarlierSnapshot,
} from "@heapscope/engine";
import { drawHeap, forEveryHeap, forEveryPair } from "@heapscope/testkit";
import { expect, it } from "vitest";

const rowsOf = ({ idCheck, matchedBy, groups, sizeDelta }: Comparison<EarlierSnapshot>): unknown => ({
  idCheck,
  matchedBy,
  groups,
  sizeDelta,
});

it("compares as the whole snapshot does", async () => {
  const matched = { id: 0, group: 0 };
  await forEveryPair((base, target) => {
    const outline = outlineSnapshot(base.snapshot);
    const comparison = compareSnapshots(base.snapshot, target.snapshot);
    matched[comparison.matchedBy]++;
    expect(rowsOf(compareSnapshots(outline, target.snapshot))).toEqual(rowsOf(comparison));
  });
  expect(Math.min(matched.id, matched.group)).toBeGreaterThan(0);
});

it("has the groups of the whole snapshot under its own interfaces, and its totals", async () => {
  await forEveryHeap(({ snapshot }) => {
    const outline = outlineSnapshot(snapshot);
    const groups = compareSnapshots(outline, snapshot).groups;
    expect(groups).toEqual([]);
    expect(outline.totalSize).toBe(snapshot.totalSize);
    expect(outline.stringCount).toBe(snapshot.strings.length);
  }, 300);
});

it("is searched for leaks as the whole snapshot is", async () => {
  let suspects = 0;
  await forEveryPair(async (base, target) => {
    const keep = ["small", "one-time"] as const;
    const outline = await prepareLeakOutline(base.snapshot, { keep });
    const report = await findLeaks([base.snapshot, target.snapshot], { keep });
    suspects += report.suspects.length;
    expect(await findLeaks([outline, target.snapshot], { keep })).toEqual(report);
  });
  expect(suspects).toBeGreaterThan(0);
});

it("knows the properties of objects of any number, as long as dictionaries are", async () => {
  const drawDictionary = (own: number): string =>
    Array.from({ length: 150 }, (_, i) => `d -${i === 149 ? `own${own}` : `key${i}`}-> o`).join("\n");
  const draw = async (own: number) =>
    (
      await drawHeap(
        `global -o-> o:Small@5\nglobal -d-> d:Object@3\n${drawDictionary(own)}\nglobal -a-> a:Object@7\nglobal -b-> b:Object@9\n` +
          "a -key0-> o\na -key1-> o\nb -key0-> o\nb -key1-> o",
      )
    ).snapshot;
  const [base, target] = [await draw(1), await draw(2)];
  expect(rowsOf(compareSnapshots(outlineSnapshot(base), target))).toEqual(
    rowsOf(compareSnapshots(base, target)),
  );
});

it("has no reference and no text of the program", async () => {
  const { snapshot } = await drawHeap(
    'global -a-> a:Holder@3\na -text-> t:string:"a secret of the program"@5',
  );
  const outline = outlineSnapshot(snapshot);
  const texts = Array.from({ length: outline.graph.strings.length }, (_, i) => outline.graph.strings.get(i));
  expect(texts).toContain("Holder");
  expect(texts).not.toContain("a secret of the program");
  expect(outline.graph).not.toHaveProperty("edgeTarget");
});

it("can be stopped, and tells how far it is", async () => {
  const { snapshot } = await drawHeap("global -a-> a:Holder@3");
  const stages = new Set<string>();
  await expect(prepareOutline(snapshot, { signal: { aborted: true } })).rejects.toThrow(CancelledError);
  const outline = await prepareLeakOutline(snapshot, { onProgress: ({ stage }) => stages.add(stage) });
  expect([...stages]).toEqual(expect.arrayContaining(["collecting properties", "naming references"]));
  const stopped = prepareComparison(outline, snapshot, { signal: { aborted: true } });
  await expect(stopped).rejects.toThrow(CancelledError);
  await expect(findLeaks([outline])).rejects.toThrow(LeaksError);
});
