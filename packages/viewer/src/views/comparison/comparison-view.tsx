/** What came and went between two snapshots, by class; any two of the session, in either direction. */
import { classLabel, escapeText, formatCount, formatSigned, formatSize } from "@heapscope/wording";
import { Fragment } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../../page/icon.tsx";
import { useAnswer } from "../../page/use-answer.ts";
import { snapshotsByAge } from "../../page/session-snapshots.ts";
import type { ViewProps } from "../../page/view.ts";
import {
  OPENING_ORDERS,
  OPENING_ROWS,
  usualOrder,
  type DiffRow,
  type FileEntry,
  type FileIndex,
  type NodeId,
  type Slice,
} from "../../protocol/index.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import { classMenu, openRow } from "../object/object-menu.ts";
import { ObjectSplit } from "../object/object-pane.tsx";
import { useSelection } from "../object/use-selection.ts";
import { useTableSource } from "../object/use-table-source.ts";
import { Note } from "../summary/note.tsx";
import { FilterBox } from "../summary/filter-box.tsx";
import { SUMMARY_WORDS } from "../summary/words.ts";
import { comparisonColumns, fileOfRow, type ComparisonRow } from "./comparison-columns.tsx";
import { COMPARISON_WORDS } from "./words.ts";

export function ComparisonView(props: ViewProps<"comparison">) {
  const words = say(COMPARISON_WORDS);
  const { place, files } = props;
  const snapshots = snapshotsByAge(files);
  if (snapshots.length < 2) return <p class="hs-hint">{words.needsTwo}</p>;
  return (
    <div class="hs-view">
      <h1 class="hs-unseen">{words.label}</h1>
      {place.base === place.file ? (
        <>
          <p class="hs-opening">{words.sameTwice}</p>
          <div class="hs-toolbar">
            <Choice {...props} snapshots={snapshots} />
          </div>
        </>
      ) : (
        <Changes {...props} snapshots={snapshots} />
      )}
    </div>
  );
}

interface ChangesProps extends ViewProps<"comparison"> {
  readonly snapshots: readonly FileEntry[];
}

function Changes(props: ChangesProps) {
  const words = say(COMPARISON_WORDS);
  const { place, link, go, hrefOf } = props;
  const { base, file: target, text, id } = place;
  const columns = useMemo(
    () => comparisonColumns((file, node) => hrefOf({ view: "object", file, id: node }), base, target),
    [hrefOf, base, target, getLanguage()],
  );
  const source = useTableSource(link, "comparison", {
    base,
    target,
    ...(text === undefined ? {} : { text }),
  });
  const [totals, setTotals] = useState<Pick<Slice<ComparisonRow>, "total">>();
  const selection = useSelection(place, go);
  /** Of which snapshot the selected row is. */
  const side = useRef(target);
  const sideOfAddress = useSideOf(props, selection.isOwn ? undefined : id);

  return (
    <>
      <Opening {...props} />
      <div class="hs-toolbar">
        <Choice {...props} />
        <FilterBox
          label={words.classFilter}
          text={text}
          onText={(wanted) =>
            go(
              { view: "comparison", base, file: target, ...(wanted === undefined ? {} : { text: wanted }) },
              { replace: true },
            )
          }
        />
        <span class="hs-toolbar-sums" aria-live="polite">
          {totals !== undefined &&
            words.sums(`${formatCount(totals.total)} ${say(SUMMARY_WORDS).group(totals.total)}`)}
        </span>
      </div>
      <ObjectSplit {...props} file={selection.isOwn ? side.current : sideOfAddress} id={id}>
        <TreeTable
          label={words.label}
          source={source}
          columns={columns}
          order={usualOrder("comparison", { base, target })}
          reveal={selection.reveal}
          onSelect={(row) => {
            if (row?.kind !== "object") return;
            side.current = fileOfRow(row, base, target);
            selection.select(row.id);
          }}
          onOpen={(row) => openRow(row, fileOfRow(row, base, target), props)}
          menu={(row) => classMenu(row, fileOfRow(row, base, target), props)}
          mark={(row) => (row.kind === "object" ? row.change : undefined)}
          empty={words.empty}
          onTotals={setTotals}
        />
      </ObjectSplit>
    </>
  );
}

