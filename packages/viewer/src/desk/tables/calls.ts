/**
 * A profile as a tree of calls. Down: who called what, from the root; handles are positions of calls. Up: every function with
 * its callers; handles are chains of functions, as the engine's `findCallers` takes them: `3` for function 3, `3.7` for its
 * calls by function 7.
 *
 * A text keeps the functions that have it in their names or places. Down, also what called them and what they called; up, only
 * the first row of a chain is looked at. It hides rows and changes no numbers.
 *
 * Cost: down, O(children) for a list, with a text O(calls); up, as `findCallers`.
 */
import { findCallers, forEachCallee, type Profile, type RunOptions } from "@heapscope/engine";
import { LinkError, type CallRow, type Order, type ParamsOf } from "../../protocol/index.ts";
import { callLocation, callName } from "../call-words.ts";
import { nameTest } from "../search-text.ts";
import type { DeskContext, RowList, TableMaker } from "../table-maker.ts";

/** A row before it is made. */
interface Entry {
  readonly handle: string;
  readonly function: number;
  readonly selfValue: number;
  readonly totalValue: number;
  readonly canOpen: boolean;
}

/** Bytes that an entry takes, about. */
const ENTRY_SIZE = 120;

export const calls: TableMaker<"calls"> = {
  async list(
    desk: DeskContext,
    { file, direction, text }: ParamsOf<"calls">,
    of: string,
    order: Order,
    _run: RunOptions,
  ): Promise<RowList<CallRow>> {
    const profile = desk.profile(file);
    const isWanted = wantedFunctions(profile, text ?? "");
    const entries = direction === "down" ? callees(profile, of, isWanted) : callers(profile, of, isWanted);
    sortEntries(profile, entries, order);
    return {
      total: entries.length,
      byteSize: entries.length * ENTRY_SIZE,
      row: (index) => toRow(profile, entries[index]!),
    };
  },
};

/** FunctionIndex -> whether it has the text; `undefined` when all are wanted. */
function wantedFunctions({ functions }: Profile, text: string): readonly boolean[] | undefined {
  if (text === "") return undefined;
  const matches = nameTest(text);
  return functions.map((each) => matches(callName(each)) || matches(callLocation(each) ?? ""));
}

function callees({ tree }: Profile, of: string, isWanted: readonly boolean[] | undefined): Entry[] {
  const above = of === "" ? 0 : readNumber(of, tree.count);
  const isShown = isWanted === undefined ? undefined : shownCalls({ tree, isWanted });
  const entries: Entry[] = [];
  forEachCallee(tree, above, (call) => {
    if (isShown?.[call] === 0) return;
    let canOpen = tree.subtreeCount[call]! > 1;
    if (canOpen && isShown !== undefined) {
      canOpen = false;
      forEachCallee(tree, call, (callee) => (canOpen ||= isShown[callee] === 1));
    }
    entries.push({
      handle: String(call),
      function: tree.functionOf[call]!,
      selfValue: tree.selfValue[call]!,
      totalValue: tree.totalValue[call]!,
      canOpen,
    });
  });
  return entries;
}

/** CallIndex -> 1 for calls of wanted functions, for what called them, and for what they called. */
function shownCalls({
  tree,
  isWanted,
}: Pick<Profile, "tree"> & { isWanted: readonly boolean[] }): Uint8Array {
  const { count, functionOf, parent } = tree;
  const isShown = new Uint8Array(count);
  // From below: what called them. Then from above: what they called.
  const isBelow = new Uint8Array(count);
  for (let call = count - 1; call >= 0; call--) {
    if (isWanted[functionOf[call]!]) isShown[call] = isBelow[call] = 1;
    if (call > 0 && isShown[call] === 1) isShown[parent[call]!] = 1;
  }
  for (let call = 1; call < count; call++)
    if (isBelow[parent[call]!] === 1) isShown[call] = isBelow[call] = 1;
  return isShown;
}

function callers(profile: Profile, of: string, isWanted: readonly boolean[] | undefined): Entry[] {
  const chain = of === "" ? [] : of.split(".").map((each) => readNumber(each, profile.functions.length));
  const rows = findCallers(profile, chain);
  return (chain.length === 0 && isWanted ? rows.filter((row) => isWanted[row.function]) : rows).map(
    (row) => ({
      handle: of === "" ? String(row.function) : `${of}.${row.function}`,
      function: row.function,
      selfValue: row.selfValue,
      totalValue: row.totalValue,
      canOpen: row.hasCallers,
    }),
  );
}

function readNumber(text: string, end: number): number {
  const number = /^\d{1,10}$/u.test(text) ? Number(text) : end;
  if (number >= end)
    throw new LinkError(
      "bad-question",
      "The row is not of this profile; reload the page to begin from the top.",
    );
  return number;
}

function sortEntries({ functions }: Profile, entries: Entry[], { by, descending }: Order): void {
  const name = (entry: Entry): string => callName(functions[entry.function]!);
  const location = (entry: Entry): string => callLocation(functions[entry.function]!) ?? "";
  const comparisons = new Map<string, (a: Entry, b: Entry) => number>([
    ["selfValue", (a, b) => a.selfValue - b.selfValue],
    ["totalValue", (a, b) => a.totalValue - b.totalValue],
    ["functionName", (a, b) => compareTexts(name(a), name(b))],
    ["location", (a, b) => compareTexts(location(a), location(b))],
  ]);
  const compare = comparisons.get(by);
  if (compare === undefined)
    throw new LinkError("bad-question", "Calls cannot be sorted by that; choose a column of the table.");
  entries.sort(descending ? (a, b) => compare(b, a) : compare);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function toRow({ functions }: Profile, entry: Entry): CallRow {
  const called = functions[entry.function]!;
  const location = callLocation(called);
  return {
    kind: "call",
    key: entry.handle,
    functionName: callName(called),
    selfValue: entry.selfValue,
    totalValue: entry.totalValue,
    ...(location === undefined ? {} : { location }),
    ...(entry.canOpen ? { children: entry.handle } : {}),
  };
}
