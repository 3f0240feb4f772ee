/** The dominators as boxes: the chart, the way to what fills it, and the box that the user is at, with a link to its page. */
import { escapeText, formatCount, formatPercent, formatSize, objectHandle } from "@heapscope/wording";
import { useCallback, useMemo, useState } from "preact/hooks";
import { BoxChart } from "../../canvas/box-chart.tsx";
import { chainTo } from "../../canvas/box-layout.ts";
import { BoxTrail, type TrailPart } from "../../canvas/box-trail.tsx";
import { useAnswer } from "../../page/use-answer.ts";
import type { ViewProps } from "../../page/view.ts";
import type { BoxTree, NodeId } from "../../protocol/index.ts";
import { getLanguage, say } from "../../words/words.ts";
import { rowLabel } from "../object/object-name.tsx";
import { DOMINATOR_WORDS } from "./words.ts";

interface DominatorChartProps extends ViewProps<"dominators"> {
  readonly as: "treemap" | "icicle";
  readonly boxes: BoxTree;
  /** The boxes are those below the root. */
  readonly isWhole: boolean;
}

export function DominatorChart(props: DominatorChartProps) {
  const words = say(DOMINATOR_WORDS);
  const { boxes, place, files, link, go, hrefOf, as, isWhole } = props;
  const { file, id } = place;
  const content = files[file]?.content;
  const total = content?.kind === "snapshot" ? content.totalSize : boxes.value[0]!;

  const zoom = id === undefined ? 0 : Math.max(0, boxes.id.indexOf(id));
  const [pointed, setPointed] = useState({ boxes, zoom, box: zoom });
  const at = pointed.boxes === boxes && pointed.zoom === zoom ? pointed.box : zoom;

  const nameOf = useCallback(
    (box: number) =>
      boxes.id[box] === 0 ? words.rest(formatCount(boxes.count[box]!)) : escapeText(boxes.label[box]!),
    [boxes, words],
  );
  const describe = useCallback(
    (box: number): readonly string[] => {
      const size = boxes.value[box]!;
      const retained = words.retained(formatSize(size), formatCount(size), formatPercent(size, total));
      if (boxes.id[box] === 0) return [retained, words.restHint];
      const own = boxes.selfValue[box]!;
      return [
        objectHandle(boxes.id[box]!),
        retained,
        words.shallow(formatSize(own), formatCount(own)),
        words.className(boxes.kind[box]!),
        ...(boxes.location[box] === "" ? [] : [boxes.location[box]!]),
      ];
    },
    [boxes, total, getLanguage()],
  );

  // Above boxes that begin at an object, only the desk knows the way.
  const object = useAnswer(link, "object", isWhole || id === undefined ? undefined : { file, id });
  const hrefOfZoom = (to: NodeId | undefined): string =>
    hrefOf({ view: "dominators", file, as, ...(to === undefined ? {} : { id: to }) });
  const trail = useMemo((): readonly (TrailPart & { readonly id: NodeId | undefined })[] => {
    const part = (partId: NodeId | undefined, name: string) => ({
      key: String(partId ?? "root"),
      name,
      id: partId,
      href: hrefOfZoom(partId),
    });
    if (isWhole)
      return chainTo(boxes, zoom).map((box) => part(box === 0 ? undefined : boxes.id[box]!, nameOf(box)));
    const above = object.value?.dominators ?? [];
    return [
      part(undefined, "(root)"),
      ...above.map((row) => part(row.id, `${rowLabel(row)} ${objectHandle(row.id)}`)),
      part(id, nameOf(zoom)),
    ];
  }, [boxes, zoom, isWhole, object.value, nameOf, file, as, id]);

  const zoomTo = (to: NodeId | undefined): void =>
    go({ view: "dominators", file, as, ...(to === undefined ? {} : { id: to }) });
  const zoomIn = (box: number): void => {
    // A rest is not an object: what can be zoomed into is the one that holds it.
    const target = boxes.id[box] === 0 ? boxes.parent[box]! : box;
    if (target !== zoom) zoomTo(boxes.id[target]);
  };
  const open = (box: number): void => {
    const opened = boxes.id[box] ?? 0;
    if (opened !== 0) go({ view: "object", file, id: opened });
  };

  const pointedId = boxes.id[at]!;
  return (
    <div class="hs-chart">
      <BoxTrail parts={trail} />
      <BoxChart
        label={as === "treemap" ? words.treemapLabel : words.icicleLabel}
        boxes={boxes}
        as={as}
        zoom={zoom}
        onZoom={zoomIn}
        onZoomOut={() => {
          if (trail.length > 1) zoomTo(trail.at(-2)!.id);
        }}
        nameOf={nameOf}
        describe={describe}
        onPoint={(box) => setPointed({ boxes, zoom, box })}
        onOpen={open}
      />
      <p class="hs-boxes-detail">
        <strong>{nameOf(at)}</strong> {describe(at).slice(0, 3).map(escapeText).join(" · ")}{" "}
        {pointedId !== 0 && (
          <>
            <a href={hrefOf({ view: "object", file, id: pointedId })}>{words.openObject}</a>{" "}
            <a href={hrefOf({ view: "dominators", file, as: "table", id: pointedId })}>{words.showInTable}</a>
          </>
        )}
      </p>
      <p class="hs-boxes-detail">{words.keys}</p>
    </div>
  );
}