/** Which of the two snapshots has the object of an address: the target if both have it. */
function useSideOf({ place, link }: ChangesProps, id: NodeId | undefined): FileIndex {
  const answer = useAnswer(link, "object", id === undefined ? undefined : { file: place.file, id });
  return answer.error?.code === "unknown-object" ? place.base : place.file;
}

/** Which two. */
function Choice(props: ChangesProps) {
  const words = say(COMPARISON_WORDS);
  const { place, go } = props;
  const { base, file: target, text } = place;
  const choose = (from: FileIndex, to: FileIndex): void =>
    go({ view: "comparison", base: from, file: to, ...(text === undefined ? {} : { text }) });
  return (
    <>
      <SnapshotSelect
        label={words.base}
        snapshots={props.snapshots}
        file={base}
        onFile={(file) => choose(file, target)}
      />
      <SnapshotSelect
        label={words.target}
        snapshots={props.snapshots}
        file={target}
        onFile={(file) => choose(base, file)}
      />
      <button
        type="button"
        class="hs-button"
        title={words.swap}
        aria-label={words.swap}
        onClick={() => choose(target, base)}
      >
        <Icon name="comparison" />
      </button>
    </>
  );
}

function SnapshotSelect(props: {
  readonly label: string;
  readonly snapshots: readonly FileEntry[];
  readonly file: FileIndex;
  readonly onFile: (file: FileIndex) => void;
}) {
  const words = say(COMPARISON_WORDS);
  return (
    <label>
      {props.label}
      <select
        class="hs-select"
        value={String(props.file)}
        onChange={(event) => props.onFile(Number(event.currentTarget.value))}
      >
        {props.snapshots.map((entry) => (
          <option key={entry.file} value={String(entry.file)}>
            {words.snapshot(entry.file + 1, escapeText(entry.name))}
          </option>
        ))}
      </select>
    </label>
  );
}

/** `The heap grew by 8.2 MB: mostly Session +3.1 MB (2,000 more objects), …`. Of the whole heap, whatever is filtered. */
function Opening(props: ChangesProps) {
  const words = say(COMPARISON_WORDS);
  const { base, file: target } = props.place;
  const delta = totalSize(props.files[target]) - totalSize(props.files[base]);
  const answer = useAnswer(props.link, "rows", {
    table: "comparison",
    params: { base, target },
    of: "",
    order: delta >= 0 ? usualOrder("comparison", { base, target }) : OPENING_ORDERS.shrunkComparison,
    start: 0,
    count: OPENING_ROWS,
  });
  if (answer.value === undefined) return <p class="hs-opening">&nbsp;</p>;
  const rows = (answer.value.rows as readonly DiffRow[]).filter((row) =>
    delta >= 0 ? row.sizeDelta > 0 : row.sizeDelta < 0,
  );
  return (
    <>
      <p class="hs-opening">
        {words.opening(delta, formatSize(Math.abs(delta)))}
        {rows.length === 0 ? words.nothing : words.mostly}
        {rows.map((row, index) => (
          <Fragment key={row.key}>
            {index > 0 && ", "}
            <b class="hs-class">
              <bdi>{classLabel(row.className)}</bdi>
            </b>{" "}
            {formatSigned(row.sizeDelta, formatSize)}
            {row.countDelta !== 0 && words.objects(row.countDelta, formatCount(Math.abs(row.countDelta)))}
          </Fragment>
        ))}
        .
      </p>
      <Note text={answer.value.note} />
    </>
  );
}

function totalSize(entry: FileEntry | undefined): number {
  return entry?.content?.kind === "snapshot" ? entry.content.totalSize : 0;
}
