/**
 * Search for objects by their names, as DevTools does, and by the texts of strings, names of properties and of classes.
 * See `passes/find-objects.ts`.
 */
import type { BitSet } from "../graph/bit-set.ts";
import { TextSearch } from "../graph/text-search.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import {
  findByClass,
  findByContent,
  findByName,
  findByProperty,
  matchStrings,
  type FindInput,
  type FoundNodes,
  type TextTest,
} from "../passes/find-objects.ts";
import { named, run, runNow, type Pass, type RunOptions, type Task } from "../passes/pass.ts";

/** Where a text is looked for. */
export type SearchPlace =
  /** DevTools' search: in the names that it shows for objects. */
  | "name"
  /** In the texts of strings, also of concatenated ones. */
  | "string"
  /** In names of properties and closure variables; the objects that have them are found. */
  | "property"
  /** In names of classes; their objects are found. */
  | "class";

export interface ObjectSearch {
  /** A part of the text, or a test such as a regular expression. A part is by far faster. */
  readonly text: string | TextTest;
  /** Whether a part must have the same case. */
  readonly matchCase?: boolean;
  /** Searching several places at once reads the strings once. */
  readonly where: readonly SearchPlace[];
  /** The nodes that count, such as those of a filter. */
  readonly only?: BitSet | undefined;
  /** The most nodes of each place. */
  readonly limit?: number;
}

/** What was found in one place. */
export interface FoundObjects extends FoundNodes {
  readonly where: SearchPlace;
}

/**
 * What was found, in the order of `where`. Objects of size 0, which are in no group, are never found.
 *
 * **Cost**: O(bytes of all strings), then O(nodes) a place; O(edges) for properties. Regular expressions decode everything.
 */
export function findObjects(snapshot: HeapSnapshot, search: ObjectSearch): FoundObjects[] {
  return runNow(finding(snapshot, search));
}

/** `findObjects` with progress and cancellation. */
export async function prepareSearch(
  snapshot: HeapSnapshot,
  search: ObjectSearch,
  options?: RunOptions,
): Promise<FoundObjects[]> {
  return await run(finding(snapshot, search), options);
}

function* finding(snapshot: HeapSnapshot, search: ObjectSearch): Task<FoundObjects[]> {
  yield* snapshot.preparing(["shallowSize"]);
  if (search.where.includes("class")) yield* snapshot.preparing(["groupKeys"]);
  const { graph, names, shallowSize } = snapshot;
  const text = textOf(search);
  const matching = yield* named("searching strings", matchStrings(graph.strings, text), []);
  const limit = search.limit ?? Number.POSITIVE_INFINITY;
  const input: FindInput = { graph, shallowSize, names, text, matching, passing: search.only, limit };
  const found: FoundObjects[] = [];
  for (const where of search.where) {
    const nodes = yield* named("searching objects", findIn(snapshot, where, input), []);
    found.push({ where, ...nodes });
  }
  return found;
}

function textOf({ text, matchCase = false }: ObjectSearch): TextSearch | TextTest {
  if (typeof text === "string") return new TextSearch(text, matchCase);
  // A global or sticky expression would remember where the last match ended.
  return text instanceof RegExp ? new RegExp(text.source, text.flags.replace(/[gy]/g, "")) : text;
}

function findIn(snapshot: HeapSnapshot, where: SearchPlace, input: FindInput): Pass<FoundNodes> {
  switch (where) {
    case "name":
      return findByName(input);
    case "string":
      return findByContent(input);
    case "property":
      return findByProperty(input);
    case "class":
      return findByClass(input, snapshot.groupKeys);
  }
}
