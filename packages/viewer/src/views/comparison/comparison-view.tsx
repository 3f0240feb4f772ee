/** What came and went between two snapshots, by class; any two of the session, in either direction. */
import { classLabel, escapeText, formatCount, formatSigned, formatSize } from "@heapscope/wording";
import { useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../../page/icon.tsx";
import { useAnswer } from "../../page/use-answer.ts";
import type { ViewProps } from "../../page/view.ts";
import type { DiffRow, FileEntry, FileIndex, NodeId, Order, Slice } from "../../protocol/index.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import { copyText, objectMenu } from "../object/object-menu.ts";
import { SelectedObject } from "../object/object-pane.tsx";
import { OBJECT_WORDS } from "../object/object-words.ts";
import { SplitPane } from "../object/split-pane.tsx";
import { useTableSource } from "../object/use-table-source.ts";
import { Note } from "../summary/note.tsx";
import { FilterBox } from "../summary/filter-box.tsx";
import { SUMMARY_WORDS } from "../summary/words.ts";
import { comparisonColumns, fileOfRow, type ComparisonRow } from "./comparison-columns.tsx";
import { COMPARISON_WORDS } from "./words.ts";

const USUAL_ORDER: Order = { by: "sizeDelta", descending: true };

/** So many groups are named in the opening sentence. */
const NAMED = 3;

export function ComparisonView(props: ViewProps<"comparison">) {
  const words = say(COMPARISON_WORDS);
  const { place, files } = props;
  const snapshots = files.filter((entry) => entry.content?.kind === "snapshot");
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
  const [order, setOrder] = useState(USUAL_ORDER);
  const [totals, setTotals] = useState<Pick<Slice<ComparisonRow>, "total">>();
  const selected = useRef<{ readonly id: NodeId; readonly file: FileIndex } | undefined>(undefined);
  const isSelectedHere = id !== undefined && id === selected.current?.id;

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
      <SplitPane
        name="object"
        lower={<SelectedObject {...props} file={isSelectedHere ? selected.current!.file : target} id={id} />}
      >
        <TreeTable
          label={words.label}
          source={source}
          columns={columns}
          order={order}
          onOrder={setOrder}
          {...(id === undefined || isSelectedHere ? {} : { reveal: id })}
          onSelect={(row) => {
            if (row?.kind !== "object") return;
            selected.current = { id: row.id, file: fileOfRow(row, base, target) };
            if (row.id !== id) go({ ...place, id: row.id }, { replace: true });
          }}
          onOpen={(row) => {
            if (row.kind === "object") go({ view: "object", file: fileOfRow(row, base, target), id: row.id });
          }}
          menu={(row) =>
            row.kind === "object"
              ? objectMenu(row, fileOfRow(row, base, target), props)
              : [{ label: say(OBJECT_WORDS).copyName, run: () => copyText(classLabel(row.className)) }]
          }
          mark={(row) => (row.kind === "object" ? row.change : undefined)}
          empty={words.empty}
          onTotals={setTotals}
        />
      </SplitPane>
    </>
  );
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

/** `+8.2 MB: mostly +2,000 Session (+3.1 MB), …`. Of the whole heap, whatever is filtered. */
function Opening(props: ChangesProps) {
  const words = say(COMPARISON_WORDS);
  const { base, file: target } = props.place;
  const delta = totalSize(props.files[target]) - totalSize(props.files[base]);
  const answer = useAnswer(props.link, "rows", {
    table: "comparison",
    params: { base, target },
    of: "",
    order: { by: "sizeDelta", descending: delta >= 0 },
    start: 0,
    count: NAMED,
  });
  if (answer.value === undefined) return <p class="hs-opening">&nbsp;</p>;
  const rows = (answer.value.rows as readonly DiffRow[]).filter((row) =>
    delta >= 0 ? row.sizeDelta > 0 : row.sizeDelta < 0,
  );
  const parts = rows.map((row) =>
    words.part(
      formatSigned(row.countDelta, formatCount),
      classLabel(row.className),
      formatSigned(row.sizeDelta, formatSize),
    ),
  );
  return (
    <>
      <p class="hs-opening">
        {words.opening(
          formatSigned(delta, formatSize),
          parts.length === 0 ? words.nothing : words.mostly(parts.join(", ")),
        )}
      </p>
      <Note text={answer.value.note} />
    </>
  );
}

function totalSize(entry: FileEntry | undefined): number {
  return entry?.content?.kind === "snapshot" ? entry.content.totalSize : 0;
}
