/** What keeps what alive: the dominator tree as a table, a treemap or an icicle. The address has the object that is zoomed in. */
import { escapeText, formatCount, formatPercent, formatSize, objectHandle } from "@heapscope/wording";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { findChildren } from "../../canvas/box-layout.ts";
import { AnswerBox } from "../../page/work.tsx";
import { useAnswer } from "../../page/use-answer.ts";
import type { ViewProps } from "../../page/view.ts";
import { VIEW_WORDS } from "../../page/words.ts";
import type { BoxTree, NodeId, ObjectRow, Slice } from "../../protocol/index.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import {
  distanceColumn,
  nameColumn,
  objectScene,
  retainedColumn,
  shallowColumn,
} from "../object/object-columns.tsx";
import { objectMenu, openRow } from "../object/object-menu.ts";
import { ObjectSplit } from "../object/object-pane.tsx";
import { Tabs } from "../object/tabs.tsx";
import { useSelection } from "../object/use-selection.ts";
import { useTableSource } from "../object/use-table-source.ts";
import { DominatorChart } from "./dominator-chart.tsx";
import { findLargestHolder } from "./largest-holder.ts";
import { DOMINATOR_WORDS } from "./words.ts";
import "../summary/toolbar.css";
import "./dominators.css";

/** Boxes asked for at once: more than can be told apart in a window. */
const MOST_BOXES = 3000;
/** From this share on, the sentence names the object through which the rest is held. */
const MOSTLY = 0.5;

export function DominatorsView(props: ViewProps<"dominators">) {
  const words = say(DOMINATOR_WORDS);
  const { place, link, go } = props;
  const { file, as, id } = place;
  // The boxes are below the root until the user is where they were cut; then they are asked for below that.
  const [top, setTop] = useState<{ readonly file: number; readonly id: NodeId | undefined }>({
    file,
    id: undefined,
  });
  const below = top.file === file && as !== "table" ? top.id : undefined;
  const boxes = useAnswer(link, "boxes", {
    file,
    most: MOST_BOXES,
    ...(below === undefined ? {} : { id: below }),
  });
  const { value, isStale } = boxes;
  const rootId = useRef<NodeId | undefined>(undefined);
  if (value !== undefined && !isStale && below === undefined) rootId.current = value.id[0];
  useEffect(() => {
    if (value === undefined || isStale || as === "table") return;
    const wanted = isEnough(value, id, below) ? below : id;
    if (wanted !== below || top.file !== file) setTop({ file, id: wanted });
  }, [value, isStale, as, id, file, below, top.file]);

  const tabs = (["table", "treemap", "icicle"] as const).map((name) => ({ name, title: words[name] }));
  return (
    <div class="hs-view">
      <h1 class="hs-unseen">{say(VIEW_WORDS).dominators}</h1>
      <p class="hs-opening">{value === undefined ? "\u00a0" : <Opening {...props} boxes={value} />}</p>
      <Tabs label={words.views} tabs={tabs} chosen={as} onChoose={(name) => go({ ...place, as: name })}>
        {as === "table" ? (
          <DominatorTable {...props} />
        ) : (
          <AnswerBox answer={boxes}>
            {(tree) => (
              <DominatorChart {...props} as={as} boxes={tree} isWhole={tree.id[0] === rootId.current} />
            )}
          </AnswerBox>
        )}
      </Tabs>
    </div>
  );
}

/** Whether boxes show all that can be shown of an object: they have it, and nothing below it was cut off. */
function isEnough(boxes: BoxTree, id: NodeId | undefined, below: NodeId | undefined): boolean {
  if (id === below) return true;
  if (id === undefined) return false;
  const box = boxes.id.indexOf(id);
  if (box === -1) return false;
  const isInside = new Uint8Array(boxes.parent.length);
  isInside[box] = 1;
  for (let at = box + 1; at < boxes.parent.length; at++) {
    if (isInside[boxes.parent[at]!] === 0) continue;
    if (boxes.id[at] === 0) return false;
    isInside[at] = 1;
  }
  return true;
}

/** `38 % of 412 MB is retained by one object: Map @123`. */
function Opening({ place, files, hrefOf, boxes }: ViewProps<"dominators"> & { readonly boxes: BoxTree }) {
  const words = say(DOMINATOR_WORDS);
  const { file, id, as } = place;
  const children = useMemo(() => findChildren(boxes), [boxes]);
  const top = id === undefined || as === "table" ? 0 : Math.max(0, boxes.id.indexOf(id));
  const holder = useMemo(() => findLargestHolder(boxes, children, top), [boxes, children, top]);
  const content = files[file]?.content;
  const total = content?.kind === "snapshot" ? content.totalSize : boxes.value[0]!;
  const nameOf = (box: number) => (
    <a href={hrefOf({ view: "object", file, id: boxes.id[box]! })}>
      <bdi>{escapeText(boxes.label[box]!)}</bdi> {objectHandle(boxes.id[box]!)}
    </a>
  );
  const isWhole = id === undefined || as === "table";
  if (isWhole) {
    if (holder === -1) return <>{words.nothing}</>;
    return (
      <>
        <b>{words.largest(formatPercent(boxes.value[holder]!, total), formatSize(total))}</b> {nameOf(holder)}
      </>
    );
  }
  const size = boxes.value[top]!;
  return (
    <>
      {nameOf(top)} <b>{words.below(formatSize(size), formatPercent(size, total))}</b>
      {children.count[top] === 0 ? (
        words.alone
      ) : holder === -1 || boxes.value[holder]! < MOSTLY * size ? (
        "."
      ) : (
        <>
          {words.mostly(formatPercent(boxes.value[holder]!, size))} {nameOf(holder)}.
        </>
      )}
    </>
  );
}

function DominatorTable(props: ViewProps<"dominators">) {
  const words = say(DOMINATOR_WORDS);
  const { place, link, files, go } = props;
  const { file, id } = place;
  const scene = useMemo(() => objectScene(props, file), [props.hrefOf, files, file]);
  const columns = useMemo(
    () => [
      nameColumn(scene),
      retainedColumn<ObjectRow>(scene.totalSize),
      shallowColumn<ObjectRow>(scene.totalSize),
      distanceColumn<ObjectRow>(),
    ],
    [scene, getLanguage()],
  );
  const source = useTableSource(link, "dominators", { file });
  const [totals, setTotals] = useState<Pick<Slice<ObjectRow>, "total">>();
  const selection = useSelection(place, go);
  return (
    <>
      <div class="hs-toolbar">
        <span class="hs-toolbar-sums" aria-live="polite">
          {totals !== undefined && words.sums(formatCount(totals.total))}
        </span>
      </div>
      <ObjectSplit {...props} file={file} id={id}>
        <TreeTable
          label={words.tableLabel}
          source={source}
          columns={columns}
          reveal={selection.reveal}
          onSelect={(row) => selection.select(row?.id)}
          onOpen={(row) => openRow(row, file, props)}
          menu={(row) => objectMenu(row, file, props)}
          empty={words.empty}
          onTotals={setTotals}
        />
      </ObjectSplit>
    </>
  );
}
