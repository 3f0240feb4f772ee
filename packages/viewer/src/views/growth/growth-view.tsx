/** What grows from snapshot to snapshot: every class with its counts as a line, over all snapshots of the session. */
import { classLabel, formatCount, formatSigned, formatSize } from "@heapscope/wording";
import { useMemo, useState } from "preact/hooks";
import { useAnswer } from "../../page/use-answer.ts";
import { snapshotsByAge } from "../../page/session-snapshots.ts";
import type { ViewProps } from "../../page/view.ts";
import {
  usualOrder,
  type FileIndex,
  type GrowthRow,
  type ObjectRow,
  type Slice,
} from "../../protocol/index.ts";
import type { Column } from "../../table/column.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import { describeClass } from "../object/class-words.ts";
import { deltaColumn, objectScene, type ObjectScene } from "../object/object-columns.tsx";
import { copyText, objectMenu } from "../object/object-menu.ts";
import { ClassName, Mark, ObjectName, rowText } from "../object/object-name.tsx";
import { SelectedObject } from "../object/object-pane.tsx";
import { OBJECT_WORDS } from "../object/object-words.ts";
import { SplitPane } from "../object/split-pane.tsx";
import { useSelection } from "../object/use-selection.ts";
import { useTableSource } from "../object/use-table-source.ts";
import { Note } from "../summary/note.tsx";
import { FilterBox } from "../summary/filter-box.tsx";
import { SUMMARY_WORDS } from "../summary/words.ts";
import { Sparkline } from "./sparkline.tsx";
import { GROWTH_WORDS } from "./words.ts";

/** Two are a comparison. */
const LEAST_SNAPSHOTS = 3;

type Row = GrowthRow | ObjectRow;

export function GrowthView(props: ViewProps<"growth">) {
  const key = snapshotsByAge(props.files)
    .map((entry) => entry.file)
    .join(",");
  const snapshots = useMemo(() => (key === "" ? [] : key.split(",").map(Number)), [key]);
  if (snapshots.length < LEAST_SNAPSHOTS) return <p class="hs-hint">{say(GROWTH_WORDS).needsMore}</p>;
  return <Growth {...props} snapshots={snapshots} />;
}

interface GrowthProps extends ViewProps<"growth"> {
  readonly snapshots: readonly FileIndex[];
}

function Growth(props: GrowthProps) {
  const words = say(GROWTH_WORDS);
  const { place, link, go, files, snapshots } = props;
  const { text, id } = place;
  /** The objects below a group are those of the last snapshot. */
  const file = snapshots.at(-1)!;
  const scene = useMemo(() => objectScene(props, file), [props.hrefOf, files, file]);
  const columns = useMemo(() => growthColumns(scene), [scene, getLanguage()]);
  const source = useTableSource(link, "growth", {
    files: snapshots,
    ...(text === undefined ? {} : { text }),
  });
  const [totals, setTotals] = useState<Pick<Slice<Row>, "total">>();
  const selection = useSelection(place, go);
  return (
    <div class="hs-view">
      <h1 class="hs-unseen">{words.label}</h1>
      <Opening {...props} />
      <div class="hs-toolbar">
        <FilterBox
          label={words.classFilter}
          text={text}
          onText={(wanted) =>
            go(
              { view: "growth", file: place.file, ...(wanted === undefined ? {} : { text: wanted }) },
              { replace: true },
            )
          }
        />
        <span class="hs-toolbar-sums" aria-live="polite">
          {totals !== undefined &&
            words.sums(
              `${formatCount(totals.total)} ${say(SUMMARY_WORDS).group(totals.total)}`,
              formatCount(snapshots.length),
            )}
        </span>
      </div>
      <SplitPane
        name="object"
        isIdle={id === undefined}
        lower={<SelectedObject {...props} file={file} id={id} />}
      >
        <TreeTable
          label={words.label}
          source={source}
          columns={columns}
          order={usualOrder("growth", { files: snapshots })}
          reveal={selection.reveal}
          onSelect={(row) => {
            if (row?.kind === "object" && row.id !== id) selection.select({ ...place, id: row.id });
          }}
          onOpen={(row) => {
            if (row.kind === "object") go({ view: "object", file, id: row.id });
          }}
          menu={(row) =>
            row.kind === "object"
              ? objectMenu(row, file, props)
              : [{ label: say(OBJECT_WORDS).copyName, run: () => copyText(classLabel(row.className)) }]
          }
          empty={words.empty}
          onTotals={setTotals}
        />
      </SplitPane>
    </div>
  );
}

