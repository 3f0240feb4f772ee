/**
 * The strings that are there most often for their size, for the overview: the first rows of the Strings view, and what all
 * repetitions take together. The same numbers as in `heapscope strings --duplicates`.
 *
 * Cost: each text is looked at once; once for a file.
 */
import type { RunOptions } from "@heapscope/engine";
import type { Ask, DuplicatesAnswer } from "../../protocol/index.ts";
import type { DeskContext } from "../table-maker.ts";
import { duplicateRow, wastedSize } from "../tables/strings.ts";

const MOST_ROWS = 10;

export async function answerDuplicates(
  desk: DeskContext,
  { file }: Ask<"duplicates">,
  run: RunOptions,
): Promise<DuplicatesAnswer> {
  const snapshot = desk.snapshot(file);
  await snapshot.prepare(["duplicateStrings"], run);
  const { duplicateStrings } = snapshot;
  return {
    strings: duplicateStrings.slice(0, MOST_ROWS).map((group) => duplicateRow(snapshot, group)),
    wastedSize: duplicateStrings.reduce((sum, group) => sum + wastedSize(snapshot, group), 0),
  };
}
