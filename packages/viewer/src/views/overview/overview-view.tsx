/**
 * The first view of a snapshot. It opens with the sentence that matters: what leaks, when there are two snapshots or more, and
 * otherwise what the heap mostly consists of. Below it the suspects, the parts of the heap, the largest of everything, and what
 * is known of the file.
 */
import { formatPercent, formatSize } from "@heapscope/wording";
import type { JSX } from "preact";
import { useAnswer } from "../../page/use-answer.ts";
import type { ViewProps } from "../../page/view.ts";
import { AnswerBox } from "../../page/work.tsx";
import type { Overview } from "../../protocol/index.ts";
import { say } from "../../words/words.ts";
import { largestPart, partsOf } from "../statistics/parts.ts";
import { StatisticsBar } from "../statistics/statistics-bar.tsx";
import { Facts } from "./facts.tsx";
import { LeakSection } from "./leak-section.tsx";
import { LargestDominators, LargestGroups, WorstDuplicates } from "./largest.tsx";
import { OVERVIEW_WORDS } from "./words.ts";
import "./overview.css";

export function OverviewView(props: ViewProps<"overview">): JSX.Element {
  const { link, place, files, hrefOf } = props;
  const { file } = place;
  const words = say(OVERVIEW_WORDS);
  const overview = useAnswer(link, "overview", { file });
  // Profiles and files that could not be read are no part of the series.
  const series = files.filter(({ state, content }) => state !== "failed" && content?.kind !== "profile");
  const isSeries = series.length > 1;
  return (
    <div class="hs-page">
      {isSeries && <LeakSection {...props} series={series} />}
      <AnswerBox answer={overview}>
        {(value) => (
          <>
            {isSeries ? null : (
              <header>
                <h1 class="hs-page-title">{consistsOf(value)}</h1>
                <p class="hs-lead">{words.oneSnapshot}</p>
              </header>
            )}
            <section class="hs-card hs-padded">
              <div class="hs-card-head">
                <h2>{isSeries ? consistsOf(value) : words.consists}</h2>
                <a href={hrefOf({ view: "statistics", file })}>{words.all}</a>
              </div>
              <StatisticsBar parts={partsOf(value.statistics)} total={value.statistics.total} />
            </section>
            <div class="hs-overview-columns">
              <LargestGroups overview={value} file={file} hrefOf={hrefOf} />
              <LargestDominators overview={value} file={file} hrefOf={hrefOf} />
              <WorstDuplicates link={link} file={file} hrefOf={hrefOf} />
              <Facts overview={value} />
            </div>
          </>
        )}
      </AnswerBox>
    </div>
  );
}

function consistsOf({ statistics }: Overview): string {
  const words = say(OVERVIEW_WORDS);
  const { total } = statistics;
  const { name, size } = largestPart(partsOf(statistics));
  return words.consistsOf(formatSize(total), words.inParts[name], formatPercent(size, total));
}
