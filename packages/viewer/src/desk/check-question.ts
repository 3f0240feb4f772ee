/**
 * What comes over a wire is anything. Each question is looked at before it is answered, and made anew from the fields that it may
 * have; whatever else is in it is left behind. A question that is none is a `LinkError` with the code `bad-question`.
 */
import {
  LinkError,
  MOST_ROWS,
  type Ask,
  type FileIndex,
  type ObjectFilter,
  type Order,
  type ParamsOf,
  type QuestionName,
  type TableName,
} from "../protocol/index.ts";

/** Numbers of files, objects and rows are below this. */
const MOST = 2 ** 53;
/** Longest text of a filter or a search. */
const LONGEST_TEXT = 10_000;
/** Longest handle of a row: a chain of retainers has an id for each. */
const LONGEST_HANDLE = 100_000;
/** Most objects or files of one question. */
const MOST_ITEMS = 10_000;
/** Most characters of one answer to `text`. */
const LONGEST_PART = 1_000_000;

const FILTERS_WITHOUT_FIELDS = [
  "duplicatedStrings",
  "retainedByDetachedDom",
  "retainedByContexts",
  "retainedByEventHandlers",
  "retainedByConsole",
  "sharedNativeContexts",
  "noNativeContext",
] as const;
const FOUND = ["class", "string", "property", "id", "object"] as const;

type Fields = Readonly<Record<string, unknown>>;

/** The question as it may be asked, with counts that are not too large. Throws `LinkError`. */
export function checkQuestion<Name extends QuestionName>(name: Name, ask: unknown): Ask<Name> {
  if (!Object.hasOwn(CHECKS, name)) throw new LinkError("bad-question", "There is no such question.");
  return CHECKS[name](fieldsOf(ask));
}

/** The files that must be open before a question is answered. */
export function filesOfQuestion<Name extends QuestionName>(name: Name, ask: Ask<Name>): readonly FileIndex[] {
  const params = (name === "rows" || name === "locate" ? (ask as Ask<"rows">).params : ask) as {
    readonly file?: FileIndex;
    readonly base?: FileIndex;
    readonly target?: FileIndex;
    readonly files?: readonly FileIndex[];
    readonly only?: ObjectFilter;
  };
  const { file, base, target, files = [], only } = params;
  const others = only?.kind === "allocated" ? [only.after, only.upTo] : [];
  return [file, base, target, ...files, ...others].filter((index) => index !== undefined);
}

const CHECKS: { readonly [Name in QuestionName]: (fields: Fields) => Ask<Name> } = {
  files: () => ({}),
  rows: (fields) => ({
    ...checkTable(fields),
    of: text(fields, "of", LONGEST_HANDLE),
    start: integer(fields, "start"),
    count: Math.min(MOST_ROWS, integer(fields, "count")),
  }),
  locate: (fields) => ({ ...checkTable(fields), id: integer(fields, "id") }),
  overview: (fields) => ({ file: integer(fields, "file") }),
  duplicates: (fields) => ({ file: integer(fields, "file") }),
  leaks: (fields) => ({ files: integers(fields, "files") }),
  filters: (fields) => ({ file: integer(fields, "file") }),
  object: (fields) => ({
    file: integer(fields, "file"),
    id: integer(fields, "id"),
    ...given(fields, "previewFrom", integer),
  }),
  text: (fields) => ({
    file: integer(fields, "file"),
    id: integer(fields, "id"),
    from: integer(fields, "from"),
    length: Math.min(LONGEST_PART, integer(fields, "length")),
  }),
  boxes: (fields) => ({
    file: integer(fields, "file"),
    ...given(fields, "id", integer),
    most: integer(fields, "most"),
  }),
  flame: (fields) => ({ file: integer(fields, "file"), most: integer(fields, "most") }),
  timeline: (fields) => ({ file: integer(fields, "file") }),
};

