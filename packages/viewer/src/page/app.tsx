/**
 * The page: the bar at the top with the files, the views at the side, the view of the place, and the line at the bottom. It
 * knows the files and the place, and nothing of what the views show.
 */
import { escapeText } from "@heapscope/wording";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { FileEntry, FileIndex, Link } from "../protocol/index.ts";
import { sayProblem } from "../words/engine-words.ts";
import { getLanguage, say } from "../words/words.ts";
import { createTableMemory, TableMemoryContext } from "../table/table-memory.ts";
import { loadViews, VIEWS } from "../views/index.ts";
import { AnswerMemoryContext, createAnswerMemory } from "./use-answer.ts";
import { DropOverlay, DropPage, openDropped } from "./drop-page.tsx";
import { HelpSheet } from "./help-sheet.tsx";
import { Navigation } from "./navigation.tsx";
import { placeAddress } from "./place-address.ts";
import { placeInFile } from "./place-in-file.ts";
import type { Place } from "./place.ts";
import { firstFile } from "./session-snapshots.ts";
import { applySettings, loadSettings, nextTheme, type Settings } from "./settings.ts";
import { useShortcuts, type Shortcut } from "./shortcuts.ts";
import { StatusLine } from "./status-line.tsx";
import { TopBar } from "./top-bar.tsx";
import { usePlace } from "./use-place.ts";
import { ViewArea } from "./view-area.tsx";
import { HELP_WORDS, PAGE_WORDS, VIEW_WORDS } from "./words.ts";
import "./app.css";

export function App({ link }: { readonly link: Link }): JSX.Element {
  const [settings, setSettings] = useSettings();
  const { place: address, go } = usePlace();
  const [files, setFiles] = useState<readonly FileEntry[]>([]);
  const [endSentence, setEndSentence] = useState<string | undefined>(undefined);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const searchField = useRef<HTMLInputElement>(null);
  const memory = useMemo(() => createAnswerMemory(), [link]);
  const tables = useMemo(() => createTableMemory(), [link]);
  useEffect(() => link.onFiles(setFiles), [link]);
  useEffect(() => link.onEnd?.(setEndSentence), [link]);
  useEffect(() => (link.kind === "server" ? whenIdle(loadViews) : undefined), [link]);

  const place: Place = address ?? { view: "overview", file: firstFile(files) };
  const file = files[place.file];
  const views = VIEWS.filter(
    (view) => view.isHidden !== true && file !== undefined && view.applies(file, files),
  );

  const goToFile = (index: FileIndex): void => {
    if (files[index] !== undefined) go(placeInFile(place, index, files));
  };
  const changeTheme = (): void => {
    const isSystemDark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    setSettings({ ...settings, theme: nextTheme(settings.theme, isSystemDark) });
  };
  const help = say(HELP_WORDS);
  const shortcuts: Shortcut[] = [
    { keys: "/", does: help.search, run: () => searchField.current?.focus() },
    { keys: "?", does: help.help, run: () => setHelpOpen(true) },
    { keys: "[", does: help.previousFile, run: () => goToFile(place.file - 1) },
    { keys: "]", does: help.nextFile, run: () => goToFile(place.file + 1) },
    { keys: "t", does: help.theme, run: changeTheme },
    ...views.map((view) => ({
      keys: `g ${view.letter}`,
      does: say(VIEW_WORDS)[view.name],
      run: () => go(view.start(place.file, files)),
    })),
  ];
  useShortcuts(shortcuts);
  useTitle(place, file);

  const words = say(PAGE_WORDS);
  return (
    // Another language draws everything anew.
    <AnswerMemoryContext.Provider value={memory} key={getLanguage()}>
      <div class="hs-app">
        <a
          class="hs-skip"
          href="#content"
          onClick={(event) => {
            event.preventDefault();
            document.getElementById("content")?.focus();
          }}
        >
          {words.skip}
        </a>
        <TopBar
          link={link}
          files={files}
          place={place}
          go={go}
          searchField={searchField}
          settings={settings}
          onSettings={setSettings}
          onTheme={changeTheme}
          onHelp={() => setHelpOpen(true)}
        />
        {files.length === 0 ? (
          <main id="content" class="hs-main" tabIndex={-1}>
            {link.open === undefined ? null : <DropPage link={link} isAwaited={address !== undefined} />}
          </main>
        ) : (
          <>
            {views.length > 0 && <Navigation views={views} files={files} place={place} />}
            <main id="content" class="hs-main" tabIndex={-1} aria-label={say(VIEW_WORDS)[place.view]}>
              {endSentence !== undefined && (
                <p class="hs-ended" role="alert">
                  {escapeText(sayProblem(endSentence))}
                </p>
              )}
              <TableMemoryContext.Provider value={tables}>
                <ViewArea link={link} files={files} place={place} go={go} hrefOf={placeAddress} />
              </TableMemoryContext.Provider>
            </main>
          </>
        )}
        <StatusLine link={link} file={file} />
        {link.open !== undefined && <DropOverlay onFiles={(dropped) => openDropped(link, dropped)} />}
        {isHelpOpen && <HelpSheet shortcuts={shortcuts} onClose={() => setHelpOpen(false)} />}
      </div>
    </AnswerMemoryContext.Provider>
  );
}

/** Runs it once the first view stands. Returns what calls it off. */
function whenIdle(run: () => void): () => void {
  const timer = window.setTimeout(run, 1000);
  return () => window.clearTimeout(timer);
}

function useSettings(): readonly [Settings, (settings: Settings) => void] {
  const [settings, setSettings] = useState(() => {
    const loaded = loadSettings();
    applySettings(loaded, false);
    return loaded;
  });
  return [
    settings,
    (changed) => {
      applySettings(changed, true);
      setSettings(changed);
    },
  ];
}

function useTitle(place: Place, file: FileEntry | undefined): void {
  const { name } = say(PAGE_WORDS);
  const title =
    file === undefined ? name : `${say(VIEW_WORDS)[place.view]} · ${escapeText(file.name)} · ${name}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
