/**
 * The keys of the page: one table, from which they are called and from which the help sheet is written. Keys of tables and
 * charts are theirs (`key-words.ts` beside them). While the user types into a field no key is taken from them.
 */
import { useEffect, useRef } from "preact/hooks";

export interface Shortcut {
  /** As on the sheet: `?`, `g s`. Two keys are pressed one after the other. */
  readonly keys: string;
  /** What it does, for the sheet. */
  readonly does: string;
  run(): void;
}

/** So long the first key of two waits for the second. */
const PAIR_MS = 1500;

/** Calls the shortcuts while the page is there. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const current = useRef(shortcuts);
  current.current = shortcuts;
  useEffect(() => {
    let first: { readonly key: string; readonly at: number } | undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTyping(event) || document.querySelector("dialog[open]") !== null) {
        first = undefined;
        return;
      }
      const before = first !== undefined && event.timeStamp - first.at < PAIR_MS ? `${first.key} ` : "";
      const found =
        findShortcut(current.current, before + event.key) ?? findShortcut(current.current, event.key);
      first = undefined;
      if (found !== undefined) {
        event.preventDefault();
        found.run();
      } else if (current.current.some(({ keys }) => keys.startsWith(`${event.key} `)))
        first = { key: event.key, at: event.timeStamp };
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

function findShortcut(shortcuts: readonly Shortcut[], keys: string): Shortcut | undefined {
  return shortcuts.find((shortcut) => shortcut.keys === keys);
}

/** The key is meant for a field, or for the browser. */
function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement && !["button", "checkbox", "radio", "range"].includes(target.type)
  );
}
