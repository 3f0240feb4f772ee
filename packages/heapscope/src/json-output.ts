// A result as the text of one JSON object, in pieces: a list of ten million references is longer than the longest
// JavaScript string (512 Mi characters), so long lists are written in parts. Characters that could act on a terminal are
// written as escapes, which mean the same in JSON.

// Small enough that a part with V8's longest names (1,024 characters) stays far below the limit of a string.
const ITEMS_PER_PART = 1000;

// Lists up to this length are written item by item, since an item may hold a long list itself.
const SHORT_LIST = 64;

/** The document in pieces, without a newline at its end. Cost: one pass; one piece at a time is in memory. */
export function* jsonParts(value: unknown): Generator<string, void, undefined> {
  if (Array.isArray(value)) {
    yield "[";
    if (value.length <= SHORT_LIST) {
      for (const [index, item] of value.entries()) {
        if (index > 0) yield ",";
        yield* jsonParts(item ?? null);
      }
      yield "]";
      return;
    }
    for (let start = 0; start < value.length; start += ITEMS_PER_PART) {
      const part = JSON.stringify(value.slice(start, start + ITEMS_PER_PART));
      yield (start === 0 ? "" : ",") + escapeJson(part.slice(1, -1));
    }
    yield "]";
    return;
  }
  if (typeof value !== "object" || value === null) {
    yield escapeJson(JSON.stringify(value));
    return;
  }
  let separator = "{";
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    yield `${separator}${escapeJson(JSON.stringify(key))}:`;
    yield* jsonParts(field);
    separator = ",";
  }
  yield separator === "{" ? "{}" : "}";
}
import { escapeJson } from "@heapscope/wording";
