/**
 * Everything about one object: what it is and how large, its content as a programmer reads it, and, in tabs, what holds it, what
 * it holds, the way from the roots, its dominators and where it was allocated. The object's page, and the lower pane of tables.
 */
import { escapeText, formatCount, formatDistance, formatSize, objectHandle } from "@heapscope/wording";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { AnswerBox } from "../../page/work.tsx";
import { useAnswer } from "../../page/use-answer.ts";
import type { ViewProps } from "../../page/view.ts";
import type { ViewName } from "../../page/place.ts";
import type { FileIndex, NodeId, ObjectAnswer } from "../../protocol/index.ts";
import { sayNode } from "../../words/engine-words.ts";
import { say } from "../../words/words.ts";
import { DominatorChain, PathChain, StackList } from "./object-chains.tsx";
import { objectScene, SizeWithShare, type ObjectScene } from "./object-columns.tsx";
import { Location, Mark, typeClass } from "./object-name.tsx";
import { ObjectPreview } from "./object-preview.tsx";
import { ObjectText } from "./object-text.tsx";
import { OBJECT_WORDS } from "./object-words.ts";
import { ReferencesPanel } from "./references-panel.tsx";
import { RetainersPanel } from "./retainers-panel.tsx";
import { SplitPane } from "./split-pane.tsx";
import { Tabs, type Tab } from "./tabs.tsx";
import { PANE_WORDS } from "./words.ts";
import "../summary/toolbar.css";
import "./object.css";

type TabName = "retainers" | "path" | "references" | "dominators" | "stack";

interface ObjectPaneProps extends Pick<ViewProps<ViewName>, "link" | "files" | "go" | "hrefOf"> {
  readonly file: FileIndex;
  readonly id: NodeId;
  /** On its own page the heading is the page's. */
  readonly isPage?: boolean;
  readonly ignored: readonly NodeId[];
  readonly onIgnored: (ids: readonly NodeId[]) => void;
}

interface SelectedObjectProps extends Pick<ObjectPaneProps, "link" | "files" | "go" | "hrefOf" | "file"> {
  readonly id: NodeId | undefined;
}

/** A table, and below it the object that is selected there; or, without one, what else there is to show. */
export function ObjectSplit({
  children,
  instead,
  ...selected
}: SelectedObjectProps & {
  readonly children: ComponentChildren;
  readonly instead?: ComponentChildren;
}) {
  const isOther = selected.id === undefined && instead !== undefined;
  return (
    <SplitPane
      name="object"
      isIdle={selected.id === undefined && !isOther}
      lower={isOther ? instead : <SelectedObject {...selected} />}
    >
      {children}
    </SplitPane>
  );
}

/** Which retainers are ignored is forgotten with the object. */
function SelectedObject({ id, ...props }: SelectedObjectProps) {
  const [held, setHeld] = useState<{ readonly id: NodeId; readonly ignored: readonly NodeId[] }>();
  if (id === undefined) return <p class="hs-hint">{say(PANE_WORDS).selectObject}</p>;
  const ignored = held?.id === id ? held.ignored : NONE;
  return (
    <ObjectPane {...props} id={id} ignored={ignored} onIgnored={(ids) => setHeld({ id, ignored: ids })} />
  );
}

const NONE: readonly NodeId[] = [];

export function ObjectPane(props: ObjectPaneProps) {
  const { link, file, id } = props;
  const [page, setPage] = useState<{ readonly id: NodeId; readonly from: number }>({ id, from: 0 });
  const [tab, setTab] = useState<TabName>("retainers");
  const previewFrom = page.id === id ? page.from : 0;
  const answer = useAnswer(link, "object", { file, id, ...(previewFrom === 0 ? {} : { previewFrom }) });
  const scene = objectScene(props, file);
  return (
    <section class={props.isPage ? "hs-pane hs-pane-page" : "hs-pane"}>
      {props.isPage && answer.value === undefined && (
        <h1 class="hs-unseen">{say(PANE_WORDS).heading(objectHandle(id))}</h1>
      )}
      <AnswerBox answer={answer}>
        {(object) => (
          <>
            <Heading {...props} answer={object} scene={scene} />
            <div class="hs-pane-body">
              <div class="hs-pane-content" tabIndex={0} aria-label={say(PANE_WORDS).content} role="region">
                {object.text !== undefined && (
                  <ObjectText
                    key={object.object.id}
                    link={link}
                    file={file}
                    id={object.object.id}
                    type={object.object.type}
                    text={object.text}
                  />
                )}
                <ObjectPreview
                  answer={object}
                  from={previewFrom}
                  onMove={(from) => setPage({ id, from })}
                  hrefOfObject={scene.hrefOfObject}
                />
              </div>
              <Details {...props} answer={object} scene={scene} tab={tab} onTab={setTab} />
            </div>
          </>
        )}
      </AnswerBox>
    </section>
  );
}

