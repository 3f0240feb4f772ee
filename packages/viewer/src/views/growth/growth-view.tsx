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
import {
  classColumn,
  deltaColumn,
  numberColumn,
  objectScene,
  type ObjectScene,
} from "../object/object-columns.tsx";
import { classMenu, openRow } from "../object/object-menu.ts";
import { Mark } from "../object/object-name.tsx";
import { ObjectSplit } from "../object/object-pane.tsx";
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
  const { text } = place;
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
      <ObjectSplit {...props} file={file} id={place.id}>
        <TreeTable
          label={words.label}
          source={source}
          columns={columns}
          order={usualOrder("growth", { files: snapshots })}
          reveal={selection.reveal}
          onSelect={(row) => {
            if (row?.kind === "object") selection.select(row.id);
          }}
          onOpen={(row) => openRow(row, file, props)}
          menu={(row) => classMenu(row, file, props)}
          empty={words.empty}
          onTotals={setTotals}
        />
      </ObjectSplit>
    </div>
  );
}

function growthColumns(scene: ObjectScene): readonly Column<Row>[] {
  const words = say(GROWTH_WORDS);
  return [
    classColumn(
      (row) => scene.hrefOfObject(row.id),
      400,
      (row) =>
        row.kind === "growth" &&
        row.growsAlways && <Mark kind="bad" text={words.grows} hint={words.growsHint} />,
    ),
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
    numberColumn(
      { id: "lastCount", title: words.lastCount, hint: words.lastCountHint, width: 90 },
      (row) => (row.kind === "growth" ? (row.counts.at(-1) ?? 0) : undefined),
      formatCount,
    ),
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
