/** The Summary's columns: groups, and below them objects. */
import type { GroupRow, ObjectRow } from "../../protocol/index.ts";
import type { Column } from "../../table/column.ts";
import {
  classColumn,
  countColumn,
  distanceColumn,
  retainedColumn,
  shallowColumn,
  type ObjectScene,
} from "../object/object-columns.tsx";

export type SummaryRow = GroupRow | ObjectRow;

export function summaryColumns(scene: ObjectScene): readonly Column<SummaryRow>[] {
  return [
    classColumn((row) => scene.hrefOfObject(row.id), 400),
    countColumn((row) => (row.kind === "group" ? row.count : undefined)),
    distanceColumn(),
    shallowColumn(scene.totalSize),
    retainedColumn(scene.totalSize),
  ];
}
