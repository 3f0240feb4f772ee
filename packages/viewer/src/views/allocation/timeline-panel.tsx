/** The allocation timeline with the choice of a range, by dragging or by writing, and what was allocated in it. */
import { formatCount, formatSize } from "@heapscope/wording";
import type { FileIndex, TimelineAnswer } from "../../protocol/index.ts";
import type { Going } from "../object/object-menu.ts";
import { say } from "../../words/words.ts";
import { TimelineChart } from "./timeline-chart.tsx";
import {
  clampRange,
  endOf,
  firstRecorded,
  rangeOfSeconds,
  rangeSums,
  startOf,
  type TimelineRange,
} from "./timeline-range.ts";
import { ALLOCATION_WORDS } from "./words.ts";

export function TimelinePanel(props: {
  readonly file: FileIndex;
  readonly timeline: TimelineAnswer;
  readonly going: Going;
  readonly range: TimelineRange | undefined;
  readonly onRange: (range: TimelineRange | undefined) => void;
}) {
  const words = say(ALLOCATION_WORDS);
  const { timeline, file, going } = props;
  const whole: TimelineRange = {
    first: firstRecorded(timeline),
    last: timeline.endUs.length - 1,
  };
  const range = props.range && clampRange(timeline, props.range);
  const setRange = props.onRange;
  const total = rangeSums(timeline, whole);
  const shown = range ?? whole;
  const sums = rangeSums(timeline, shown);
  const from = startOf(timeline, shown.first);
  const to = endOf(timeline, shown.last);
  const length = endOf(timeline, whole.last);
  return (
    <section class="hs-timeline" aria-label={words.timeline}>
      <p class="hs-opening">
        {words.opening(formatSize(total.size), formatCount(total.count), length.toFixed(1))}
        {whole.first > 0 && words.before(formatSize(timeline.liveSize[0] ?? 0))}
      </p>
      <TimelineChart timeline={timeline} range={range} onRange={setRange} />
      <div class="hs-toolbar" title={words.drag}>
        <Seconds
          label={words.from}
          value={from}
          most={length}
          onValue={(value) => setRange(rangeOfSeconds(timeline, value, Math.max(value, to)))}
        />
        <Seconds
          label={words.to}
          value={to}
          most={length}
          onValue={(value) => setRange(rangeOfSeconds(timeline, Math.min(from, value), value))}
        />
        <button
          type="button"
          class="hs-button hs-small"
          disabled={range === undefined}
          onClick={() => setRange(undefined)}
        >
          {words.whole}
        </button>
        <span aria-live="polite">{words.range(formatCount(sums.count), formatSize(sums.size))}</span>
        <a
          href={going.hrefOf({
            view: "summary",
            file,
            only: { kind: "ids", after: sums.after, upTo: sums.upTo },
          })}
        >
          {words.showObjects}
        </a>
      </div>
    </section>
  );
}

/** A time, changed by writing or by the arrow keys. */
function Seconds(props: {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly onValue: (value: number) => void;
}) {
  return (
    <label>
      {props.label}
      <input
        type="number"
        class="hs-input hs-timeline-seconds"
        min={0}
        max={Math.ceil(props.most * 100) / 100}
        step={0.05}
        value={props.value.toFixed(2)}
        onChange={(event) => {
          const value = event.currentTarget.valueAsNumber;
          if (Number.isFinite(value)) props.onValue(value);
        }}
      />
      {say(ALLOCATION_WORDS).seconds}
    </label>
  );
}
