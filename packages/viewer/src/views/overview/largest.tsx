/** The largest groups and dominators and the worst duplicate strings: ten each, with a link to all of them. */
import {
  classLabel,
  escapeText,
  exactNameFilter,
  formatCount,
  formatPercent,
  formatSize,
  objectHandle,
} from "@heapscope/wording";
import type { ComponentChildren, JSX } from "preact";
import { useAnswer } from "../../page/use-answer.ts";
import type { ViewProps } from "../../page/view.ts";
import { AnswerBox } from "../../page/work.tsx";
import { isCutName, type FileIndex, type Link, type Overview } from "../../protocol/index.ts";
import { say } from "../../words/words.ts";
import { rowLabel, typeClass } from "../object/object-name.tsx";
import { OVERVIEW_WORDS } from "./words.ts";

interface LargestProps {
  readonly overview: Overview;
  readonly file: FileIndex;
  readonly hrefOf: ViewProps<"overview">["hrefOf"];
}

interface DuplicatesProps extends Pick<LargestProps, "file" | "hrefOf"> {
  readonly link: Link;
}

export function LargestGroups({ overview, file, hrefOf }: LargestProps): JSX.Element {
  const words = say(OVERVIEW_WORDS);
  const { groups, groupCount, totalSize } = overview;
  return (
    <List
      title={words.groups}
      all={words.groupsAll(formatCount(groupCount))}
      href={hrefOf({ view: "summary", file })}
      heads={[words.className, words.count, words.shallowSize, words.retainedSize]}
    >
      {groups.map(({ key, className, location, count, shallowSize, retainedSize }) => (
        <tr key={key}>
          <th scope="row" title={location === undefined ? "" : escapeText(location)}>
            <a
              class="hs-mono"
              href={hrefOf({ view: "summary", file, text: exactNameFilter(className, isCutName(className)) })}
            >
              <bdi>{classLabel(className)}</bdi>
            </a>
          </th>
          <td>{formatCount(count)}</td>
          <Size bytes={shallowSize} />
          <Size bytes={retainedSize} whole={totalSize} />
        </tr>
      ))}
    </List>
  );
}

export function LargestDominators({ overview, file, hrefOf }: LargestProps): JSX.Element {
  const words = say(OVERVIEW_WORDS);
  const { dominators, totalSize } = overview;
  return (
    <List
      title={words.dominators}
      all={words.all}
      href={hrefOf({ view: "dominators", file, as: "table" })}
      heads={[words.object, words.shallowSize, words.retainedSize]}
    >
      {dominators.map((row) => (
        <tr key={row.key}>
          <th scope="row">
            <a class={`hs-mono ${typeClass(row.type)}`} href={hrefOf({ view: "object", file, id: row.id })}>
              <bdi>{rowLabel(row)}</bdi>
            </a>{" "}
            <span class="hs-muted">{objectHandle(row.id)}</span>
          </th>
          <Size bytes={row.shallowSize} />
          <Size bytes={row.retainedSize} whole={totalSize} />
        </tr>
      ))}
    </List>
  );
}

/** Asks for itself: all texts are looked at for it, and the rest of the overview need not wait. */
export function WorstDuplicates({ link, file, hrefOf }: DuplicatesProps): JSX.Element {
  const words = say(OVERVIEW_WORDS);
  const answer = useAnswer(link, "duplicates", { file });
  const { strings = [], wastedSize = 0 } = answer.value ?? {};
  return (
    <List
      title={words.duplicates}
      {...(answer.value === undefined ? {} : { note: words.wasted(formatSize(wastedSize)) })}
      all={words.all}
      href={hrefOf({ view: "strings", file, list: "duplicates" })}
      heads={[words.value, words.count, words.wastedSize]}
    >
      {answer.value === undefined && (
        <tr>
          <td colSpan={3}>
            <AnswerBox answer={answer}>{() => null}</AnswerBox>
          </td>
        </tr>
      )}
      {strings.map(({ key, value, isCut, count, wastedSize, id }) => (
        <tr key={key}>
          <th scope="row">
            <a class="hs-mono hs-type-string" href={hrefOf({ view: "object", file, id })}>
              <bdi>{`"${escapeText(isCut ? `${value}…` : value)}"`}</bdi>
            </a>
          </th>
          <td>{formatCount(count)}</td>
          <Size bytes={wastedSize} />
        </tr>
      ))}
      {answer.value !== undefined && strings.length === 0 && (
        <tr>
          <td class="hs-muted" colSpan={3}>
            {words.noDuplicates}
          </td>
        </tr>
      )}
    </List>
  );
}

function List(props: {
  readonly title: string;
  readonly note?: string;
  readonly all: string;
  readonly href: string;
  readonly heads: readonly string[];
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="hs-card hs-padded">
      <div class="hs-card-head">
        <h2>{props.title}</h2>
        {props.note !== undefined && <span class="hs-muted">{props.note}</span>}
        <a href={props.href} aria-label={`${props.title}: ${props.all}`}>
          {props.all}
        </a>
      </div>
      <table class="hs-list">
        <thead>
          <tr>
            {props.heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </section>
  );
}

function Size({ bytes, whole }: { readonly bytes: number; readonly whole?: number }): JSX.Element {
  return (
    <td title={say(OVERVIEW_WORDS).exactly(formatCount(bytes))}>
      {formatSize(bytes)}
      {whole !== undefined && <span class="hs-list-share">{formatPercent(bytes, whole)}</span>}
    </td>
  );
}
