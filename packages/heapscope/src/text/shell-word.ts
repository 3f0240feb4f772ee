// A word as a person can paste it into a POSIX shell: what the hints print, such as `heapscope object 'my app.heapsnapshot' @5`.

/** The word itself when it needs no quotes, or in single quotes. */
export function shellWord(word: string): string {
  const text = escapeText(word);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
import { escapeText } from "@heapscope/wording";
