// Makes a string from a snapshot safe to show in a terminal.
//
// Names in a snapshot come from the program that was captured, and so from anyone who can send it data: an ANSI
// sequence could repaint the screen, a newline could forge a table row, a bidirectional override could turn a name
// around, a tag character could carry text that only a machine reads. Every character of the Unicode classes Other
// (control, format, surrogate, private, unassigned), Line separator and Paragraph separator is replaced by a visible
// escape. Joiners inside emoji are in these classes too; a taken-apart emoji is the price.
// Cost: one regular expression per string; strings without such characters are returned as they are.

const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/u;
const UNSAFE_GLOBAL = /[\p{C}\p{Zl}\p{Zp}]/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The same text with every unsafe character written as `\n`, `\r`, `\t`, `\x1b` or `\u{202e}`. */
export function escapeText(text: string): string {
  return UNSAFE.test(text) ? text.replace(UNSAFE_GLOBAL, escapeCharacter) : text;
}

/**
 * The same JSON document with every unsafe character written as `\uXXXX`, so that it can be shown in a terminal.
 * `JSON.stringify` itself escapes only the characters below U+0020 and lone surrogates; those outside strings
 * (there are none in a document without indentation) stay as they are.
 */
export function escapeJson(json: string): string {
  return UNSAFE.test(json) ? json.replace(UNSAFE_GLOBAL, escapeForJson) : json;
}

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0)!;
  const digits = code.toString(16);
  return code < 0x100 ? `\\x${digits.padStart(2, "0")}` : `\\u{${digits}}`;
}

function escapeForJson(character: string): string {
  let escaped = "";
  for (let index = 0; index < character.length; index++) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
