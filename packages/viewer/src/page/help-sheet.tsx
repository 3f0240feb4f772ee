/** The sheet with all keys, over the page. Those of the page are written from the table from which they are called. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { CHART_KEYS } from "../canvas/key-words.ts";
import { ROW_KEYS, TITLE_KEYS, type KeyTexts } from "../table/key-words.ts";
import { say } from "../words/words.ts";
import type { Shortcut } from "./shortcuts.ts";
import { HELP_WORDS, PAGE_WORDS } from "./words.ts";
import "./help-sheet.css";

export function HelpSheet({
  shortcuts,
  onClose,
}: {
  readonly shortcuts: readonly Shortcut[];
  readonly onClose: () => void;
}): JSX.Element {
  const words = say(HELP_WORDS);
  const dialog = useRef<HTMLDialogElement>(null);
  // Shown as a modal dialog the browser keeps the focus inside and gives it back afterwards.
  useEffect(() => dialog.current?.showModal(), []);
  const isOfViews = ({ keys }: Shortcut): boolean => keys.startsWith("g ");
  const pairsOf = (list: readonly Shortcut[]): KeyTexts =>
    list.map(({ keys, does }) => [keys, does] as const);
  return (
    <dialog
      ref={dialog}
      class="hs-dialog hs-help"
      aria-labelledby="hs-help-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="hs-dialog-paper">
        <div class="hs-dialog-head">
          <h2 id="hs-help-title">{words.title}</h2>
          <button type="button" class="hs-button" onClick={() => dialog.current?.close()}>
            {say(PAGE_WORDS).close}
          </button>
        </div>
        <div class="hs-help-columns">
          <Keys
            title={words.page}
            pairs={[...pairsOf(shortcuts.filter((shortcut) => !isOfViews(shortcut))), ["Esc", words.escape]]}
          />
          <Keys title={words.go} pairs={pairsOf(shortcuts.filter(isOfViews))} />
          <Keys title={words.table} pairs={say(ROW_KEYS)} />
          <Keys title={words.titles} pairs={say(TITLE_KEYS)} />
          <Keys title={words.chart} pairs={say(CHART_KEYS)} />
        </div>
      </div>
    </dialog>
  );
}

function Keys({ title, pairs }: { readonly title: string; readonly pairs: KeyTexts }): JSX.Element | null {
  if (pairs.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {pairs.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((key, index) => (
                <kbd key={index}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
