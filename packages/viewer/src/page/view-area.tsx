/**
 * The view of the place. Before a view may ask anything, the files that its place names must be there and ready; until then
 * this says in words what is being done, or why it cannot be.
 */
import { escapeText } from "@heapscope/wording";
import type { ComponentType, JSX } from "preact";
import { useEffect, useErrorBoundary, useState } from "preact/hooks";
import type { FileEntry } from "../protocol/index.ts";
import { say } from "../words/words.ts";
import { viewOf, type ViewEntry } from "../views/index.ts";
import type { Place, ViewName } from "./place.ts";
import type { ViewProps } from "./view.ts";
import { PAGE_WORDS } from "./words.ts";
import { Problem, WorkLine } from "./work.tsx";

type AnyProps = ViewProps<ViewName>;

export function ViewArea(props: AnyProps): JSX.Element {
  const { place, files, go, hrefOf, link } = props;
  const words = say(PAGE_WORDS);
  const needed = filesOf(place, files);
  const missing = needed.find((file) => files[file] === undefined);
  if (missing !== undefined)
    return (
      <Notice
        sentence={words.noFile(missing + 1, files.length)}
        href={hrefOf({ view: "overview", file: 0 })}
        link={words.toOverview}
      />
    );
  const unready = needed.map((file) => files[file]!).find(({ state }) => state !== "ready");
  if (unready !== undefined) return <FileNotice file={unready} files={files} onCancel={link.cancelReading} />;
  const content = files[place.file]!.content!;
  // The overview of a profile is its chart.
  if (content.kind === "profile" && place.view === "overview")
    return <Redirect to={{ view: "profile", file: place.file, as: "chart" }} go={go} />;
  if (content.kind === "profile" && place.view !== "profile")
    return (
      <Notice
        sentence={words.notOfProfile}
        href={hrefOf({ view: "profile", file: place.file, as: "chart" })}
        link={words.toProfile}
      />
    );
  if (content.kind === "snapshot" && place.view === "profile")
    return (
      <Notice
        sentence={words.notOfSnapshot}
        href={hrefOf({ view: "overview", file: place.file })}
        link={words.toOverview}
      />
    );
  const view = viewOf(place);
  if (view === undefined) return <Notice sentence={words.viewLost} />;
  // A view begins anew with another file, not with another place in it.
  return <View key={`${view.name} ${place.file}`} view={view} props={props} />;
}

/** The files that the view asks about. */
function filesOf(place: Place, files: readonly FileEntry[]): number[] {
  switch (place.view) {
    case "comparison":
      return [place.file, place.base];
    case "growth":
      return [place.file, ...files.filter(isOnItsWay).map(({ file }) => file)];
    case "summary":
      return place.only?.kind === "allocated"
        ? [place.file, place.only.upTo, ...(place.only.after === undefined ? [] : [place.only.after])]
        : [place.file];
    default:
      return [place.file];
  }
}

function isOnItsWay({ state }: FileEntry): boolean {
  return state === "reading" || state === "waiting";
}

/** Loads the view's code, and keeps its failures from the rest of the page. */
function View({ view, props }: { readonly view: ViewEntry; readonly props: AnyProps }): JSX.Element | null {
  const [loaded, setLoaded] = useState<{ readonly component: ComponentType<AnyProps> } | undefined>(
    undefined,
  );
  const [isLost, setLost] = useState(false);
  const [failure, reset] = useErrorBoundary((error) => console.error(error));
  useEffect(() => {
    view.load().then(
      (component) => setLoaded({ component }),
      () => setLost(true),
    );
  }, [view]);
  const words = say(PAGE_WORDS);
  if (isLost) return <Notice sentence={words.viewLost} />;
  if (failure !== undefined) {
    const message = words.viewFailed(failure instanceof Error ? failure.message : String(failure));
    return (
      <div class="hs-notice">
        <Problem error={{ code: "internal", message }} onRetry={reset} />
      </div>
    );
  }
  if (loaded === undefined) return null;
  const Component = loaded.component;
  return <Component {...props} />;
}

/** A file on its way, or one that will not come. */
function FileNotice({
  file,
  files,
  onCancel,
}: {
  readonly file: FileEntry;
  readonly files: readonly FileEntry[];
  readonly onCancel: ((file: number) => void) | undefined;
}): JSX.Element {
  const words = say(PAGE_WORDS);
  const name = escapeText(file.name);
  if (file.state === "failed")
    return (
      <div class="hs-notice">
        <h1>{words.failed(name)}</h1>
        <Problem error={{ code: "failed", message: file.problem ?? "" }} />
      </div>
    );
  return (
    <div class="hs-notice">
      <h1>{file.state === "waiting" ? words.waiting(name) : words.reading(name)}</h1>
      <WorkLine
        // While others are before it, theirs.
        progress={file.progress ?? files.find(({ state }) => state === "reading")?.progress}
        onCancel={onCancel === undefined ? undefined : () => onCancel(file.file)}
      />
    </div>
  );
}

function Notice(props: {
  readonly sentence: string;
  readonly href?: string;
  readonly link?: string;
}): JSX.Element {
  return (
    <div class="hs-notice">
      <h1 class="hs-notice-sentence">{props.sentence}</h1>
      {props.href !== undefined && (
        <p>
          <a href={props.href}>{props.link}</a>
        </p>
      )}
    </div>
  );
}

function Redirect({ to, go }: { readonly to: Place; readonly go: AnyProps["go"] }): null {
  useEffect(() => go(to, { replace: true }), [go]);
  return null;
}
