/**
 * Records DevTools' answers about the fixtures as goldens: one file for each fixture and each pair.
 * Called by oracle.mjs for --refresh. Cost: about 1 s per fixture.
 */
// @ts-check
import { mkdir, writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { gzipSync } from "node:zlib";
import { fixturePairs, goldenFile, goldenFolder, listFixtures, pairGoldenFile } from "./fixture-files.mjs";
import { goldenOf, goldenSample, pairGoldenOf } from "./golden.mjs";

/**
 * @param {import("./devtools-worker.mjs").DevTools} devTools
 * @param {readonly string[]} names fixture names; all when empty
 * @param {(line: string) => void} print told of every file written
 */
export async function refreshGoldens(devTools, names, print) {
  await mkdir(goldenFolder, { recursive: true });
  const fixtures = await listFixtures();
  const unknown = names.find((name) => !fixtures.some((fixture) => fixture.name === name));
  if (unknown !== undefined) throw new Error(`There is no fixture named ${unknown} in fixtures/snapshots.`);
  /** @param {string} name */
  const wanted = (name) => names.length === 0 || names.includes(name);
  /**
   * @param {string} file
   * @param {unknown} golden
   */
  const write = async (file, golden) => {
    const bytes = gzipSync(JSON.stringify(golden), { level: 9 });
    await writeFile(file, bytes);
    print(`${relative(process.cwd(), file)}  ${bytes.length} bytes`);
  };

  for (const { name, file } of fixtures.filter((fixture) => wanted(fixture.name))) {
    const snapshot = await devTools.open(file);
    const analysis = await snapshot.analyze(goldenSample);
    if (analysis.overwrittenKeys.length > 0) {
      throw new Error(
        `${name} cannot be a golden: DevTools loses objects of ${analysis.overwrittenKeys.join(" ")}.`,
      );
    }
    await write(goldenFile(name), await goldenOf(analysis));
    await snapshot.close();
  }
  for (const [baseName, targetName] of fixturePairs) {
    if (!wanted(baseName) && !wanted(targetName)) continue;
    const files = [baseName, targetName].map(
      (name) => fixtures.find((fixture) => fixture.name === name)?.file,
    );
    if (files[0] === undefined || files[1] === undefined)
      throw new Error(`${baseName} or ${targetName} is missing.`);
    const base = await devTools.open(files[0]);
    const target = await devTools.open(files[1]);
    await write(pairGoldenFile(baseName, targetName), pairGoldenOf(await devTools.compare(base, target)));
    await base.close();
    await target.close();
  }
}
