/** What a heap consists of as one bar, and below it what the colours mean, with sizes and shares. Exact bytes on hover. */
import { formatCount, formatPercent, formatSize } from "@heapscope/wording";
import type { JSX } from "preact";
import { say } from "../../words/words.ts";
import type { Part } from "./parts.ts";
import { STATISTICS_WORDS } from "./words.ts";
import "./statistics.css";

export function StatisticsBar({
  parts,
  total,
}: {
  readonly parts: readonly Part[];
  readonly total: number;
}): JSX.Element {
  const words = say(STATISTICS_WORDS);
  // Colours alone say nothing: the legend below has the words and the numbers.
  return (
    <div class="hs-statistics">
      <div class="hs-bar" role="img" aria-label={describe(parts, total)}>
        {parts.map(
          ({ name, size }) =>
            size > 0 && (
              <span
                key={name}
                class={`hs-bar-part hs-kind-${name}`}
                style={{ "--hs-part": String(size / total) }}
                title={partTitle({ name, size }, total)}
              />
            ),
        )}
      </div>
      <ul class="hs-legend" aria-hidden="true">
        {parts.map((part) => (
          <li key={part.name} title={`${partTitle(part, total)}\n${words.hints[part.name]}`}>
            <span class={`hs-swatch hs-kind-${part.name}`} />
            <span class="hs-legend-name">{words.parts[part.name]}</span>
            <span class="hs-legend-size">{formatSize(part.size)}</span>
            <span class="hs-muted">{formatPercent(part.size, total)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function describe(parts: readonly Part[], total: number): string {
  const words = say(STATISTICS_WORDS);
  return parts
    .map(({ name, size }) =>
      words.partInWords(words.parts[name], formatSize(size), formatPercent(size, total)),
    )
    .join("; ");
}

function partTitle({ name, size }: Part, total: number): string {
  const words = say(STATISTICS_WORDS);
  const text = words.partInWords(words.parts[name], formatSize(size), formatPercent(size, total));
  return `${text} (${words.exactly(formatCount(size))})`;
}
