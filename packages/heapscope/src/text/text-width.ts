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
  return cut(text, width, "middle");
}

/** The text in at most `width` columns, with `…` at its start when it was longer: a path is known by its end. */
export function cutStart(text: string, width: number): string {
  return cut(text, width, "start");
}

/** The words of a text in lines of at most `width` columns; a word that is longer has a line of its own. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function cut(text: string, width: number, position: "start" | "middle"): string {
  if (textWidth(text) <= width) return text;
  // A wide character that lies on the cut is kept whole on both sides, which can take a column too many.
  for (let columns = width; columns > 1; columns--) {
    const shorter = cliTruncate(text, columns, { position });
    if (textWidth(shorter) <= width) return shorter;
  }
  return "…";
}
