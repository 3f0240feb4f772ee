/**
 * How the property tests run. The seed is fixed, so that a run is the same on every machine. `HEAPSCOPE_SEED=random`
 * draws one and prints it; `HEAPSCOPE_SEED=123` repeats it. `HEAPSCOPE_RUNS=20` makes twenty times as many cases.
 */

const fixedSeed = 20261123;

/** Seed and number of runs for `fc.assert`. */
export function runParameters(runs: number): { seed: number; numRuns: number } {
  const factor = Number(process.env["HEAPSCOPE_RUNS"] ?? 1);
  return { seed: chooseSeed(), numRuns: Math.ceil(runs * factor) };
}

function chooseSeed(): number {
  const wish = process.env["HEAPSCOPE_SEED"];
  if (wish === undefined) return fixedSeed;
  if (wish !== "random") return Number(wish);
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.info(`HEAPSCOPE_SEED=${seed} repeats this run`);
  return seed;
}
