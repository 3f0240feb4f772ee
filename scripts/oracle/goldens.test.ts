/**
 * Holds the engine to what DevTools' own worker answered about the fixtures, for every node, group and comparison row.
 * The answers are in fixtures/goldens (scripts/oracle/golden.mjs says how they are kept small); a failure names the
 * chunk of nodes or the row, and `npm run oracle -- fixtures/snapshots/FIXTURE` then shows single values.
 */
import { compareSnapshots } from "@heapscope/engine";
import { openFile } from "@heapscope/engine/node";
import { describe, expect, test } from "vitest";
import { analyzeWithEngine, comparisonRowsOf } from "./engine-analysis.mjs";
import { fixturePairs, goldenFile, listFixtures, pairGoldenFile, readGolden } from "./fixture-files.mjs";
import { goldenDifferences, pairGoldenDifferences } from "./golden.mjs";

const fixtures = await listFixtures();

describe("the engine gives DevTools' numbers for", () => {
  test.each(fixtures)(
    "every node, group, string, retainer, filter and search of $name",
    async ({ name, file }) => {
      const golden = await readGolden(goldenFile(name));
      const snapshot = await openFile(file);
      expect(await goldenDifferences(golden, analyzeWithEngine(snapshot, golden))).toEqual([]);
    },
  );

  test.each(fixturePairs)("every row of the comparison of %s with %s", async (baseName, targetName) => {
    const golden = await readGolden(pairGoldenFile(baseName, targetName));
    const [base, target] = await Promise.all([openFixture(baseName), openFixture(targetName)]);
    expect(pairGoldenDifferences(golden, comparisonRowsOf(compareSnapshots(base, target)))).toEqual([]);
  });
});

function openFixture(name: string): ReturnType<typeof openFile> {
  const fixture = fixtures.find((candidate) => candidate.name === name);
  if (fixture === undefined) throw new Error(`fixture ${name} is missing`);
  return openFile(fixture.file);
}
