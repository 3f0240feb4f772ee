// What a person types to filter names (`--filter`, the viewer's filter box): a text that the name contains, in any case, as in DevTools' filter box; or `/…/`, a
// regular expression with optional flags.

/** The text has the form of a regular expression but is none. The message is a sentence without a capital, with the remedy. */
export class NameFilterError extends Error {
  override readonly name = "NameFilterError";
  /** What is wrong with it, in the words of JavaScript: `Unterminated group`. */
  readonly reason: string;

  constructor(text: string, reason: string) {
    super(
      `'${text}' is not a regular expression (${reason}); write a text without slashes to look for it as it is`,
    );
    this.reason = reason;
  }
}

/** A test on names, and the text that the user gave for it. */
export interface NameFilter {
  readonly text: string;
  /** Whether the text is a regular expression; otherwise names contain it as it is, in any case. */
  readonly isExpression: boolean;
  matches(name: string): boolean;
}

const REGULAR_EXPRESSION = /^\/(.+)\/([a-z]*)$/su;

/** Throws `NameFilterError` when the text has the form of a regular expression but is none. */
export function parseNameFilter(text: string): NameFilter {
  const [, source, flags] = REGULAR_EXPRESSION.exec(text) ?? [];
  if (source === undefined) {
    const wanted = text.toLowerCase();
    return { text, isExpression: false, matches: (name) => name.toLowerCase().includes(wanted) };
  }
  let expression: RegExp;
  try {
    // A sticky or global expression would remember where the last match ended.
    expression = new RegExp(source, flags?.replace(/[gy]/g, ""));
  } catch (error) {
    throw new NameFilterError(text, reasonOf((error as Error).message, source));
  }
  return { text, isExpression: true, matches: (name) => expression.test(name) };
}

/** V8 writes `Invalid regular expression: /(/: Unterminated group`, and `Invalid flags supplied to RegExp constructor 'q'`. */
function reasonOf(message: string, source: string): string {
  const rest = message.replace(/^Invalid regular expression: /u, "");
  const repeated = `/${source}/`;
  return rest.startsWith(repeated) ? rest.slice(repeated.length).replace(/^[a-z]*: /u, "") : rest;
}

/** The text of a filter that this name alone passes; where the name was cut, those that begin so. */
export function exactNameFilter(name: string, isCut: boolean = false): string {
  return `/^${name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}${isCut ? "" : "$"}/`;
}
