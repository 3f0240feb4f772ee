/**
 * What a person types to filter or to search, as a test on texts. A regular expression looks at the beginning of a text only
 * (`LONGEST_TESTED`), since its time may grow with the square of a text's length or worse. Nothing can end it within one text;
 * one that takes `LONGEST_TEST_MS` for a text ends the question.
 */
import { NameFilterError, parseNameFilter, type NameFilter } from "@heapscope/wording";
import type { ObjectSearch } from "@heapscope/engine";
import { LinkError } from "../protocol/index.ts";

/** V8 itself cuts texts at 1,024 unless it is told otherwise. */
const LONGEST_TESTED = 2_000;
const LONGEST_TEST_MS = 1000;

/** A text, which the engine finds in the file's bytes, or the test of a `/regular expression/`. Throws `LinkError`. */
export function readSearchText(text: string): ObjectSearch["text"] {
  const filter = readFilter(text);
  return filter.isExpression ? { test: testOf(filter) } : text;
}

/** What a name filter of the user says; all names pass an empty one. Throws `LinkError`. */
export function nameTest(text: string | undefined): (name: string) => boolean {
  if (text === undefined || text === "") return () => true;
  return testOf(readFilter(text));
}

function readFilter(text: string): NameFilter {
  try {
    return parseNameFilter(text);
  } catch (error) {
    if (error instanceof NameFilterError) throw new LinkError("bad-filter", `${error.message}.`);
    throw error;
  }
}

function testOf(filter: NameFilter): (name: string) => boolean {
  if (!filter.isExpression) return (name) => filter.matches(name);
  return (name) => {
    const start = Date.now();
    const doesMatch = filter.matches(name.length > LONGEST_TESTED ? name.slice(0, LONGEST_TESTED) : name);
    if (Date.now() - start > LONGEST_TEST_MS)
      throw new LinkError(
        "bad-filter",
        "This regular expression takes too long; write it without repetitions of repetitions, such as (a+)+.",
      );
    return doesMatch;
  };
}
