/** How the objects of a group are held: their shortest retaining paths, merged into one tree from the roots. */
import { classLabel, escapeText, formatCount, objectHandle } from "@heapscope/wording";
import { useMemo, useState } from "preact/hooks";
import type { FileIndex, GroupRow, Link, MergedPathRow, Slice } from "../../protocol/index.ts";
import type { Column } from "../../table/column.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { sayEdge, sayNode } from "../../words/engine-words.ts";
import { getLanguage, say } from "../../words/words.ts";
import { isStepItself, StepEdge } from "./object-chains.tsx";
import { CountWithShare, numberColumn, type ObjectScene } from "./object-columns.tsx";
import { Location } from "./object-name.tsx";
import { OBJECT_WORDS } from "./object-words.ts";
import type { Going } from "./object-menu.ts";
import { useTableSource } from "./use-table-source.ts";
import { PANE_WORDS } from "./words.ts";

export function MergedPathsPanel(props: {
  readonly link: Link;
  readonly file: FileIndex;
  /** A group of the unfiltered Summary. */
  readonly group: GroupRow;
  readonly scene: ObjectScene;
  readonly going: Going;
}) {
  const words = say(PANE_WORDS);
  const { file, group, scene } = props;
  const source = useTableSource(props.link, "mergedPaths", { file, group: group.children ?? group.key });
  const [totals, setTotals] = useState<Pick<Slice<MergedPathRow>, "sums" | "isLimited">>();
  /** Of very many objects, the desk takes some evenly. */
  const taken = totals?.sums?.count ?? group.count;
  const columns = useMemo(() => pathColumns(scene, taken), [scene, taken, getLanguage()]);
  const count = `${formatCount(group.count)} ${say(OBJECT_WORDS).objects(group.count)}`;
  return (
    <section class="hs-pane" aria-label={words.mergedLabel}>
      <p class="hs-chain-sentence">
        {words.mergedSentence(count, classLabel(group.className))}
        {totals?.isLimited && ` ${words.mergedSample(formatCount(taken))}`}
      </p>
      <TreeTable
        label={words.mergedLabel}
        source={source}
        columns={columns}
        empty={words.mergedEmpty}
        onTotals={setTotals}
        expandFirst={{ levels: 12, until: (row) => row.ends > 0 }}
        onOpen={(row) => props.going.go({ view: "object", file, id: row.id })}
      />
    </section>
  );
}

function pathColumns(scene: ObjectScene, total: number): readonly Column<MergedPathRow>[] {
  const words = say(PANE_WORDS);
  const share = (count: number) => <CountWithShare count={count} total={total} />;
  return [
    {
      id: "node",
      title: words.step,
      hint: words.stepHint,
      width: 400,
      align: "start",
      firstDirection: "ascending",
      cell: (row) => (
        <span class="hs-object">
          <StepEdge step={row} />
          <span class="hs-object-value">
            <bdi>{escapeText(sayNode(row.node))}</bdi>
          </span>
          <a class="hs-object-id" href={scene.hrefOfObject(row.id)} tabIndex={-1}>
            {objectHandle(row.id)}
          </a>
          <Location at={row.location} />
        </span>
      ),
      text: (row) =>
        [...(isStepItself(row) ? [] : [sayEdge(row.edge)]), sayNode(row.node)].map(escapeText).join(" ") +
        ` ${objectHandle(row.id)}`,
    },
    numberColumn(
      { id: "count", title: words.through, hint: words.throughHint, width: 120 },
      (row) => row.count,
      share,
    ),
    numberColumn(
      { id: "ends", title: words.ends, hint: words.endsHint, width: 120 },
      (row) => row.ends,
      share,
    ),
  ];
}
