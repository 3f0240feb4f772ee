// `heapscope dominators`: the dominator tree from an object downwards, which DevTools computes but does not show. An
// object's children in it are what would be freed with it; so their retained sizes add up to its own, without overlap.

import type { HeapObject } from "@heapscope/engine";
import { defineCommand, type Command } from "../command.ts";
import { findObject, nameObject } from "../describe-snapshot.ts";
import { levels, limit, noCache, optionalObjectId, rowLimit, snapshotFile } from "../parameters.ts";
import type { DominatedLine, Dominators } from "../schemas/dominators.ts";

const USUAL_LIMIT = 20;
const USUAL_DEPTH = 3;

/** Below the first level, what is smaller than this part of the whole is left out. */
const LEAST_PART = 0.01;

export const dominators: Command = defineCommand({
  name: "dominators",
  summary: "what would be freed with an object: the dominator tree",
  description:
    "Prints what would be freed with an object (without @ID: everything): its children in the dominator\n" +
    "tree, largest retained size first. Their sizes do not overlap, so they add up.",
  group: "One snapshot:",
  arguments: {
    file: snapshotFile("the snapshot"),
    id: optionalObjectId("where to start (default: the root)"),
  },
  options: {
    depth: levels(USUAL_DEPTH, "levels to print; below the first, objects of 1 % and more"),
    limit: limit(USUAL_LIMIT, "objects of a level"),
    "no-cache": noCache(),
  },
  examples: [
    { line: "dominators app.heapsnapshot", meaning: "the largest objects" },
    {
      line: "dominators app.heapsnapshot @4711 --depth 3 --limit 5",
      meaning: "three levels below an object",
    },
  ],
  async run(context, input): Promise<Dominators> {
    const snapshot = await context.openSnapshot(input.file);
    await snapshot.prepare(["retainedSize", "dominatorTree", "classes", "nodesById"], context.runOptions);
    const rows = rowLimit(input.limit, USUAL_LIMIT, context.json);
    const start = input.id === undefined ? snapshot.root : findObject(snapshot, input.file, input.id);
    const children = start.dominated();
    const least = start.retainedSize * LEAST_PART;
    return {
      schema: "heapscope/dominators@1",
      object: { ...nameObject(start), retainedSize: start.retainedSize },
      totalSize: snapshot.totalSize,
      childCount: children.length,
      objects: children
        .slice(0, rows)
        .map((child) => describeSubtree(child, input.depth - 1, rows, snapshot.totalSize, least)),
    };
  },
  print: async () => (await import("../print/dominators.ts")).printDominators,
});

function describeSubtree(
  object: HeapObject,
  depth: number,
  rows: number,
  totalSize: number,
  least: number,
): DominatedLine {
  const children = object.dominated();
  const line: DominatedLine = {
    id: object.id,
    name: object.name,
    className: object.className,
    type: object.type,
    retainedSize: object.retainedSize,
    shallowSize: object.shallowSize,
    share: totalSize > 0 ? object.retainedSize / totalSize : 0,
    childCount: children.length,
  };
  const large = depth > 0 ? children.slice(0, rows).filter((child) => child.retainedSize >= least) : [];
  if (large.length > 0) {
    line.objects = large.map((child) => describeSubtree(child, depth - 1, rows, totalSize, least));
  }
  return line;
}
