/** The statistics: what the heap consists of, as a bar and as DevTools' numbers. */
import { formatCount, formatPercent, formatSize } from "@heapscope/wording";
import type { JSX } from "preact";
import { useAnswer } from "../../page/use-answer.ts";
import type { ViewProps } from "../../page/view.ts";
import { AnswerBox } from "../../page/work.tsx";
import type { Overview } from "../../protocol/index.ts";
import { say } from "../../words/words.ts";
import { largestPart, partsOf, type PartName } from "./parts.ts";
import { StatisticsBar } from "./statistics-bar.tsx";
import { STATISTICS_WORDS } from "./words.ts";

export function StatisticsView({ link, place }: ViewProps<"statistics">): JSX.Element {
  const overview = useAnswer(link, "overview", { file: place.file });
  return (
    <div class="hs-page">
      <AnswerBox answer={overview}>{({ statistics }) => <Sheet statistics={statistics} />}</AnswerBox>
    </div>
  );
}

function Sheet({ statistics }: Pick<Overview, "statistics">): JSX.Element {
  const words = say(STATISTICS_WORDS);
  const parts = partsOf(statistics);
  const { total, native, v8heap } = statistics;
  const sizeOf = (name: PartName): number => parts.find((part) => part.name === name)!.size;
  const largest = largestPart(parts);
  const part = (name: PartName): JSX.Element => (
    <Line
      key={name}
      kind={name}
      name={words.parts[name]}
      hint={words.hints[name]}
      size={sizeOf(name)}
      total={total}
    />
  );
  return (
    <>
      <h1 class="hs-page-title">
        {words.opening(words.parts[largest.name], formatPercent(largest.size, total), formatSize(total))}
      </h1>
      <section class="hs-card hs-padded" aria-label={words.label}>
        <StatisticsBar parts={parts} total={total} />
      </section>
      <section class="hs-card hs-padded">
        <h2>{words.tableTitle}</h2>
        <table class="hs-figures">
          <thead>
            <tr>
              <th scope="col">{words.kind}</th>
              <th scope="col">{words.size}</th>
              <th scope="col">{words.share}</th>
              <th scope="col">{words.bytes}</th>
            </tr>
          </thead>
          <tbody>
            <Line
              name={words.groups.heap}
              hint={words.groupHints.heap}
              size={v8heap.total}
              total={total}
              isSum
            />
            {(["code", "strings", "jsArrays", "system", "objects"] as const).map(part)}
          </tbody>
          <tbody>
            <Line
              name={words.groups.native}
              hint={words.groupHints.native}
              size={native.total}
              total={total}
              isSum
            />
            {(["typedArrays", "native"] as const).map(part)}
          </tbody>
          <tbody>
            <Line name={words.groups.all} hint={words.groupHints.all} size={total} total={total} isSum />
          </tbody>
        </table>
        <p class="hs-muted">{words.note}</p>
      </section>
    </>
  );
}

function Line(props: {
  readonly name: string;
  readonly hint: string;
  readonly size: number;
  readonly total: number;
  readonly kind?: PartName;
  readonly isSum?: boolean;
}): JSX.Element {
  const { name, hint, size, total, kind, isSum } = props;
  return (
    <tr class={isSum ? "hs-sum" : undefined} title={hint}>
      <th scope="row">
        {kind && <span class={`hs-swatch hs-kind-${kind}`} />}
        {name}
      </th>
      <td>{formatSize(size)}</td>
      <td>{formatPercent(size, total)}</td>
      <td class="hs-muted">{formatCount(size)}</td>
    </tr>
  );
}
