/** The bar at the top: the name, the files with what becomes of them, the search, and the page's own settings. */
import { escapeText, formatPercent } from "@heapscope/wording";
import type { JSX, RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { FileEntry, Link } from "../protocol/index.ts";
import { say, type Language } from "../words/words.ts";
import { chooseFiles } from "./drop-page.tsx";
import { Icon } from "./icon.tsx";
import { placeAddress } from "./place-address.ts";
import { placeInFile } from "./place-in-file.ts";
import type { Place } from "./place.ts";
import type { Settings } from "./settings.ts";
import type { ViewProps } from "./view.ts";
import { PAGE_WORDS } from "./words.ts";
import "./top-bar.css";

interface TopBarProps {
  readonly link: Link;
  readonly files: readonly FileEntry[];
  readonly place: Place;
  readonly go: ViewProps<"overview">["go"];
  readonly searchField: RefObject<HTMLInputElement | null>;
  readonly settings: Settings;
  readonly onSettings: (settings: Settings) => void;
  readonly onTheme: () => void;
  readonly onHelp: () => void;
}

export function TopBar(props: TopBarProps): JSX.Element {
  const { link, files, place, settings, onSettings, onTheme, onHelp } = props;
  const words = say(PAGE_WORDS);
  const isSnapshot = files[place.file]?.content?.kind === "snapshot";
  return (
    <header class="hs-top">
      <span class="hs-brand">
        <Icon name="object" />
        {words.name}
      </span>
      {files.length > 0 && (
        <nav class="hs-files" aria-label={words.files}>
          {files.map((file) => (
            <FileTab key={file.file} file={file} place={place} files={files} />
          ))}
          {link.open !== undefined && (
            <button
              type="button"
              class="hs-icon-button"
              title={words.addFiles}
              aria-label={words.addFiles}
              onClick={() => chooseFiles(link)}
            >
              <Icon name="add" />
            </button>
          )}
        </nav>
      )}
      <span class="hs-top-end">
        {isSnapshot && <SearchField {...props} />}
        <select
          class="hs-select hs-language"
          aria-label={words.language}
          title={words.language}
          value={settings.language}
          onChange={(event) => onSettings({ ...settings, language: event.currentTarget.value as Language })}
        >
          <option value="en">English</option>
          <option value="id">Indonesia</option>
        </select>
        <button
          type="button"
          class="hs-icon-button"
          title={words.themeHint(words.themes[settings.theme])}
          aria-label={words.themeHint(words.themes[settings.theme])}
          onClick={onTheme}
        >
          <Icon name="theme" />
        </button>
        <button
          type="button"
          class="hs-icon-button"
          title={words.helpHint}
          aria-label={words.help}
          onClick={onHelp}
        >
          ?
        </button>
      </span>
    </header>
  );
}

function FileTab({
  file,
  place,
  files,
}: {
  readonly file: FileEntry;
  readonly place: Place;
  readonly files: readonly FileEntry[];
}): JSX.Element {
  const name = escapeText(file.name);
  const state = fileState(file);
  return (
    <a
      class={`hs-file hs-file-${file.state}`}
      href={placeAddress(placeInFile(place, file.file, files))}
      title={state === "" ? name : `${name}: ${state}`}
      {...(file.file === place.file ? { "aria-current": "true" as const } : {})}
    >
      <span class="hs-file-number">{file.file + 1}</span>
      <bdi class="hs-file-name">{name}</bdi>
      {state !== "" && <span class="hs-file-state">{state}</span>}
    </a>
  );
}

/** What becomes of a file, short. */
function fileState({ state, progress }: FileEntry): string {
  const words = say(PAGE_WORDS);
  switch (state) {
    case "waiting":
      return words.fileWaits;
    case "reading":
      return progress?.total === undefined || progress.total === 0
        ? "…"
        : formatPercent(Math.min(progress.done, progress.total), progress.total);
    case "failed":
      return words.fileFailed;
    case "ready":
      return "";
  }
}

function SearchField({ place, go, searchField }: TopBarProps): JSX.Element {
  const words = say(PAGE_WORDS);
  const wanted = place.view === "search" ? place.text : "";
  const [text, setText] = useState(wanted);
  useEffect(() => setText(wanted), [wanted]);
  return (
    <form
      role="search"
      class="hs-search-field"
      onSubmit={(event) => {
        event.preventDefault();
        go({ view: "search", file: place.file, text: text.trim() });
      }}
    >
      <Icon name="search" />
      <input
        ref={searchField}
        type="search"
        class="hs-input"
        aria-label={words.searchLabel}
        title={words.searchHint}
        placeholder={words.searchLabel}
        spellcheck={false}
        autocomplete="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          if (text === "") event.currentTarget.blur();
          setText("");
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
