/**
 * DevTools' Allocation view: functions by what they allocated in the recording; below each its callers, with as much of that as
 * it was called for by them.
 *
 * Handles are chains of functions, as the engine's `callersOf` takes them: `3` for function 3, `3.7` for its calls by
 * function 7. A file without stacks has no rows.
 */
import { scriptPath, type AllocationSite, type AllocationTable, type RunOptions } from "@heapscope/engine";
import { formatPlace, type SourceLookup } from "@heapscope/wording";
import { LinkError, type AllocationRow, type FunctionPath } from "../../protocol/index.ts";
import { cutText } from "../object-row.ts";
import { orderEntries, type SortFields } from "../order-entries.ts";
import type { TableMaker } from "../table-maker.ts";

/** A row before it is made. */
interface Entry {
  readonly handle: string;
  readonly site: AllocationSite;
  readonly canOpen: boolean;
}

/** Bytes that an entry takes, about. */
const ENTRY_SIZE = 160;

export const allocation: TableMaker<"allocation"> = {
  async list(desk, { file, path }, of, order, run) {
    const snapshot = desk.snapshot(file);
    await snapshot.prepare(["allocations"], run);
    const table = snapshot.allocations;
    const entries = table === undefined ? [] : of === "" ? top(table, path) : callers(table, of);
    const rows = await sorted(entries, desk.sources, order, run);
    return {
      total: rows.length,
      byteSize: ENTRY_SIZE * rows.length,
      row: (index) => toRow(rows[index]!, desk.sources),
    };
  },
};

/** The functions, or the one row that a path leads to. */
function top(table: AllocationTable, path: FunctionPath | undefined): Entry[] {
  if (path === undefined) return sites(table);
  const handle = path.join(".");
  const beside = path.length < 2 ? sites(table) : callers(table, path.slice(0, -1).join("."));
  return beside.filter((entry) => entry.handle === handle);
}

function sites({ sites: all, functionOfSite }: AllocationTable): Entry[] {
  return all.map((site, index) => {
    const functionRow = functionOfSite[index]!;
    // The first function is the root of the recording, which nobody calls.
    return { handle: String(functionRow), site, canOpen: functionRow !== 0 };
  });
}

function callers(table: AllocationTable, of: string): Entry[] {
  if (!/^\d{1,10}(?:\.\d{1,10})*$/.test(of))
    throw new LinkError(
      "bad-question",
      "The row is not of this file; reload the page to begin from the top.",
    );
  return table.callersOf(pathOf(of)).map((caller) => ({
    handle: `${of}.${caller.functionRow}`,
    site: caller,
    canOpen: caller.hasCallers,
  }));
}

function pathOf(handle: string): number[] {
  return handle.split(".").map(Number);
}

async function sorted(
  entries: readonly Entry[],
  sources: SourceLookup,
  order: Parameters<typeof orderEntries>[2],
  run: RunOptions,
): Promise<Entry[]> {
  const fields: SortFields<Entry> = {
    functionName: ({ site }) => describeFunction(site, sources).functionName,
    location: ({ site }) => describeFunction(site, sources).location ?? "",
    count: ({ site }) => site.count,
    size: ({ site }) => site.size,
    liveCount: ({ site }) => site.liveCount,
    liveSize: ({ site }) => site.liveSize,
  };
  return await orderEntries(entries, fields, order, run);
}

function toRow({ handle, site, canOpen }: Entry, sources: SourceLookup): AllocationRow {
  const { count, size, liveCount, liveSize } = site;
  return {
    kind: "allocation",
    key: handle,
    ...(canOpen ? { children: handle } : {}),
    path: pathOf(handle),
    ...describeFunction(site, sources),
    count,
    size,
    liveCount,
    liveSize,
  };
}

/** The name that its author gave it, where a source map leads there; otherwise V8's. */
function describeFunction(
  site: AllocationSite,
  sources: SourceLookup,
): Pick<AllocationRow, "functionName" | "location"> {
  const place = sources.placeOfFunction(site);
  if (place === undefined) return { functionName: cutText(site.name).text };
  const name = place.file === scriptPath(site.scriptName) ? site.name : (place.name ?? site.name);
  return { functionName: cutText(name).text, location: cutText(formatPlace(place)).text };
}
