/** The calls of a profile as a flame chart: what was called hangs below what called it. A text marks the functions that have it. */
import { escapeText, formatCount, formatPercent, NameFilterError, parseNameFilter } from "@heapscope/wording";
import { useCallback, useMemo, useState } from "preact/hooks";
import { BoxChart } from "../../canvas/box-chart.tsx";
import { chainTo } from "../../canvas/box-layout.ts";
import { BoxTrail } from "../../canvas/box-trail.tsx";
import type { BoxTree } from "../../protocol/index.ts";
import { getLanguage, say } from "../../words/words.ts";
import { formatExactly, formatValue, type ProfileUnit } from "./call-value.ts";
import { PROFILE_WORDS } from "./words.ts";

export function ProfileChart({
  boxes,
  unit,
  text,
}: {
  readonly boxes: BoxTree;
  readonly unit: ProfileUnit;
  readonly text: string | undefined;
}) {
  const words = say(PROFILE_WORDS);
  const [state, setState] = useState({ boxes, zoom: 0, pointed: 0 });
  const { zoom, pointed } = state.boxes === boxes ? state : { zoom: 0, pointed: 0 };
  const zoomTo = (box: number): void => setState({ boxes, zoom: box, pointed: box });

  const nameOf = useCallback(
    (box: number) => {
      const label = boxes.label[box]!;
      if (label === "") return words.rest(formatCount(boxes.count[box]!));
      // Many functions have no name; the place tells one from the other.
      return escapeText(label === "(anonymous)" ? `${label} ${shortPlace(boxes.location[box]!)}` : label);
    },
    [boxes, words],
  );
  const describe = useCallback(
    (box: number): readonly string[] => {
      const line = (title: string, value: number): string =>
        `${title} ${formatValue(value, unit)} (${formatExactly(value, unit)}), ${formatPercent(value, boxes.value[0]!)}`;
      return [
        line(words.total, boxes.value[box]!),
        line(words.self, boxes.selfValue[box]!),
        ...(boxes.location[box] === "" ? [] : [boxes.location[box]!]),
      ];
    },
    [boxes, unit, getLanguage()],
  );
  const found = useMemo(() => findBoxes(boxes, text), [boxes, text]);
  const isFound = useMemo(() => found && ((box: number) => found.isFound[box] === 1), [found]);

  return (
    <div class="hs-chart">
      <BoxTrail
        parts={chainTo(boxes, zoom).map((box) => ({
          key: String(box),
          name: nameOf(box),
          go: () => zoomTo(box),
        }))}
      />
      <BoxChart
        label={words.chartLabel}
        boxes={boxes}
        as="icicle"
        zoom={zoom}
        onZoom={(box) => zoomTo(boxes.label[box] === "" ? boxes.parent[box]! : box)}
        onZoomOut={() => zoomTo(Math.max(0, boxes.parent[zoom]!))}
        nameOf={nameOf}
        describe={describe}
        isFound={isFound}
        onPoint={(box) => setState({ boxes, zoom, pointed: box })}
      />
      <p class="hs-boxes-detail">
        <strong>{nameOf(pointed)}</strong> {describe(pointed).map(escapeText).join(" · ")}
      </p>
      <p class="hs-boxes-detail" role="status">
        {found === undefined ? words.keys : words.found(formatPercent(found.value, boxes.value[0]!))}
      </p>
    </div>
  );
}

/** `/srv/shop/orders.js:8:12` as `orders.js:8`. */
function shortPlace(location: string): string {
  return location.slice(location.lastIndexOf("/") + 1).replace(/(:\d+):\d+$/u, "$1");
}

/** The boxes that have the text in their names or places, and what they are worth, those inside of each other once. */
function findBoxes(
  boxes: BoxTree,
  text: string | undefined,
): { readonly isFound: Uint8Array; readonly value: number } | undefined {
  if (text === undefined || text === "") return undefined;
  try {
    const filter = parseNameFilter(text);
    const isFound = new Uint8Array(boxes.parent.length);
    const isInside = new Uint8Array(boxes.parent.length);
    let value = 0;
    boxes.label.forEach((label, box) => {
      const above = boxes.parent[box]!;
      if (above !== -1 && (isFound[above] === 1 || isInside[above] === 1)) isInside[box] = 1;
      if (label === "" || !(filter.matches(label) || filter.matches(boxes.location[box]!))) return;
      isFound[box] = 1;
      if (isInside[box] === 0) value += boxes.value[box]!;
    });
    return { isFound, value };
  } catch (error) {
    // The box of the filter says what is wrong with it.
    if (error instanceof NameFilterError) return undefined;
    throw error;
  }
}
