/**
 * The Summary: constructors with what their objects cost, opened to the objects and on to their references. Above it the
 * sentence that matters and the filters, below it whatever is selected: an object, or how a group is held.
 */
import { classLabel, exactNameFilter, formatCount, formatPercent, formatSize } from "@heapscope/wording";
import { useMemo, useState } from "preact/hooks";
import { useAnswer } from "../../page/use-answer.ts";
import type { ViewProps } from "../../page/view.ts";
import {
  OPENING_ORDERS,
  isCutName,
  usualOrder,
  type GroupRow,
  type ObjectFilter,
  type Slice,
} from "../../protocol/index.ts";
import type { MenuItem } from "../../table/column.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import { MergedPathsPanel } from "../object/merged-paths-panel.tsx";
import { objectScene } from "../object/object-columns.tsx";
import { classMenu, openRow } from "../object/object-menu.ts";
import { ObjectSplit } from "../object/object-pane.tsx";
import { OBJECT_WORDS } from "../object/object-words.ts";
import { useSelection } from "../object/use-selection.ts";
import { useTableSource } from "../object/use-table-source.ts";
import { FilterBox } from "./filter-box.tsx";
import { FilterSelect } from "./filter-select.tsx";
import { summaryColumns, type SummaryRow } from "./summary-columns.tsx";
import { SUMMARY_WORDS } from "./words.ts";

export function SummaryView(props: ViewProps<"summary">) {
  const words = say(SUMMARY_WORDS);
  const { place, link, files, go } = props;
  const { file, text, only, id } = place;
  const scene = useMemo(() => objectScene(props, file), [props.hrefOf, files, file]);
  const columns = useMemo(() => summaryColumns(scene), [scene, getLanguage()]);
  const source = useTableSource(link, "summary", {
    file,
    ...(text === undefined ? {} : { text }),
    ...(only === undefined ? {} : { only }),
  });
  const [totals, setTotals] = useState<Pick<Slice<SummaryRow>, "total" | "sums">>();
  const [group, setGroup] = useState<GroupRow | undefined>();
  const selection = useSelection(place, go);

  const select = (row: SummaryRow | undefined): void => {
    if (row === undefined) return;
    if (row.kind === "group") {
      const { id: _, ...rest } = place;
      setGroup(row);
      if (id !== undefined) go(rest, { replace: true });
    } else {
      setGroup(undefined);
      selection.select(row.id);
    }
  };
  const filter = (
    change: {
      readonly text?: string | undefined;
      readonly only?: ObjectFilter | undefined;
    },
    replace: boolean,
  ): void => {
    const { text: oldText, only: oldOnly, id: _, ...rest } = place;
    const next = { text: oldText, only: oldOnly, ...change };
    setGroup(undefined);
    go(
      {
        ...rest,
        ...(next.text === undefined ? {} : { text: next.text }),
        ...(next.only === undefined ? {} : { only: next.only }),
      },
      { replace },
    );
  };
  const groupMenu = (row: GroupRow): readonly MenuItem[] => [
    { label: say(OBJECT_WORDS).mergedPaths, run: () => select(row) },
    {
      label: words.onlyThisClass,
      run: () => filter({ text: exactNameFilter(row.className, isCutName(row.className)) }, false),
    },
  ];

  return (
    <div class="hs-view">
      <h1 class="hs-unseen">{words.label}</h1>
      <Opening {...props} totalSize={scene.totalSize} />
      <div class="hs-toolbar">
        <FilterBox
          label={words.classFilter}
          text={text}
          onText={(wanted) => filter({ text: wanted }, true)}
        />
        <FilterSelect
          link={link}
          files={files}
          file={file}
          only={only}
          onOnly={(wanted) => filter({ only: wanted }, false)}
        />
        <span class="hs-toolbar-sums" aria-live="polite">
          {totals?.sums !== undefined &&
            words.sums(
              objects(totals.sums.count),
              formatSize(totals.sums.shallowSize),
              `${formatCount(totals.total)} ${words.group(totals.total)}`,
            )}
        </span>
      </div>
      <ObjectSplit
        {...props}
        file={file}
        id={id}
        instead={
          group && <MergedPathsPanel link={link} file={file} group={group} scene={scene} going={props} />
        }
      >
        <TreeTable
          label={words.label}
          source={source}
          columns={columns}
          order={usualOrder("summary", { file })}
          reveal={selection.reveal}
          onSelect={select}
          onOpen={(row) => openRow(row, file, props)}
          menu={(row) => [...(row.kind === "group" ? groupMenu(row) : []), ...classMenu(row, file, props)]}
          empty={words.empty}
          onTotals={setTotals}
        />
      </ObjectSplit>
    </div>
  );
}

/** What most of it is: shallow sizes add up, while the roots retain everything in every heap. */
function Opening(props: ViewProps<"summary"> & { readonly totalSize: number }) {
  const words = say(SUMMARY_WORDS);
  const { file, text, only } = props.place;
  const answer = useAnswer(props.link, "rows", {
    table: "summary",
    params: {
      file,
      ...(text === undefined ? {} : { text }),
      ...(only === undefined ? {} : { only }),
    },
    of: "",
    order: OPENING_ORDERS.summary,
    start: 0,
    count: 1,
  });
  const row = answer.value?.rows[0] as GroupRow | undefined;
  const whole = answer.value?.sums?.shallowSize ?? props.totalSize;
  if (row === undefined) return <p class="hs-opening">&nbsp;</p>;
  const isWhole = text === undefined && only === undefined;
  return (
    <p class="hs-opening">
      <b class="hs-class">
        <bdi>{classLabel(row.className)}</bdi>
      </b>
      {(isWhole ? words.opening : words.openingFiltered)(
        formatPercent(row.shallowSize, whole),
        formatSize(row.shallowSize),
        objects(row.count),
      )}
    </p>
  );
}

function objects(count: number): string {
  return `${formatCount(count)} ${say(OBJECT_WORDS).objects(count)}`;
}
