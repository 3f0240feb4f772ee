/**
 * What is going on, in words: `computing dominators… 43 %` with a bar and a way to end it; and what went wrong, with a way to
 * try again. Every view and every table uses these, so that long work looks the same everywhere.
 */
import type { ComponentChildren, JSX } from "preact";
import { escapeText, formatPercent, formatSize } from "@heapscope/wording";
import type { LinkError, WorkProgress } from "../protocol/index.ts";
import type { AnswerState } from "./use-answer.ts";
import { sayProblem, sayStage } from "../words/engine-words.ts";
import { say } from "../words/words.ts";
import { WORK_WORDS } from "./work-words.ts";
import "./work.css";

/** `reading 12.4 MB of 31.0 MB… 40 %`, `computing dominators… 43 %`, `working…` */
export function describeWork(progress: WorkProgress | undefined): string {
  const words = say(WORK_WORDS);
  if (progress === undefined) return words.working;
  const { stage, done, total } = progress;
  const isOfBytes = stage === "reading";
  const what = escapeText(sayStage(stage));
  if (total === undefined || total === 0)
    return isOfBytes && done > 0 ? `${what} ${formatSize(done)}…` : `${what}…`;
  const percent = formatPercent(Math.min(done, total), total);
  return isOfBytes
    ? `${what} ${words.of(formatSize(done), formatSize(total))}… ${percent}`
    : `${what}… ${percent}`;
}

/** Words, a bar, and Cancel. It appears only after a moment, so that short work does not flicker. */
export function WorkLine({
  progress,
  onCancel,
}: {
  readonly progress: WorkProgress | undefined;
  readonly onCancel?: (() => void) | undefined;
}): JSX.Element {
  const words = say(WORK_WORDS);
  const total = progress?.total;
  return (
    <div class="hs-work">
      <progress
        class="hs-work-bar"
        aria-label={words.progress}
        {...(progress === undefined || total === undefined || total === 0
          ? {}
          : { value: Math.min(progress.done, total), max: total })}
      />
      <span class="hs-work-words" role="status">
        {describeWork(progress)}
      </span>
      {onCancel && (
        <button type="button" class="hs-button hs-small" onClick={onCancel}>
          {words.cancel}
        </button>
      )}
    </div>
  );
}

/** Why something is not there, and what can be done. */
export function Problem({
  error,
  onRetry,
}: {
  readonly error: Pick<LinkError, "code" | "message">;
  readonly onRetry?: (() => void) | undefined;
}): JSX.Element {
  const words = say(WORK_WORDS);
  const isCancelled = error.code === "cancelled";
  return (
    <div class={isCancelled ? "hs-problem hs-calm" : "hs-problem"} role={isCancelled ? "status" : "alert"}>
      <p>{isCancelled ? words.cancelled : escapeText(sayProblem(error.message))}</p>
      {onRetry && (
        <button type="button" class="hs-button" onClick={onRetry}>
          {isCancelled ? words.goOn : words.tryAgain}
        </button>
      )}
    </div>
  );
}

/** An answer, or the way to it: work in words, a problem in a sentence, or the value, dimmed while a newer one is made. */
export function AnswerBox<Value>({
  answer,
  children,
}: {
  readonly answer: AnswerState<Value>;
  readonly children: (value: Value) => ComponentChildren;
}): JSX.Element {
  const { value, isStale, isLoading, progress, error, cancel, retry } = answer;
  return (
    <div class="hs-answer" aria-busy={isLoading}>
      {error !== undefined && <Problem error={error} onRetry={retry} />}
      {isLoading && <WorkLine progress={progress} onCancel={cancel} />}
      {value !== undefined && (
        <div class={isStale ? "hs-answer-value hs-stale" : "hs-answer-value"}>{children(value)}</div>
      )}
    </div>
  );
}
