/**
 * Values in the words of a program: `"text"`, `42`, `true`, `Session @123`. What a file has of primitive values: texts of strings and
 * regular expressions, names of symbols; numbers where it was captured with them, which then are `value` of a node for each.
 */
import { followReference, nameObject, type HeapObject } from "@heapscope/engine";
import { objectHandle } from "@heapscope/wording";
import type { ObjectAnswer } from "../../protocol/index.ts";
import { cutText } from "../object-row.ts";

/** Characters of a string in a line. */
const LONGEST_LINE = 100;
/** Characters of a string's value at first; the rest is asked for by the question `text`. */
const FIRST_PART = 10_000;
const ODDBALL = "system / Oddball";
/** An oddball refers to its texts and little else. */
const MOST_ODDBALL_EDGES = 100;
const ODDBALLS: ReadonlySet<string> = new Set([
  "undefined",
  "null",
  "true",
  "false",
  "hole",
  "uninitialized",
]);

/** One line for a value. Objects have their ids. */
export function valueWords(object: HeapObject): string {
  switch (object.type) {
    case "string":
    case "concatenated string": {
      const text = object.nameStart(LONGEST_LINE + 1);
      return text.length > LONGEST_LINE ? `"${text.slice(0, LONGEST_LINE)}…"` : `"${text}"`;
    }
    case "sliced string":
      return `part of a string ${objectHandle(object.id)}`;
    default:
      return primitiveText(object)?.value ?? `${cutText(nameObject(object)).text} ${objectHandle(object.id)}`;
  }
}

/** The value of a string (its first part), a number, a boolean, … as far as the file has it; `undefined` for objects. */
export function primitiveText(object: HeapObject): ObjectAnswer["text"] {
  switch (object.type) {
    case "string":
    case "concatenated string": {
      const { value, total, isPartial } = object.textPart(0, FIRST_PART);
      const isCut = value.length < total || isPartial === true;
      return { value, length: total, isCut, ...(isPartial === undefined ? {} : { isPartial }) };
    }
    case "number":
      return whole(follow(object, "value")?.nameStart(FIRST_PART));
    case "symbol": {
      const name = follow(object, "name")?.nameStart(FIRST_PART);
      return whole(name === undefined ? undefined : `Symbol(${name})`);
    }
    case "regexp":
      return whole(`/${object.nameStart(FIRST_PART)}/`);
    case "hidden":
      return whole(oddballName(object));
    default:
      return undefined;
  }
}

/** `true`, `null`, …: V8 names such a node so, or until Node 22 as an oddball that refers to the text. */
function oddballName(object: HeapObject): string | undefined {
  const name = object.nameStart(ODDBALL.length + 1);
  if (ODDBALLS.has(name)) return name;
  if (name !== ODDBALL) return undefined;
  if (object.edgeCount > MOST_ODDBALL_EDGES) return undefined;
  return object
    .edges()
    .map(({ to }) => (to.type === "string" ? to.nameStart(20) : ""))
    .find((text) => ODDBALLS.has(text));
}

function whole(value: string | undefined): ObjectAnswer["text"] {
  return value === undefined ? undefined : { value, length: value.length, isCut: false };
}

/** What V8's own reference of this name leads to. */
export function follow(object: HeapObject, name: string): HeapObject | undefined {
  return followReference(object, "internal", name);
}