function growthColumns(scene: ObjectScene): readonly Column<Row>[] {
  const words = say(GROWTH_WORDS);
  const objectWords = say(OBJECT_WORDS);
  return [
    {
      id: "className",
      title: objectWords.constructor,
      hint: objectWords.constructorHint,
      width: 400,
      align: "start",
      firstDirection: "ascending",
      cell: (row) =>
        row.kind === "growth" ? (
          <>
            <ClassName row={row} />
            {row.growsAlways && <Mark kind="bad" text={words.grows} hint={words.growsHint} />}
          </>
        ) : (
          <ObjectName row={row} href={scene.hrefOfObject(row.id)} />
        ),
      describe: (row) => (row.kind === "growth" ? describeClass(row.className) : undefined),
      text: (row) => (row.kind === "growth" ? classLabel(row.className) : rowText(row)),
    },
    {
      id: "growsAlways",
      title: words.trend,
      hint: words.trendHint,
      width: 116,
      align: "start",
      firstDirection: "descending",
      cell: (row) =>
        row.kind === "growth" ? (
          <Sparkline values={row.counts} title={words.counts(row.counts.map(formatCount).join(", "))} />
        ) : (
          ""
        ),
      text: (row) => (row.kind === "growth" ? row.counts.join(" ") : ""),
    },
    {
      id: "lastCount",
      title: words.lastCount,
      hint: words.lastCountHint,
      width: 90,
      align: "end",
      firstDirection: "descending",
      cell: (row) => (row.kind === "growth" ? formatCount(row.counts.at(-1) ?? 0) : ""),
      text: (row) => (row.kind === "growth" ? String(row.counts.at(-1) ?? 0) : ""),
    },
    deltaColumn(
      { id: "countDelta", title: words.countDelta, hint: words.countDeltaHint },
      (row) => (row.kind === "growth" ? row.countDelta : undefined),
      formatCount,
    ),
    deltaColumn(
      { id: "sizeDelta", title: words.sizeDelta, hint: words.sizeDeltaHint },
      (row) => (row.kind === "growth" ? row.sizeDelta : undefined),
      formatSize,
    ),
    deltaColumn(
      { id: "retainedDelta", title: words.retainedDelta, hint: words.retainedDeltaHint },
      (row) => (row.kind === "growth" ? row.retainedDelta : undefined),
      formatSize,
    ),
  ];
}

/** The group that retains most more, of those that grow in every snapshot. */
function Opening(props: GrowthProps) {
  const words = say(GROWTH_WORDS);
  const answer = useAnswer(props.link, "rows", {
    table: "growth",
    params: { files: props.snapshots },
    of: "",
    order: usualOrder("growth", { files: props.snapshots }),
    start: 0,
    count: 1,
  });
  if (answer.value === undefined) return <p class="hs-opening">&nbsp;</p>;
  const row = answer.value.rows[0] as GrowthRow | undefined;
  const sentence =
    row?.growsAlways !== true
      ? words.nothing
      : words.opening(
          formatSigned(row.retainedDelta, formatSize),
          formatSigned(row.countDelta, formatCount),
          Math.abs(row.countDelta) === 1,
          classLabel(row.className),
        );
  return (
    <>
      <p class="hs-opening">{sentence}</p>
      <Note text={answer.value.note} />
    </>
  );
}
