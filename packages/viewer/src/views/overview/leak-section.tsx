/** The verdict about all snapshots of the session, and the suspects as cards. Asked once all files are read. */
import { classLabel, escapeText, formatCount, formatSigned, formatSize } from "@heapscope/wording";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../../page/icon.tsx";
import { useAnswer } from "../../page/use-answer.ts";
import type { ViewProps } from "../../page/view.ts";
import { AnswerBox, describeWork } from "../../page/work.tsx";
import type { FileEntry, LeaksAnswer } from "../../protocol/index.ts";
import { sayClause } from "../../words/engine-words.ts";
import { say } from "../../words/words.ts";
import { SuspectCardBox } from "./suspect-card.tsx";
import { saySummary } from "./verdict-words.ts";
import { OVERVIEW_WORDS } from "./words.ts";

/** Cards that are shown at first. */
const FIRST_CARDS = 4;

export function LeakSection({
  link,
  hrefOf,
  series,
}: ViewProps<"overview"> & { readonly series: readonly FileEntry[] }): JSX.Element {
  const words = say(OVERVIEW_WORDS);
  const unread = series.find(({ state }) => state !== "ready");
  const leaks = useAnswer(
    link,
    "leaks",
    unread === undefined ? { files: series.map(({ file }) => file) } : undefined,
  );
  if (unread !== undefined)
    return (
      <header>
        <h1 class="hs-page-title">{words.lookingForLeaks}…</h1>
        <p class="hs-lead">
          {words.leaksWait(escapeText(unread.name))}{" "}
          {unread.progress !== undefined && describeWork(unread.progress)}
        </p>
      </header>
    );
  return (
    <section class="hs-leaks" aria-label={words.suspects}>
      {leaks.value === undefined && leaks.error === undefined && (
        <h1 class="hs-page-title">{words.lookingForLeaks}…</h1>
      )}
      <AnswerBox answer={leaks}>{(value) => <Verdict leaks={value} hrefOf={hrefOf} />}</AnswerBox>
    </section>
  );
}

function Verdict({
  leaks,
  hrefOf,
}: {
  readonly leaks: LeaksAnswer;
  readonly hrefOf: ViewProps<"overview">["hrefOf"];
}): JSX.Element {
  const words = say(OVERVIEW_WORDS);
  const [most, setMost] = useState(FIRST_CARDS);
  const { verdict, explanation, rounds, growth, files, suspects, ignored, advice, notes } = leaks;
  const last = files.at(-1) ?? 0;
  const grown =
    growth < 0
      ? words.shrinkage(formatSize(-growth), words.rounds(rounds))
      : words.growth(formatSize(growth), words.rounds(rounds));
  return (
    <>
      <header class={`hs-verdict hs-verdict-${verdict}`}>
        <Icon name={verdict === "no-leak" ? "good" : "warning"} />
        <div>
          <h1 class="hs-page-title">{escapeText(saySummary(leaks))}</h1>
          <p class="hs-lead">
            {grown} {escapeText(sayClause(explanation))}
          </p>
          {[...advice, ...notes].map((sentence) => (
            <p key={sentence} class="hs-lead">
              {escapeText(sayClause(sentence))}
            </p>
          ))}
        </div>
      </header>
      {suspects.slice(0, most).map((suspect) => (
        <SuspectCardBox key={suspect.rank} suspect={suspect} file={last} hrefOf={hrefOf} />
      ))}
      {suspects.length > most && (
        <button type="button" class="hs-button" onClick={() => setMost(most + 20)}>
          {words.moreSuspects(suspects.length - most)}
        </button>
      )}
      {ignored.length > 0 && (
        <details class="hs-ignored">
          <summary>{words.ignored(formatCount(ignored.length))}</summary>
          <ul>
            {ignored.map(({ className, reason, size }, index) => (
              <li key={index}>
                <bdi class="hs-mono">{classLabel(className)}</bdi>
                <span>{formatSigned(size, formatSize)}</span>
                <span class="hs-muted">{escapeText(sayClause(reason))}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