function Heading(props: ObjectPaneProps & { readonly answer: ObjectAnswer; readonly scene: ObjectScene }) {
  const words = say(PANE_WORDS);
  const marks = say(OBJECT_WORDS);
  const { answer, file, hrefOf } = props;
  const { object } = answer;
  const { id } = object;
  const title = escapeText(sayNode(answer.title));
  const TitleTag = props.isPage ? "h1" : "h2";
  return (
    <header class="hs-pane-heading">
      <TitleTag class="hs-pane-title" aria-label={words.heading(`${title} @${id}`)}>
        <bdi class={typeClass(object.type)}>{title}</bdi> <span class="hs-object-id">{objectHandle(id)}</span>
      </TitleTag>
      {object.detachedness === "detached" && (
        <Mark kind="bad" text={marks.detached} hint={marks.detachedHint} />
      )}
      <span class="hs-pane-fact" title={exactly(object.retainedSize)}>
        {words.retained}{" "}
        <b>
          <SizeWithShare size={object.retainedSize} totalSize={props.scene.totalSize} />
        </b>
      </span>
      <span class="hs-pane-fact" title={exactly(object.shallowSize)}>
        {words.shallow} <b>{formatSize(object.shallowSize)}</b>
      </span>
      <span class="hs-pane-fact" title={marks.distanceHint}>
        {words.distance} <b>{formatDistance(object.distance)}</b>
      </span>
      <Location at={object.location} />
      <span class="hs-pane-links">
        {answer.alsoIn.map((other) => (
          <a
            key={other.file}
            href={hrefOf({ view: "object", file: other.file, id })}
            title={`${escapeText(props.files[other.file]?.name ?? "")}: ${exactly(other.retainedSize)}`}
          >
            {words.alsoIn(other.file + 1)} {formatSize(other.retainedSize)}
          </a>
        ))}
        <span class="hs-pane-places">
          {words.showIn}
          {answer.group !== undefined && <a href={hrefOf({ view: "summary", file, id })}>{words.summary}</a>}
          <a href={hrefOf({ view: "containment", file, id })}>{words.containment}</a>
          <a href={hrefOf({ view: "dominators", file, as: "treemap", id })}>{words.treemap}</a>
        </span>
        {!props.isPage && (
          <a
            href={hrefOf({
              view: "object",
              file,
              id,
              ...(props.ignored.length === 0 ? {} : { ignored: props.ignored }),
            })}
            title={words.openPageHint}
          >
            {words.openPage}
          </a>
        )}
      </span>
    </header>
  );
}

function Details(
  props: ObjectPaneProps & {
    readonly answer: ObjectAnswer;
    readonly scene: ObjectScene;
    readonly tab: TabName;
    readonly onTab: (tab: TabName) => void;
  },
) {
  const words = say(PANE_WORDS);
  const { answer, scene, link, file } = props;
  const { id } = answer.object;
  const tabs: Tab<TabName>[] = [
    { name: "retainers", title: words.retainers, count: formatCount(answer.retainerCount) },
    { name: "path", title: words.path },
    { name: "references", title: words.references, count: formatCount(answer.edgeCount) },
    { name: "dominators", title: words.dominators },
    ...(answer.allocationStack.length > 0 ? [{ name: "stack", title: words.stack } as const] : []),
  ];
  const chosen = tabs.some((tab) => tab.name === props.tab) ? props.tab : "retainers";
  return (
    <Tabs label={words.details} tabs={tabs} chosen={chosen} onChoose={props.onTab}>
      {chosen === "retainers" && (
        <RetainersPanel
          link={link}
          file={file}
          id={id}
          retainerCount={answer.retainerCount}
          scene={scene}
          going={props}
          ignored={props.ignored}
          onIgnored={props.onIgnored}
        />
      )}
      {chosen === "path" && <PathChain path={answer.path} hrefOfObject={scene.hrefOfObject} />}
      {chosen === "references" && (
        <ReferencesPanel link={link} file={file} id={id} scene={scene} going={props} />
      )}
      {chosen === "dominators" && (
        <DominatorChain dominators={answer.dominators} object={answer.object} scene={scene} />
      )}
      {chosen === "stack" && <StackList stack={answer.allocationStack} />}
    </Tabs>
  );
}

function exactly(size: number): string {
  return say(OBJECT_WORDS).bytes(formatCount(size));
}
