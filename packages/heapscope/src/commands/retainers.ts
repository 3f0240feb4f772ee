// `heapscope retainers`: the Retainers pane of Chrome DevTools. As there, the first retainer, which is the closest to a
// GC root, is followed by itself until a root is near; with --depth all of them are, so many levels, as long as the tree
// does not get too large.

import type { HeapEdge, HeapObject } from "@heapscope/engine";
import { defineCommand, type Command } from "../command.ts";
import { findObject, nameObject } from "../describe-snapshot.ts";
import { limit, noCache, objectId, optionalLevels, rowLimit, snapshotFile } from "../parameters.ts";
import type { RetainerLine, Retainers } from "../schemas/retainers.ts";

const USUAL_LIMIT = 10;
const MOST_FOLLOWED = 8;
/** Rows below the first level of the tree. */
const MOST_BELOW = 10_000;

export const retainers: Command = defineCommand({
  name: "retainers",
  summary: "what holds an object",
  description:
    "Prints the objects that refer to an object, those nearest to a GC root first, as the Retainers pane of\n" +
    "Chrome DevTools does. For the whole way to a root see: heapscope help path",
  group: "One snapshot:",
  arguments: { file: snapshotFile("the snapshot"), id: objectId("the object: @12345") },
  options: {
    depth: optionalLevels("levels of retainers to print (default: one, and the nearest ones of the first)"),
    limit: limit(USUAL_LIMIT, "retainers of an object"),
    "no-cache": noCache(),
  },
  examples: [
    { line: "retainers app.heapsnapshot @4711", meaning: "what refers to @4711" },
    { line: "retainers app.heapsnapshot @4711 --depth 4 --limit 3", meaning: "and what refers to that" },
  ],
  async run(context, input): Promise<Retainers> {
    const snapshot = await context.openSnapshot(input.file);
    await snapshot.prepare(["retainedSize", "distance", "retainers", "nodesById"], context.runOptions);
    const object = findObject(snapshot, input.file, input.id);
    const all = object.retainers();
    const rows = rowLimit(input.limit, USUAL_LIMIT, context.json);
    const lines = describeRetainers(object, all, input.depth ?? 1, rows);
    // As in DevTools, the nearest retainer is opened until a root is near.
    const [nearest] = lines;
    if (input.depth === undefined && nearest !== undefined) {
      attachNearest(nearest, all[0]!.from, new Set([object.id]));
    }
    return {
      schema: "heapscope/retainers@1",
      object: nameObject(object),
      retainerCount: all.length,
      retainers: lines,
    };
  },
  print: async () => (await import("../print/retainers.ts")).printRetainers,
});

/** A retainer in the tree, and the one below which it stands. */
interface Row {
  readonly line: RetainerLine;
  readonly holder: HeapObject;
  readonly below: Row | undefined;
}

/**
 * The retainers down to `depth` levels. Many ways may lead through one object, so the tree can grow by a factor with
 * every level: it is filled level by level, until `MOST_BELOW` rows stand below the first.
 */
function describeRetainers(
  object: HeapObject,
  edges: readonly HeapEdge[],
  depth: number,
  rows: number,
): RetainerLine[] {
  const known = new Map<number, Holders>();
  let left = MOST_BELOW;
  const first = edges.slice(0, rows).map((edge) => createRow(edge, object.id, undefined));
  let level = first;
  for (let done = 1; done < depth && level.length > 0; done++) {
    const next: Row[] = [];
    for (const row of level) {
      if (row.line.repeated === true) continue;
      const { nearest, count } = findHolders(row.holder, known);
      const above = nearest.slice(0, Math.min(rows, left)).map((edge) => createRow(edge, object.id, row));
      left -= above.length;
      attach(
        row.line,
        above.map(({ line }) => line),
        count,
      );
      for (const each of above) next.push(each);
    }
    level = next;
  }
  return first.map(({ line }) => line);
}

function createRow(edge: HeapEdge, objectId: number, below: Row | undefined): Row {
  const line = describeRetainer(edge);
  let repeated = line.id === objectId;
  for (let row = below; row !== undefined && !repeated; row = row.below) repeated = row.line.id === line.id;
  return { line: repeated ? { ...line, repeated } : line, holder: edge.from, below };
}

interface Holders {
  /** No more of them than can be printed. */
  readonly nearest: readonly HeapEdge[];
  readonly count: number;
}

/** The retainers of an object. It may stand in the tree many times; sorting a million of them once is enough. */
function findHolders(object: HeapObject, known: Map<number, Holders>): Holders {
  const before = known.get(object.id);
  if (before !== undefined) return before;
  const all = object.retainers();
  const holders = { nearest: all.slice(0, MOST_BELOW), count: all.length };
  known.set(object.id, holders);
  return holders;
}

/** Puts the nearest retainer below the line, and so on, up to a root or to `MOST_FOLLOWED` levels. */
function attachNearest(line: RetainerLine, holder: HeapObject, branch: ReadonlySet<number>): void {
  if (line.repeated === true || line.distance <= 1 || branch.size > MOST_FOLLOWED) return;
  const above = holder.retainers();
  const [nearest] = above;
  if (nearest === undefined) return;
  const ids = new Set(branch).add(line.id);
  const next = describeRetainer(nearest);
  if (ids.has(next.id)) next.repeated = true;
  attachNearest(next, nearest.from, ids);
  attach(line, [next], above.length);
}

function attach(line: RetainerLine, retainers: RetainerLine[], count: number): void {
  if (retainers.length > 0) line.retainers = retainers;
  const omitted = count - retainers.length;
  if (omitted > 0) line.omitted = omitted;
}

function describeRetainer(edge: HeapEdge): RetainerLine {
  const { from } = edge;
  return {
    id: from.id,
    name: from.name,
    type: from.type,
    edge: { type: edge.type, name: edge.name, label: edge.description },
    distance: from.distance,
    shallowSize: from.shallowSize,
    retainedSize: from.retainedSize,
  };
}
