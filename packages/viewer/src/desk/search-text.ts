/** What a person types to search, as the engine takes it. */
import { NameFilterError, parseNameFilter } from "@heapscope/wording";
import type { ObjectSearch } from "@heapscope/engine";
import { LinkError } from "../protocol/index.ts";

/** A text, which the engine finds in the file's bytes, or the test of a `/regular expression/`. Throws `LinkError`. */
export function readSearchText(text: string): ObjectSearch["text"] {
  try {
    const filter = parseNameFilter(text);
    return filter.isExpression ? { test: (name) => filter.matches(name) } : text;
  } catch (error) {
    if (error instanceof NameFilterError) throw new LinkError("bad-filter", `${error.message}.`);
    throw error;
  }
}