const PARAMS: { readonly [Name in TableName]: (fields: Fields) => ParamsOf<Name> } = {
  summary: (fields) => ({
    file: integer(fields, "file"),
    ...given(fields, "text", text),
    ...given(fields, "only", filter),
  }),
  comparison: (fields) => ({
    base: integer(fields, "base"),
    target: integer(fields, "target"),
    ...given(fields, "text", text),
  }),
  growth: (fields) => ({ files: integers(fields, "files"), ...given(fields, "text", text) }),
  containment: (fields) => ({ file: integer(fields, "file"), ...given(fields, "id", integer) }),
  dominators: (fields) => ({ file: integer(fields, "file"), ...given(fields, "id", integer) }),
  retainers: (fields) => ({
    file: integer(fields, "file"),
    id: integer(fields, "id"),
    ...given(fields, "ignored", integers),
  }),
  mergedPaths: (fields) =>
    fields["group"] === undefined
      ? { file: integer(fields, "file"), ids: integers(fields, "ids") }
      : { file: integer(fields, "file"), group: text(fields, "group") },
  strings: (fields) => ({
    file: integer(fields, "file"),
    list: word(fields, "list", ["duplicates", "largest"]),
    ...given(fields, "text", text),
  }),
  allocation: (fields) => ({ file: integer(fields, "file"), ...given(fields, "path", integers) }),
  calls: (fields) => ({
    file: integer(fields, "file"),
    direction: word(fields, "direction", ["down", "up"]),
    ...given(fields, "text", text),
  }),
  search: (fields) => ({
    file: integer(fields, "file"),
    text: text(fields, "text"),
    ...given(fields, "where", places),
  }),
};

function checkTable(fields: Fields): Pick<Ask<"rows">, "table" | "params" | "order"> {
  const table = word(fields, "table", Object.keys(PARAMS) as TableName[]);
  const params = PARAMS[table](fieldsOf(fields["params"]));
  return { table, params, ...given(fields, "order", order) };
}

function order(fields: Fields, name: string): Order {
  const { by, descending } = fieldsOf(fields[name]);
  if (typeof by !== "string" || by.length > 100 || typeof descending !== "boolean") throw bad(name);
  return { by, descending };
}

function filter(fields: Fields, name: string): ObjectFilter {
  const only = fieldsOf(fields[name]);
  switch (only["kind"]) {
    case "allocated":
      return { kind: "allocated", upTo: integer(only, "upTo"), ...given(only, "after", integer) };
    case "ids":
      return { kind: "ids", after: integer(only, "after"), upTo: integer(only, "upTo") };
    case "nativeContext":
      return { kind: "nativeContext", id: integer(only, "id") };
    case "allocatedBy":
      return { kind: "allocatedBy", path: integers(only, "path") };
    default:
      return { kind: word(only, "kind", FILTERS_WITHOUT_FIELDS) };
  }
}

function places(fields: Fields, name: string): (typeof FOUND)[number][] {
  const list = fields[name];
  if (!Array.isArray(list) || list.length > FOUND.length) throw bad(name);
  return list.map((where) => word({ [name]: where as unknown }, name, FOUND));
}

function fieldsOf(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw bad("question");
  return value as Fields;
}

function integer(fields: Fields, name: string): number {
  const value = own(fields, name);
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value >= MOST) throw bad(name);
  return value;
}

function integers(fields: Fields, name: string): number[] {
  const list = own(fields, name);
  if (!Array.isArray(list) || list.length > MOST_ITEMS) throw bad(name);
  return list.map((value) => integer({ [name]: value as unknown }, name));
}

function text(fields: Fields, name: string, longest = LONGEST_TEXT): string {
  const value = own(fields, name);
  if (typeof value !== "string") throw bad(name);
  if (value.length > longest)
    throw new LinkError("bad-question", `A text of more than ${longest} characters is not looked for.`);
  return value;
}

function word<Word extends string>(fields: Fields, name: string, words: readonly Word[]): Word {
  const found = words.find((one) => one === own(fields, name));
  if (found === undefined) throw bad(name);
  return found;
}

/** A field that may be missing. */
function given<Name extends string, Value>(
  fields: Fields,
  name: Name,
  check: (fields: Fields, name: string) => Value,
): { [Key in Name]?: Value } {
  return own(fields, name) === undefined
    ? {}
    : ({ [name]: check(fields, name) } as { [Key in Name]?: Value });
}

function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function bad(name: string): LinkError {
  return new LinkError(
    "bad-question",
    `The question is not one that can be answered: its field ${name} is wrong.`,
  );
}
