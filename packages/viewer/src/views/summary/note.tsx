/** What the reader must know about all numbers of a table, below the opening sentence. */
import { escapeText } from "@heapscope/wording";
import "./toolbar.css";

export function Note({ text }: { readonly text: string | undefined }) {
  return text === undefined ? null : <p class="hs-note">{escapeText(text)}</p>;
}
