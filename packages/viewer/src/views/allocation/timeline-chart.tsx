/**
 * The timeline as bars, one an interval, drawn by uPlot; a range is chosen by dragging. Colours come from the style sheet: the
 * chart is drawn again when the theme changes.
 */
import { formatSize } from "@heapscope/wording";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { TimelineAnswer } from "../../protocol/index.ts";
import { getLanguage, say } from "../../words/words.ts";
import { endOf, firstRecorded, rangeOfSeconds, startOf, type TimelineRange } from "./timeline-range.ts";
import { ALLOCATION_WORDS } from "./words.ts";

const HEIGHT = 150;

export function TimelineChart(props: {
  readonly timeline: TimelineAnswer;
  readonly range: TimelineRange | undefined;
  readonly onRange: (range: TimelineRange | undefined) => void;
}) {
  const { timeline, range } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const onRange = useRef(props.onRange);
  onRange.current = props.onRange;

  useEffect(() => {
    const place = box.current!;
    const plot = new uPlot(
      chartOptions(place, timeline, (wanted) => onRange.current(wanted)),
      barData(timeline),
      place,
    );
    chart.current = plot;
    const resized = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT }));
    resized.observe(place);
    const redraw = (): void => plot.redraw(false);
    const themed = new MutationObserver(redraw);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const wish = matchMedia("(prefers-color-scheme: dark)");
    wish.addEventListener("change", redraw);
    return () => {
      resized.disconnect();
      themed.disconnect();
      wish.removeEventListener("change", redraw);
      plot.destroy();
      chart.current = undefined;
    };
  }, [timeline, getLanguage()]);

  useEffect(() => {
    const plot = chart.current;
    if (plot === undefined) return;
    const left = range === undefined ? 0 : plot.valToPos(startOf(timeline, range.first), "x");
    const right = range === undefined ? 0 : plot.valToPos(endOf(timeline, range.last), "x");
    plot.setSelect({ left, width: right - left, top: 0, height: plot.over.clientHeight }, false);
  }, [timeline, range]);

  return <div class="hs-timeline-chart" ref={box} role="img" aria-label={say(ALLOCATION_WORDS).chart} />;
}

/** Bars stand at the middle of their intervals. */
function barData(timeline: TimelineAnswer): uPlot.AlignedData {
  const first = firstRecorded(timeline);
  const middles = timeline.endUs.map((_, index) => (startOf(timeline, index) + endOf(timeline, index)) / 2);
  return [middles.slice(first), timeline.liveSize.slice(first)];
}

function chartOptions(
  place: HTMLElement,
  timeline: TimelineAnswer,
  onRange: (range: TimelineRange | undefined) => void,
): uPlot.Options {
  const words = say(ALLOCATION_WORDS);
  // The accent is the box's own colour; its quiet parts are mixed from it by the style sheet.
  const ink = (): string => getComputedStyle(place).color;
  const quiet = (): string => getComputedStyle(place).outlineColor;
  const line = (): string => getComputedStyle(place).borderTopColor;
  const axis: uPlot.Axis = {
    stroke: quiet,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: `11px ${getComputedStyle(place).fontFamily}`,
  };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { live: true },
    cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false } },
    scales: {
      x: { time: false, range: () => [0, Math.max(0.001, endOf(timeline, timeline.endUs.length - 1))] },
      y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.05)] },
    },
    axes: [
      { ...axis, size: 26, values: (_plot, splits) => splits.map((value) => `${value} ${words.seconds}`) },
      { ...axis, size: 64, values: (_plot, splits) => splits.map((value) => formatSize(value)) },
    ],
    series: [
      {
        label: words.seriesTime,
        value: (_plot, value) => (value === null ? "—" : `${value.toFixed(2)} ${words.seconds}`),
      },
      {
        label: words.seriesSize,
        width: 0,
        fill: ink,
        points: { show: false },
        paths: uPlot.paths.bars!({ size: [0.8, 24, 1], align: 0 }),
        value: (_plot, value) => (value === null ? "—" : formatSize(value)),
      },
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          onRange(
            width < 2
              ? undefined
              : rangeOfSeconds(timeline, plot.posToVal(left, "x"), plot.posToVal(left + width, "x")),
          );
        },
      ],
    },
  };
}
