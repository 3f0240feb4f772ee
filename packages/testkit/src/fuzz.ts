/**
 * A long walk through damaged files: each case is a valid file (random, or a real one) with one to four faults, read in
 * chunks of some size by both readers. `compareReaders` says what may come of it. What can be read is then asked for every
 * table.
 *
 * Every case has a number; the same number is always the same case, so that a report of it is enough to repeat it.
 * Cases run one after the other without end; a case that never ends shows as progress that stops.
 *
 * Called by fuzz.test.ts (`npm run fuzz`), and for a fixed number of cases by the tests of the engine's reader.
 */
import type { HeapSnapshot } from "@heapscope/engine";
import * as fc from "fast-check";
import { checkInvariants } from "./check-invariants.ts";
import { chunksOf } from "./file/chunks.ts";
import { compareReaders } from "./file/compare-readers.ts";
import { arbitraryFileText } from "./random/arbitrary-file.ts";
import { mutate } from "./random/mutate.ts";
import { drawFrom } from "./random/write-oddly.ts";

export interface FuzzOptions {
  /** Number of the first case. */
  from: number;
  /** How many cases; without end if not given. */
  cases?: number;
  /** Stops after this time; never if not given. */
  seconds?: number;
  /** Real files (uncompressed), mixed in. */
  files?: readonly Uint8Array[];
  /** Told every thousand cases. */
  onProgress?: (report: FuzzReport) => void;
}

export interface FuzzReport {
  /** Number of the next case. */
  next: number;
  equal: number;
  refused: number;
  "skipped damage": number;
  /** The slowest case. */
  slowest: { number: number; ms: number };
  /** The first failure of each message, digits aside. */
  failures: Map<string, { number: number; error: unknown }>;
}

/** Bytes and chunk size of one case. */
export function fuzzCase(
  number: number,
  files: readonly Uint8Array[] = [],
): { bytes: Uint8Array; chunkSize: number } {
  const draw = drawFrom(number * 0x9e3779b9);
  const useFile = draw(50) === 0 && files.length > 0;
  let bytes = useFile ? files[draw(files.length)]! : randomFile(number);
  const faults = 1 + draw(4);
  for (let i = 0; i < faults && bytes.length > 0; i++) bytes = mutate(bytes, draw);
  const chunkSize = [1, 2, 3, 7, 64, 4096, bytes.length + 1][draw(7)]!;
  return { bytes, chunkSize };
}

/** Runs cases until there are enough, or the time is up. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { from, cases = Infinity, seconds = Infinity, files = [], onProgress } = options;
  const end = performance.now() + seconds * 1000;
  const report: FuzzReport = {
    next: from,
    equal: 0,
    refused: 0,
    "skipped damage": 0,
    slowest: { number: from, ms: 0 },
    failures: new Map(),
  };
  while (report.next < from + cases && performance.now() < end) {
    const number = report.next++;
    const start = performance.now();
    const { bytes, chunkSize } = fuzzCase(number, files);
    try {
      const verdict = await compareReaders(bytes, chunksOf(bytes, chunkSize));
      report[verdict.kind]++;
      if (verdict.kind !== "refused") askEverything(verdict.snapshot);
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? ` ${String(error.cause)}` : "";
      const key = `${String(error)}${cause}`.replaceAll(/\d+/g, "…").slice(0, 80);
      if (!report.failures.has(key)) report.failures.set(key, { number, error });
    }
    const ms = performance.now() - start;
    if (ms > report.slowest.ms) report.slowest = { number, ms };
    if (report.next % 1000 === 0) onProgress?.(report);
  }
  return report;
}

/** A file that is read must also bear every question, however odd its graph. */
function askEverything(snapshot: HeapSnapshot): void {
  checkInvariants(snapshot);
  const last = snapshot.object(snapshot.graph.nodeCount - 1);
  const questions = [
    () => snapshot.duplicateStrings,
    () => snapshot.nativeContexts,
    () => snapshot.allocations,
    () => snapshot.timeline,
    () => snapshot.scriptUrls,
    () => last.name,
    () => last.paths(3),
    () => last.retainers(),
    () => last.dominated(),
    () => last.allocationStack,
  ];
  for (const ask of questions) ask();
}

function randomFile(seed: number): Uint8Array {
  const [text] = fc.sample(arbitraryFileText(), { seed, numRuns: 1 });
  return new TextEncoder().encode(text);
}
