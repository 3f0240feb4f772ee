// The words for one object and one reference, decorated as Chrome DevTools does: strings in quotes, `name()` for a
// function, `name[]` for an array, `/…/` for a regular expression. Everything is escaped for the terminal.

import { escapeText } from "./escape-text.ts";

/** An object by the name that the engine gives it and by its node type. */
export function objectLabel(name: string, type: string): string {
  const text = escapeText(name);
  switch (type) {
    case "string":
    case "concatenated string":
    case "sliced string":
      return `"${text}"`;
    case "regexp":
      return `/${text}/`;
    case "closure":
      return `${text}()`;
    case "array":
      return text === "" ? "(internal array)[]" : `${text}[]`;
    default:
      return text === "" ? `(${type})` : text;
  }
}

/** The handle of an object, which every command accepts. */
export function objectHandle(id: number): string {
  return `@${id}`;
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/**
 * A reference as a person would write it: `.name`, `["odd name"]`, `[3]`, `(closure scope).name`; in parentheses what the
 * engine named. The same forms as in the engine's retaining paths.
 */
export function referenceLabel(type: string, name: string | number): string {
  const text = escapeText(String(name));
  switch (type) {
    case "property":
      return typeof name === "string" && IDENTIFIER.test(name)
        ? `.${text}`
        : `[${escapeText(JSON.stringify(name))}]`;
    case "element":
      return `[${text}]`;
    case "context":
      return `(closure scope).${text}`;
    case "internal":
      return `(${text})`;
    default:
      return `(${type} ${text})`;
  }
}
