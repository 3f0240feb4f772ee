/** The strings of a heap: values that are kept more than once and what that wastes, or all of them by size. */
import { escapeText, formatCount, formatSize } from "@heapscope/wording";
import { useMemo, useState } from "preact/hooks";
import { useAnswer } from "../../page/use-answer.ts";
import type { ViewProps } from "../../page/view.ts";
import { usualOrder, type ObjectRow, type Slice, type StringRow } from "../../protocol/index.ts";
import type { Column } from "../../table/column.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import {
  countColumn,
  numberColumn,
  objectScene,
  retainedColumn,
  shallowColumn,
  SizeWithShare,
  type ObjectScene,
} from "../object/object-columns.tsx";
import { copyNameItem, objectMenu } from "../object/object-menu.ts";
import { ObjectName, rowText } from "../object/object-name.tsx";
import { ObjectSplit } from "../object/object-pane.tsx";
import { OBJECT_WORDS } from "../object/object-words.ts";
import { useSelection } from "../object/use-selection.ts";
import { useTableSource } from "../object/use-table-source.ts";
import { FilterBox } from "../summary/filter-box.tsx";
import { STRINGS_WORDS } from "./words.ts";
import "./strings.css";

type Row = StringRow | ObjectRow;
type List = "duplicates" | "largest";

/** So much of a value stands in the opening sentence. */
const OPENING_LENGTH = 60;

export function StringsView(props: ViewProps<"strings">) {
  const words = say(STRINGS_WORDS);
  const { place, link, files, go } = props;
  const { file, list, text, id } = place;
  const scene = useMemo(() => objectScene(props, file), [props.hrefOf, files, file]);
  const columns = useMemo(() => stringColumns(scene, list), [scene, list, getLanguage()]);
  const source = useTableSource(link, "strings", { file, list, ...(text === undefined ? {} : { text }) });
  const [totals, setTotals] = useState<Pick<Slice<Row>, "total" | "sums" | "isLimited">>();
  const selection = useSelection(place, go);
  return (
    <div class="hs-view">
      <h1 class="hs-unseen">{words.label}</h1>
      <Opening {...props} />
      <div class="hs-toolbar">
        <span class="hs-choice" role="radiogroup" aria-label={words.which}>
          {(["duplicates", "largest"] as const).map((name) => (
            <label key={name} title={name === "duplicates" ? words.duplicatesHint : words.largestHint}>
              <input
                type="radio"
                name="hs-strings-list"
                checked={name === list}
                onChange={() =>
                  go({ view: "strings", file, list: name, ...(text === undefined ? {} : { text }) })
                }
              />
              {words[name]}
            </label>
          ))}
        </span>
        <FilterBox
          label={words.filter}
          text={text}
          onText={(wanted) =>
            go(
              { view: "strings", file, list, ...(wanted === undefined ? {} : { text: wanted }) },
              { replace: true },
            )
          }
        />
        <span class="hs-toolbar-sums" aria-live="polite">
          {totals !== undefined && <Sums totals={totals} />}
        </span>
      </div>
      <ObjectSplit {...props} file={file} id={id}>
        <TreeTable
          key={list}
          label={words.label}
          source={source}
          columns={columns}
          order={usualOrder("strings", { file, list })}
          reveal={selection.reveal}
          onSelect={(row) => selection.select(row?.id)}
          onOpen={(row) => go({ view: "object", file, id: row.id })}
          menu={(row) =>
            row.kind === "object"
              ? objectMenu(row, file, props)
              : [
                  {
                    label: say(OBJECT_WORDS).openObject,
                    run: () => go({ view: "object", file, id: row.id }),
                  },
                  copyNameItem(row.value),
                ]
          }
          empty={list === "duplicates" && text === undefined ? words.noDuplicates : words.empty}
          onTotals={setTotals}
        />
      </ObjectSplit>
    </div>
  );
}

function Sums({ totals }: { readonly totals: Pick<Slice<Row>, "total" | "sums" | "isLimited"> }) {
  const words = say(STRINGS_WORDS);
  const values = `${formatCount(totals.total)} ${words.values(totals.total)}`;
  const shown = totals.isLimited ? words.limited(values) : values;
  return totals.sums === undefined ? shown : words.sums(shown, formatSize(totals.sums.shallowSize));
}

function stringColumns(scene: ObjectScene, list: List): readonly Column<Row>[] {
  const words = say(STRINGS_WORDS);
  return [
    {
      id: "value",
      title: words.value,
      hint: words.valueHint,
      width: 400,
      align: "start",
      cell: (row) =>
        row.kind === "string" ? (
          <span class="hs-object hs-object-value hs-type-string">
            <bdi>{valueLabel(row)}</bdi>
          </span>
        ) : (
          <ObjectName row={row} href={scene.hrefOfObject(row.id)} />
        ),
      text: (row) => (row.kind === "string" ? valueLabel(row) : rowText(row)),
    },
    numberColumn(
      { id: "length", title: words.length, hint: words.lengthHint, width: 84 },
      (row) => (row.kind === "string" ? row.length : undefined),
      formatCount,
    ),
    ...(list === "duplicates" ? duplicateColumns(scene) : []),
    shallowColumn(scene.totalSize),
    retainedColumn(scene.totalSize),
  ];
}

function duplicateColumns(scene: ObjectScene): readonly Column<Row>[] {
  const words = say(STRINGS_WORDS);
  return [
    countColumn((row) => (row.kind === "string" ? row.count : undefined)),
    numberColumn(
      { id: "wastedSize", title: words.wasted, hint: words.wastedHint, width: 124 },
      (row) => (row.kind === "string" ? row.wastedSize : undefined),
      (size) => <SizeWithShare size={size} totalSize={scene.totalSize} />,
    ),
  ];
}

function valueLabel(row: StringRow): string {
  return `"${escapeText(row.value)}${row.isCut ? "…" : ""}"`;
}

function Opening(props: ViewProps<"strings">) {
  const words = say(STRINGS_WORDS);
  const { file, list, text } = props.place;
  const answer = useAnswer(props.link, "rows", {
    table: "strings",
    params: { file, list, ...(text === undefined ? {} : { text }) },
    of: "",
    order: usualOrder("strings", { file, list }),
    start: 0,
    count: 1,
  });
  const row = answer.value?.rows[0] as StringRow | undefined;
  if (row === undefined) return <p class="hs-opening">&nbsp;</p>;
  const isLong = row.value.length > OPENING_LENGTH;
  const start = isLong ? { ...row, value: row.value.slice(0, OPENING_LENGTH), isCut: true as const } : row;
  return (
    <p class="hs-opening">
      <span class="hs-class hs-type-string">
        <bdi>{valueLabel(start)}</bdi>
      </span>
      {list === "duplicates"
        ? words.openingDuplicates(formatSize(row.wastedSize), formatCount(row.count))
        : words.openingLargest(formatSize(row.shallowSize))}
    </p>
  );
}
