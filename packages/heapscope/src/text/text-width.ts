// How many terminal columns a text takes, and how to make it fit. Wide characters (CJK, emoji) take two columns.
// The libraries do the Unicode work; a plain ASCII text, which nearly every name is, never reaches them.
// Texts must be escaped beforehand (escape-text.ts): control characters have no width.

import cliTruncate from "cli-truncate";
import stringWidth from "string-width";

const PLAIN = /^[\x20-\x7e]*$/;

/** Columns that the text takes. Cost: the length of the text. */
export function textWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** The text in at most `width` columns, with `…` in its middle when it was longer: both ends of a name tell it apart. */
export function cutMiddle(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (!PLAIN.test(text)) return cutMiddleOfWide(text, width);
  const head = Math.ceil((width - 1) / 2);
  const tail = Math.floor((width - 1) / 2);
  return `${text.slice(0, head)}…${tail > 0 ? text.slice(-tail) : ""}`;
}

/** A wide character that lies on the cut is kept whole on both sides, which can take a column too many. */
function cutMiddleOfWide(text: string, width: number): string {
  for (let columns = width; columns > 1; columns--) {
    const cut = cliTruncate(text, columns, { position: "middle" });
    if (stringWidth(cut) <= width) return cut;
  }
  return "…";
}
