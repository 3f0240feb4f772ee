/** One suspect: what accumulates, how sure that is, how it is held from the roots on, and where it was made. */
import {
  escapeText,
  formatCount,
  formatPercent,
  formatSigned,
  formatSize,
  objectHandle,
} from "@heapscope/wording";
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { ViewProps } from "../../page/view.ts";
import type { FileIndex, NodeId, PathLine, SuspectCard } from "../../protocol/index.ts";
import { sayClause, sayEdge, sayNode } from "../../words/engine-words.ts";
import { say } from "../../words/words.ts";
import { Sparkline } from "../growth/sparkline.tsx";
import { sayGrowth } from "./verdict-words.ts";
import { OVERVIEW_WORDS } from "./words.ts";

/** Of a longer path the middle is left out until asked for. */
const MOST_STEPS = 9;
const FIRST_STEPS = 3;
const MOST_HOLDERS = 4;

interface SuspectProps {
  readonly suspect: SuspectCard;
  /** The last snapshot: the ids are its. */
  readonly file: FileIndex;
  readonly hrefOf: ViewProps<"overview">["hrefOf"];
}

export function SuspectCardBox({ suspect, file, hrefOf }: SuspectProps): JSX.Element {
  const words = say(OVERVIEW_WORDS);
  const { rank, confidence, counts, evidence, alsoHeldBy, created } = suspect;
  const hrefOfObject = (id: NodeId): string => hrefOf({ view: "object", file, id });
  const percent = formatPercent(confidence, 1);
  const inWords = counts.map(formatCount).join(", ");
  const sample = suspect.sampleIds[0];
  return (
    <article class="hs-card hs-suspect" aria-label={words.suspect(rank)}>
      <div class="hs-suspect-head">
        <span class="hs-suspect-rank">{rank}</span>
        <h2>{escapeText(sayGrowth(suspect))}</h2>
        <span class="hs-confidence" title={words.confidenceHint}>
          <meter aria-label={words.confidence(percent)} min={0} max={1} value={confidence} />
          {confidenceWord(confidence)} · {percent}
        </span>
      </div>
      <dl class="hs-suspect-lines">
        <Line label={words.heldBy}>
          <HeldBy suspect={suspect} hrefOfObject={hrefOfObject} />
        </Line>
        {created !== undefined && (
          <Line label={words.created}>
            <span class="hs-mono">{escapeText(created)}</span>
          </Line>
        )}
        <Line label={words.evidence}>
          <span class="hs-suspect-counts">
            <Sparkline values={counts} title={words.countsInWords(inWords)} />
            <span>{inWords}</span>
            <span class="hs-muted">
              {words.retained(formatSigned(suspect.retainedSizeDelta, formatSize))}
            </span>
          </span>
          <ul class="hs-evidence">
            {evidence.map((each) => (
              <li key={each}>{escapeText(sayClause(each))}</li>
            ))}
          </ul>
        </Line>
        {alsoHeldBy.length > 0 && (
          <Line label={words.alsoHeldBy}>
            {alsoHeldBy.slice(0, MOST_HOLDERS).map(({ id, name }, index) => (
              <span key={id}>
                {index > 0 && ", "}
                <a class="hs-mono" href={hrefOfObject(id)}>
                  <bdi>{escapeText(name)}</bdi> {objectHandle(id)}
                </a>
              </span>
            ))}
          </Line>
        )}
        <Line label={words.lookAt}>
          {sample !== undefined && (
            <>
              <a href={hrefOfObject(sample)}>{words.newest(objectHandle(sample))}</a>
              {" · "}
            </>
          )}
          <a href={hrefOfObject(suspect.holderId)}>{words.container(objectHandle(suspect.holderId))}</a>
        </Line>
      </dl>
    </article>
  );
}

function Line({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The chain of references from a root, each a link to the object that it leads to. */
function HeldBy({
  suspect,
  hrefOfObject,
}: {
  readonly suspect: SuspectCard;
  readonly hrefOfObject: (id: NodeId) => string;
}): JSX.Element {
  const words = say(OVERVIEW_WORDS);
  const [isWhole, setWhole] = useState(false);
  const { path, holders, container } = suspect;
  const last = path.at(-1);
  if (last === undefined) return <>{words.roots}</>;
  const left = isWhole ? 0 : Math.max(0, path.length - MOST_STEPS);
  const step = ({ edge, node, id, location }: PathLine, index: number): JSX.Element => (
    <li key={index}>
      <a
        href={hrefOfObject(id)}
        title={[
          escapeText(sayNode(node)),
          objectHandle(id),
          location === undefined ? "" : escapeText(location),
        ].join(" ")}
      >
        <bdi>{escapeText(edge === "" ? sayNode(node) : sayEdge(edge))}</bdi>
      </a>
    </li>
  );
  return (
    <ol class="hs-held-by">
      {path.slice(0, left === 0 ? path.length : FIRST_STEPS).map(step)}
      {left > 0 && (
        <li>
          <button type="button" class="hs-button hs-small" onClick={() => setWhole(true)}>
            {words.moreSteps(left)}
          </button>
        </li>
      )}
      {left > 0 &&
        path.slice(FIRST_STEPS + left).map((each, index) => step(each, FIRST_STEPS + left + index))}
      <li>
        <a href={hrefOfObject(last.id)}>
          <bdi>{escapeText(sayNode(last.node)) || container}</bdi> {objectHandle(last.id)}
        </a>
        {holders > 1 && <span class="hs-muted"> {words.oneOf(formatCount(holders))}</span>}
      </li>
    </ol>
  );
}

function confidenceWord(confidence: number): string {
  const words = say(OVERVIEW_WORDS);
  if (confidence >= 0.9) return words.certain;
  if (confidence >= 0.7) return words.veryLikely;
  return confidence >= 0.5 ? words.likely : words.perhaps;
}
