// What a person types to filter names (`--filter`, the viewer's filter box): a text that the name contains, in any case, as in DevTools' filter box; or `/…/`, a
// regular expression with optional flags.

/** The text has the form of a regular expression but is none. The message is a sentence without a capital, with the remedy. */
export class NameFilterError extends Error {
  override readonly name = "NameFilterError";
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
    throw new NameFilterError(
      `'${text}' is not a regular expression (${(error as Error).message}); write a text without slashes to look for it as it is`,
    );
  }
  return { text, isExpression: true, matches: (name) => expression.test(name) };
}

/** The text of a filter that this name alone passes. */
export function exactNameFilter(name: string): string {
  return `/^${name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$/`;
}
