/** DevTools' columns of a comparison, and what the new objects retain. Below the groups are the objects that came and went. */
import { formatCount, formatSize } from "@heapscope/wording";
import type { DiffRow, FileIndex, NodeId, ObjectRow } from "../../protocol/index.ts";
import type { Column } from "../../table/column.ts";
import { say } from "../../words/words.ts";
import { classColumn, deltaColumn, numberColumn } from "../object/object-columns.tsx";
import { COMPARISON_WORDS } from "./words.ts";

export type ComparisonRow = DiffRow | ObjectRow;

export function comparisonColumns(
  hrefOf: (file: FileIndex, id: NodeId) => string,
  base: FileIndex,
  target: FileIndex,
): readonly Column<ComparisonRow>[] {
  const words = say(COMPARISON_WORDS);
  return [
    classColumn((row) => hrefOf(fileOfRow(row, base, target), row.id), 320),
    plainColumn("added", words.added, words.addedHint, formatCount, (row) =>
      row.kind === "diff" ? row.added : row.change === "added" ? 1 : undefined,
    ),
    plainColumn("removed", words.removed, words.removedHint, formatCount, (row) =>
      row.kind === "diff" ? row.removed : row.change === "removed" ? 1 : undefined,
    ),
    deltaColumn(
      { id: "countDelta", title: words.countDelta, hint: words.countDeltaHint },
      (row) => (row.kind === "diff" ? row.countDelta : undefined),
      formatCount,
    ),
    plainColumn("addedSize", words.addedSize, words.addedSizeHint, formatSize, (row) =>
      row.kind === "diff" ? row.addedSize : row.change === "added" ? row.shallowSize : undefined,
    ),
    plainColumn("removedSize", words.removedSize, words.removedSizeHint, formatSize, (row) =>
      row.kind === "diff" ? row.removedSize : row.change === "removed" ? row.shallowSize : undefined,
    ),
    deltaColumn(
      { id: "sizeDelta", title: words.sizeDelta, hint: words.sizeDeltaHint },
      (row) => (row.kind === "diff" ? row.sizeDelta : undefined),
      formatSize,
    ),
    plainColumn("addedRetainedSize", words.addedRetained, words.addedRetainedHint, formatSize, (row) =>
      row.kind === "diff" ? row.addedRetainedSize : row.change === "removed" ? undefined : row.retainedSize,
    ),
  ];
}

/** Of which snapshot the object of a row is. */
export function fileOfRow(row: ComparisonRow, base: FileIndex, target: FileIndex): FileIndex {
  return row.kind === "object" && row.change === "removed" ? base : target;
}

function plainColumn(
  id: string,
  title: string,
  hint: string,
  format: (value: number) => string,
  valueOf: (row: ComparisonRow) => number | undefined,
): Column<ComparisonRow> {
  return numberColumn({ id, title, hint, width: 104 }, valueOf, format, (row) =>
    row.kind === "diff" ? "—" : "",
  );
}
