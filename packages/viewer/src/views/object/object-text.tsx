/**
 * The value of a string, a number or a regular expression. The first part comes with the object; the rest of a long string is
 * asked for in parts when the user wants it, and one part at a time is drawn, since a megabyte in one element would stop the
 * page. Line breaks are kept; every other character that could hide or turn text is shown as an escape.
 */
import { escapeText, formatCount } from "@heapscope/wording";
import { useState } from "preact/hooks";
import { AnswerBox } from "../../page/work.tsx";
import { useAnswer } from "../../page/use-answer.ts";
import type { FileIndex, Link, NodeId, ObjectAnswer } from "../../protocol/index.ts";
import { say } from "../../words/words.ts";
import { typeClass } from "./object-name.tsx";
import { PANE_WORDS } from "./words.ts";
import "./object-text.css";

/** Characters that are drawn at once. */
const PART = 10_000;

export function ObjectText(props: {
  readonly link: Link;
  readonly file: FileIndex;
  readonly id: NodeId;
  readonly type: string;
  readonly text: NonNullable<ObjectAnswer["text"]>;
}) {
  const words = say(PANE_WORDS);
  const [isWhole, setWhole] = useState(false);
  const { value, length, isCut, isPartial } = props.text;
  const whole = isPartial === true ? words.showKnown : words.showAll;
  return (
    <section class="hs-text" aria-label={words.text}>
      {isWhole ? (
        <WholeText {...props} />
      ) : (
        <TextBlock value={isCut ? `${value}…` : value} type={props.type} />
      )}
      {isCut && (
        <button type="button" class="hs-button hs-small" onClick={() => setWhole(!isWhole)}>
          {isWhole ? words.showLess : whole(formatCount(length))}
        </button>
      )}
    </section>
  );
}

/** A long string, part by part. */
function WholeText(props: {
  readonly link: Link;
  readonly file: FileIndex;
  readonly id: NodeId;
  readonly type: string;
}) {
  const words = say(PANE_WORDS);
  const [from, setFrom] = useState(0);
  const { file, id } = props;
  const answer = useAnswer(props.link, "text", { file, id, from, length: PART });
  return (
    <AnswerBox answer={answer}>
      {({ value, total, isPartial }) => (
        <>
          <TextBlock value={value} type={props.type} />
          <Pager
            from={from}
            count={value.length}
            total={total}
            size={PART}
            label={(first, last, all) =>
              words.characters(first, last, isPartial === true ? words.atLeast(all) : all)
            }
            onMove={setFrom}
          />
        </>
      )}
    </AnswerBox>
  );
}

function TextBlock({ value, type }: { readonly value: string; readonly type: string }) {
  return (
    <pre class={`hs-text-block ${typeClass(type)}`} tabIndex={0} dir="ltr">
      {escapeLines(value)}
    </pre>
  );
}

/** `1–200 of 1,234 ‹ Previous 200 · Next 200 ›`; nothing when all is on one page. */
export function Pager(props: {
  readonly from: number;
  readonly count: number;
  readonly total: number;
  readonly size: number;
  readonly label: (from: string, to: string, total: string) => string;
  readonly onMove: (from: number) => void;
}) {
  const words = say(PANE_WORDS);
  const { from, count, total, size } = props;
  if (total <= size) return null;
  const rest = total - from - count;
  return (
    <div class="hs-pager">
      <span role="status">
        {props.label(formatCount(from + 1), formatCount(from + count), formatCount(total))}
      </span>
      <button
        type="button"
        class="hs-button hs-small"
        disabled={from === 0}
        onClick={() => props.onMove(Math.max(0, from - size))}
      >
        {words.previous}
      </button>
      <button
        type="button"
        class="hs-button hs-small"
        disabled={rest <= 0}
        onClick={() => props.onMove(from + size)}
      >
        {words.next}
      </button>
    </div>
  );
}

/** Escaped, but for line breaks and tabs, which a `pre` shows as what they are. */
export function escapeLines(text: string): string {
  return text
    .split(/\r\n|\n/)
    .map((line) => line.split("\t").map(escapeText).join("\t"))
    .join("\n");
}
