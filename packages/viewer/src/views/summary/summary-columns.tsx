/** The Summary's columns: groups, and below them objects. */
import { classLabel } from "@heapscope/wording";
import type { GroupRow, ObjectRow } from "../../protocol/index.ts";
import type { Column } from "../../table/column.ts";
import { say } from "../../words/words.ts";
import {
  countColumn,
  distanceColumn,
  retainedColumn,
  shallowColumn,
  type ObjectScene,
} from "../object/object-columns.tsx";
import { describeClass } from "../object/class-words.ts";
import { ClassName, ObjectName, rowText } from "../object/object-name.tsx";
import { OBJECT_WORDS } from "../object/object-words.ts";

export type SummaryRow = GroupRow | ObjectRow;

export function summaryColumns(scene: ObjectScene): readonly Column<SummaryRow>[] {
  const words = say(OBJECT_WORDS);
  return [
    {
      id: "className",
      title: words.constructor,
      hint: words.constructorHint,
      width: 400,
      align: "start",
      firstDirection: "ascending",
      cell: (row) =>
        row.kind === "group" ? (
          <ClassName row={row} />
        ) : (
          <ObjectName row={row} href={scene.hrefOfObject(row.id)} />
        ),
      describe: (row) => (row.kind === "group" ? describeClass(row.className) : undefined),
      text: (row) => (row.kind === "group" ? classLabel(row.className) : rowText(row)),
    },
    countColumn((row) => (row.kind === "group" ? row.count : undefined)),
    distanceColumn(),
    shallowColumn(scene.totalSize),
    retainedColumn(scene.totalSize),
  ];
}
