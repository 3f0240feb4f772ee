// Budgets of `heapscope check`: what the last snapshot may hold at most, in a line that can stand in a pipeline's file.
//
//   BUDGET   = MEASURE ("<=" | "<") LIMIT
//   MEASURE  = CLASS | count(CLASS)    objects
//            | shallow(CLASS)          bytes of these objects themselves
//            | retained(CLASS)         bytes that would be free if all of them went
//            | growth(CLASS)           objects more than in the first snapshot
//            | total                   bytes of the whole heap
//   CLASS    = the name of a constructor, exactly | /regular expression/flags
//   LIMIT    = a number, for bytes with an optional unit: 500kB, 1.5MB, 64MiB
//
// The last "<" of the text divides it, since names may have one as well. Counts are those of `heapscope summary`.

import { UsageError } from "../command-error.ts";
import { parseSize, UNITLESS } from "../text/parse-size.ts";
import { readNameFilter } from "../text/read-name-filter.ts";

const measures = ["count", "shallow", "retained", "growth"] as const;

type Measure = (typeof measures)[number] | "total";

export interface Budget {
  /** As the user wrote it. */
  readonly text: string;
  readonly measure: Measure;
  /** Whether a group counts; absent for the whole heap. */
  readonly className?: { readonly text: string; matches(name: string): boolean };
  readonly limit: number;
  /** `<`: the limit itself is too much. */
  readonly below: boolean;
}

/** Throws `UsageError` of one sentence with the remedy. */
export function parseBudget(text: string): Budget {
  const [, left = "", operator, right = ""] = /^(.*)(<=|<)(.*)$/su.exec(text) ?? [];
  if (operator === undefined)
    throw new UsageError(
      /[>=]/.test(text)
        ? `'${text}' has no upper limit; a budget says how much there may be at most, for example 'Session<=1000'.`
        : `'${text}' has no limit; write for example '${text}<=1000'.`,
    );
  if (left.trim() === "")
    throw new UsageError(`'${text}' does not say of what; write for example 'Session${operator}${right}'.`);
  const { measure, subject } = parseMeasure(text, left.trim());
  const isCount = measure === "count" || measure === "growth";
  const limit = parseLimit(text, right.trim(), isCount, subject);
  const common = { text, measure, limit, below: operator === "<" };
  return subject === undefined ? common : { ...common, className: parseClassName(subject) };
}

function parseMeasure(text: string, left: string): { measure: Measure; subject: string | undefined } {
  if (left === "total") return { measure: "total", subject: undefined };
  const [, word, inner] = /^([A-Za-z]\w*)\s*\((.*)\)$/su.exec(left) ?? [];
  if (word === undefined || inner === undefined) return { measure: "count", subject: left };
  const measure = measures.find((each) => each === word);
  if (measure === undefined)
    throw new UsageError(
      `'${text}' asks for '${word}', and what can be limited is ${measures.join(", ")} of a class, and total; ` +
        `for a class of that name, write count(${left}).`,
    );
  if (inner.trim() === "")
    throw new UsageError(`'${text}' names no class; write for example ${word}(Session).`);
  return { measure, subject: inner.trim() };
}

function parseLimit(text: string, right: string, isCount: boolean, subject: string | undefined): number {
  const size = parseSize(right);
  if (size === undefined)
    throw new UsageError(
      right === ""
        ? `'${text}' ends before its limit; write for example '${text}1000'.`
        : `'${text}': '${right}' is no limit; give a number${isCount ? "" : ", with a unit such as kB or MB if you like"}.`,
    );
  if (!isCount || (UNITLESS.test(right) && Number.isInteger(size))) return size;
  throw new UsageError(
    UNITLESS.test(right)
      ? `'${text}': objects are counted in whole numbers, and '${right}' is none.`
      : `'${text}' limits a number of objects by a size; write 'retained(${subject})<=${right}' or 'shallow(${subject})<=${right}'.`,
  );
}

function parseClassName(subject: string): NonNullable<Budget["className"]> {
  if (/^\/.+\/[a-z]*$/su.test(subject)) return readNameFilter(subject);
  // V8 ends some names of one and the same class with a space.
  return { text: subject, matches: (name) => name === subject || name.trimEnd() === subject };
}
