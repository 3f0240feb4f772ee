// `heapscope summary`: the Summary and Statistics views of Chrome DevTools. With a filter it also lists the objects of
// the groups that match, since a group has no @id to go on with. Of a recording with allocation stacks it also tells the
// functions that allocated, DevTools' Allocation view.

import type { Group, HeapSnapshot } from "@heapscope/engine";
import type { GroupSummary, KnownSummary } from "@heapscope/engine/cache";
import type { NameFilter } from "@heapscope/wording";
import { defineCommand, type Command, type CommandContext } from "../command.ts";
import { describeAllocation, describeFacts, describeObject, largestObjects } from "../describe-snapshot.ts";
import { choice, limit, nameFilter, noCache, rowLimit, snapshotFile, sourceMaps } from "../parameters.ts";
import type { ObjectLine } from "../schemas/heap-object.ts";
import type { Summary } from "../schemas/summary.ts";

const USUAL_LIMIT = 20;
const USUAL_ALLOCATIONS = 10;

const orders = ["retained", "shallow", "count", "name", "distance"] as const;

const compareGroups: Readonly<Record<(typeof orders)[number], (a: GroupSummary, b: GroupSummary) => number>> =
  {
    retained: (a, b) => b.retainedSize - a.retainedSize,
    shallow: (a, b) => b.shallowSize - a.shallowSize,
    count: (a, b) => b.count - a.count,
    name: (a, b) => (a.className < b.className ? -1 : a.className > b.className ? 1 : 0),
    // What no GC root reaches has a distance below zero, and is farthest away.
    distance: (a, b) => Number(a.distance < 0) - Number(b.distance < 0) || a.distance - b.distance,
  };

export const summary: Command = defineCommand({
  name: "summary",
  summary: "what the memory is used for: statistics, and objects by constructor",
  description:
    "Prints what the memory is used for: the statistics of Chrome DevTools, and its Summary view,\n" +
    "the objects grouped by constructor. With --filter it also lists the objects of the groups.\n" +
    "Of a recording with allocation stacks, it tells which functions allocated.",
  group: "One snapshot:",
  arguments: { file: snapshotFile("the snapshot") },
  options: {
    filter: nameFilter("only constructors whose name contains the text, or matches /a regular expression/"),
    limit: limit(USUAL_LIMIT, "groups"),
    sort: choice("order", orders, "largest first, or by name or distance"),
    "source-maps": sourceMaps(),
    "no-cache": noCache(),
  },
  examples: [
    { line: "summary app.heapsnapshot", meaning: "the 20 largest groups" },
    {
      line: "summary app.heapsnapshot --filter Session",
      meaning: "Session, UserSession … and their objects",
    },
    {
      line: "summary app.heapsnapshot --filter '/^[A-Z]/' --sort count",
      meaning: "classes, the most numerous first",
    },
    { line: "summary app.heapsnapshot.gz --json --limit 0", meaning: "all of it, for a program" },
  ],
  async run(context, input): Promise<Summary> {
    const { filter } = input;
    const known = await context.findSummary(input.file);
    // What is known tells everything but the objects of a filter.
    const isMatching = ({ className }: GroupSummary): boolean => filter?.matches(className) ?? true;
    const isEnough = filter === undefined || known?.groups.some(isMatching) === false;
    const snapshot = known !== undefined && isEnough ? undefined : await readSnapshot(context, input);
    const facts = snapshot === undefined ? known! : await summarizeSnapshot(snapshot);
    const rows = rowLimit(input.limit, USUAL_LIMIT, context.json);
    // A group may have millions of objects: also programs get all of them only when they ask.
    const objectRows = rowLimit(input.limit, USUAL_LIMIT, false);

    const matching = facts.groups.filter(isMatching);
    // The groups come by retained size; when sorted otherwise, equal ones stay in this order.
    const [largest] = matching;
    if (input.sort !== "retained") matching.sort(compareGroups[input.sort]);
    const objects =
      filter === undefined
        ? undefined
        : snapshot === undefined
          ? []
          : findObjects(snapshot, isMatching, objectRows);
    const siteRows = rowLimit(input.limit, USUAL_ALLOCATIONS, context.json);
    const sources = await context.openSources([facts], input["source-maps"]);
    const allocations = facts.sites.slice(0, siteRows).map((site) => describeAllocation(site, sources));

    return {
      schema: "heapscope/summary@1",
      snapshot: describeFacts(input.file, facts),
      statistics: facts.statistics,
      ...(filter === undefined ? {} : { filter: filter.text }),
      groupCount: matching.length,
      objectCount: matching.reduce((sum, group) => sum + group.count, 0),
      shallowSize: matching.reduce((sum, group) => sum + group.shallowSize, 0),
      ...(largest === undefined ? {} : { largest }),
      groups: matching.slice(0, rows),
      ...(objects === undefined ? {} : { objects }),
      ...(facts.sites.length === 0 ? {} : { allocatingCount: facts.sites.length, allocations }),
    };
  },
  print: async () => (await import("../print/summary.ts")).printSummary,
});

async function readSnapshot(
  context: CommandContext,
  input: { readonly file: string; readonly filter: NameFilter | undefined },
): Promise<HeapSnapshot> {
  const snapshot = await context.openSnapshot(input.file);
  await snapshot.prepare(["groups", "statistics", "allocations"], context.runOptions);
  // Only the list of single objects needs their sizes.
  if (input.filter !== undefined) await snapshot.prepare(["retainedSize"], context.runOptions);
  return snapshot;
}

/** Of a snapshot that has been read, what would be kept of it: so that both ways have one answer. */
async function summarizeSnapshot(snapshot: HeapSnapshot): Promise<KnownSummary> {
  const { summarize } = await import("@heapscope/engine/cache");
  const { captureRecord, captureRecordProblem } = snapshot;
  return { ...summarize(snapshot), captureRecord, captureRecordProblem };
}

/** The largest objects of the groups that match. */
function findObjects(
  snapshot: HeapSnapshot,
  isMatching: (group: Group) => boolean,
  count: number,
): ObjectLine[] {
  const nodes = snapshot.groups.filter(isMatching).map((group) => group.nodes);
  return largestObjects(snapshot, nodes, count).map(describeObject);
}
