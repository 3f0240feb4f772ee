/**
 * The columns that tables of objects share: name, distance, shallow and retained size with their shares of the heap. Sizes are
 * written by DevTools' rules; the exact bytes are the cell's `text`, for hover and copying.
 */
import {
  classLabel,
  formatCount,
  formatDistance,
  formatPercent,
  formatSigned,
  formatSize,
} from "@heapscope/wording";
import type { ComponentChildren } from "preact";
import type { ClassRow, FileEntry, FileIndex, NodeId, ObjectRow, TableRow } from "../../protocol/index.ts";
import type { Column } from "../../table/column.ts";
import { say } from "../../words/words.ts";
import { describeClass } from "./class-words.ts";
import { ClassName, ObjectName, rowText, type EdgeDirection } from "./object-name.tsx";
import { OBJECT_WORDS } from "./object-words.ts";

/** What the cells of a snapshot's objects need to know. */
export interface ObjectScene {
  /** Bytes of the whole heap, for shares. */
  readonly totalSize: number;
  readonly hrefOfObject: (id: NodeId) => string;
}

/** Of the objects of a file, from the props of any view. */
export function objectScene(
  props: {
    readonly files: readonly FileEntry[];
    readonly hrefOf: (place: {
      readonly view: "object";
      readonly file: FileIndex;
      readonly id: NodeId;
    }) => string;
  },
  file: FileIndex,
): ObjectScene {
  const content = props.files[file]?.content;
  return {
    totalSize: content?.kind === "snapshot" ? content.totalSize : 0,
    hrefOfObject: (id) => props.hrefOf({ view: "object", file, id }),
  };
}

/** Name, distance, shallow and retained size: the columns of a table that has objects only. */
export function objectColumns(
  scene: ObjectScene,
  direction: EdgeDirection = "references",
): readonly Column<ObjectRow>[] {
  return [
    nameColumn(scene, direction),
    distanceColumn(),
    // Trees of retainers are deep: their names need the room, and what the roots weigh alone says nothing.
    shallowColumn(direction === "retainers" ? undefined : scene.totalSize),
    retainedColumn(scene.totalSize),
  ];
}

/** The object with its reference. */
export function nameColumn(scene: ObjectScene, direction: EdgeDirection = "references"): Column<ObjectRow> {
  const words = say(OBJECT_WORDS);
  const isRetainer = direction === "retainers";
  return {
    id: "name",
    title: isRetainer ? words.retainer : words.object,
    hint: isRetainer ? words.retainerHint : words.objectHint,
    width: 400,
    align: "start",
    firstDirection: "ascending",
    cell: (row) => <ObjectName row={row} href={scene.hrefOfObject(row.id)} direction={direction} />,
    text: (row) => rowText(row, direction),
  };
}

/** The class; below it the object with its reference. */
export function classColumn<Row extends ClassRow | ObjectRow>(
  hrefOf: (row: ObjectRow) => string,
  width: number,
  /** What stands behind the name of a class. */
  markOf?: (row: Row) => ComponentChildren,
): Column<Row> {
  const words = say(OBJECT_WORDS);
  return {
    id: "className",
    title: words.constructor,
    hint: words.constructorHint,
    width,
    align: "start",
    firstDirection: "ascending",
    cell: (row) =>
      row.kind === "object" ? (
        <ObjectName row={row} href={hrefOf(row)} />
      ) : (
        <>
          <ClassName row={row} />
          {markOf?.(row)}
        </>
      ),
    describe: (row) => (row.kind === "object" ? undefined : describeClass(row.className)),
    text: (row) => (row.kind === "object" ? rowText(row) : classLabel(row.className)),
  };
}

export function distanceColumn<Row extends TableRow & { readonly distance: number }>(): Column<Row> {
  const words = say(OBJECT_WORDS);
  return {
    id: "distance",
    title: words.distance,
    hint: words.distanceHint,
    width: 80,
    align: "end",
    firstDirection: "ascending",
    cell: (row) => formatDistance(row.distance),
    text: (row) => formatDistance(row.distance),
  };
}

export function countColumn<Row extends TableRow>(countOf: (row: Row) => number | undefined): Column<Row> {
  const words = say(OBJECT_WORDS);
  return numberColumn(
    { id: "count", title: words.count, hint: words.countHint, width: 84 },
    countOf,
    formatCount,
  );
}

/** Without a whole, without shares. */
export function shallowColumn<Row extends TableRow & { readonly shallowSize: number }>(
  totalSize: number | undefined,
): Column<Row> {
  const words = say(OBJECT_WORDS);
  const width = totalSize === undefined ? 92 : 124;
  return numberColumn(
    { id: "shallowSize", title: words.shallow, hint: words.shallowHint, width },
    (row) => row.shallowSize,
    (size) => <SizeWithShare size={size} totalSize={totalSize ?? 0} />,
  );
}

export function retainedColumn<Row extends TableRow & { readonly retainedSize: number }>(
  totalSize: number,
): Column<Row> {
  const words = say(OBJECT_WORDS);
  return numberColumn(
    { id: "retainedSize", title: words.retained, hint: words.retainedHint, width: 124 },
    (row) => row.retainedSize,
    (size) => <SizeWithShare size={size} totalSize={totalSize} />,
  );
}

/** `1.2 MB 34 %`: the share muted. Without a whole there is no share. */
export function SizeWithShare({ size, totalSize }: { readonly size: number; readonly totalSize: number }) {
  return (
    <>
      {formatSize(size)}
      {totalSize > 0 && <span class="hs-share">{formatPercent(size, totalSize)}</span>}
    </>
  );
}

/** `1,200 34 %`. */
export function CountWithShare({ count, total }: { readonly count: number; readonly total: number }) {
  return (
    <>
      {formatCount(count)}
      {total > 0 && <span class="hs-share">{formatPercent(count, total)}</span>}
    </>
  );
}

/** A difference, red where it grew and green where it shrank. */
function Delta({ value, format }: { readonly value: number; readonly format: (value: number) => string }) {
  const direction = value > 0 ? "hs-plus" : value < 0 ? "hs-minus" : undefined;
  return <span class={direction}>{formatSigned(value, format)}</span>;
}

/** A column of differences. */
export function deltaColumn<Row extends TableRow>(
  column: Pick<Column<Row>, "id" | "title" | "hint">,
  valueOf: (row: Row) => number | undefined,
  format: (value: number) => string,
): Column<Row> {
  return numberColumn({ ...column, width: 124 }, valueOf, (value) => <Delta value={value} format={format} />);
}

/** A column of numbers, the greatest first. A row may have none. */
export function numberColumn<Row extends TableRow>(
  column: Pick<Column<Row>, "id" | "title" | "hint" | "width">,
  valueOf: (row: Row) => number | undefined,
  draw: (value: number) => ComponentChildren,
  /** Instead of a number. */
  drawNone: (row: Row) => string = () => "",
): Column<Row> {
  return {
    ...column,
    align: "end",
    firstDirection: "descending",
    cell(row) {
      const value = valueOf(row);
      return value === undefined ? drawNone(row) : draw(value);
    },
    text: (row) => String(valueOf(row) ?? ""),
  };
}
