/**
 * A box to filter names in, as one types: after 150 ms the filter goes to the address. A text is looked for as it is, in any
 * case; `/…/` is a regular expression, and a broken one is told in a sentence beside the box. Escape clears.
 */
import { NameFilterError, parseNameFilter } from "@heapscope/wording";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { say } from "../../words/words.ts";
import { FILTER_WORDS } from "./filter-words.ts";
import "./toolbar.css";

const PAUSE_MS = 150;

export function FilterBox(props: {
  readonly label: string;
  readonly text: string | undefined;
  readonly onText: (text: string | undefined) => void;
}) {
  const words = say(FILTER_WORDS);
  const id = useId();
  const wanted = props.text ?? "";
  const [typed, setTyped] = useState(wanted);
  const sent = useRef(wanted);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  /** What is sent after a pause goes to where the page is then. */
  const latest = useRef(props.onText);
  latest.current = props.onText;

  // The address has changed by itself: back, forward, a link. At once, before the pause can end.
  useLayoutEffect(() => {
    if (wanted === sent.current) return;
    clearTimeout(timer.current);
    sent.current = wanted;
    setTyped(wanted);
  }, [wanted]);
  useLayoutEffect(() => () => clearTimeout(timer.current), []);

  const problem = filterProblem(typed);
  const advice = problem ?? (isUnfinished(typed) ? words.unfinished : undefined);
  const send = (text: string): void => {
    if (filterProblem(text) !== undefined || text === sent.current) return;
    sent.current = text;
    latest.current(text === "" ? undefined : text);
  };
  const type = (text: string, pauseMs: number): void => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => send(text), pauseMs);
  };

  return (
    <span class="hs-filter">
      <input
        type="search"
        class="hs-input"
        aria-label={props.label}
        placeholder={props.label}
        title={words.hint}
        spellcheck={false}
        autocomplete="off"
        value={typed}
        aria-invalid={problem !== undefined}
        {...(advice === undefined ? {} : { "aria-describedby": id })}
        onInput={(event) => type(event.currentTarget.value, PAUSE_MS)}
        onKeyDown={(event) => {
          if (event.key === "Enter") type(event.currentTarget.value, 0);
          if (event.key !== "Escape" || typed === "") return;
          event.preventDefault();
          event.stopPropagation();
          type("", 0);
        }}
      />
      {advice !== undefined && (
        <span
          class={problem === undefined ? "hs-filter-advice" : "hs-filter-problem"}
          id={id}
          role={problem === undefined ? "status" : "alert"}
        >
          {advice}
        </span>
      )}
    </span>
  );
}

/** Whether a text begins as an expression and does not end as one: it is looked for as it is, which is hardly meant. */
function isUnfinished(text: string): boolean {
  return text.startsWith("/") && filterProblem(text) === undefined && !parseNameFilter(text).isExpression;
}

/** Why a text is no filter: one sentence. */
export function filterProblem(text: string): string | undefined {
  try {
    parseNameFilter(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof NameFilterError)) throw error;
    return say(FILTER_WORDS).badExpression(error.reason);
  }
}
