// A filter of names as a word of the command line.

import { NameFilterError, parseNameFilter, type NameFilter } from "@heapscope/wording";
import { UsageError } from "../command-error.ts";

/** As `parseNameFilter`, but throws `UsageError`. */
export function readNameFilter(text: string): NameFilter {
  try {
    return parseNameFilter(text);
  } catch (error) {
    throw error instanceof NameFilterError ? new UsageError(error.message) : error;
  }
}
