// The words for one object, decorated as Chrome DevTools does: strings in quotes, `name()` for a
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
    case "synthetic":
      // Only the root has no name.
      return text === "" ? "(root)" : text;
    default:
      return text === "" ? `(${type})` : classLabel(name);
  }
}

/** The name of a class. V8 ends some names with a space, where an address is missing. */
export function classLabel(className: string): string {
  return escapeText(className).trimEnd();
}

/** The name of a function in an allocation stack. */
export function functionLabel(name: string): string {
  return name === "" ? "(anonymous)" : escapeText(name);
}

/** The handle of an object, which every command accepts. */
export function objectHandle(id: number): string {
  return `@${id}`;
}
